-- title_en: Waste sent, received and completed by factory and month
-- title_th: ปริมาณของเสียที่ส่ง รับ และจัดการแล้วเสร็จ รายโรงงานรายเดือน
-- ground: cl. 10 (manifest), cl. 18 (answer on receipt and on completion); hazard by Annex 1, method by Annex 3
-- one_row_is: one factory's month in which waste was sent, received or completed by it
-- key: factory_id, month
-- needs: reconciliation
-- columns:
--   factory_id: generator of what was sent, processor of what was received and completed
--   month: first day of the month
--   sent_t: tonnes sent: mass of manifest lines by sent_date, for the generator [t]
--   sent_hazardous_t: part of sent_t with a waste code marked HA or HM [t]
--   sent_non_hazardous_t: the other part of sent_t [t]
--   sent_sorting_t: part of sent_t to be sorted (group 01) [t]
--   sent_storage_t: part of sent_t to be stored (group 02) [t]
--   sent_reuse_t: part of sent_t to be reused (group 03) [t]
--   sent_recycle_t: part of sent_t to be recycled (group 04) [t]
--   sent_recovery_t: part of sent_t to be recovered (group 05) [t]
--   sent_treatment_t: part of sent_t to be treated (group 06) [t]
--   sent_disposal_t: part of sent_t to be disposed of (group 07) [t]
--   sent_other_t: part of sent_t to be managed otherwise (group 08) [t]
--   sent_no_method_t: part of sent_t without a known management code [t]
--   received_t: tonnes received: mass of receipts that did not reject the load, by received_date, for the processor
--     [t]
--   received_hazardous_t: part of received_t with a waste code marked HA or HM [t]
--   received_non_hazardous_t: the other part of received_t [t]
--   received_sorting_t: part of received_t to be sorted (group 01) [t]
--   received_storage_t: part of received_t to be stored (group 02) [t]
--   received_reuse_t: part of received_t to be reused (group 03) [t]
--   received_recycle_t: part of received_t to be recycled (group 04) [t]
--   received_recovery_t: part of received_t to be recovered (group 05) [t]
--   received_treatment_t: part of received_t to be treated (group 06) [t]
--   received_disposal_t: part of received_t to be disposed of (group 07) [t]
--   received_other_t: part of received_t to be managed otherwise (group 08) [t]
--   received_no_method_t: part of received_t without a known management code [t]
--   completed_t: tonnes completed: mass of receipts that did not reject the load, by completed_date, for the
--     processor [t]
--   completed_hazardous_t: part of completed_t with a waste code marked HA or HM [t]
--   completed_non_hazardous_t: the other part of completed_t [t]
--   completed_sorting_t: part of completed_t sorted (group 01) [t]
--   completed_storage_t: part of completed_t stored (group 02) [t]
--   completed_reuse_t: part of completed_t reused (group 03) [t]
--   completed_recycle_t: part of completed_t recycled (group 04) [t]
--   completed_recovery_t: part of completed_t recovered (group 05) [t]
--   completed_treatment_t: part of completed_t treated (group 06) [t]
--   completed_disposal_t: part of completed_t disposed of (group 07) [t]
--   completed_other_t: part of completed_t managed otherwise (group 08) [t]
--   completed_no_method_t: part of completed_t without a known management code [t]

-- Parts add up to their total: hazardous + non_hazardous, and the eight groups + no_method. The code lists in force on
-- the day of sending or receiving judge a row; a code they do not know counts as hazardous until it is known. [policy]
WITH movement AS (
  SELECT
    factory_id,
    DATE_TRUNC('month', sent_date) AS month,
    sent_date AS judged_date,
    waste_code,
    management_code,
    sent_t,
    0 AS received_t,
    0 AS completed_t
  FROM summary.reconciliation
  WHERE sent_date IS NOT NULL
  UNION ALL
  SELECT
    processor_id,
    DATE_TRUNC('month', received_date) AS month,
    received_date,
    received_waste_code,
    COALESCE(received_management_code, management_code) AS management_code,
    0 AS sent_t,
    received_t,
    0 AS completed_t
  FROM summary.reconciliation
  WHERE decision <> 'rejected'
  UNION ALL
  SELECT
    processor_id,
    DATE_TRUNC('month', completed_date) AS month,
    received_date,
    received_waste_code,
    COALESCE(received_management_code, management_code) AS management_code,
    0 AS sent_t,
    0 AS received_t,
    received_t AS completed_t
  FROM summary.reconciliation
  WHERE decision <> 'rejected' AND completed_date IS NOT NULL
),

part AS (
  SELECT
    m.factory_id,
    m.month,
    COALESCE(w.is_hazardous, TRUE) AS is_hazardous,
    c.group_en AS management_group,
    SUM(m.sent_t) AS sent_t,
    SUM(m.received_t) AS received_t,
    SUM(m.completed_t) AS completed_t
  FROM movement AS m
  LEFT JOIN ref.waste_code AS w
    ON m.waste_code = w.code AND m.judged_date BETWEEN w.valid_from AND COALESCE(w.valid_to, m.judged_date)
  LEFT JOIN ref.management_code AS c
    ON m.management_code = c.code AND m.judged_date BETWEEN c.valid_from AND COALESCE(c.valid_to, m.judged_date)
  GROUP BY m.factory_id, m.month, w.is_hazardous, c.group_en
)

