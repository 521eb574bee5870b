-- title_en: From which rows of which files does a figure come?
-- title_th: ตัวเลขนี้มาจากไฟล์ใด แถวใด
-- note: tonnes sent from a province in a month, as `sent_t` of `summary.waste_by_province_month` has them
-- parameters:
--   province: code of the generator's province; all of them when not given
--   month: first day of the month, as 2025-03-01; the last one with loads when not given
-- columns:
--   manifest_no: number of the manifest
--   line_no: its line
--   mass_t: tonnes sent [t]
--   original_name: name of the file as it was sent
--   source_sheet: sheet of a workbook or member of a ZIP
--   source_row: row that a person sees in the file
--   received_at: when the file was received, UTC
--   submission_id: sha256 of the file
SELECT
  m.manifest_no,
  m.line_no,
  m.mass_t,
  s.original_name,
  m.source_sheet,
  m.source_row,
  m.received_at,
  m.submission_id
FROM core.manifest AS m
INNER JOIN core.factory AS f ON m.factory_id = f.factory_id
INNER JOIN audit.submission AS s ON m.submission_id = s.submission_id AND s.outcome <> 'duplicate'
WHERE
  f.province_code = COALESCE(GETVARIABLE('province'), f.province_code)
  AND DATE_TRUNC('month', m.sent_date) = COALESCE(
    CAST(GETVARIABLE('month') AS DATE), (SELECT DATE_TRUNC('month', MAX(l.sent_date)) FROM core.manifest AS l)
  )
ORDER BY m.mass_t DESC, m.submission_id ASC, m.source_row ASC
