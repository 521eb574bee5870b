-- title_en: A quantity is out of line with the factory's own history
-- title_th: ปริมาณผิดปกติเมื่อเทียบกับประวัติของโรงงานเอง
-- ground: statistics; the factors are policy. Measured on real yearly filings (US TRI, Illinois 2014 to 2019), a
--     year_factor of 3 flags 6 % of the facility-years and finds 88 % of slips of 10, 99 % of slips of 1,000
-- one_row_is: one year's generated total, or one manifest line, outside the range of the factory's others
-- recipients: headquarters, province
-- is_statistical: yes
-- silence_days: 90
-- example_th: สามปีก่อนรายงาน 10, 11 และ 12 ตัน ปีนี้ 11,000 ตัน มากกว่าปีสูงสุด 917 เท่า และเป็น 1,000 เท่าของปกติ
--     อาจเขียนกิโลกรัมในช่องตัน
-- example_en: the three years before had 10, 11 and 12 t, this year has 11,000 t, 917 times the highest of them:
--     score 917. As it is 1,000 times the typical year, kilograms may have been written as tonnes
-- columns:
--   factory_id: generator that reported it
--   period: year, or month in which the load was sent
--   subject: manifest_no/line_no of a load; NULL for a year
--   score: how many times above the highest, or below the lowest of the others [factor, not its logarithm]
--   evidence: the quantity, the others' range, and the rows
-- evidence:
--   kind: year (generated_t of an annual report) or load (a manifest line)
--   waste_code: waste code of the load; null for a year, which is the total of all codes
--   mass_t: the quantity in question [t]
--   lowest_t: lowest of the others [t]
--   typical_t: median of the others [t]
--   highest_t: highest of the others [t]
--   compared_with: how many others: years before it, or loads around it
--   times_typical: mass_t / typical_t
--   looks_like_unit_slip: true when that is near 1,000 or 1/1,000: kg written as t, or t as kg
--   rows: table, submission_id, source_sheet and source_row of the quantity in question
WITH parameter AS (
  SELECT
    6 AS years_back, -- years before the one in question; [policy] measured on real filings, see ground
    2 AS years_at_least, -- earlier years with waste; [policy] one year is no history
    3 AS year_factor, -- times outside the range; [policy] measured on real filings, see ground
    365 AS days_around, -- days before and after a load; [policy] a year's seasons on either side
    5 AS loads_at_least, -- other loads of that factory and waste code; [policy] fewer are no range
    30 AS load_factor, -- times outside the range; [policy] half way, in orders of size, to a slip of 1,000
    1000 AS slip_factor, -- kg in a t; [policy]
    3 AS slip_spread -- times that a slip may lie off slip_factor, as masses vary; [policy]
),

-- A year without waste says nothing about the size of a year with waste: zeros neither count nor are judged.
factory_year AS (
  SELECT
    factory_id,
    report_year AS year,
    SUM(generated_t) AS mass_t
  FROM core.annual
  GROUP BY factory_id, report_year
  HAVING SUM(generated_t) > 0
),

year_range AS (
  SELECT
    y.factory_id,
    y.year,
    y.mass_t,
    MIN(o.mass_t) AS lowest_t,
    MEDIAN(o.mass_t) AS typical_t,
    MAX(o.mass_t) AS highest_t,
    COUNT(*) AS compared_with
  FROM parameter AS p
  CROSS JOIN factory_year AS y
  INNER JOIN factory_year AS o
    ON y.factory_id = o.factory_id AND o.year BETWEEN y.year - p.years_back AND y.year - 1
  GROUP BY y.factory_id, y.year, y.mass_t
),

year_jump AS (
  SELECT r.*
  FROM year_range AS r
  CROSS JOIN parameter AS p
  WHERE
    r.compared_with >= p.years_at_least
    AND (r.mass_t > r.highest_t * p.year_factor OR r.mass_t * p.year_factor < r.lowest_t)
),

