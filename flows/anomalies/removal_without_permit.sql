-- title_en: Waste was sent without a permission for that waste, method, receiver and day
-- title_th: นำของเสียออกนอกโรงงานโดยไม่มีใบอนุญาตที่ครอบคลุม
-- ground: cl. 9. Where the warehouse holds no permission at all, or none as old as the load, the fault is likelier
--     ours than the factory's: nobody is accused
-- ground_th: ข้อ 9 หากคลังข้อมูลไม่มีใบอนุญาตเลย หรือไม่มีฉบับใดเก่าเท่าเที่ยวนั้น
--     น่าจะเป็นความผิดพลาดของระบบมากกว่าของโรงงาน จึงไม่กล่าวหาผู้ใด
-- one_row_is: one month's loads of one waste, method and receiver of a generator that no permission covers
-- meaning_th: เที่ยวทั้งหมดในหนึ่งเดือนของผู้ก่อกำเนิดหนึ่งราย สำหรับของเสีย วิธีการจัดการ และผู้รับเดียวกัน
--     ซึ่งไม่มีใบอนุญาตครอบคลุม
-- recipients: headquarters, province
-- is_statistical: no
-- judges: core.manifest.factory_id by sent_date
-- silence_days: 30
-- example_th: เดือนมีนาคมส่งของเสียรหัสหนึ่งไปยังผู้รับรายหนึ่ง 3 เที่ยว รวม 9 ตัน โดยไม่มีใบอนุญาตครอบคลุม คะแนน 9
-- example_en: in March 3 loads of one waste, 9 t together, went to a receiver that no permission of the factory names
--     for it: score 9
-- score_th: ตันที่ส่งโดยไม่มีใบอนุญาต [ตัน]
-- columns:
--   factory_id: generator
--   period: month in which the loads were sent
--   subject: waste_code/management_code/processor_id
--   score: tonnes sent without permission [t]
--   evidence: the loads, and what is missing
-- evidence:
--   waste_code: waste code sent
--   management_code: method by the manifest
--   processor_id: receiver
--   lacks: waste (no permission of the factory names it), method_or_receiver (one names the waste, but not both of
--     these), or day (one names all, but was not valid)
--   loads: manifest lines [line]
--   sent_t: tonnes sent [t]
--   sent_date: day of the first load
--   rows: table, submission_id, source_sheet and source_row of every load
WITH uncovered AS (
  SELECT
    r.factory_id,
    STRFTIME(r.sent_date, '%Y-%m') AS period,
    r.waste_code,
    r.management_code,
    r.processor_id,
    COUNT(*) AS loads,
    SUM(r.sent_t) AS sent_t,
    MIN(r.sent_date) AS sent_date,
    LIST(
      {
        'table': 'core.manifest',
        'submission_id': r.manifest_submission_id,
        'source_sheet': r.manifest_source_sheet,
        'source_row': r.manifest_source_row
      } ORDER BY r.manifest_submission_id, r.manifest_source_sheet, r.manifest_source_row
    ) AS source_rows
  FROM summary.removal AS r
  CROSS JOIN ref.tonight AS t
  WHERE
    r.permit_no IS NULL
    AND r.sent_date >= t.obligations_from
    -- Nobody while there is no permission at all. COALESCE keeps it a filter: DuckDB would join by a bare comparison.
    AND COALESCE(r.sent_date >= (SELECT MIN(p.valid_from_date) FROM core.permit AS p), FALSE)
  GROUP BY ALL
),

permitted AS (
  SELECT
    factory_id,
    waste_code,
    LIST({ 'management_code': management_code, 'processor_id': processor_id }) AS ways
  FROM core.permit
  GROUP BY factory_id, waste_code
)

SELECT
  u.factory_id,
  u.period,
  u.waste_code || '/' || u.management_code || '/' || u.processor_id AS subject,
  CAST(u.sent_t AS DOUBLE) AS score,
  JSON_OBJECT(
    'waste_code', u.waste_code,
    'management_code', u.management_code,
    'processor_id', u.processor_id,
    'lacks', CASE
      WHEN p.ways IS NULL THEN 'waste'
      WHEN LIST_CONTAINS(p.ways, { 'management_code': u.management_code, 'processor_id': u.processor_id }) THEN 'day'
      ELSE 'method_or_receiver'
    END,
    'loads', u.loads,
    'sent_t', u.sent_t,
    'sent_date', u.sent_date,
    'rows', u.source_rows
  ) AS evidence
FROM uncovered AS u
LEFT JOIN permitted AS p ON u.factory_id = p.factory_id AND u.waste_code = p.waste_code
