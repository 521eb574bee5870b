-- title_en: Stock of each waste, and whether it balances
-- title_th: ยอดคงเหลือของเสียแต่ละชนิดและการปิดยอด
-- ground: cl. 13 (annual, generators), cl. 22 (monthly, processors); the tolerance is policy, as in the check
--     stock_balances, and stands in ref.tolerance: that in force on the last day of the period
-- one_row_is: one waste code in a factory's year (annual report) or in a processor's month (monthly report)
-- key: factory_id, report_type, period, waste_code
-- columns:
--   factory_id: factory that reported it
--   report_type: annual or processing
--   period: year ('2025') or month ('2026-03'), C.E.
--   waste_code: waste code; its rows under several methods or products are summed
--   opening_stock_t: in storage on the first day [t]
--   generated_t: generated in the year [t]; NULL in a month
--   received_t: received in the month [t]; NULL in a year
--   managed_on_site_t: managed inside the factory in the year [t]; NULL in a month
--   processed_t: put through the process in the month [t]; NULL in a year
--   sent_off_site_t: sent out in the year [t]; NULL in a month
--   closing_stock_t: in storage on the last day [t]
--   gap_t: opening stock and what came in, less what went out and closing stock [t]; NULL when a figure is missing
--   closes: gap_t lies within the tolerance, for the sum or for each of its rows; NULL when a figure is missing
--   previous_closing_stock_t: closing stock of the same waste in the period before, by that report [t]; NULL when it
--     is not reported
--   carry_gap_t: opening_stock_t - previous_closing_stock_t [t]
--   carries_over: carry_gap_t lies within the tolerance of the larger of the two
WITH term AS (
  SELECT
    factory_id,
    'annual' AS report_type,
    CAST(report_year AS VARCHAR) AS period,
    MAKE_DATE(report_year, 1, 1) AS first_date,
    MAKE_DATE(report_year + 1, 1, 1) AS next_first_date,
    waste_code,
    opening_stock_t,
    generated_t,
    NULL AS received_t,
    managed_on_site_t,
    NULL AS processed_t,
    sent_off_site_t,
    closing_stock_t,
    opening_stock_t + generated_t AS inflow_t,
    opening_stock_t + generated_t - managed_on_site_t - sent_off_site_t - closing_stock_t AS gap_t
  FROM core.annual
  WHERE waste_code IS NOT NULL
  UNION ALL
  SELECT
    factory_id,
    'processing' AS report_type,
    STRFTIME(report_month, '%Y-%m') AS period,
    report_month AS first_date,
    LAST_DAY(report_month) + 1 AS next_first_date,
    waste_code,
    opening_stock_t,
    NULL AS generated_t,
    received_t,
    NULL AS managed_on_site_t,
    processed_t,
    NULL AS sent_off_site_t,
    closing_stock_t,
    opening_stock_t + received_t AS inflow_t,
    opening_stock_t + received_t - processed_t - closing_stock_t AS gap_t
  FROM core.processing
  WHERE waste_code IS NOT NULL
),

balance AS (
  SELECT
    t.factory_id,
    t.report_type,
    t.period,
    t.waste_code,
    t.first_date,
    t.next_first_date,
    SUM(t.opening_stock_t) AS opening_stock_t,
    SUM(t.generated_t) AS generated_t,
    SUM(t.received_t) AS received_t,
    SUM(t.managed_on_site_t) AS managed_on_site_t,
    SUM(t.processed_t) AS processed_t,
    SUM(t.sent_off_site_t) AS sent_off_site_t,
    SUM(t.closing_stock_t) AS closing_stock_t,
    IF(COUNT(t.gap_t) = COUNT(*), SUM(t.gap_t), NULL) AS gap_t,
    IF(
      COUNT(t.gap_t) = COUNT(*),
      ABS(SUM(t.gap_t)) <= GREATEST(SUM(t.inflow_t) * p.balance_pct / 100, p.balance_t)
      OR BOOL_AND(ABS(t.gap_t) <= GREATEST(t.inflow_t * p.balance_pct / 100, p.balance_t)),
      NULL
    ) AS closes
  FROM term AS t
  LEFT JOIN ref.tolerance_on AS p ON t.next_first_date - 1 = p.day
  GROUP BY
    t.factory_id, t.report_type, t.period, t.waste_code, t.first_date, t.next_first_date, p.balance_pct, p.balance_t
)

