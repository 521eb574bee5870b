-- title_en: Permissions and what was sent under them
-- title_th: การใช้ปริมาณตามใบอนุญาต
-- ground: cl. 9; which loads count for a permission says summary.removal
-- one_row_is: one line of a removal permission
-- key: permit_no, line_no
-- needs: removal
-- columns:
--   permit_no: number of the permission
--   line_no: line of the permission
--   factory_id: generator
--   processor_id: processor that may receive the waste
--   waste_code: waste code permitted
--   management_code: method permitted
--   valid_from_date: first day
--   valid_to_date: last day
--   permitted_t: tonnes permitted over the whole period [t]
--   sent_t: tonnes sent under it, whatever the processor decided; 0 when none [t]
--   used_pct: 100 * sent_t / permitted_t [%]
--   state: exceeded (more was sent than permitted); else expired (its last day lies before tonight); else within
--   loads: manifest lines that count for it [line]
--   named_t: part of sent_t whose manifests name this permission [t]
--   last_sent_date: day of the last load under it; NULL when none
--   is_shared: another line covers the same waste, method and receiver on some of its days, so that a load which names
--     no permission may count for either
WITH used AS (
  SELECT
    permit_no,
    permit_line_no AS line_no,
    COUNT(*) AS loads,
    SUM(sent_t) AS sent_t,
    COALESCE(SUM(sent_t) FILTER (WHERE named_permit_no = permit_no), 0) AS named_t,
    MAX(sent_date) AS last_sent_date
  FROM summary.removal
  WHERE permit_no IS NOT NULL
  GROUP BY permit_no, permit_line_no
),

shared AS (
  SELECT
    p.permit_no,
    p.line_no
  FROM core.permit AS p
  INNER JOIN core.permit AS o
    ON
      p.factory_id = o.factory_id
      AND p.waste_code = o.waste_code
      AND p.management_code = o.management_code
      AND p.processor_id = o.processor_id
      AND p.valid_from_date <= o.valid_to_date
      AND p.valid_to_date >= o.valid_from_date
  GROUP BY p.permit_no, p.line_no
  HAVING COUNT(*) > 1 -- one is the line itself
)

SELECT
  p.permit_no,
  p.line_no,
  p.factory_id,
  p.processor_id,
  p.waste_code,
  p.management_code,
  p.valid_from_date,
  p.valid_to_date,
  p.permitted_t,
  COALESCE(u.sent_t, 0) AS sent_t,
  100 * COALESCE(u.sent_t, 0) / p.permitted_t AS used_pct,
  CASE
    WHEN u.sent_t > p.permitted_t THEN 'exceeded'
    WHEN p.valid_to_date < t.night THEN 'expired'
    ELSE 'within'
  END AS state,
  COALESCE(u.loads, 0) AS loads,
  COALESCE(u.named_t, 0) AS named_t,
  u.last_sent_date,
  s.permit_no IS NOT NULL AS is_shared
FROM core.permit AS p
CROSS JOIN ref.tonight AS t
LEFT JOIN used AS u ON p.permit_no = u.permit_no AND p.line_no = u.line_no
LEFT JOIN shared AS s ON p.permit_no = s.permit_no AND p.line_no = s.line_no;

-- lineage
SELECT
  permit_no,
  line_no,
  UNNEST(
    [
      'permitted_t', 'factory_id', 'processor_id', 'waste_code', 'management_code', 'valid_from_date',
      'valid_to_date', 'used_pct', 'state', 'is_shared'
    ]
  ) AS figure,
  UNNEST([permitted_t]) AS amount,
  'core.permit' AS source_table,
  submission_id,
  source_sheet,
  source_row,
  NULL AS via
FROM core.permit
UNION ALL
SELECT
  o.permit_no,
  o.line_no,
  'is_shared' AS figure,
  NULL AS amount,
  'core.permit' AS source_table,
  p.submission_id,
  p.source_sheet,
  p.source_row,
  NULL AS via
FROM core.permit AS p
INNER JOIN core.permit AS o
  ON
    p.factory_id = o.factory_id
    AND p.waste_code = o.waste_code
    AND p.management_code = o.management_code
    AND p.processor_id = o.processor_id
    AND p.valid_from_date <= o.valid_to_date
    AND p.valid_to_date >= o.valid_from_date
WHERE p.permit_no <> o.permit_no OR p.line_no <> o.line_no
UNION ALL
SELECT
  r.permit_no,
  r.permit_line_no AS line_no,
  UNNEST(
    [
      'sent_t', 'loads', IF(r.named_permit_no = r.permit_no, 'named_t', NULL), 'used_pct', 'state', 'last_sent_date'
    ]
  ) AS figure,
  UNNEST([r.sent_t, 1, r.sent_t]) AS amount,
  'core.manifest' AS source_table,
  m.submission_id,
  m.source_sheet,
  m.source_row,
  JSON_OBJECT(
    'table', 'summary.removal', 'factory_id', r.factory_id, 'manifest_no', r.manifest_no, 'line_no', r.line_no
  ) AS via
FROM summary.removal AS r
INNER JOIN core.manifest AS m
  ON r.factory_id = m.factory_id AND r.manifest_no = m.manifest_no AND r.line_no = m.line_no
WHERE r.permit_no IS NOT NULL
