-- title_en: A hazardous waste became a non-hazardous one of the same tonnage
-- title_th: ของเสียอันตรายกลายเป็นของเสียไม่อันตรายในปริมาณใกล้เคียงเดิม
-- ground: policy: an HM code may be rebutted by laboratory results (Annex 2), so this is a question and no breach
-- one_row_is: one hazardous code that all but vanished from a factory's annual report while a non-hazardous one appeared
-- recipients: headquarters, province
-- is_statistical: yes
-- silence_days: 180
-- columns:
--   factory_id: generator that reported it
--   period: year in which the non-hazardous code appeared
--   subject: hazardous code>non-hazardous code
--   score: tonnes of the non-hazardous code [t]
--   evidence: both codes in both years
-- evidence:
--   hazardous_code: code that all but vanished
--   non_hazardous_code: code that appeared
--   hazardous_before_t: tonnes of the hazardous code in the year before [t]
--   hazardous_after_t: tonnes of it in this year [t]
--   non_hazardous_before_t: tonnes of the other code in the year before [t]
--   non_hazardous_after_t: tonnes of it in this year [t]
--   rows: table, submission_id, source_sheet and source_row of both codes in both years
WITH parameter AS (
  SELECT
    5 AS mass_at_least_t, -- t of the hazardous code in the year before; [policy] less comes and goes
    10 AS left_over_pct, -- % of the other year that a code may still have, or have had; [policy]
    20 AS tolerance_pct -- % by which the new tonnage may lie off the old; [policy] production varies
),

code_year AS (
  SELECT
    a.factory_id,
    a.report_year,
    a.waste_code,
    w.is_hazardous,
    SUM(a.generated_t) AS mass_t,
    LIST(
      {
        'table': 'core.annual',
        'submission_id': a.submission_id,
        'source_sheet': a.source_sheet,
        'source_row': a.source_row
      } ORDER BY a.submission_id, a.source_sheet, a.source_row
    ) AS source_rows
  FROM core.annual AS a
  INNER JOIN ref.waste_code AS w
    ON
      a.waste_code = w.code
      AND MAKE_DATE(a.report_year, 12, 31) BETWEEN w.valid_from AND COALESCE(w.valid_to, MAKE_DATE(a.report_year, 12, 31))
  GROUP BY a.factory_id, a.report_year, a.waste_code, w.is_hazardous
),

factory_year AS (
  SELECT DISTINCT
    factory_id,
    report_year
  FROM code_year
),

-- Each code in a year and the one before it; both years must have a report.
change AS (
  SELECT
    y.factory_id,
    y.report_year,
    COALESCE(n.waste_code, b.waste_code) AS waste_code,
    COALESCE(n.is_hazardous, b.is_hazardous) AS is_hazardous,
    COALESCE(b.mass_t, 0) AS before_t,
    COALESCE(n.mass_t, 0) AS after_t,
    LIST_CONCAT(b.source_rows, n.source_rows) AS source_rows
  FROM factory_year AS y
  INNER JOIN code_year AS k
    ON y.factory_id = k.factory_id AND k.report_year IN (y.report_year, y.report_year - 1)
  LEFT JOIN code_year AS n
    ON k.factory_id = n.factory_id AND k.waste_code = n.waste_code AND y.report_year = n.report_year
  LEFT JOIN code_year AS b
    ON k.factory_id = b.factory_id AND k.waste_code = b.waste_code AND y.report_year - 1 = b.report_year
  CROSS JOIN ref.tonight AS t
  WHERE y.report_year >= YEAR(t.obligations_from) AND (k.report_year = y.report_year OR n.waste_code IS NULL)
),

swap AS (
  SELECT
    h.factory_id,
    h.report_year,
    h.waste_code AS hazardous_code,
    o.waste_code AS non_hazardous_code,
    h.before_t AS hazardous_before_t,
    h.after_t AS hazardous_after_t,
    o.before_t AS non_hazardous_before_t,
    o.after_t AS non_hazardous_after_t,
    LIST_CONCAT(h.source_rows, o.source_rows) AS source_rows
  FROM change AS h
  INNER JOIN change AS o
    ON h.factory_id = o.factory_id AND h.report_year = o.report_year AND h.is_hazardous AND NOT o.is_hazardous
  CROSS JOIN parameter AS p
  WHERE
    h.before_t >= p.mass_at_least_t
    AND 100 * h.after_t <= p.left_over_pct * h.before_t
    AND 100 * o.before_t <= p.left_over_pct * o.after_t
    AND 100 * ABS(o.after_t - h.before_t) <= p.tolerance_pct * h.before_t
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY h.factory_id, h.report_year, h.waste_code
    ORDER BY ABS(o.after_t - h.before_t) ASC, o.waste_code ASC
  ) = 1
)

SELECT
  factory_id,
  CAST(report_year AS VARCHAR) AS period,
  hazardous_code || '>' || non_hazardous_code AS subject,
  CAST(non_hazardous_after_t AS DOUBLE) AS score,
  JSON_OBJECT(
    'hazardous_code', hazardous_code,
    'non_hazardous_code', non_hazardous_code,
    'hazardous_before_t', hazardous_before_t,
    'hazardous_after_t', hazardous_after_t,
    'non_hazardous_before_t', non_hazardous_before_t,
    'non_hazardous_after_t', non_hazardous_after_t,
    'rows', source_rows
  ) AS evidence
FROM swap
