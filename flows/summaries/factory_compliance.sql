-- title_en: What each factory has to answer for
-- title_th: สถานะการปฏิบัติตามกฎหมายของแต่ละโรงงาน
-- ground: cl. 10, 13, 18 and 22; who answers for a breach is policy where the text does not say it
-- one_row_is: one factory of the register
-- key: factory_id
-- needs: obligation, reconciliation
-- columns:
--   factory_id: 14-digit registration number
--   factory_name: name on the licence
--   province_code: province by the register
--   factory_class: class of the Factory Act list, by the register
--   missing_reports: reports that it owes and that are overdue [report]; cl. 13 and 22
--   mismatched_loads: loads it sent that were received with another quantity or waste code [line]; the generator
--     answers for transport
--   unanswered_loads: loads sent to it that it has not answered in time [line]; cl. 18 obliges the processor
--   receipts_without_manifest: receipts it filed that no manifest announced [line]; cl. 10, the generator is not
--     known; left out while a manifest of that number waits in quarantine, which is its sender's fault
--   open_breaches: sum of the four kinds above
--   oldest_open_breach_date: earliest day that an open breach dates from: due date of the report or of the answer, or
--     the day of receipt
--   last_report_at: latest receipt of an accepted row that it filed or that was filed for it, the register aside,
--     UTC; NULL when it never reported
--   rank: 1 = most to answer for: most open breaches, then the oldest, then most late reports, then factory_id
--   late_reports: reports that came after their due date [report]; there now, so not an open breach
--   sent_loads_unanswered: loads it sent that wait for an answer longer than allowed [line]; counted as a breach at
--     the processor
WITH breach AS (
  SELECT
    factory_id,
    'missing_report' AS kind,
    due_date AS breach_date
  FROM summary.obligation
  WHERE status = 'missing'
  UNION ALL
  SELECT
    factory_id,
    'mismatched_load' AS kind,
    received_date AS breach_date
  FROM summary.reconciliation
  WHERE state IN ('quantity_differs', 'code_differs')
  UNION ALL
  SELECT
    processor_id,
    'unanswered_load' AS kind,
    answer_due_date AS breach_date
  FROM summary.reconciliation
  WHERE state = 'unanswered'
  UNION ALL
  SELECT
    processor_id,
    'receipt_without_manifest' AS kind,
    received_date AS breach_date
  FROM summary.reconciliation
  WHERE state = 'without_manifest' AND NOT is_manifest_held
),

breaches AS (
  SELECT
    factory_id,
    COUNT(*) FILTER (WHERE kind = 'missing_report') AS missing_reports,
    COUNT(*) FILTER (WHERE kind = 'mismatched_load') AS mismatched_loads,
    COUNT(*) FILTER (WHERE kind = 'unanswered_load') AS unanswered_loads,
    COUNT(*) FILTER (WHERE kind = 'receipt_without_manifest') AS receipts_without_manifest,
    COUNT(*) AS open_breaches,
    MIN(breach_date) AS oldest_open_breach_date
  FROM breach
  GROUP BY factory_id
),

late AS (
  SELECT
    factory_id,
    COUNT(*) AS late_reports
  FROM summary.obligation
  WHERE status = 'late'
  GROUP BY factory_id
),

waiting AS (
  SELECT
    factory_id,
    COUNT(*) AS sent_loads_unanswered
  FROM summary.reconciliation
  WHERE state = 'unanswered'
  GROUP BY factory_id
),

report AS (
  SELECT
    factory_id,
    submitted_by,
    received_at
  FROM core.annual
  UNION ALL
  SELECT
    factory_id,
    submitted_by,
    received_at
  FROM core.processing
  UNION ALL
  SELECT
    factory_id,
    submitted_by,
    received_at
  FROM core.manifest
  UNION ALL
  SELECT
    processor_id,
    submitted_by,
    received_at
  FROM core.receipt
  UNION ALL
  SELECT
    factory_id,
    submitted_by,
    received_at
  FROM history.annual
  UNION ALL
  SELECT
    factory_id,
    submitted_by,
    received_at
  FROM history.processing
  UNION ALL
  SELECT
    factory_id,
    submitted_by,
    received_at
  FROM history.manifest
  UNION ALL
  SELECT
    processor_id,
    submitted_by,
    received_at
  FROM history.receipt
),

party_report AS (
  SELECT
    UNNEST([factory_id, submitted_by]) AS party_id,
    MAX(received_at) AS received_at
  FROM report
  GROUP BY factory_id, submitted_by
),

last_report AS (
  SELECT
    party_id,
    MAX(received_at) AS last_report_at
  FROM party_report
  GROUP BY party_id
)

SELECT
  f.factory_id,
  f.factory_name,
  f.province_code,
  f.factory_class,
  COALESCE(b.missing_reports, 0) AS missing_reports,
  COALESCE(b.mismatched_loads, 0) AS mismatched_loads,
  COALESCE(b.unanswered_loads, 0) AS unanswered_loads,
  COALESCE(b.receipts_without_manifest, 0) AS receipts_without_manifest,
  COALESCE(b.open_breaches, 0) AS open_breaches,
  b.oldest_open_breach_date,
  r.last_report_at,
  ROW_NUMBER() OVER (
    ORDER BY
      COALESCE(b.open_breaches, 0) DESC,
      b.oldest_open_breach_date ASC NULLS LAST,
      COALESCE(l.late_reports, 0) DESC,
      f.factory_id ASC
  ) AS rank,
  COALESCE(l.late_reports, 0) AS late_reports,
  COALESCE(w.sent_loads_unanswered, 0) AS sent_loads_unanswered
