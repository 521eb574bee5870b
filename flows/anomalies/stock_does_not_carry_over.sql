-- title_en: Closing stock of one period is not the opening stock of the next
-- title_th: ยอดคงเหลือสิ้นงวดไม่ตรงกับยอดยกมาของงวดถัดไป
-- ground: arithmetic; the tolerance is that of summary.stock_balance. A waste that only one of the two reports names is
--     not judged
-- ground_th: เลขคณิต ค่าความคลาดเคลื่อนที่ยอมรับใช้ค่าเดียวกับ summary.stock_balance
--     ไม่ตัดสินของเสียที่ระบุในรายงานเพียงฉบับเดียวจากสองฉบับ
-- one_row_is: one waste code of one period
-- meaning_th: รหัสของเสียหนึ่งรหัสในหนึ่งงวด
-- recipients: headquarters, province
-- is_statistical: no
-- judges: summary.stock_balance.factory_id by period
-- silence_days: 90
-- example_th: ยอดคงเหลือสิ้นปีก่อน 20 ตัน แต่ยอดยกมาปีนี้ 5 ตัน หายไป 15 ตัน คะแนน 15
-- example_en: 20 t were in storage at the end of one year, 5 t at the start of the next. 15 t have vanished: score 15
-- score_th: ตันที่หายไปหรือเพิ่มขึ้นมา [ตัน]
-- columns:
--   factory_id: factory that reported it
--   period: the later of the two periods
--   subject: waste_code
--   score: tonnes that vanished or appeared [t]
--   evidence: both stocks, and the rows of the later report
-- evidence:
--   report_type: annual or processing
--   waste_code: waste code
--   previous_closing_stock_t: closing stock of the period before [t]
--   opening_stock_t: opening stock of this period [t]
--   carry_gap_t: opening_stock_t - previous_closing_stock_t [t]
--   rows: table, submission_id, source_sheet and source_row of the later report
WITH gap AS (
  SELECT b.*
  FROM summary.stock_balance AS b
  CROSS JOIN ref.tonight AS t
  WHERE NOT b.carries_over AND b.period >= LEFT(CAST(t.obligations_from AS VARCHAR), LEN(b.period))
),

source AS (
  SELECT
    factory_id,
    'annual' AS report_type,
    CAST(report_year AS VARCHAR) AS period,
    waste_code,
    {
      'table': 'core.annual',
      'submission_id': submission_id,
      'source_sheet': source_sheet,
      'source_row': source_row
    } AS source
  FROM core.annual
  UNION ALL
  SELECT
    factory_id,
    'processing' AS report_type,
    STRFTIME(report_month, '%Y-%m') AS period,
    waste_code,
    {
      'table': 'core.processing',
      'submission_id': submission_id,
      'source_sheet': source_sheet,
      'source_row': source_row
    } AS source
  FROM core.processing
)

SELECT
  g.factory_id,
  g.period,
  g.waste_code AS subject,
  CAST(ABS(ANY_VALUE(g.carry_gap_t)) AS DOUBLE) AS score,
  JSON_OBJECT(
    'report_type', g.report_type,
    'waste_code', g.waste_code,
    'previous_closing_stock_t', ANY_VALUE(g.previous_closing_stock_t),
    'opening_stock_t', ANY_VALUE(g.opening_stock_t),
    'carry_gap_t', ANY_VALUE(g.carry_gap_t),
    'rows', LIST(s.source ORDER BY s.source)
  ) AS evidence
FROM gap AS g
INNER JOIN source AS s
  ON g.factory_id = s.factory_id AND g.report_type = s.report_type AND g.period = s.period AND g.waste_code = s.waste_code
GROUP BY g.factory_id, g.report_type, g.period, g.waste_code