-- Only where the loads of one waste spread this widely can any of them lie outside the range of the others.
wide_stream AS (
  SELECT
    m.factory_id,
    m.waste_code
  FROM core.manifest AS m
  CROSS JOIN parameter AS p
  GROUP BY m.factory_id, m.waste_code, p.load_factor
  HAVING MAX(m.mass_t) > MIN(m.mass_t) * p.load_factor
),

stream_load AS (
  SELECT
    m.factory_id,
    m.waste_code,
    m.manifest_no,
    m.line_no,
    m.sent_date,
    m.mass_t,
    m.submission_id,
    m.source_sheet,
    m.source_row,
    MIN(m.mass_t) OVER around AS lowest_t,
    MEDIAN(m.mass_t) OVER around AS typical_t,
    MAX(m.mass_t) OVER around AS highest_t,
    COUNT(*) OVER around AS compared_with
  FROM core.manifest AS m
  INNER JOIN wide_stream AS s ON m.factory_id = s.factory_id AND m.waste_code = s.waste_code
  CROSS JOIN parameter AS p -- noqa: AL05
  WINDOW around AS (
    PARTITION BY m.factory_id, m.waste_code
    ORDER BY m.sent_date
    RANGE BETWEEN TO_DAYS(p.days_around) PRECEDING AND TO_DAYS(p.days_around) FOLLOWING -- noqa: PRS
    EXCLUDE CURRENT ROW
  )
),

load_jump AS (
  SELECT l.*
  FROM stream_load AS l
  CROSS JOIN parameter AS p
  WHERE
    l.compared_with >= p.loads_at_least
    AND (l.mass_t > l.highest_t * p.load_factor OR l.mass_t * p.load_factor < l.lowest_t)
),

year_row AS (
  SELECT
    factory_id,
    report_year AS year,
    LIST(
      {
        'table': 'core.annual',
        'submission_id': submission_id,
        'source_sheet': source_sheet,
        'source_row': source_row
      } ORDER BY submission_id, source_sheet, source_row
    ) AS source_rows
  FROM core.annual
  WHERE factory_id IN (SELECT j.factory_id FROM year_jump AS j)
  GROUP BY factory_id, report_year
),

jump AS (
  SELECT
    'year' AS kind,
    j.factory_id,
    CAST(j.year AS VARCHAR) AS period,
    NULL AS subject,
    NULL AS waste_code,
    j.mass_t,
    j.lowest_t,
    j.typical_t,
    j.highest_t,
    j.compared_with,
    r.source_rows
  FROM year_jump AS j
  INNER JOIN year_row AS r ON j.factory_id = r.factory_id AND j.year = r.year
  UNION ALL
  SELECT
    'load' AS kind,
    factory_id,
    STRFTIME(sent_date, '%Y-%m') AS period,
    manifest_no || '/' || line_no AS subject,
    waste_code,
    mass_t,
    lowest_t,
    typical_t,
    highest_t,
    compared_with,
    [
      {
        'table': 'core.manifest',
        'submission_id': submission_id,
        'source_sheet': source_sheet,
        'source_row': source_row
      }
    ] AS source_rows
  FROM load_jump
)

SELECT
  j.factory_id,
  j.period,
  j.subject,
  CAST(GREATEST(j.mass_t / j.highest_t, j.lowest_t / j.mass_t) AS DOUBLE) AS score,
  JSON_OBJECT(
    'kind', j.kind,
    'waste_code', j.waste_code,
    'mass_t', j.mass_t,
    'lowest_t', j.lowest_t,
    'typical_t', j.typical_t,
    'highest_t', j.highest_t,
    'compared_with', j.compared_with,
    'times_typical', j.mass_t / j.typical_t,
    'looks_like_unit_slip',
    GREATEST(j.mass_t / j.typical_t, j.typical_t / j.mass_t)
    BETWEEN p.slip_factor / p.slip_spread AND p.slip_factor * p.slip_spread,
    'rows', j.source_rows
  ) AS evidence
FROM jump AS j
CROSS JOIN parameter AS p
