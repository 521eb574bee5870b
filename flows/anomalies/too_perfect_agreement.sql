-- title_en: Sent and received weights agree too well, or are all round
-- title_th: น้ำหนักส่งกับรับตรงกันเกินจริง หรือเป็นเลขกลมทั้งหมด
-- ground: [press]: one hand filled both sides; two scales never agree to the kilogram for months on end
-- ground_th: [press]: คนเดียวกรอกข้อมูลทั้งสองฝ่าย เครื่องชั่งสองเครื่องไม่มีทางตรงกันทุกกิโลกรัมติดต่อกันหลายเดือน
-- one_row_is: one year's loads from one generator to one processor
-- meaning_th: เที่ยวทั้งหมดในหนึ่งปีจากผู้ก่อกำเนิดหนึ่งรายถึงผู้รับดำเนินการหนึ่งราย
-- recipients: headquarters, province
-- is_statistical: yes
-- silence_days: 180
-- example_th: ทั้งปีมี 24 เที่ยวระหว่างสองโรงงาน ตลอด 12 เดือน น้ำหนักส่งกับรับตรงกันทุกกิโลกรัมทั้ง 24 เที่ยว คะแนน
--     24
-- example_en: two factories had 24 loads in a year, in 12 months of it, and all 24 weights agree to the kilogram:
--     score 24
-- score_th: เที่ยวที่ตรงกันทุกกิโลกรัมหรือเป็นเลขกลม [เที่ยว]
-- columns:
--   factory_id: processor: it answers, and fills in many manifests for its clients
--   period: year in which the loads were received
--   subject: generator
--   score: loads that agree or are round [line]
--   evidence: how many loads agree
-- evidence:
--   kind: equal (sent and received agree to the kilogram) or round (whole tonnes on both sides)
--   generator_id: generator that sent the loads
--   loads: answered loads of the two in the year [line]
--   suspect_loads: those of them that agree, or are round [line]
--   suspect_pct: suspect_loads in % of loads [%]
--   months: months with such loads
--   mass_t: tonnes received with them [t]
--   is_independent: manifests and receipts came through different hands, for all of them; else one hand typed both
--   rows: table, submission_id, source_sheet and source_row of their receipts
-- parameters_th:
--   loads_at_least: จำนวนเที่ยวระหว่างสองโรงงานในหนึ่งปี; [policy] น้อยกว่านี้อาจตรงกันโดยบังเอิญ
--   months_at_least: จำนวนเดือนที่มีเที่ยวเช่นนั้น; [policy] “ติดต่อกันหลายเดือน”
--   share_pct: ร้อยละของเที่ยวทั้งหมด; [policy] น้ำหนักจริงเพียงไม่กี่เที่ยวไม่ทำให้เที่ยวอื่นพ้นข้อสงสัย
WITH parameter AS (
  SELECT
    12 AS loads_at_least, -- loads of the two in a year; [policy] fewer agree by chance
    3 AS months_at_least, -- months with such loads; [policy] "for months on end"
    95 AS share_pct -- % of the loads; [policy] a few real weights do not clear the others
),

answered AS (
  SELECT
    r.processor_id,
    r.factory_id,
    YEAR(r.received_date) AS year,
    CAST(MONTH(r.received_date) AS INTEGER) AS month,
    ROUND(r.sent_t, 3) = ROUND(r.received_t, 3) AS is_equal,
    ROUND(r.sent_t, 3) = ROUND(r.sent_t, 0) AND ROUND(r.received_t, 3) = ROUND(r.received_t, 0) AS is_round,
    r.is_independent,
    r.received_t,
    r.receipt_submission_id,
    r.receipt_source_sheet,
    r.receipt_source_row
  FROM summary.reconciliation AS r
  CROSS JOIN ref.tonight AS t
  WHERE r.difference_t IS NOT NULL AND r.state <> 'rejected' AND r.sent_date >= t.obligations_from
),

pair AS (
  -- months as bits of a number: far cheaper than counting them apart
  SELECT
    a.processor_id,
    a.factory_id,
    a.year,
    COUNT(*) AS loads,
    100 * COUNT(*) FILTER (WHERE a.is_equal) >= p.share_pct * COUNT(*)
    AND BIT_COUNT(BIT_OR(IF(a.is_equal, 1 << a.month, 0))) >= p.months_at_least AS is_too_equal,
    100 * COUNT(*) FILTER (WHERE a.is_round) >= p.share_pct * COUNT(*)
    AND BIT_COUNT(BIT_OR(IF(a.is_round, 1 << a.month, 0))) >= p.months_at_least AS is_too_round
  FROM answered AS a
  CROSS JOIN parameter AS p
  GROUP BY a.processor_id, a.factory_id, a.year, p.share_pct, p.months_at_least, p.loads_at_least
  HAVING COUNT(*) >= p.loads_at_least AND (is_too_equal OR is_too_round)
)

SELECT
  p.processor_id AS factory_id,
  CAST(p.year AS VARCHAR) AS period,
  p.factory_id AS subject,
  CAST(COUNT(*) AS DOUBLE) AS score,
  JSON_OBJECT(
    'kind', IF(p.is_too_equal, 'equal', 'round'),
    'generator_id', p.factory_id,
    'loads', p.loads,
    'suspect_loads', COUNT(*),
    'suspect_pct', ROUND(100 * COUNT(*) / p.loads, 1),
    'months', COUNT(DISTINCT a.month),
    'mass_t', SUM(a.received_t),
    'is_independent', BOOL_AND(a.is_independent),
    'rows', LIST(
      {
        'table': 'core.receipt',
        'submission_id': a.receipt_submission_id,
        'source_sheet': a.receipt_source_sheet,
        'source_row': a.receipt_source_row
      } ORDER BY a.receipt_submission_id, a.receipt_source_sheet, a.receipt_source_row
    )
  ) AS evidence
FROM pair AS p
INNER JOIN answered AS a
  ON
    p.processor_id = a.processor_id
    AND p.factory_id = a.factory_id
    AND p.year = a.year
    AND IF(p.is_too_equal, a.is_equal, a.is_round)
GROUP BY p.processor_id, p.factory_id, p.year, p.loads, p.is_too_equal
