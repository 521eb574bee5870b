-- title_en: Waste by province and month
-- title_th: ปริมาณของเสียรายจังหวัดรายเดือน
-- ground: cl. 10 (manifest), cl. 18 (answer on receipt and on completion), cl. 22 (monthly report)
-- one_row_is: one month of one province in which its factories moved waste or owed monthly reports
-- key: province_code, month
-- needs: obligation, waste_by_factory_month
-- columns:
--   province_code: province of the factory by the register; NULL when the factory is not in the register
--   month: first day of the month
--   generated_t: always NULL: generation is reported by year only, see waste_by_factory_year [t]
--   sent_t: tonnes sent: mass of manifest lines by sent_date, for the generator [t]
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
--   received_t: tonnes received: mass of receipts that did not reject the load, by received_date, for the processor
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
--   completed_t: tonnes completed: mass of receipts that did not reject the load, by completed_date, for the
--     processor [t]
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
--   factories_obliged: processors whose monthly report of this month was owed and is due or there [factory]
--   factories_reporting: those of them that reported (on time, late or nil) [factory]
--   coverage_pct: 100 * factories_reporting / factories_obliged [%]; NULL when nobody was obliged
WITH moved AS (
  SELECT
    f.province_code,
    w.month,
    SUM(COLUMNS('^(sent|received|completed)_(.*_)?t$')) AS "\0"
  FROM summary.waste_by_factory_month AS w
  LEFT JOIN core.factory AS f ON w.factory_id = f.factory_id
  GROUP BY f.province_code, w.month
),

duty AS (
  SELECT
    province_code,
    CAST(period || '-01' AS DATE) AS month,
    COUNT(*) FILTER (WHERE status IN ('on_time', 'late', 'nil', 'missing')) AS factories_obliged,
    COUNT(*) FILTER (WHERE status IN ('on_time', 'late', 'nil')) AS factories_reporting
  FROM summary.obligation
  WHERE report_type = 'processing' AND status <> 'exempt'
  GROUP BY province_code, period
)

SELECT
  province_code,
  month,
  CAST(NULL AS DECIMAL(38, 6)) AS generated_t,
  COALESCE(COLUMNS('^(sent|received|completed)_(.*_)?t$'), 0) AS "\0",
  COALESCE(d.factories_obliged, 0) AS factories_obliged,
  COALESCE(d.factories_reporting, 0) AS factories_reporting,
  100 * d.factories_reporting / NULLIF(d.factories_obliged, 0) AS coverage_pct
FROM moved
FULL JOIN duty AS d USING (province_code, month);

-- lineage
SELECT
  f.province_code,
  l.month,
  l.figure,
  l.amount,
  l.source_table,
  l.submission_id,
  l.source_sheet,
  l.source_row,
  l.via
FROM lineage_waste_by_factory_month AS l
LEFT JOIN core.factory AS f ON l.factory_id = f.factory_id
UNION ALL
-- The factory of the register counts; its report shows why.
SELECT
  o.province_code,
  CAST(o.period || '-01' AS DATE) AS month,
  UNNEST(['factories_obliged', IF(o.status = 'missing', NULL, 'factories_reporting'), 'coverage_pct']) AS figure,
  UNNEST(IF(l.source_table = 'core.factory', [1, 1], [])) AS amount,
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
WHERE o.report_type = 'processing' AND o.status IN ('on_time', 'late', 'nil', 'missing')
