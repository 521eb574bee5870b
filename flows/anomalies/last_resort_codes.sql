-- title_en: Much of a factory's waste has a code of last resort
-- title_th: ใช้รหัสของเสียกลุ่มสุดท้าย (xx xx 99 หรือหมวด 16) ในสัดส่วนสูง
-- ground: Annex 1: codes ending in 99 and chapter 16 come last in the order of coding; the share is policy
-- one_row_is: one year of one factory's annual report
-- recipients: headquarters, province
-- is_statistical: yes
-- silence_days: 180
-- example_th: เกิดของเสียปีละ 100 ตัน ใช้รหัสลงท้าย 99 ไป 60 ตัน คือร้อยละ 60 เกินร้อยละ 50 คะแนน 60
-- example_en: 100 t were generated in the year, 60 t of them under codes ending in 99. That is 60 %, more than 50 %:
--     score 60
-- columns:
--   factory_id: generator that reported it
--   period: year
--   subject: NULL
--   score: tonnes under codes of last resort [t]
--   evidence: the share and its rows
-- evidence:
--   last_resort_t: tonnes generated under codes ending in 99 or of chapter 16 [t]
--   generated_t: tonnes generated, all codes [t]
--   last_resort_pct: last_resort_t in % of generated_t [%]
--   waste_code: the code of last resort with most tonnes
--   rows: table, submission_id, source_sheet and source_row of the rows with such codes
WITH parameter AS (
  SELECT
    50 AS share_pct, -- % of the tonnes generated; [policy] the greater part
    10 AS generated_at_least_t -- t a year; [policy] little waste says little
),

coded AS (
  SELECT
    a.factory_id,
    a.report_year,
    a.waste_code,
    a.generated_t,
    RIGHT(a.waste_code, 2) = '99' OR LEFT(a.waste_code, 2) = '16' AS is_last_resort,
    {
      'table': 'core.annual',
      'submission_id': a.submission_id,
      'source_sheet': a.source_sheet,
      'source_row': a.source_row
    } AS source
  FROM core.annual AS a
  CROSS JOIN ref.tonight AS t
  WHERE a.waste_code IS NOT NULL AND a.report_year >= YEAR(t.obligations_from)
)

SELECT
  c.factory_id,
  CAST(c.report_year AS VARCHAR) AS period,
  NULL AS subject,
  CAST(SUM(c.generated_t) FILTER (WHERE c.is_last_resort) AS DOUBLE) AS score,
  JSON_OBJECT(
    'last_resort_t', SUM(c.generated_t) FILTER (WHERE c.is_last_resort),
    'generated_t', SUM(c.generated_t),
    'last_resort_pct', ROUND(100 * SUM(c.generated_t) FILTER (WHERE c.is_last_resort) / SUM(c.generated_t), 1),
    'waste_code', ARG_MAX(c.waste_code, (c.generated_t, c.waste_code)) FILTER (WHERE c.is_last_resort),
    'rows', LIST(c.source ORDER BY c.source) FILTER (WHERE c.is_last_resort)
  ) AS evidence
FROM coded AS c
CROSS JOIN parameter AS p
GROUP BY c.factory_id, c.report_year, p.share_pct, p.generated_at_least_t
HAVING
  SUM(c.generated_t) >= p.generated_at_least_t
  AND 100 * SUM(c.generated_t) FILTER (WHERE c.is_last_resort) > p.share_pct * SUM(c.generated_t)
