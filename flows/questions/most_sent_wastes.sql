-- title_en: Which wastes are the most?
-- title_th: ของเสียชนิดใดมีปริมาณมากที่สุด
-- note: mark HA or HM is hazardous
-- parameters:
--   year: calendar year in which they were sent, C.E.; the last one that has ended when not given
-- columns:
--   waste_code: waste code of the manifest
--   name_th: its name in the list
--   mark: HA or HM for hazardous
--   sent_t: tonnes sent [t]
--   generators: factories that sent it [factory]
SELECT
  m.waste_code,
  w.name_th,
  w.mark,
  SUM(m.mass_t) AS sent_t,
  COUNT(DISTINCT m.factory_id) AS generators
FROM core.manifest AS m
CROSS JOIN ref.tonight AS t
LEFT JOIN ref.waste_code AS w
  ON m.waste_code = w.code AND m.sent_date BETWEEN w.valid_from AND COALESCE(w.valid_to, m.sent_date)
WHERE YEAR(m.sent_date) = COALESCE(CAST(GETVARIABLE('year') AS INTEGER), YEAR(t.night) - 1)
GROUP BY m.waste_code, w.name_th, w.mark
ORDER BY SUM(m.mass_t) DESC, m.waste_code ASC
LIMIT 10
