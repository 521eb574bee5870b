-- title_en: Waste by factory and year
-- title_th: ปริมาณของเสียรายโรงงานรายปี
-- ground: cl. 13 (annual report), cl. 10 (manifest), cl. 18 (answer on receipt and on completion)
-- one_row_is: one factory's calendar year for which it owed or filed an annual report, or moved waste
-- key: factory_id, year
-- needs: obligation, waste_by_factory_month
-- columns:
--   factory_id: generator of what was generated and sent, processor of what was received and completed
--   year: calendar year, C.E.
--   generated_t: tonnes generated, by the annual report; 0 when it is nil, NULL without one [t]
--   generated_hazardous_t: part of generated_t with a waste code marked HA or HM [t]
--   generated_non_hazardous_t: the other part of generated_t [t]
--   managed_on_site_t: tonnes managed inside the factory, by the annual report; 0 when it is nil, NULL without one
--     [t]
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
--   factories_obliged: 1 when the annual report of this year was owed and is due or there, else 0 [factory]
--   factories_reporting: 1 of them when it was reported (on time, late or nil) [factory]
--   coverage_pct: 100 * factories_reporting / factories_obliged: how complete generated_t is [%]; NULL when nobody
--     was obliged
WITH generated AS (
  SELECT
    a.factory_id,
    CAST(a.report_year AS INTEGER) AS year,
    COALESCE(SUM(a.generated_t), 0) AS generated_t,
    COALESCE(SUM(IF(COALESCE(w.is_hazardous, TRUE), a.generated_t, 0)), 0) AS generated_hazardous_t,
    COALESCE(SUM(IF(COALESCE(w.is_hazardous, TRUE), 0, a.generated_t)), 0) AS generated_non_hazardous_t,
    COALESCE(SUM(a.managed_on_site_t), 0) AS managed_on_site_t
  FROM core.annual AS a
  LEFT JOIN ref.waste_code AS w
    ON
      a.waste_code = w.code
      AND MAKE_DATE(a.report_year, 12, 31) >= w.valid_from
      AND (w.valid_to IS NULL OR MAKE_DATE(a.report_year, 12, 31) <= w.valid_to)
  GROUP BY a.factory_id, a.report_year
),

moved AS (
  SELECT
    factory_id,
    CAST(YEAR(month) AS INTEGER) AS year,
    SUM(COLUMNS('^(sent|received|completed)_(.*_)?t$')) AS "\0"
  FROM summary.waste_by_factory_month
  GROUP BY factory_id, YEAR(month)
),

duty AS (
  SELECT
    factory_id,
    CAST(period AS INTEGER) AS year,
    COUNT(*) FILTER (WHERE status IN ('on_time', 'late', 'nil', 'missing')) AS factories_obliged,
    COUNT(*) FILTER (WHERE status IN ('on_time', 'late', 'nil')) AS factories_reporting
  FROM summary.obligation
  WHERE report_type = 'annual' AND status <> 'exempt'
  GROUP BY factory_id, period
)

SELECT
  factory_id,
  year,
  g.generated_t,
  g.generated_hazardous_t,
  g.generated_non_hazardous_t,
  g.managed_on_site_t,
  COALESCE(COLUMNS('^(sent|received|completed)_(.*_)?t$'), 0) AS "\0",
  COALESCE(d.factories_obliged, 0) AS factories_obliged,
  COALESCE(d.factories_reporting, 0) AS factories_reporting,
  100 * d.factories_reporting / NULLIF(d.factories_obliged, 0) AS coverage_pct
FROM generated AS g
FULL JOIN moved USING (factory_id, year)
FULL JOIN duty AS d USING (factory_id, year);

-- lineage
SELECT
  factory_id,
  CAST(YEAR(month) AS INTEGER) AS year,
  figure,
  amount,
  source_table,
  submission_id,
  source_sheet,
  source_row,
  via
FROM lineage_waste_by_factory_month
UNION ALL
-- A nil report says 0.
SELECT
  a.factory_id,
  CAST(a.report_year AS INTEGER) AS year,
  UNNEST(['generated_t', 'managed_on_site_t', 'generated_hazardous_t', 'generated_non_hazardous_t']) AS figure,
  UNNEST(
    [
      COALESCE(a.generated_t, 0),
      COALESCE(a.managed_on_site_t, 0),
      IF(COALESCE(w.is_hazardous, TRUE), COALESCE(a.generated_t, 0), 0),
      IF(COALESCE(w.is_hazardous, TRUE), 0, COALESCE(a.generated_t, 0))
    ]
  ) AS amount,
  'core.annual' AS source_table,
  a.submission_id,
  a.source_sheet,
  a.source_row,
  NULL AS via
FROM core.annual AS a
LEFT JOIN ref.waste_code AS w
  ON
    a.waste_code = w.code
    AND MAKE_DATE(a.report_year, 12, 31) BETWEEN w.valid_from AND COALESCE(w.valid_to, MAKE_DATE(a.report_year, 12, 31))
UNION ALL
-- The factory of the register counts; its report shows why.
SELECT
  o.factory_id,
  CAST(o.period AS INTEGER) AS year,
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
WHERE o.report_type = 'annual' AND o.status IN ('on_time', 'late', 'nil', 'missing')
