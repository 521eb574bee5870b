-- title_en: Loads sent against loads received
-- title_th: การเทียบยอดของเสียที่ส่งกับยอดที่รับ
-- ground: cl. 10 (manifest), cl. 18 (answer on receipt); tolerance and days to answer are borrowed (the text names none)
--     and stand in ref.tolerance: those in force when the load left, or arrived where no manifest says so
-- one_row_is: one line of a manifest, or one receipt of a line that no manifest announced
-- key: factory_id, processor_id, manifest_no, line_no
-- columns:
--   manifest_no: number of the manifest
--   line_no: line of the manifest
--   factory_id: generator that sent the load; NULL when there is no manifest
--   processor_id: processor that the load was sent to, or that answers
--   waste_code: waste code of the manifest; of the receipt when there is no manifest
--   sent_date: day the load left the generator; NULL when there is no manifest
--   sent_t: tonnes sent, by the manifest [t]; NULL when there is no manifest
--   received_t: tonnes received, by the receipt [t]; 0 when rejected, NULL while there is no receipt
--   difference_t: received_t - sent_t [t]; NULL unless both are there
--   difference_pct: 100 * difference_t / sent_t [%]; NULL unless both are there
--   is_independent: manifest and receipt came through different hands; NULL unless both are there
--   state: matched; quantity_differs (by more than tolerance_pct); code_differs (another waste code was received);
--     rejected (by the processor); awaiting (an answer, until answer_due_date); unanswered (after it);
--     without_manifest (receipt only)
--   tolerance_pct: difference up to and including which a load is matched [% of sent_t]
--   answer_due_date: last day for an answer before the load counts as unanswered; NULL when there is no manifest
--   management_code: method by the manifest
--   received_date: day the load arrived, by the receipt
--   received_waste_code: waste code found on arrival
--   received_management_code: method really used, by the receipt; NULL when it names none
--   decision: decision of the processor: accepted, partly_accepted, rejected
--   completed_date: day the management was completed, by the receipt; NULL while it runs
--   is_extended: the receipt says that an extension of the completion clock was notified in time; NULL without receipt
--   manifest_submission_id: sha256 of the file with the manifest, hex
--   manifest_source_sheet: sheet or ZIP member of it; NULL for a plain file
--   manifest_source_row: row of the manifest line in that file
--   receipt_submission_id: sha256 of the file with the receipt, hex
--   receipt_source_sheet: sheet or ZIP member of it; NULL for a plain file
--   receipt_source_row: row of the receipt in that file
--   is_manifest_held: there is no manifest, but one of that number was sent and waits in quarantine: the fault is its
--     sender's, so nobody else is accused of it
WITH number_clash AS (
  -- Two generators may use one number towards one processor. The one receipt then answers the line that it fits best.
  SELECT
    processor_id,
    manifest_no,
    line_no
  FROM core.manifest
  GROUP BY processor_id, manifest_no, line_no
  HAVING COUNT(*) > 1
),

passed_over AS (
  SELECT
    m.factory_id,
    m.processor_id,
    m.manifest_no,
    m.line_no
  FROM number_clash AS c
  INNER JOIN core.manifest AS m
    ON c.processor_id = m.processor_id AND c.manifest_no = m.manifest_no AND c.line_no = m.line_no
  INNER JOIN core.receipt AS r
    ON c.processor_id = r.processor_id AND c.manifest_no = r.manifest_no AND c.line_no = r.line_no
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY m.processor_id, m.manifest_no, m.line_no
    ORDER BY m.waste_code <> r.waste_code, ABS(m.mass_t - r.mass_t), m.factory_id
  ) > 1
),

sent AS (
  SELECT
    m.*,
    -- Not a join: it is estimated too large to stay the smaller side, and all manifests would be rearranged for it.
    (m.factory_id, m.processor_id, m.manifest_no, m.line_no) IN (
      SELECT (p.factory_id, p.processor_id, p.manifest_no, p.line_no) FROM passed_over AS p
    ) AS is_passed_over
  FROM core.manifest AS m
),

received AS (
  SELECT
    *,
    FALSE AS is_passed_over
  FROM core.receipt
),

held AS (
  SELECT DISTINCT TRIM(cells ->> '$.manifest_no') AS manifest_no
  FROM quarantine.row
  WHERE report_type = 'manifest'
)

