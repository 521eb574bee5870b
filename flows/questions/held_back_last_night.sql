-- title_en: What was held back last night, and why?
-- title_th: ข้อมูลที่ถูกกักไว้เมื่อคืนและสาเหตุ
-- note: the rows themselves, as received, are in quarantine.row
-- parameters:
--   night: the night, as 2026-03-31; the last one that took in files when not given
-- columns:
--   check_id: check that found it
--   findings: faults [finding]
--   files: files with that fault [file]
--   example_th: one message, in Thai
SELECT
  check_id,
  COUNT(*) AS findings,
  COUNT(DISTINCT submission_id) AS files,
  MIN(message_th) AS example_th
FROM audit.finding
WHERE
  severity = 'error'
  AND night = COALESCE(
    CAST(GETVARIABLE('night') AS DATE),
    (
      SELECT MAX(n.night) FROM audit.night AS n
      WHERE n.files > 0
    )
  )
GROUP BY check_id
ORDER BY findings DESC, check_id ASC
