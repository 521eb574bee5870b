-- title_en: The monthly report and the month's receipts disagree on what was received
-- title_th: ปริมาณที่รับในรายงานรายเดือนไม่ตรงกับการตอบรับในเดือนนั้น
-- ground: cl. 18 and 22; the tolerance is borrowed (the text names none) and
--     stands in ref.tolerance. A month is judged from obligations_from on and
--     after its due date, and only when the warehouse holds receipts of it; a nil report is another rule's
-- ground_th: ข้อ 18 และข้อ 22 ค่าความคลาดเคลื่อนที่ยอมรับยืมมาจากต่างประเทศ (ประกาศไม่ได้กำหนด) และระบุไว้ใน
--     ref.tolerance ตัดสินเฉพาะเดือนนับแต่ obligations_from เมื่อพ้นกำหนดส่งรายงานแล้ว
--     และเมื่อคลังข้อมูลมีการตอบรับของเดือนนั้น รายงานว่าไม่มีของเสียเป็นเรื่องของกฎอื่น
-- one_row_is: one month of one processor
-- meaning_th: หนึ่งเดือนของผู้รับดำเนินการหนึ่งราย
-- key: factory_id, period, subject
-- recipients: headquarters, province
-- is_statistical: no
-- judges: core.processing.factory_id by report_month
-- silence_days: 90
-- example_th: รายงานเดือนมีนาคมระบุว่ารับ 50 ตัน แต่การตอบรับของเดือนรวม 62 ตัน ต่างกัน 12 ตัน คือร้อยละ 19.4
--     ของยอดที่มากกว่า เกินร้อยละ 10 คะแนน 12
-- example_en: the report of March says that 50 t were received, the month's receipts add up to 62 t. They differ by
--     12 t, 19.4 % of the larger figure and so more than 10 %: score 12
-- score_th: ตันที่ต่างกัน [ตัน]
-- columns:
--   factory_id: processor: it filed both
--   period: month
--   subject: NULL
--   score: tonnes by which they differ [t]
--   evidence: both figures and the rows
-- evidence:
--   reported_t: received_t of the monthly report, all codes [t]
--   received_t: tonnes of the month's receipts that did not reject the load [t]
--   difference_t: reported_t - received_t [t]
--   difference_pct: difference_t in % of the larger figure [%]
--   tolerance_pct: difference that would have been tolerated [%]
--   loads: receipts [line]
--   is_independent: always false: both are the processor's own figures
--   rows: table, submission_id, source_sheet and source_row of the report; the receipts are those of
--     summary.reconciliation
WITH report AS (
  SELECT
    a.factory_id,
    a.report_month,
    SUM(a.received_t) AS reported_t
  FROM core.processing AS a
  INNER JOIN summary.obligation AS o
    ON a.factory_id = o.factory_id AND o.report_type = 'processing' AND STRFTIME(a.report_month, '%Y-%m') = o.period
  CROSS JOIN ref.tonight AS t
  WHERE a.waste_code IS NOT NULL AND o.due_date < t.night
  GROUP BY a.factory_id, a.report_month
),

received AS (
  SELECT
    processor_id,
    CAST(DATE_TRUNC('month', received_date) AS DATE) AS month,
    COUNT(*) AS loads,
    SUM(received_t) AS received_t
  FROM summary.reconciliation
  WHERE decision <> 'rejected'
  GROUP BY processor_id, DATE_TRUNC('month', received_date)
),

compared AS (
  SELECT
    r.factory_id,
    r.report_month,
    r.reported_t,
    COALESCE(v.received_t, 0) AS received_t,
    COALESCE(v.loads, 0) AS loads
  FROM report AS r
  LEFT JOIN received AS v ON r.factory_id = v.processor_id AND r.report_month = v.month
  WHERE r.report_month IN (SELECT o.month FROM received AS o)
),

disagreeing AS (
  SELECT
    c.*,
    p.total_difference_pct AS tolerance_pct
  FROM compared AS c
  INNER JOIN ref.tolerance_on AS p ON LAST_DAY(c.report_month) = p.day
  WHERE
    ABS(c.reported_t - c.received_t) > p.total_difference_t
    AND 100 * ABS(c.reported_t - c.received_t) > p.total_difference_pct * GREATEST(c.reported_t, c.received_t)
),

source AS (
  SELECT
    d.factory_id,
    d.report_month,
    LIST(
      {
        'table': 'core.processing',
        'submission_id': a.submission_id,
        'source_sheet': a.source_sheet,
        'source_row': a.source_row
      } ORDER BY a.submission_id, a.source_sheet, a.source_row
    ) AS source_rows
  FROM disagreeing AS d
  INNER JOIN core.processing AS a ON d.factory_id = a.factory_id AND d.report_month = a.report_month
  GROUP BY d.factory_id, d.report_month
)

SELECT
  d.factory_id,
  STRFTIME(d.report_month, '%Y-%m') AS period,
  NULL AS subject,
  CAST(ABS(d.reported_t - d.received_t) AS DOUBLE) AS score,
  JSON_OBJECT(
    'reported_t', d.reported_t,
    'received_t', d.received_t,
    'difference_t', d.reported_t - d.received_t,
    'difference_pct', ROUND(100 * (d.reported_t - d.received_t) / GREATEST(d.reported_t, d.received_t), 1),
    'tolerance_pct', d.tolerance_pct,
    'loads', d.loads,
    'is_independent', FALSE,
    'rows', s.source_rows
  ) AS evidence
FROM disagreeing AS d
INNER JOIN source AS s ON d.factory_id = s.factory_id AND d.report_month = s.report_month;

-- lineage
SELECT
  factory_id,
  STRFTIME(report_month, '%Y-%m') AS period,
  NULL AS subject,
  'reported_t' AS figure,
  received_t AS amount,
  'core.processing' AS source_table,
  submission_id,
  source_sheet,
  source_row,
  NULL AS via
FROM core.processing
UNION ALL
SELECT
  processor_id AS factory_id,
  STRFTIME(received_date, '%Y-%m') AS period,
  NULL AS subject,
  UNNEST(['received_t', 'loads']) AS figure,
  UNNEST([received_t, 1]) AS amount,
  'core.receipt' AS source_table,
  receipt_submission_id AS submission_id,
  receipt_source_sheet AS source_sheet,
  receipt_source_row AS source_row,
  JSON_OBJECT(
    'table', 'summary.reconciliation', 'factory_id', factory_id, 'processor_id', processor_id,
    'manifest_no', manifest_no, 'line_no', line_no
  ) AS via
FROM summary.reconciliation
WHERE decision <> 'rejected'
