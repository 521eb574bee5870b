-- title_en: Waste received has not been managed within its clock
-- title_th: ผู้รับดำเนินการยังจัดการของเสียไม่แล้วเสร็จภายในกำหนด
-- ground: cl. 20; the clocks stand in ref.completion_clock
-- ground_th: ข้อ 20 กำหนดเวลาระบุไว้ใน ref.completion_clock
-- one_row_is: one received line that is overdue tonight; one that was completed late stands in summary.completion
-- meaning_th: รายการของเสียที่รับไว้หนึ่งรายการซึ่งเกินกำหนดในคืนนี้ รายการที่จัดการแล้วเสร็จล่าช้าอยู่ใน
--     summary.completion
-- recipients: headquarters, province
-- is_statistical: no
-- judges: core.receipt.processor_id by received_date
-- silence_days: 30
-- example_th: รับของเสียอันตรายวันที่ 1 มีนาคม ต้องจัดการให้แล้วเสร็จภายใน 30 วัน คือ 31 มีนาคม คืนวันที่ 10
--     เมษายนยังไม่แล้วเสร็จ เกินกำหนด 10 วัน คะแนน 10
-- example_en: hazardous waste came on 1 March and must be managed within 30 days, by 31 March. On the night of 10
--     April it is not, 10 days after the due date: score 10
-- score_th: จำนวนวันที่เกินกำหนด [วัน]
-- columns:
--   factory_id: processor
--   period: month of receipt
--   subject: manifest_no/line_no
--   score: days overdue [day]
--   evidence: the load and its clock
-- evidence:
--   generator_id: generator that sent it; null when there is no manifest
--   waste_code: waste code found on arrival
--   management_code: method
--   received_date: day it arrived
--   due_date: last day for completing
--   is_extended: an extension was notified
--   days_overdue: days from the due date to the night [day]
--   received_t: tonnes received [t]
--   rows: table, submission_id, source_sheet and source_row of the receipt
SELECT
  c.processor_id AS factory_id,
  STRFTIME(c.received_date, '%Y-%m') AS period,
  c.manifest_no || '/' || c.line_no AS subject,
  CAST(c.days_late AS DOUBLE) AS score,
  JSON_OBJECT(
    'generator_id', c.factory_id,
    'waste_code', c.waste_code,
    'management_code', c.management_code,
    'received_date', c.received_date,
    'due_date', c.due_date,
    'is_extended', c.is_extended,
    'days_overdue', c.days_late,
    'received_t', c.received_t,
    'rows', [
      {
        'table': 'core.receipt',
        'submission_id': r.submission_id,
        'source_sheet': r.source_sheet,
        'source_row': r.source_row
      }
    ]
  ) AS evidence
FROM summary.completion AS c
INNER JOIN core.receipt AS r
  ON c.processor_id = r.processor_id AND c.manifest_no = r.manifest_no AND c.line_no = r.line_no
CROSS JOIN ref.tonight AS t
WHERE c.state = 'overdue' AND c.received_date >= t.obligations_from
