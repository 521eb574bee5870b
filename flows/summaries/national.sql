-- title_en: The country's figures
-- title_th: ตัวเลขรวมทั้งประเทศ
-- ground: cl. 10, 13, 18 and 22; each figure is a sum of waste_by_factory_year or a count of obligation or
--     reconciliation
-- one_row_is: one calendar year
-- key: year
-- needs: obligation, reconciliation, waste_by_factory_year
-- columns:
--   year: calendar year, C.E.
--   factories_registered: factories of the register that operated in the year, by opened_date and closed_date
--     [factory]
--   factories_obliged: factories whose annual report of the year was owed and is due or there [factory]
--   factories_reporting: those of them that reported it (on time, late or nil) [factory]
--   factories_missing: those of them that did not [factory]
--   factories_late: those that reported it after the due date [factory]
--   factories_nil: those that reported on time that there was nothing to report [factory]
--   coverage_pct: 100 * factories_reporting / factories_obliged: how complete generated_t is [%]; NULL when nobody
--     was obliged
--   generated_t: tonnes generated, by annual reports; NULL when there is none [t]
--   generated_hazardous_t: part of generated_t with a waste code marked HA or HM [t]
--   generated_non_hazardous_t: the other part of generated_t [t]
--   managed_on_site_t: tonnes managed inside the factories, by annual reports; NULL when there is none [t]
--   sent_t: tonnes sent: mass of manifest lines by sent_date, [t]
--   sent_hazardous_t: part of sent_t with a waste code marked HA or HM [t]
--   sent_non_hazardous_t: the other part of sent_t [t]
--   sent_sorting_t: part of sent_t to be sorted (group 01) [t]
--   sent_storage_t: part of sent_t to be stored (group 02) [t]
--   sent_reuse_t: part of sent_t to be reused (group 03) [t]
--   sent_recycle_t: part of sent_t to be recycled (group 04) [t]
--   sent_recovery_t: part of sent_t to be recovered (group 05) [t]
--   sent_treatment_t: part of sent_t to be treated (group 06) [t]
--   sent_disposal_t: part of sent_t to be disposed of (group 07) [t]
--   sent_other_t: part of sent_t to be managed otherwise (group 08) [t]
--   sent_no_method_t: part of sent_t without a known management code [t]
--   received_t: tonnes received: mass of receipts that did not reject the load, by received_date, for all generators
--     [t]
--   received_hazardous_t: part of received_t with a waste code marked HA or HM [t]
--   received_non_hazardous_t: the other part of received_t [t]
--   received_sorting_t: part of received_t to be sorted (group 01) [t]
--   received_storage_t: part of received_t to be stored (group 02) [t]
--   received_reuse_t: part of received_t to be reused (group 03) [t]
--   received_recycle_t: part of received_t to be recycled (group 04) [t]
--   received_recovery_t: part of received_t to be recovered (group 05) [t]
--   received_treatment_t: part of received_t to be treated (group 06) [t]
--   received_disposal_t: part of received_t to be disposed of (group 07) [t]
--   received_other_t: part of received_t to be managed otherwise (group 08) [t]
--   received_no_method_t: part of received_t without a known management code [t]
--   completed_t: tonnes completed: mass of receipts that did not reject the load, by completed_date, for all
--     generators [t]
--   completed_hazardous_t: part of completed_t with a waste code marked HA or HM [t]
--   completed_non_hazardous_t: the other part of completed_t [t]
--   completed_sorting_t: part of completed_t sorted (group 01) [t]
--   completed_storage_t: part of completed_t stored (group 02) [t]
--   completed_reuse_t: part of completed_t reused (group 03) [t]
--   completed_recycle_t: part of completed_t recycled (group 04) [t]
--   completed_recovery_t: part of completed_t recovered (group 05) [t]
--   completed_treatment_t: part of completed_t treated (group 06) [t]
--   completed_disposal_t: part of completed_t disposed of (group 07) [t]
--   completed_other_t: part of completed_t managed otherwise (group 08) [t]
--   completed_no_method_t: part of completed_t without a known management code [t]
--   loads_sent: manifest lines of loads sent in the year [line]
--   loads_matched: those answered within the tolerance [line]
--   loads_quantity_differs: those answered with another quantity, beyond the tolerance [line]
--   loads_code_differs: those answered with another waste code [line]
--   loads_rejected: those rejected by the processor [line]
--   loads_awaiting: those that still may be answered [line]
--   loads_unanswered: those not answered within the days to answer [line]
--   loads_without_manifest: receipts of the year that no manifest announced [line]; not part of loads_sent
--   loads_independent: answered loads whose manifest and receipt came through different hands [line]
--   answered_sent_t: tonnes sent with the loads that were answered, by sent_date [t]
--   answered_received_t: tonnes received of the same loads [t]
--   difference_t: answered_received_t - answered_sent_t [t]
--   difference_pct: 100 * difference_t / answered_sent_t [%]; NULL when nothing was answered
WITH moved AS (
  SELECT
    year,
    SUM(COLUMNS('_t$')) AS "\0"
  FROM summary.waste_by_factory_year
  GROUP BY year
),

duty AS (
  SELECT
    CAST(period AS INTEGER) AS year,
    COUNT(*) FILTER (WHERE status IN ('on_time', 'late', 'nil', 'missing')) AS factories_obliged,
    COUNT(*) FILTER (WHERE status IN ('on_time', 'late', 'nil')) AS factories_reporting,
    COUNT(*) FILTER (WHERE status = 'missing') AS factories_missing,
    COUNT(*) FILTER (WHERE status = 'late') AS factories_late,
    COUNT(*) FILTER (WHERE status = 'nil') AS factories_nil
  FROM summary.obligation
  WHERE report_type = 'annual'
  GROUP BY period
),