SELECT
  b.factory_id,
  b.report_type,
  b.period,
  b.waste_code,
  b.opening_stock_t,
  b.generated_t,
  b.received_t,
  b.managed_on_site_t,
  b.processed_t,
  b.sent_off_site_t,
  b.closing_stock_t,
  b.gap_t,
  b.closes,
  o.closing_stock_t AS previous_closing_stock_t,
  b.opening_stock_t - o.closing_stock_t AS carry_gap_t,
  ABS(b.opening_stock_t - o.closing_stock_t)
  <= GREATEST(GREATEST(b.opening_stock_t, o.closing_stock_t) * p.balance_pct / 100, p.balance_t) AS carries_over
FROM balance AS b
LEFT JOIN ref.tolerance_on AS p ON b.next_first_date - 1 = p.day
LEFT JOIN balance AS o
  ON
    b.factory_id = o.factory_id
    AND b.report_type = o.report_type
    AND b.waste_code = o.waste_code
    AND b.first_date = o.next_first_date;

-- lineage
WITH term AS (
  SELECT
    factory_id,
    'annual' AS report_type,
    CAST(report_year AS VARCHAR) AS period,
    CAST(report_year + 1 AS VARCHAR) AS next_period,
    waste_code,
    'core.annual' AS source_table,
    submission_id,
    source_sheet,
    source_row,
    opening_stock_t,
    closing_stock_t,
    [
      'opening_stock_t', 'closing_stock_t', 'gap_t', 'carry_gap_t', 'generated_t', 'managed_on_site_t', 'sent_off_site_t',
      'closes', 'carries_over'
    ] AS figures,
    [generated_t, managed_on_site_t, sent_off_site_t] AS amounts,
    opening_stock_t + generated_t - managed_on_site_t - sent_off_site_t - closing_stock_t AS gap_t
  FROM core.annual
  UNION ALL
  SELECT
    factory_id,
    'processing' AS report_type,
    STRFTIME(report_month, '%Y-%m') AS period,
    STRFTIME(report_month + INTERVAL 1 MONTH, '%Y-%m') AS next_period,
    waste_code,
    'core.processing' AS source_table,
    submission_id,
    source_sheet,
    source_row,
    opening_stock_t,
    closing_stock_t,
    [
      'opening_stock_t', 'closing_stock_t', 'gap_t', 'carry_gap_t', 'received_t', 'processed_t', 'closes', 'carries_over'
    ] AS figures,
    [received_t, processed_t] AS amounts,
    opening_stock_t + received_t - processed_t - closing_stock_t AS gap_t
  FROM core.processing
)

SELECT
  b.factory_id,
  b.report_type,
  b.period,
  b.waste_code,
  UNNEST(t.figures) AS figure,
  -- A gap of which one row lacks a figure is no sum.
  UNNEST(
    LIST_CONCAT(
      [
        t.opening_stock_t,
        t.closing_stock_t,
        IF(b.gap_t IS NULL, NULL, t.gap_t),
        IF(b.carry_gap_t IS NULL, NULL, t.opening_stock_t)
      ],
      t.amounts
    )
  ) AS amount,
  t.source_table,
  t.submission_id,
  t.source_sheet,
  t.source_row,
  NULL AS via
FROM summary.stock_balance AS b
INNER JOIN term AS t
  ON
    b.factory_id = t.factory_id
    AND b.report_type = t.report_type
    AND b.period = t.period
    AND b.waste_code = t.waste_code
UNION ALL
SELECT
  b.factory_id,
  b.report_type,
  b.period,
  b.waste_code,
  UNNEST(['previous_closing_stock_t', 'carry_gap_t', 'carries_over']) AS figure,
  UNNEST([t.closing_stock_t, IF(b.carry_gap_t IS NULL, NULL, -t.closing_stock_t)]) AS amount,
  t.source_table,
  t.submission_id,
  t.source_sheet,
  t.source_row,
  JSON_OBJECT(
    'table', 'summary.stock_balance', 'factory_id', t.factory_id, 'report_type', t.report_type, 'period', t.period,
    'waste_code', t.waste_code
  ) AS via
FROM summary.stock_balance AS b
INNER JOIN term AS t
  ON
    b.factory_id = t.factory_id
    AND b.report_type = t.report_type
    AND b.period = t.next_period
    AND b.waste_code = t.waste_code
