-- title_en: A report came after its due date
-- title_th: โรงงานส่งรายงานล่าช้ากว่ากำหนด
-- ground: cl. 13 (annual, every factory), cl. 22 (monthly, processors)
-- ground_th: ข้อ 13 (รายปี ทุกโรงงาน) ข้อ 22 (รายเดือน ผู้รับดำเนินการ)
-- one_row_is: one report that came late; a late correction of a report in time is none
-- meaning_th: รายงานหนึ่งฉบับที่ส่งล่าช้า ไม่นับการแก้ไขภายหลังกำหนดของรายงานที่ส่งทันเวลา
-- recipients: headquarters, province
-- is_statistical: no
-- judges: summary.obligation.factory_id by period
-- silence_days: 365
-- example_th: ครบกำหนด 30 เมษายน ได้รับวันที่ 12 พฤษภาคม ล่าช้า 12 วัน คะแนน 12
-- example_en: a report due on 30 April came on 12 May, 12 days late: score 12
-- score_th: จำนวนวันที่ล่าช้า [วัน]
-- columns:
--   factory_id: factory that owed the report
--   period: year or month reported on
--   subject: report type
--   score: days late [day]
--   evidence: what was owed, when it came, and in which file
-- evidence:
--   report_type: report that was owed
--   clause: clause of the Notification
--   due_date: last day on which it would have been on time
--   reported_date: day in Bangkok on which its first accepted version was received
--   days_late: days from the due date to that day [day]
--   rows: submission_id of the file with that version
SELECT
  factory_id,
  period,
  report_type AS subject,
  CAST(days_late AS DOUBLE) AS score,
  JSON_OBJECT(
    'report_type', report_type,
    'clause', clause,
    'due_date', due_date,
    'reported_date', due_date + CAST(days_late AS INTEGER),
    'days_late', days_late,
    'rows', [{ 'submission_id': submission_id }]
  ) AS evidence
FROM summary.obligation
WHERE status = 'late'