loads AS (
  SELECT
    CAST(YEAR(COALESCE(sent_date, received_date)) AS INTEGER) AS year,
    COUNT(sent_date) AS loads_sent,
    COUNT(*) FILTER (WHERE state = 'matched') AS loads_matched,
    COUNT(*) FILTER (WHERE state = 'quantity_differs') AS loads_quantity_differs,
    COUNT(*) FILTER (WHERE state = 'code_differs') AS loads_code_differs,
    COUNT(*) FILTER (WHERE state = 'rejected') AS loads_rejected,
    COUNT(*) FILTER (WHERE state = 'awaiting') AS loads_awaiting,
    COUNT(*) FILTER (WHERE state = 'unanswered') AS loads_unanswered,
    COUNT(*) FILTER (WHERE state = 'without_manifest') AS loads_without_manifest,
    COUNT(*) FILTER (WHERE is_independent) AS loads_independent,
    SUM(IF(difference_t IS NULL, 0, sent_t)) AS answered_sent_t,
    SUM(IF(difference_t IS NULL, 0, received_t)) AS answered_received_t
  FROM summary.reconciliation
  GROUP BY YEAR(COALESCE(sent_date, received_date))
),

registered AS (
  SELECT
    y.year,
    COUNT(*) AS factories_registered
  FROM (
    SELECT year FROM moved
    UNION
    SELECT year FROM duty
    UNION
    SELECT year FROM loads
  ) AS y
  INNER JOIN core.factory AS f
    ON
      COALESCE(YEAR(f.opened_date) <= y.year, TRUE)
      AND COALESCE(YEAR(f.closed_date) >= y.year, f.status <> 'closed')
  GROUP BY y.year
)

SELECT
  year,
  COALESCE(r.factories_registered, 0) AS factories_registered,
  COALESCE(d.factories_obliged, 0) AS factories_obliged,
  COALESCE(d.factories_reporting, 0) AS factories_reporting,
  COALESCE(d.factories_missing, 0) AS factories_missing,
  COALESCE(d.factories_late, 0) AS factories_late,
  COALESCE(d.factories_nil, 0) AS factories_nil,
  100 * d.factories_reporting / NULLIF(d.factories_obliged, 0) AS coverage_pct,
  COLUMNS('^(generated|managed_on_site)_(.*_)?t$'),
  COALESCE(COLUMNS('^(sent|received|completed)_(.*_)?t$|^loads_'), 0) AS "\0",
  COALESCE(l.answered_sent_t, 0) AS answered_sent_t,
  COALESCE(l.answered_received_t, 0) AS answered_received_t,
  COALESCE(l.answered_received_t - l.answered_sent_t, 0) AS difference_t,
  100 * (l.answered_received_t - l.answered_sent_t) / NULLIF(l.answered_sent_t, 0) AS difference_pct
FROM moved
FULL JOIN duty AS d USING (year)
FULL JOIN loads AS l USING (year)
FULL JOIN registered AS r USING (year);

-- lineage
SELECT
  year,
  figure,
  amount,
  source_table,
  submission_id,
  source_sheet,
  source_row,
  via
FROM lineage_waste_by_factory_year
WHERE ENDS_WITH(figure, '_t')
UNION ALL
-- The factory of the register counts; its report shows why.
SELECT
  CAST(o.period AS INTEGER) AS year,
  UNNEST(
    [
      'factories_obliged',
      IF(o.status = 'missing', NULL, 'factories_reporting'),
      IF(o.status IN ('missing', 'late', 'nil'), 'factories_' || o.status, NULL),
      'coverage_pct'
    ]
  ) AS figure,
  UNNEST(IF(l.source_table = 'core.factory', [1, 1, 1], [])) AS amount,
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
WHERE o.report_type = 'annual' AND o.status IN ('on_time', 'late', 'nil', 'missing')
UNION ALL
-- A line counts once: by its manifest, and by its receipt only where there is no manifest.
SELECT
  CAST(YEAR(COALESCE(r.sent_date, r.received_date)) AS INTEGER) AS year,
  UNNEST(
    [
      IF(r.sent_date IS NULL, NULL, 'loads_sent'),
      'loads_' || r.state,
      IF(r.is_independent, 'loads_independent', NULL),
      IF(r.difference_t IS NULL OR l.source_table <> 'core.manifest', NULL, 'answered_sent_t'),
      IF(r.difference_t IS NULL OR l.source_table <> 'core.receipt', NULL, 'answered_received_t'),
      IF(r.difference_t IS NULL, NULL, 'difference_t'),
      IF(r.difference_t IS NULL, NULL, 'difference_pct')
    ]
  ) AS figure,
  UNNEST(
    LIST_CONCAT(
      IF(l.source_table = 'core.manifest' OR r.sent_date IS NULL, [1, 1, 1], [NULL, NULL, NULL]),
      [r.sent_t, r.received_t, l.amount]
    )
  ) AS amount,
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
    AND l.figure = 'difference_t'
UNION ALL
SELECT
  n.year,
  'factories_registered' AS figure,
  1 AS amount,
  'core.factory' AS source_table,
  f.submission_id,
  f.source_sheet,
  f.source_row,
  NULL AS via
FROM summary.national AS n
INNER JOIN core.factory AS f
  ON
    COALESCE(YEAR(f.opened_date) <= n.year, TRUE)
    AND COALESCE(YEAR(f.closed_date) >= n.year, f.status <> 'closed')
