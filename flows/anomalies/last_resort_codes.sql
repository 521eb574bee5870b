-- title_en: Much of a factory's waste has a code of last resort
-- title_th: ใช้รหัสของเสียกลุ่มสุดท้าย (xx xx 99 หรือหมวด 16) ในสัดส่วนสูง
-- ground: Annex 1: codes ending in 99 and chapter 16 come last in the order of coding; the share is policy.
--     Some industries have nothing else (chapter 16 is end-of-life vehicles, batteries): a class that codes so is no anomaly
-- ground_th: ภาคผนวก 1: รหัสที่ลงท้ายด้วย 99 และหมวด 16 อยู่ลำดับท้ายสุดของการเลือกรหัส ส่วนเกณฑ์สัดส่วนเป็นนโยบาย
--     บางอุตสาหกรรมไม่มีรหัสอื่นให้ใช้ (หมวด 16 คือยานยนต์ที่หมดอายุการใช้งานและแบตเตอรี่)
--     ประเภทโรงงานที่ใช้รหัสเช่นนี้เป็นปกติไม่ถือว่าผิดปกติ
-- one_row_is: one year of one factory's annual report
-- meaning_th: รายงานประจำปีหนึ่งปีของโรงงานหนึ่งแห่ง
-- recipients: headquarters, province
-- is_statistical: yes
-- silence_days: 180
-- example_th: เกิดของเสียปีละ 100 ตัน ใช้รหัสลงท้าย 99 ไป 60 ตัน คือร้อยละ 60 เกินร้อยละ 50
--     ค่ากลางของโรงงานประเภทเดียวกันคือร้อยละ 10 ห่างกันเกิน 25 จุด คะแนน 60
-- example_en: 100 t were generated in the year, 60 t of them under codes ending in 99. That is 60 %, more than 50 %,
--     and 50 points above the 10 % that factories of its class have at the median, more than 25: score 60
-- score_th: ตันภายใต้รหัสกลุ่มสุดท้าย [ตัน]
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
--   peers_last_resort_pct: median of that share among its peers, the factories of its class in the year [%]; null when these
--     are too few
--   peers: how many they are
--   rows: table, submission_id, source_sheet and source_row of the rows with such codes
-- parameters_th:
--   share_pct: ร้อยละของปริมาณที่เกิดขึ้น; [policy] เกินครึ่ง
--   generated_at_least_t: ตันต่อปี; [policy] ของเสียน้อยบอกอะไรไม่ได้มาก
--   peers_at_least: จำนวนโรงงานประเภทเดียวกันที่มีของเสียในปีนั้น; [policy] ค่ากลางของโรงงานน้อยกว่านี้เป็นเรื่องบังเอิญ
--   peers_margin_pct: จุดร้อยละเหนือค่ากลางของโรงงานประเภทเดียวกัน; [policy] ครึ่งหนึ่งของ share_pct
WITH parameter AS (
  SELECT
    50 AS share_pct, -- % of the tonnes generated; [policy] the greater part
    10 AS generated_at_least_t, -- t a year; [policy] little waste says little
    10 AS peers_at_least, -- factories of the class with waste in the year; [policy] the median of fewer is chance
    25 AS peers_margin_pct -- percentage points above the peers' median; [policy] half of share_pct
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
),

factory_share AS (
  SELECT
    c.factory_id,
    c.report_year,
    f.factory_class,
    SUM(c.generated_t) AS generated_t,
    COALESCE(SUM(c.generated_t) FILTER (WHERE c.is_last_resort), 0) AS last_resort_t,
    ARG_MAX(c.waste_code, (c.generated_t, c.waste_code)) FILTER (WHERE c.is_last_resort) AS waste_code,
    LIST(c.source ORDER BY c.source) FILTER (WHERE c.is_last_resort) AS source_rows
  FROM coded AS c
  LEFT JOIN core.factory AS f ON c.factory_id = f.factory_id
  GROUP BY c.factory_id, c.report_year, f.factory_class
  HAVING SUM(c.generated_t) > 0
),

class_share AS (
  SELECT
    s.report_year,
    s.factory_class,
    COUNT(*) AS peers,
    MEDIAN(100 * s.last_resort_t / s.generated_t) AS last_resort_pct
  FROM factory_share AS s
  CROSS JOIN parameter AS p
  WHERE s.factory_class IS NOT NULL
  GROUP BY s.report_year, s.factory_class, p.peers_at_least
  HAVING COUNT(*) >= p.peers_at_least
)

SELECT
  s.factory_id,
  CAST(s.report_year AS VARCHAR) AS period,
  NULL AS subject,
  CAST(s.last_resort_t AS DOUBLE) AS score,
  JSON_OBJECT(
    'last_resort_t', s.last_resort_t,
    'generated_t', s.generated_t,
    'last_resort_pct', ROUND(100 * s.last_resort_t / s.generated_t, 1),
    'waste_code', s.waste_code,
    'peers_last_resort_pct', ROUND(c.last_resort_pct, 1),
    'peers', COALESCE(c.peers, 0),
    'rows', s.source_rows
  ) AS evidence
FROM factory_share AS s
CROSS JOIN parameter AS p
LEFT JOIN class_share AS c ON s.report_year = c.report_year AND s.factory_class = c.factory_class
WHERE
  s.generated_t >= p.generated_at_least_t
  AND 100 * s.last_resort_t > p.share_pct * s.generated_t
  AND (c.peers IS NULL OR 100 * s.last_resort_t > (c.last_resort_pct + p.peers_margin_pct) * s.generated_t)
