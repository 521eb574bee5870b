-- title_en: Does each processor receive what was sent to it?
-- title_th: ยอดที่ส่งกับยอดที่รับของผู้รับดำเนินการแต่ละราย
-- note: loads whose two sides came from one hand prove nothing about each other
-- parameters:
--   processor_id: one processor; the 20 with the largest difference when not given
-- columns:
--   processor_id: 14-digit registration number
--   factory_name: name on the licence
--   loads: manifest lines that were answered [line]
--   sent_t: tonnes sent to it [t]
--   received_t: tonnes that it says it received [t]
--   difference_t: received less sent [t]
--   loads_that_differ: lines with another quantity or waste code [line]
--   one_hand_pct: lines whose manifest and receipt came from the same hand [%]
SELECT
  r.processor_id,
  f.factory_name,
  COUNT(*) AS loads,
  SUM(r.sent_t) AS sent_t,
  SUM(r.received_t) AS received_t,
  SUM(r.difference_t) AS difference_t,
  COUNT_IF(r.state IN ('quantity_differs', 'code_differs')) AS loads_that_differ,
  ROUND(100 * COUNT_IF(NOT r.is_independent) / COUNT(*), 1) AS one_hand_pct
FROM summary.reconciliation AS r
LEFT JOIN core.factory AS f ON r.processor_id = f.factory_id
WHERE
  r.sent_t IS NOT NULL
  AND r.received_t IS NOT NULL
  AND r.processor_id = COALESCE(GETVARIABLE('processor_id'), r.processor_id)
GROUP BY r.processor_id, f.factory_name
ORDER BY ABS(SUM(r.difference_t)) DESC, r.processor_id ASC
LIMIT 20
