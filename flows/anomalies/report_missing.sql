-- title_en: A report that is owed has not come
-- title_th: โรงงานยังไม่ส่งรายงานที่ต้องส่งภายในกำหนด
-- ground: cl. 13 (annual, every factory), cl. 22 (monthly, processors)
-- ground_th: ข้อ 13 (รายปี ทุกโรงงาน) ข้อ 22 (รายเดือน ผู้รับดำเนินการ)
-- one_row_is: one report that is overdue
-- meaning_th: รายงานหนึ่งฉบับที่เลยกำหนดส่ง
-- recipients: headquarters, province
-- is_statistical: no
-- judges: summary.obligation.factory_id by period
-- silence_days: 30
-- example_th: ครบกำหนด 30 เมษายน คืนวันที่ 30 มิถุนายนยังไม่ได้รับ เลยกำหนด 61 วัน คะแนน 61
-- example_en: a report due on 30 April has not come on the night of 30 June, 61 days later: score 61
-- score_th: จำนวนวันที่เลยกำหนด [วัน]
-- columns:
--   factory_id: factory that owes the report
--   period: year or month that it owes
--   subject: report type that it owes
--   score: days overdue [day]
--   evidence: what is owed and since when
-- evidence:
--   report_type: report that is owed
--   clause: clause of the Notification
--   due_date: last day on which it would have been on time
--   days_overdue: days from the due date to the night [day]
SELECT
  factory_id,
  period,
  report_type AS subject,
  CAST(days_late AS DOUBLE) AS score,
  JSON_OBJECT('report_type', report_type, 'clause', clause, 'due_date', due_date, 'days_overdue', days_late) AS evidence
FROM summary.obligation
WHERE status = 'missing'
