-- title_en: Who has not sent the annual report, or sent it late?
-- title_th: ใครยังไม่ส่งรายงานประจำปี หรือส่งล่าช้า
-- note: those that never sent anything are among them
-- parameters:
--   year: year reported on, C.E.; the last one that has ended when not given
-- columns:
--   status: missing or late
--   days_late: days after the due date, or until tonight while missing [day]
--   factory_id: 14-digit registration number
--   factory_name: name on the licence
--   province_th: province of the factory
SELECT
  o.status,
  o.days_late,
  o.factory_id,
  f.factory_name,
  p.name_th AS province_th
FROM summary.obligation AS o
CROSS JOIN ref.tonight AS t
INNER JOIN core.factory AS f ON o.factory_id = f.factory_id
LEFT JOIN ref.province AS p ON o.province_code = p.code
WHERE
  o.report_type = 'annual'
  AND o.period = COALESCE(GETVARIABLE('year'), CAST(YEAR(t.night) - 1 AS VARCHAR))
  AND o.status IN ('missing', 'late')
ORDER BY o.status DESC, o.days_late DESC, o.factory_id ASC
