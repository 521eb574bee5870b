-- title_en: What is the whole story of one factory?
-- title_th: ประวัติทั้งหมดของโรงงานหนึ่งแห่ง
-- note: in order of time
-- parameters:
--   factory_id: 14-digit registration number; the one with most to answer for when not given
-- columns:
--   day: day of the event
--   kind: what happened
--   what: to what
--   mass_t: tonnes, where it has any [t]
--   state: how it stands
WITH who AS (
  SELECT c.factory_id
  FROM summary.factory_compliance AS c
  WHERE c.factory_id = GETVARIABLE('factory_id') OR (GETVARIABLE('factory_id') IS NULL AND c.rank = 1)
)

SELECT
  o.due_date AS day,
  'report owed' AS kind,
  o.report_type || ' ' || o.period AS what,
  NULL AS mass_t,
  o.status AS state
FROM summary.obligation AS o
WHERE o.factory_id IN (SELECT who.factory_id FROM who) AND o.status <> 'exempt'
UNION ALL
SELECT
  r.sent_date AS day,
  'load sent' AS kind,
  r.manifest_no || ': ' || r.waste_code || ' to ' || r.processor_id AS what,
  r.sent_t AS mass_t,
  r.state
FROM summary.reconciliation AS r
WHERE r.factory_id IN (SELECT who.factory_id FROM who)
UNION ALL
SELECT
  r.received_date AS day,
  'load received' AS kind,
  r.manifest_no || ': ' || r.received_waste_code AS what,
  r.received_t AS mass_t,
  r.state
FROM summary.reconciliation AS r
WHERE r.processor_id IN (SELECT who.factory_id FROM who) AND r.received_date IS NOT NULL
UNION ALL
SELECT
  q.night AS day,
  'row held back' AS kind,
  q.report_type || ', row ' || q.source_row AS what,
  NULL AS mass_t,
  'in quarantine' AS state
FROM quarantine.row AS q
SEMI JOIN who ON who.factory_id IN (q.cells ->> 'factory_id', q.cells ->> 'processor_id')
UNION ALL
SELECT
  a.first_night AS day,
  'anomaly' AS kind,
  a.rule || ' ' || a.period || COALESCE(' ' || a.subject, '') AS what,
  NULL AS mass_t,
  a.state
FROM anomaly.found AS a
WHERE a.factory_id IN (SELECT who.factory_id FROM who)
UNION ALL
SELECT
  i.inspected_date AS day,
  'inspection' AS kind,
  i.inspection_no || ' ' || i.item_code || COALESCE(': ' || i.finding, '') AS what,
  NULL AS mass_t,
  i.result AS state
FROM core.inspection AS i
WHERE i.factory_id IN (SELECT who.factory_id FROM who)
UNION ALL
SELECT
  c.received_date AS day,
  'complaint' AS kind,
  c.complaint_no || ': ' || c.category AS what,
  NULL AS mass_t,
  c.status AS state
FROM core.complaint AS c
WHERE c.factory_id IN (SELECT who.factory_id FROM who)
ORDER BY day, kind, what
