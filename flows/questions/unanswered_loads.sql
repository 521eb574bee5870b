-- title_en: Which loads has nobody answered for 15 days?
-- title_th: ของเสียที่ส่งแล้วไม่มีผู้ตอบรับเกิน 15 วัน
-- note: the 15 days are another country's rule, not Thai law
-- parameters:
--   province: code of the generator's province; the whole country when not given
-- columns:
--   manifest_no: number of the manifest
--   factory_id: generator
--   processor_id: processor that has not answered
--   waste_code: waste code of the manifest
--   sent_date: day the load left
--   sent_t: tonnes sent [t]
--   days_waiting: days since then [day]
SELECT
  r.manifest_no,
  r.factory_id,
  r.processor_id,
  r.waste_code,
  r.sent_date,
  r.sent_t,
  t.night - r.sent_date AS days_waiting
FROM summary.reconciliation AS r
CROSS JOIN ref.tonight AS t
LEFT JOIN core.factory AS f ON r.factory_id = f.factory_id
WHERE
  r.state = 'unanswered'
  AND (GETVARIABLE('province') IS NULL OR f.province_code = GETVARIABLE('province'))
ORDER BY days_waiting DESC, r.sent_t DESC, r.manifest_no ASC
