-- title_en: A report says that there was nothing, but loads were sent or received
-- title_th: รายงานว่าไม่มีของเสีย แต่มีการส่งหรือรับของเสียในช่วงนั้น
-- ground: cl. 13 (annual: loads sent), cl. 22 (monthly: loads received)
-- ground_th: ข้อ 13 (รายปี: เที่ยวที่ส่ง) ข้อ 22 (รายเดือน: เที่ยวที่รับ)
-- one_row_is: one nil report of a period in which the factory sent or received loads that were not rejected
-- meaning_th: รายงานว่าไม่มีของเสียหนึ่งฉบับ ในงวดที่โรงงานส่งหรือรับของเสียซึ่งไม่ได้ถูกปฏิเสธ
-- recipients: headquarters, province
-- is_statistical: no
-- judges: summary.obligation.factory_id by period
-- silence_days: 90
-- example_th: รายงานประจำปีระบุว่าไม่มีของเสีย แต่ปีนั้นส่งออก 3 เที่ยว รวม 6 ตัน คะแนน 6
-- example_en: the annual report says that there was nothing, but 3 loads of the year, 6 t together, left the factory:
--     score 6
-- score_th: ตันของเที่ยวเหล่านั้น [ตัน]
-- columns:
--   factory_id: factory that filed the nil report
--   period: year or month reported on
--   subject: report type
--   score: tonnes of the loads [t]
--   evidence: the nil report and the loads
-- evidence:
--   report_type: annual or processing
--   loads: loads sent in the year, or received in the month [line]
--   mass_t: their tonnes [t]
--   first_date: day of the first of them
--   is_independent: some load was typed by another hand than the nil report; else one hand contradicts itself
--   rows: table, submission_id, source_sheet and source_row of the nil report and of the loads
WITH nil AS (
  SELECT
    factory_id,
    'annual' AS report_type,
    CAST(report_year AS VARCHAR) AS period,
    submitted_by,
    {
      'table': 'core.annual',
      'submission_id': submission_id,
      'source_sheet': source_sheet,
      'source_row': source_row
    } AS source
  FROM core.annual
  WHERE nil_report = 'yes'
  UNION ALL
  SELECT
    factory_id,
    'processing' AS report_type,
    STRFTIME(report_month, '%Y-%m') AS period,
    submitted_by,
    {
      'table': 'core.processing',
      'submission_id': submission_id,
      'source_sheet': source_sheet,
      'source_row': source_row
    } AS source
  FROM core.processing
  WHERE nil_report = 'yes'
),

owed AS (
  SELECT n.*
  FROM nil AS n
  INNER JOIN summary.obligation AS o
    ON n.factory_id = o.factory_id AND n.report_type = o.report_type AND n.period = o.period
),

contradiction AS (
  SELECT
    n.factory_id,
    n.report_type,
    n.period,
    n.source AS nil_source,
    m.sent_date AS moved_date,
    m.mass_t,
    n.submitted_by <> m.submitted_by AS is_other_hand,
    {
      'table': 'core.manifest',
      'submission_id': m.submission_id,
      'source_sheet': m.source_sheet,
      'source_row': m.source_row
    } AS source
  FROM owed AS n
  INNER JOIN core.manifest AS m ON n.factory_id = m.factory_id AND n.period = CAST(YEAR(m.sent_date) AS VARCHAR)
  LEFT JOIN core.receipt AS r
    ON
      m.processor_id = r.processor_id
      AND m.manifest_no = r.manifest_no
      AND m.line_no = r.line_no
      AND r.decision = 'rejected'
  WHERE n.report_type = 'annual' AND r.submission_id IS NULL
  UNION ALL
  SELECT
    n.factory_id,
    n.report_type,
    n.period,
    n.source AS nil_source,
    r.received_date AS moved_date,
    r.mass_t,
    n.submitted_by <> r.submitted_by AS is_other_hand,
    {
      'table': 'core.receipt',
      'submission_id': r.submission_id,
      'source_sheet': r.source_sheet,
      'source_row': r.source_row
    } AS source
  FROM owed AS n
  INNER JOIN core.receipt AS r ON n.factory_id = r.processor_id AND n.period = STRFTIME(r.received_date, '%Y-%m')
  WHERE n.report_type = 'processing' AND r.decision <> 'rejected'
)

SELECT
  factory_id,
  period,
  report_type AS subject,
  CAST(SUM(mass_t) AS DOUBLE) AS score,
  JSON_OBJECT(
    'report_type', report_type,
    'loads', COUNT(*),
    'mass_t', SUM(mass_t),
    'first_date', MIN(moved_date),
    'is_independent', BOOL_OR(is_other_hand),
    'rows', LIST_PREPEND(ANY_VALUE(nil_source), LIST(source ORDER BY moved_date, source))
  ) AS evidence
FROM contradiction
GROUP BY factory_id, report_type, period
