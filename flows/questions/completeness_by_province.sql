-- title_en: How complete is it, province by province?
-- title_th: ความครบถ้วนรายจังหวัด
-- note: look at this before any total
-- parameters:
--   year: year reported on, C.E.; the last one that has ended when not given
-- columns:
--   province_th: province
--   obliged: factories whose annual report is due [factory]
--   reported: of them, those that reported [factory]
--   missing: of them, those that did not [factory]
--   coverage_pct: reported of obliged [%]
SELECT
  p.name_th AS province_th,
  COUNT(*) AS obliged,
  COUNT(*) - COUNT_IF(o.status = 'missing') AS reported,
  COUNT_IF(o.status = 'missing') AS missing,
  ROUND(100 * (COUNT(*) - COUNT_IF(o.status = 'missing')) / COUNT(*), 1) AS coverage_pct
FROM summary.obligation AS o
CROSS JOIN ref.tonight AS t
LEFT JOIN ref.province AS p ON o.province_code = p.code
WHERE
  o.report_type = 'annual'
  AND o.period = COALESCE(GETVARIABLE('year'), CAST(YEAR(t.night) - 1 AS VARCHAR))
  AND o.status IN ('on_time', 'nil', 'late', 'missing')
GROUP BY p.name_th
ORDER BY coverage_pct ASC, missing DESC
