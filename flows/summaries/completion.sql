-- title_en: Waste received, and the clock for managing it
-- title_th: กำหนดเวลาจัดการของเสียให้แล้วเสร็จหลังรับ
-- ground: cl. 20; the clocks stand in ref.completion_clock
-- one_row_is: one received line that was not rejected, whether a manifest announced it or not
-- key: manifest_no, line_no, processor_id, factory_id
-- needs: reconciliation
-- columns:
--   manifest_no: number of the manifest that was answered
--   line_no: line of the manifest
--   processor_id: processor that received it
--   factory_id: generator; NULL when there is no manifest
--   waste_code: waste code found on arrival: it decides between the clocks
--   management_code: method really used, by the receipt; else by the manifest; NULL when neither names one
--   received_t: tonnes received [t]
--   received_date: day it arrived: the clock starts
--   is_extended: the receipt says that an extension was notified in time: the clock is that much longer
--   due_date: last day for completing the management, by the clock in force on the day of receipt
--   completed_date: day the management was completed; NULL while it runs
--   state: completed (in time); completed_late (after due_date); running (due_date not over); overdue (not completed
--     after due_date)
--   days_late: days from due_date to completed_date, or to tonight while overdue [day]; NULL when neither
SELECT
  r.manifest_no,
  r.line_no,
  r.processor_id,
  r.factory_id,
  r.received_waste_code AS waste_code,
  COALESCE(r.received_management_code, r.management_code) AS management_code,
  r.received_t,
  r.received_date,
  r.is_extended,
  r.received_date + CAST(
    IF(r.is_extended, COALESCE(own.extended_days, usual.extended_days), COALESCE(own.days, usual.days)) AS INTEGER
  ) AS due_date,
  r.completed_date,
  CASE
    WHEN r.completed_date <= due_date THEN 'completed'
    WHEN r.completed_date > due_date THEN 'completed_late'
    WHEN t.night <= due_date THEN 'running'
    WHEN due_date IS NULL THEN ERROR('ref.completion_clock: no clock for a load received on ' || r.received_date)
    ELSE 'overdue'
  END AS state,
  CASE
    WHEN COALESCE(r.completed_date, t.night) > due_date THEN COALESCE(r.completed_date, t.night) - due_date
  END AS days_late
FROM summary.reconciliation AS r
CROSS JOIN ref.tonight AS t
LEFT JOIN ref.waste_code AS w
  ON r.received_waste_code = w.code AND r.received_date BETWEEN w.valid_from AND COALESCE(w.valid_to, r.received_date)
LEFT JOIN ref.completion_clock AS usual
  ON
    usual.management_code IS NULL
    AND IF(COALESCE(w.is_hazardous, TRUE), 'hazardous', 'non_hazardous') = usual.waste_scope
    AND r.received_date BETWEEN usual.valid_from AND COALESCE(usual.valid_to, r.received_date)
LEFT JOIN ref.completion_clock AS own
  ON
    COALESCE(r.received_management_code, r.management_code) = own.management_code
    AND IF(COALESCE(w.is_hazardous, TRUE), 'hazardous', 'non_hazardous') = own.waste_scope
    AND r.received_date BETWEEN own.valid_from AND COALESCE(own.valid_to, r.received_date)
WHERE r.decision <> 'rejected';

-- lineage
SELECT
  c.manifest_no,
  c.line_no,
  c.processor_id,
  c.factory_id,
  UNNEST(
    IF(
      l.source_table = 'core.receipt',
      [
        'received_t', 'waste_code', 'management_code', 'received_date', 'is_extended', 'due_date', 'completed_date',
        'state', 'days_late'
      ],
      ['management_code', 'due_date', 'state', 'days_late']
    )
  ) AS figure,
  UNNEST([IF(l.source_table = 'core.receipt', c.received_t, NULL)]) AS amount,
  l.source_table,
  l.submission_id,
  l.source_sheet,
  l.source_row,
  NULL AS via
FROM summary.completion AS c
INNER JOIN lineage_reconciliation AS l
  ON
    c.processor_id = l.processor_id
    AND c.manifest_no = l.manifest_no
    AND c.line_no = l.line_no
    AND c.factory_id IS NOT DISTINCT FROM l.factory_id
WHERE l.figure = 'state'