SELECT
  COALESCE(m.manifest_no, r.manifest_no) AS manifest_no,
  COALESCE(m.line_no, r.line_no) AS line_no,
  m.factory_id,
  COALESCE(m.processor_id, r.processor_id) AS processor_id,
  COALESCE(m.waste_code, r.waste_code) AS waste_code,
  m.sent_date,
  m.mass_t AS sent_t,
  r.mass_t AS received_t,
  r.mass_t - m.mass_t AS difference_t,
  100 * (r.mass_t - m.mass_t) / NULLIF(m.mass_t, 0) AS difference_pct,
  m.submitted_by <> r.submitted_by AS is_independent,
  CASE
    WHEN r.submission_id IS NULL AND t.night <= m.sent_date + p.answer_days THEN 'awaiting'
    WHEN r.submission_id IS NULL THEN 'unanswered'
    WHEN m.submission_id IS NULL THEN 'without_manifest'
    WHEN r.decision = 'rejected' THEN 'rejected'
    WHEN r.waste_code <> m.waste_code THEN 'code_differs'
    WHEN 100 * ABS(r.mass_t - m.mass_t) > p.load_difference_pct * m.mass_t THEN 'quantity_differs'
    ELSE 'matched'
  END AS state,
  p.load_difference_pct AS tolerance_pct,
  m.sent_date + p.answer_days AS answer_due_date,
  m.management_code,
  r.received_date,
  r.waste_code AS received_waste_code,
  r.management_code AS received_management_code,
  r.decision,
  r.completed_date,
  IF(r.submission_id IS NULL, NULL, COALESCE(r.extended = 'yes', FALSE)) AS is_extended,
  m.submission_id AS manifest_submission_id,
  m.source_sheet AS manifest_source_sheet,
  m.source_row AS manifest_source_row,
  r.submission_id AS receipt_submission_id,
  r.source_sheet AS receipt_source_sheet,
  r.source_row AS receipt_source_row,
  m.submission_id IS NULL AND h.manifest_no IS NOT NULL AS is_manifest_held
FROM sent AS m
FULL JOIN received AS r
  ON
    m.processor_id = r.processor_id
    AND m.manifest_no = r.manifest_no
    AND m.line_no = r.line_no
    AND m.is_passed_over = r.is_passed_over
LEFT JOIN held AS h ON r.manifest_no = h.manifest_no
LEFT JOIN ref.tolerance_on AS p ON COALESCE(m.sent_date, r.received_date) = p.day
CROSS JOIN ref.tonight AS t;

-- lineage
SELECT
  factory_id,
  processor_id,
  manifest_no,
  line_no,
  UNNEST(
    [
      'sent_t', 'difference_t', 'waste_code', 'management_code', 'sent_date', 'answer_due_date',
      'difference_pct', 'is_independent', 'state', 'tolerance_pct'
    ]
  ) AS figure,
  UNNEST([sent_t, IF(difference_t IS NULL, NULL, -sent_t)]) AS amount,
  'core.manifest' AS source_table,
  manifest_submission_id AS submission_id,
  manifest_source_sheet AS source_sheet,
  manifest_source_row AS source_row,
  NULL AS via
FROM summary.reconciliation
WHERE manifest_submission_id IS NOT NULL
UNION ALL
SELECT
  factory_id,
  processor_id,
  manifest_no,
  line_no,
  UNNEST(
    [
      'received_t', 'difference_t', 'received_date', 'received_waste_code', 'received_management_code', 'decision',
      'completed_date', 'is_extended', 'difference_pct', 'is_independent', 'state',
      IF(manifest_submission_id IS NULL, 'waste_code', NULL),
      IF(manifest_submission_id IS NULL, 'tolerance_pct', NULL), IF(is_manifest_held, 'is_manifest_held', NULL)
    ]
  ) AS figure,
  UNNEST([received_t, IF(difference_t IS NULL, NULL, received_t)]) AS amount,
  'core.receipt' AS source_table,
  receipt_submission_id AS submission_id,
  receipt_source_sheet AS source_sheet,
  receipt_source_row AS source_row,
  NULL AS via
FROM summary.reconciliation
WHERE receipt_submission_id IS NOT NULL
