-- title_en: A load was sent and the processor has not answered
-- title_th: ผู้รับดำเนินการยังไม่ตอบรับของเสียที่ส่งไปแล้ว
-- ground: cl. 18; the days to answer are borrowed, see summary.reconciliation
-- ground_th: ข้อ 18 จำนวนวันที่ต้องตอบรับยืมมาจากต่างประเทศ ดู summary.reconciliation
-- one_row_is: one manifest line without an answer
-- meaning_th: รายการในเอกสารกำกับหนึ่งรายการที่ยังไม่มีการตอบรับ
-- recipients: headquarters, province
-- is_statistical: no
-- judges: core.manifest.processor_id by sent_date
-- silence_days: 30
-- example_th: ส่ง 12 ตันวันที่ 1 มีนาคม ครบ 15 วันคือ 16 มีนาคม คืนวันที่ 20 มีนาคมยังไม่มีการตอบรับ เกินมา 4 วัน
--     คะแนน 12
-- example_en: 12 t left on 1 March, and 15 days later, on 16 March, nobody had answered. On the night of 20 March
--     that is 4 days overdue: score 12, the tonnes that nobody has seen arrive
-- score_th: ตันที่ยังไม่มีผู้ใดยืนยันว่าไปถึง [ตัน]
-- columns:
--   factory_id: processor: cl. 18 obliges it to answer
--   period: month in which the load was sent
--   subject: manifest_no/line_no, and the generator, as two generators may use one number
--   score: tonnes that nobody has seen arrive [t]
--   evidence: the load and how long it waits
-- evidence:
--   generator_id: generator that sent it
--   waste_code: waste code
--   sent_date: day the load left
--   answer_due_date: last day for an answer
--   days_overdue: days from that day to the night [day]
--   sent_t: tonnes sent [t]
--   rows: table, submission_id, source_sheet and source_row of the manifest line
SELECT
  r.processor_id AS factory_id,
  STRFTIME(r.sent_date, '%Y-%m') AS period,
  r.manifest_no || '/' || r.line_no || ' ' || r.factory_id AS subject,
  CAST(r.sent_t AS DOUBLE) AS score,
  JSON_OBJECT(
    'generator_id', r.factory_id,
    'waste_code', r.waste_code,
    'sent_date', r.sent_date,
    'answer_due_date', r.answer_due_date,
    'days_overdue', t.night - r.answer_due_date,
    'sent_t', r.sent_t,
    'rows', [
      {
        'table': 'core.manifest',
        'submission_id': r.manifest_submission_id,
        'source_sheet': r.manifest_source_sheet,
        'source_row': r.manifest_source_row
      }
    ]
  ) AS evidence
FROM summary.reconciliation AS r
CROSS JOIN ref.tonight AS t
WHERE r.state = 'unanswered' AND r.sent_date >= t.obligations_from