FROM core.factory AS f
LEFT JOIN breaches AS b ON f.factory_id = b.factory_id
LEFT JOIN late AS l ON f.factory_id = l.factory_id
LEFT JOIN waiting AS w ON f.factory_id = w.factory_id
LEFT JOIN last_report AS r ON f.factory_id = r.party_id;

-- lineage
WITH report AS (
  SELECT
    factory_id,
    submitted_by,
    received_at,
    'core.annual' AS source_table,
    submission_id,
    source_sheet,
    source_row
  FROM core.annual
  UNION ALL
  SELECT
    factory_id,
    submitted_by,
    received_at,
    'core.processing' AS source_table,
    submission_id,
    source_sheet,
    source_row
  FROM core.processing
  UNION ALL
  SELECT
    factory_id,
    submitted_by,
    received_at,
    'core.manifest' AS source_table,
    submission_id,
    source_sheet,
    source_row
  FROM core.manifest
  UNION ALL
  SELECT
    processor_id,
    submitted_by,
    received_at,
    'core.receipt' AS source_table,
    submission_id,
    source_sheet,
    source_row
  FROM core.receipt
  UNION ALL
  SELECT
    factory_id,
    submitted_by,
    received_at,
    'history.annual' AS source_table,
    submission_id,
    source_sheet,
    source_row
  FROM history.annual
  UNION ALL
  SELECT
    factory_id,
    submitted_by,
    received_at,
    'history.processing' AS source_table,
    submission_id,
    source_sheet,
    source_row
  FROM history.processing
  UNION ALL
  SELECT
    factory_id,
    submitted_by,
    received_at,
    'history.manifest' AS source_table,
    submission_id,
    source_sheet,
    source_row
  FROM history.manifest
  UNION ALL
  SELECT
    processor_id,
    submitted_by,
    received_at,
    'history.receipt' AS source_table,
    submission_id,
    source_sheet,
    source_row
  FROM history.receipt
)

SELECT
  factory_id,
  UNNEST(['factory_name', 'province_code', 'factory_class', 'rank']) AS figure,
  NULL AS amount,
  'core.factory' AS source_table,
  submission_id,
  source_sheet,
  source_row,
  NULL AS via
FROM core.factory
UNION ALL
SELECT
  c.factory_id,
  'last_report_at' AS figure,
  NULL AS amount,
  r.source_table,
  r.submission_id,
  r.source_sheet,
  r.source_row,
  NULL AS via
FROM summary.factory_compliance AS c
INNER JOIN report AS r ON c.last_report_at = r.received_at AND c.factory_id IN (r.factory_id, r.submitted_by)
UNION ALL
-- The factory of the register counts for each report that it owes; what it reported shows why.
SELECT
  o.factory_id,
  UNNEST(
    IF(o.status = 'late', ['late_reports', 'rank'], ['missing_reports', 'open_breaches', 'oldest_open_breach_date', 'rank'])
  ) AS figure,
  UNNEST(
    IF(l.source_table <> 'core.factory', [], IF(o.status = 'late', [1], [1, 1]))
  ) AS amount,
  l.source_table,
  l.submission_id,
  l.source_sheet,
  l.source_row,
  JSON_OBJECT(
    'table', 'summary.obligation', 'factory_id', o.factory_id, 'report_type', o.report_type, 'period', o.period
  ) AS via
FROM summary.obligation AS o
INNER JOIN lineage_obligation AS l
  ON o.factory_id = l.factory_id AND o.report_type = l.report_type AND o.period = l.period AND l.figure = 'status'
WHERE o.status IN ('late', 'missing')
UNION ALL
-- A line counts once: by its manifest, and by its receipt only where there is no manifest.
SELECT
  f.factory_id,
  UNNEST(
    [
      CASE r.state
        WHEN 'unanswered' THEN 'unanswered_loads'
        WHEN 'without_manifest' THEN 'receipts_without_manifest'
        ELSE 'mismatched_loads'
      END,
      'open_breaches', 'oldest_open_breach_date', 'rank'
    ]
  ) AS figure,
  UNNEST(IF(l.source_table = 'core.manifest' OR r.state = 'without_manifest', [1, 1], [])) AS amount,
  l.source_table,
  l.submission_id,
  l.source_sheet,
  l.source_row,
  JSON_OBJECT(
    'table', 'summary.reconciliation', 'factory_id', r.factory_id, 'processor_id', r.processor_id,
    'manifest_no', r.manifest_no, 'line_no', r.line_no
  ) AS via
FROM summary.reconciliation AS r
INNER JOIN lineage_reconciliation AS l
  ON
    r.processor_id = l.processor_id
    AND r.manifest_no = l.manifest_no
    AND r.line_no = l.line_no
    AND r.factory_id IS NOT DISTINCT FROM l.factory_id
    AND l.figure = 'state'
INNER JOIN core.factory AS f
  ON IF(r.state IN ('quantity_differs', 'code_differs'), r.factory_id, r.processor_id) = f.factory_id
WHERE r.state IN ('quantity_differs', 'code_differs', 'unanswered', 'without_manifest') AND NOT r.is_manifest_held
UNION ALL
SELECT
  f.factory_id,
  'sent_loads_unanswered' AS figure,
  1 AS amount,
  'core.manifest' AS source_table,
  r.manifest_submission_id AS submission_id,
  r.manifest_source_sheet AS source_sheet,
  r.manifest_source_row AS source_row,
  JSON_OBJECT(
    'table', 'summary.reconciliation', 'factory_id', r.factory_id, 'processor_id', r.processor_id,
    'manifest_no', r.manifest_no, 'line_no', r.line_no
  ) AS via
FROM summary.reconciliation AS r
INNER JOIN core.factory AS f ON r.factory_id = f.factory_id
WHERE r.state = 'unanswered'
