-- title_en: A load was received with another quantity or waste code than it was sent with
-- title_th: ปริมาณหรือรหัสของเสียที่รับไม่ตรงกับที่ส่ง
-- ground: cl. 18; [press: 37 large generators]; the tolerance is borrowed, see summary.reconciliation
-- ground_th: ข้อ 18; [press: 37 large generators]; ค่าความคลาดเคลื่อนที่ยอมรับยืมมาจากต่างประเทศ ดู
--     summary.reconciliation
-- one_row_is: one manifest line whose receipt disagrees with it
-- meaning_th: รายการในเอกสารกำกับหนึ่งรายการที่การตอบรับไม่ตรงกัน
-- recipients: headquarters, province
-- is_statistical: no
-- judges: core.manifest.factory_id by sent_date
-- silence_days: 30
-- example_th: ส่ง 10 ตัน รับ 8 ตัน ต่างกัน 2 ตัน คือร้อยละ 20 เกินร้อยละ 10 คะแนน 2
-- example_en: 10 t left, 8 t arrived. The difference of 2 t is 20 %, more than 10 %: score 2
-- score_th: ตันที่เป็นข้อสงสัย: ส่วนที่ต่างกัน หรือทั้งเที่ยวเมื่อรหัสของเสียต่างกัน [ตัน]
-- columns:
--   factory_id: generator: it answers for transport
--   period: month in which the load was sent
--   subject: manifest_no/line_no
--   score: tonnes in doubt: the difference; the whole load when the waste code differs [t]
--   evidence: both sides' figures and rows
-- evidence:
--   state: quantity_differs or code_differs
--   processor_id: processor that received it
--   sent_date: day the load left
--   received_date: day it arrived
--   sent_waste_code: waste code of the manifest
--   received_waste_code: waste code found on arrival
--   sent_t: tonnes sent [t]
--   received_t: tonnes received [t]
--   difference_t: received_t - sent_t [t]
--   difference_pct: difference in % of sent_t [%]
--   tolerance_pct: difference that would have been tolerated [% of sent_t]
--   is_independent: whether manifest and receipt came through different hands
--   rows: table, submission_id, source_sheet and source_row of both
SELECT
  factory_id,
  STRFTIME(sent_date, '%Y-%m') AS period,
  manifest_no || '/' || line_no AS subject,
  CAST(IF(state = 'code_differs', GREATEST(sent_t, received_t), ABS(difference_t)) AS DOUBLE) AS score,
  JSON_OBJECT(
    'state', state,
    'processor_id', processor_id,
    'sent_date', sent_date,
    'received_date', received_date,
    'sent_waste_code', waste_code,
    'received_waste_code', received_waste_code,
    'sent_t', sent_t,
    'received_t', received_t,
    'difference_t', difference_t,
    'difference_pct', ROUND(difference_pct, 1),
    'tolerance_pct', tolerance_pct,
    'is_independent', is_independent,
    'rows', [
      {
        'table': 'core.manifest',
        'submission_id': manifest_submission_id,
        'source_sheet': manifest_source_sheet,
        'source_row': manifest_source_row
      },
      {
        'table': 'core.receipt',
        'submission_id': receipt_submission_id,
        'source_sheet': receipt_source_sheet,
        'source_row': receipt_source_row
      }
    ]
  ) AS evidence
FROM summary.reconciliation
WHERE state IN ('quantity_differs', 'code_differs')