SELECT
  factory_id,
  CAST(month AS DATE) AS month,
  SUM(sent_t) AS sent_t,
  SUM(IF(is_hazardous, sent_t, 0)) AS sent_hazardous_t,
  SUM(IF(is_hazardous, 0, sent_t)) AS sent_non_hazardous_t,
  SUM(IF(management_group = 'sorting', sent_t, 0)) AS sent_sorting_t,
  SUM(IF(management_group = 'storage', sent_t, 0)) AS sent_storage_t,
  SUM(IF(management_group = 'reuse', sent_t, 0)) AS sent_reuse_t,
  SUM(IF(management_group = 'recycle', sent_t, 0)) AS sent_recycle_t,
  SUM(IF(management_group = 'recovery', sent_t, 0)) AS sent_recovery_t,
  SUM(IF(management_group = 'treatment', sent_t, 0)) AS sent_treatment_t,
  SUM(IF(management_group = 'disposal', sent_t, 0)) AS sent_disposal_t,
  SUM(IF(management_group = 'other', sent_t, 0)) AS sent_other_t,
  SUM(IF(management_group IS NULL, sent_t, 0)) AS sent_no_method_t,
  SUM(received_t) AS received_t,
  SUM(IF(is_hazardous, received_t, 0)) AS received_hazardous_t,
  SUM(IF(is_hazardous, 0, received_t)) AS received_non_hazardous_t,
  SUM(IF(management_group = 'sorting', received_t, 0)) AS received_sorting_t,
  SUM(IF(management_group = 'storage', received_t, 0)) AS received_storage_t,
  SUM(IF(management_group = 'reuse', received_t, 0)) AS received_reuse_t,
  SUM(IF(management_group = 'recycle', received_t, 0)) AS received_recycle_t,
  SUM(IF(management_group = 'recovery', received_t, 0)) AS received_recovery_t,
  SUM(IF(management_group = 'treatment', received_t, 0)) AS received_treatment_t,
  SUM(IF(management_group = 'disposal', received_t, 0)) AS received_disposal_t,
  SUM(IF(management_group = 'other', received_t, 0)) AS received_other_t,
  SUM(IF(management_group IS NULL, received_t, 0)) AS received_no_method_t,
  SUM(completed_t) AS completed_t,
  SUM(IF(is_hazardous, completed_t, 0)) AS completed_hazardous_t,
  SUM(IF(is_hazardous, 0, completed_t)) AS completed_non_hazardous_t,
  SUM(IF(management_group = 'sorting', completed_t, 0)) AS completed_sorting_t,
  SUM(IF(management_group = 'storage', completed_t, 0)) AS completed_storage_t,
  SUM(IF(management_group = 'reuse', completed_t, 0)) AS completed_reuse_t,
  SUM(IF(management_group = 'recycle', completed_t, 0)) AS completed_recycle_t,
  SUM(IF(management_group = 'recovery', completed_t, 0)) AS completed_recovery_t,
  SUM(IF(management_group = 'treatment', completed_t, 0)) AS completed_treatment_t,
  SUM(IF(management_group = 'disposal', completed_t, 0)) AS completed_disposal_t,
  SUM(IF(management_group = 'other', completed_t, 0)) AS completed_other_t,
  SUM(IF(management_group IS NULL, completed_t, 0)) AS completed_no_method_t
FROM part
GROUP BY factory_id, month;

-- lineage
WITH movement AS (
  SELECT
    *,
    'sent' AS flow,
    factory_id AS mover_id,
    sent_date AS moved_date,
    sent_date AS judged_date,
    waste_code AS moved_waste_code,
    management_code AS moved_management_code,
    sent_t AS amount
  FROM summary.reconciliation
  WHERE sent_date IS NOT NULL
  UNION ALL
  SELECT
    *,
    UNNEST(['received', IF(completed_date IS NULL, NULL, 'completed')]) AS flow,
    processor_id AS mover_id,
    UNNEST([received_date, completed_date]) AS moved_date,
    received_date AS judged_date,
    received_waste_code AS moved_waste_code,
    COALESCE(received_management_code, management_code) AS moved_management_code,
    received_t AS amount
  FROM summary.reconciliation
  WHERE decision <> 'rejected'
)

SELECT
  m.mover_id AS factory_id,
  CAST(DATE_TRUNC('month', m.moved_date) AS DATE) AS month,
  m.flow || UNNEST(
    [
      '_t',
      IF(COALESCE(w.is_hazardous, TRUE), '_hazardous_t', '_non_hazardous_t'),
      '_' || COALESCE(c.group_en, 'no_method') || '_t'
    ]
  ) AS figure,
  m.amount,
  IF(m.flow = 'sent', 'core.manifest', 'core.receipt') AS source_table,
  IF(m.flow = 'sent', m.manifest_submission_id, m.receipt_submission_id) AS submission_id,
  IF(m.flow = 'sent', m.manifest_source_sheet, m.receipt_source_sheet) AS source_sheet,
  IF(m.flow = 'sent', m.manifest_source_row, m.receipt_source_row) AS source_row,
  JSON_OBJECT(
    'table', 'summary.reconciliation', 'factory_id', m.factory_id, 'processor_id', m.processor_id,
    'manifest_no', m.manifest_no, 'line_no', m.line_no
  ) AS via
FROM movement AS m
LEFT JOIN ref.waste_code AS w
  ON
    m.moved_waste_code = w.code
    AND m.judged_date BETWEEN w.valid_from AND COALESCE(w.valid_to, m.judged_date)
LEFT JOIN ref.management_code AS c
  ON
    m.moved_management_code = c.code
    AND m.judged_date BETWEEN c.valid_from AND COALESCE(c.valid_to, m.judged_date)
WHERE m.flow IS NOT NULL
