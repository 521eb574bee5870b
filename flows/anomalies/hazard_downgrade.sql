-- title_en: A hazardous waste became a non-hazardous one of the same tonnage
-- title_th: ของเสียอันตรายกลายเป็นของเสียไม่อันตรายในปริมาณใกล้เคียงเดิม
-- ground: policy: an HM code may be rebutted by laboratory results (Annex 2), so this is a question and no breach
-- ground_th: นโยบาย: รหัส HM อาจโต้แย้งได้ด้วยผลวิเคราะห์จากห้องปฏิบัติการ (ภาคผนวก 2) จึงเป็นข้อสงสัย
--     ไม่ใช่การกระทำผิด
-- one_row_is: one hazardous code that all but vanished from a factory's annual report while a non-hazardous one appeared
-- meaning_th: รหัสของเสียอันตรายหนึ่งรหัสที่แทบหายไปจากรายงานประจำปีของโรงงาน ขณะที่มีรหัสของเสียไม่อันตรายปรากฏขึ้นแทน
-- recipients: headquarters, province
-- is_statistical: yes
-- silence_days: 180
-- example_th: ปีก่อนรายงานรหัสอันตราย 40 ตัน ปีนี้ไม่มี แต่มีรหัสไม่อันตรายที่ไม่เคยรายงาน 38 ตัน ต่างจาก 40
--     ตันไม่เกินร้อยละ 20 คะแนน 38
-- example_en: 40 t of a hazardous code were reported for one year and none for the next, where a non-hazardous code
--     appears with 38 t, which lies within 20 % of 40 t: score 38
-- score_th: ตันของรหัสไม่อันตราย [ตัน]
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
--   peers: other factories of its class that reported the hazardous code in the year before
--   peers_kept: those of them that report it still: when most do, the waste has not changed its name for all
--   rows: table, submission_id, source_sheet and source_row of both codes in both years
-- parameters_th:
--   mass_at_least_t: ตันของรหัสอันตรายในปีก่อน; [policy] น้อยกว่านี้มีบ้างไม่มีบ้างเป็นปกติ
--   left_over_pct: ร้อยละของอีกปีหนึ่งที่รหัสนั้นยังเหลืออยู่ หรือเคยมีอยู่ได้; [policy]
--   tolerance_pct: ร้อยละที่ปริมาณใหม่ต่างจากปริมาณเดิมได้; [policy] การผลิตไม่เท่ากันทุกปี
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
    SUM(a.generated_t) AS mass_t
  FROM core.annual AS a
  CROSS JOIN ref.tonight AS t
  INNER JOIN ref.waste_code AS w
    ON
      a.waste_code = w.code
      AND MAKE_DATE(a.report_year, 12, 31) BETWEEN w.valid_from AND COALESCE(w.valid_to, MAKE_DATE(a.report_year, 12, 31))
  WHERE a.report_year >= YEAR(t.obligations_from) - 1
  GROUP BY a.factory_id, a.report_year, a.waste_code, w.is_hazardous
),

gone AS (
  SELECT
    b.factory_id,
    b.report_year + 1 AS report_year,
    b.waste_code,
    b.mass_t AS before_t,
    COALESCE(n.mass_t, 0) AS after_t
  FROM code_year AS b
  CROSS JOIN parameter AS p
  LEFT JOIN code_year AS n
    ON b.factory_id = n.factory_id AND b.waste_code = n.waste_code AND b.report_year + 1 = n.report_year
  WHERE
    b.is_hazardous
    AND b.mass_t >= p.mass_at_least_t
    AND 100 * COALESCE(n.mass_t, 0) <= p.left_over_pct * b.mass_t
),

swap AS (
  SELECT
    g.factory_id,
    g.report_year,
    g.waste_code AS hazardous_code,
    n.waste_code AS non_hazardous_code,
    g.before_t AS hazardous_before_t,
    g.after_t AS hazardous_after_t,
    COALESCE(b.mass_t, 0) AS non_hazardous_before_t,
    n.mass_t AS non_hazardous_after_t
  FROM gone AS g
  CROSS JOIN parameter AS p
  CROSS JOIN ref.tonight AS t
  INNER JOIN code_year AS n ON g.factory_id = n.factory_id AND g.report_year = n.report_year AND NOT n.is_hazardous
  LEFT JOIN code_year AS b
    ON n.factory_id = b.factory_id AND n.waste_code = b.waste_code AND n.report_year - 1 = b.report_year
  WHERE
    g.report_year >= YEAR(t.obligations_from)
    AND 100 * COALESCE(b.mass_t, 0) <= p.left_over_pct * n.mass_t
    AND 100 * ABS(n.mass_t - g.before_t) <= p.tolerance_pct * g.before_t
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY g.factory_id, g.report_year, g.waste_code
    ORDER BY ABS(n.mass_t - g.before_t) ASC, n.waste_code ASC
  ) = 1
),

swap_peers AS (
  SELECT
    s.factory_id,
    s.report_year,
    s.hazardous_code,
    COUNT(*) AS peers,
    COUNT(*) FILTER (WHERE n.mass_t > 0) AS peers_kept
  FROM swap AS s
  INNER JOIN core.factory AS f ON s.factory_id = f.factory_id
  INNER JOIN core.factory AS o ON f.factory_class = o.factory_class AND f.factory_id <> o.factory_id
  INNER JOIN code_year AS b
    ON o.factory_id = b.factory_id AND s.report_year - 1 = b.report_year AND s.hazardous_code = b.waste_code AND b.mass_t > 0
  LEFT JOIN code_year AS n
    ON b.factory_id = n.factory_id AND b.report_year + 1 = n.report_year AND b.waste_code = n.waste_code
  GROUP BY s.factory_id, s.report_year, s.hazardous_code
)

SELECT
  s.factory_id,
  CAST(s.report_year AS VARCHAR) AS period,
  s.hazardous_code || '>' || s.non_hazardous_code AS subject,
  CAST(s.non_hazardous_after_t AS DOUBLE) AS score,
  JSON_OBJECT(
    'hazardous_code', s.hazardous_code,
    'non_hazardous_code', s.non_hazardous_code,
    'hazardous_before_t', s.hazardous_before_t,
    'hazardous_after_t', s.hazardous_after_t,
    'non_hazardous_before_t', s.non_hazardous_before_t,
    'non_hazardous_after_t', s.non_hazardous_after_t,
    'peers', COALESCE(p.peers, 0),
    'peers_kept', COALESCE(p.peers_kept, 0),
    'rows', LIST(
      {
        'table': 'core.annual',
        'submission_id': a.submission_id,
        'source_sheet': a.source_sheet,
        'source_row': a.source_row
      } ORDER BY a.report_year, a.submission_id, a.source_sheet, a.source_row
    )
  ) AS evidence
FROM swap AS s
INNER JOIN core.annual AS a
  ON
    s.factory_id = a.factory_id
    AND a.report_year IN (s.report_year - 1, s.report_year)
    AND a.waste_code IN (s.hazardous_code, s.non_hazardous_code)
LEFT JOIN swap_peers AS p
  ON s.factory_id = p.factory_id AND s.report_year = p.report_year AND s.hazardous_code = p.hazardous_code
GROUP BY
  p.peers,
  p.peers_kept,
  s.factory_id,
  s.report_year,
  s.hazardous_code,
  s.non_hazardous_code,
  s.hazardous_before_t,
  s.hazardous_after_t,
  s.non_hazardous_before_t,
  s.non_hazardous_after_t
