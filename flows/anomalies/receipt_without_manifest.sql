-- title_en: A processor answered a manifest that nobody sent
-- title_th: มีการตอบรับเอกสารกำกับที่ไม่มีผู้ใดส่ง
-- ground: cl. 10: the manifest comes before the removal
-- ground_th: ข้อ 10: ต้องมีเอกสารกำกับก่อนนำของเสียออกนอกโรงงาน
-- one_row_is: one receipt without a manifest line of that number towards that processor, accepted or held back
-- meaning_th: การตอบรับหนึ่งรายการที่ไม่มีรายการในเอกสารกำกับเลขที่นั้นส่งถึงผู้รับดำเนินการรายนั้น
--     ไม่ว่ารับเข้าระบบแล้วหรือถูกกักไว้
-- recipients: headquarters, province
-- is_statistical: no
-- judges: core.receipt.processor_id by received_date
-- silence_days: 30
-- example_th: ผู้รับดำเนินการตอบรับเอกสารกำกับ M-7 ปริมาณ 8 ตัน แต่ไม่มีโรงงานใดส่ง M-7 ไปให้ คะแนน 8
-- example_en: a processor answers manifest M-7 with 8 t, but nobody sent it a load under M-7: score 8
-- score_th: ตันที่รับ [ตัน]
-- columns:
--   factory_id: processor that answered; the generator is not known
--   period: month of receipt
--   subject: manifest_no/line_no
--   score: tonnes received [t]
--   evidence: the receipt, and who else uses its number
-- evidence:
--   waste_code: waste code found on arrival
--   received_date: day it arrived
--   received_t: tonnes received [t]
--   decision: decision of the processor
--   same_number_factory_id: a generator that uses the number for another line or receiver; null when nobody does
--   rows: table, submission_id, source_sheet and source_row of the receipt
WITH alone AS (
  SELECT r.*
  FROM summary.reconciliation AS r
  CROSS JOIN ref.tonight AS t
  -- Where a manifest of that number waits in quarantine its sender has to mend it: the processor is not to blame.
  WHERE r.state = 'without_manifest' AND NOT r.is_manifest_held AND r.received_date >= t.obligations_from
),

same_number AS (
  SELECT
    m.manifest_no,
    MIN(m.factory_id) AS factory_id
  FROM core.manifest AS m
  WHERE m.manifest_no IN (SELECT a.manifest_no FROM alone AS a)
  GROUP BY m.manifest_no
)

SELECT
  a.processor_id AS factory_id,
  STRFTIME(a.received_date, '%Y-%m') AS period,
  a.manifest_no || '/' || a.line_no AS subject,
  CAST(a.received_t AS DOUBLE) AS score,
  JSON_OBJECT(
    'waste_code', a.waste_code,
    'received_date', a.received_date,
    'received_t', a.received_t,
    'decision', a.decision,
    'same_number_factory_id', s.factory_id,
    'rows', [
      {
        'table': 'core.receipt',
        'submission_id': a.receipt_submission_id,
        'source_sheet': a.receipt_source_sheet,
        'source_row': a.receipt_source_row
      }
    ]
  ) AS evidence
FROM alone AS a
LEFT JOIN same_number AS s ON a.manifest_no = s.manifest_no
