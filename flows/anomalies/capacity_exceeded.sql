-- title_en: A processor took in more than it is licensed for
-- title_th: ผู้รับดำเนินการรับของเสียเกินกำลังการรับที่ได้รับอนุญาต
-- ground: licence; every year is judged by the capacity that the register gives tonight, as it keeps no earlier one. A
--     capacity that is not given, or is 0, is unknown and not judged
-- ground_th: ใบอนุญาต ทุกปีตัดสินตามกำลังการรับที่ทะเบียนโรงงานระบุในคืนนี้ เพราะทะเบียนไม่ได้เก็บค่าเดิมไว้
--     กำลังการรับที่ไม่ได้ระบุหรือเป็น 0 ถือว่าไม่ทราบและไม่ตัดสิน
-- one_row_is: one calendar year of one processor
-- meaning_th: หนึ่งปีปฏิทินของผู้รับดำเนินการหนึ่งราย
-- key: factory_id, period, subject
-- recipients: headquarters, province
-- is_statistical: no
-- judges: core.receipt.processor_id by received_date
-- silence_days: 90
-- example_th: ได้รับอนุญาตให้รับ 1,000 ตันต่อปี แต่การตอบรับทั้งปีรวม 1,250 ตัน เกิน 250 ตัน คะแนน 250
-- example_en: 1,000 t a year are licensed, the year's receipts add up to 1,250 t. That is 250 t too much: score 250
-- score_th: ตันที่รับเกินกำลังการรับ [ตัน]
-- columns:
--   factory_id: processor
--   period: year
--   subject: NULL
--   score: tonnes received beyond the capacity [t]
--   evidence: intake and capacity
-- evidence:
--   received_t: tonnes received in the year, by receipts that did not reject the load [t]
--   intake_capacity_t: tonnes a year that it may take in [t]
--   excess_t: tonnes beyond it [t]
--   used_pct: received_t in % of intake_capacity_t [%]
--   rows: table, submission_id, source_sheet and source_row of the register; the loads are those of
--     summary.reconciliation
SELECT
  w.factory_id,
  CAST(w.year AS VARCHAR) AS period,
  NULL AS subject,
  CAST(w.received_t - f.intake_capacity_t AS DOUBLE) AS score,
  JSON_OBJECT(
    'received_t', w.received_t,
    'intake_capacity_t', f.intake_capacity_t,
    'excess_t', w.received_t - f.intake_capacity_t,
    'used_pct', ROUND(100 * w.received_t / f.intake_capacity_t, 1),
    'rows', [
      {
        'table': 'core.factory',
        'submission_id': f.submission_id,
        'source_sheet': f.source_sheet,
        'source_row': f.source_row
      }
    ]
  ) AS evidence
FROM summary.waste_by_factory_year AS w
INNER JOIN core.factory AS f ON w.factory_id = f.factory_id
CROSS JOIN ref.tonight AS t
WHERE f.intake_capacity_t > 0 AND w.received_t > f.intake_capacity_t AND w.year >= YEAR(t.obligations_from);

-- lineage
SELECT
  factory_id,
  CAST(year AS VARCHAR) AS period,
  NULL AS subject,
  figure,
  amount,
  source_table,
  submission_id,
  source_sheet,
  source_row,
  via
FROM lineage_waste_by_factory_year
WHERE figure = 'received_t'
UNION ALL
SELECT
  w.factory_id,
  CAST(w.year AS VARCHAR) AS period,
  NULL AS subject,
  'intake_capacity_t' AS figure,
  f.intake_capacity_t AS amount,
  'core.factory' AS source_table,
  f.submission_id,
  f.source_sheet,
  f.source_row,
  NULL AS via
FROM summary.waste_by_factory_year AS w
INNER JOIN core.factory AS f ON w.factory_id = f.factory_id
