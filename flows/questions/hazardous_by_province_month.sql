-- title_en: How much hazardous waste moved, by province and month?
-- title_th: ของเสียอันตรายรายจังหวัดรายเดือน
-- note: coverage is that of the processors' monthly reports
-- parameters:
--   year: calendar year, C.E.; the last one that has ended when not given
-- columns:
--   province_th: province
--   month: first day of the month
--   sent_hazardous_t: hazardous tonnes sent from it [t]
--   received_hazardous_t: hazardous tonnes received in it [t]
--   coverage_pct: processors that reported, of those obliged [%]
SELECT
  p.name_th AS province_th,
  w.month,
  w.sent_hazardous_t,
  w.received_hazardous_t,
  w.coverage_pct
FROM summary.waste_by_province_month AS w
CROSS JOIN ref.tonight AS t
LEFT JOIN ref.province AS p ON w.province_code = p.code
WHERE YEAR(w.month) = COALESCE(CAST(GETVARIABLE('year') AS INTEGER), YEAR(t.night) - 1)
ORDER BY w.month ASC, w.sent_hazardous_t DESC, p.name_th ASC
