-- title_en: Loads sent, and the permission that each one uses
-- title_th: การนำของเสียออกนอกโรงงานแต่ละเที่ยวกับใบอนุญาตที่ใช้
-- ground: cl. 9 (permission before any removal); how a load finds its permission is policy, the text does not say it
-- one_row_is: one line of a manifest
-- key: factory_id, manifest_no, line_no
-- is_view: yes
-- columns:
--   factory_id: generator that sent the load
--   manifest_no: number of the manifest
--   line_no: line of the manifest
--   processor_id: processor that the load was sent to
--   waste_code: waste code of the manifest
--   management_code: method by the manifest
--   sent_date: day the load left the generator
--   sent_t: tonnes sent [t]
--   named_permit_no: permission that the manifest names; NULL when it names none
--   permit_no: permission that the load counts for; a line of it covers factory, waste, method, receiver and day.
--     Of several it is the one that the manifest names, else the one that ends first. NULL when none covers the load
--   permit_line_no: line of that permission; NULL when none covers the load
--   manifest_submission_id: sha256 of the file with the manifest, hex
--   manifest_source_sheet: sheet or ZIP member of it; NULL for a plain file
--   manifest_source_row: row of the manifest line in that file
WITH permit_line AS (
  -- Most lines stand alone for their waste, method and receiver: only where several do is there a choice to make.
  SELECT
    factory_id,
    waste_code,
    management_code,
    processor_id,
    permit_no,
    line_no,
    valid_from_date,
    valid_to_date,
    COUNT(*) OVER (PARTITION BY factory_id, waste_code, management_code, processor_id) > 1 AS is_one_of_several
  FROM core.permit
),

chosen AS (
  SELECT
    m.factory_id,
    m.manifest_no,
    m.line_no,
    ARG_MIN(
      { 'permit_no': p.permit_no, 'line_no': p.line_no },
      (p.permit_no IS DISTINCT FROM m.permit_no, p.valid_to_date, p.permit_no, p.line_no)
    ) AS permit_line
  FROM core.manifest AS m
  INNER JOIN permit_line AS p
    ON
      m.factory_id = p.factory_id
      AND m.waste_code = p.waste_code
      AND m.management_code = p.management_code
      AND m.processor_id = p.processor_id
      AND m.sent_date BETWEEN p.valid_from_date AND p.valid_to_date
  WHERE p.is_one_of_several
  GROUP BY m.factory_id, m.manifest_no, m.line_no
)

SELECT
  m.factory_id,
  m.manifest_no,
  m.line_no,
  m.processor_id,
  m.waste_code,
  m.management_code,
  m.sent_date,
  m.mass_t AS sent_t,
  m.permit_no AS named_permit_no,
  COALESCE(p.permit_no, c.permit_line.permit_no) AS permit_no,
  COALESCE(p.line_no, c.permit_line.line_no) AS permit_line_no,
  m.submission_id AS manifest_submission_id,
  m.source_sheet AS manifest_source_sheet,
  m.source_row AS manifest_source_row
FROM core.manifest AS m
LEFT JOIN permit_line AS p
  ON
    NOT p.is_one_of_several
    AND m.factory_id = p.factory_id
    AND m.waste_code = p.waste_code
    AND m.management_code = p.management_code
    AND m.processor_id = p.processor_id
    AND m.sent_date BETWEEN p.valid_from_date AND p.valid_to_date
LEFT JOIN chosen AS c ON m.factory_id = c.factory_id AND m.manifest_no = c.manifest_no AND m.line_no = c.line_no;

-- lineage
SELECT
  factory_id,
  manifest_no,
  line_no,
  UNNEST(
    [
      'sent_t', 'processor_id', 'waste_code', 'management_code', 'sent_date', 'named_permit_no',
      'permit_no', 'permit_line_no'
    ]
  ) AS figure,
  UNNEST([mass_t]) AS amount,
  'core.manifest' AS source_table,
  submission_id,
  source_sheet,
  source_row,
  NULL AS via
FROM core.manifest
UNION ALL
SELECT
  r.factory_id,
  r.manifest_no,
  r.line_no,
  UNNEST(['permit_no', 'permit_line_no']) AS figure,
  NULL AS amount,
  'core.permit' AS source_table,
  p.submission_id,
  p.source_sheet,
  p.source_row,
  NULL AS via
FROM summary.removal AS r
INNER JOIN core.permit AS p ON r.permit_no = p.permit_no AND r.permit_line_no = p.line_no
