-- title_en: A load is too heavy for the road
-- title_th: น้ำหนักต่อเที่ยวเกินกว่าที่ขนส่งทางถนนได้
-- ground: physics; the weight is borrowed, no Thai figure for a net load is at hand; it stands in ref.tolerance
-- ground_th: หลักฟิสิกส์ ค่าน้ำหนักยืมมาจากต่างประเทศ เพราะยังไม่พบตัวเลขน้ำหนักบรรทุกสุทธิของไทย และระบุไว้ใน
--     ref.tolerance
-- one_row_is: one load: the lines of one manifest that left with one vehicle on one day, or a line without a vehicle
-- meaning_th: หนึ่งเที่ยว คือรายการทั้งหมดของเอกสารกำกับหนึ่งฉบับที่ออกไปกับรถคันเดียวในวันเดียว
--     หรือหนึ่งรายการที่ไม่ได้ระบุรถ
-- recipients: headquarters, province
-- is_statistical: no
-- judges: core.manifest.factory_id by sent_date
-- silence_days: 90
-- example_th: รถคันเดียวออกจากโรงงานพร้อมสองรายการ 25 และ 20 ตัน รวม 45 ตัน เกิน 40 ตัน คะแนน 45
-- example_en: one vehicle leaves with two lines of 25 t and 20 t, 45 t together and so more than 40 t: score 45
-- score_th: ตันของเที่ยวนั้น [ตัน]
-- columns:
--   factory_id: generator: it answers for transport
--   period: month in which the load was sent
--   subject: manifest_no/first line of the load
--   score: tonnes of the load [t]
--   evidence: the load
-- evidence:
--   processor_id: receiver
--   vehicle_no: registration of the vehicle; null when none is given
--   sent_date: day the load left
--   mass_t: tonnes of the load [t]
--   limit_t: heaviest load that would have been believed [t]
--   lines: manifest lines of the load [line]
--   rows: table, submission_id, source_sheet and source_row of those lines
WITH load AS (
  SELECT
    m.factory_id,
    m.manifest_no,
    m.vehicle_no,
    m.sent_date,
    IF(m.vehicle_no IS NULL, m.line_no, NULL) AS own_line,
    SUM(m.mass_t) AS mass_t
  FROM core.manifest AS m
  CROSS JOIN ref.tonight AS t
  WHERE m.sent_date >= t.obligations_from
  GROUP BY m.factory_id, m.manifest_no, m.vehicle_no, m.sent_date, own_line
  -- Nearly all loads lie below every limit there ever was; only the others look for that of their day.
  HAVING SUM(m.mass_t) > (SELECT MIN(o.road_load_t) FROM ref.tolerance_on AS o)
),

heavy AS (
  SELECT
    l.*,
    p.road_load_t AS limit_t
  FROM load AS l
  INNER JOIN ref.tolerance_on AS p ON l.sent_date = p.day
  WHERE l.mass_t > p.road_load_t
)

SELECT
  h.factory_id,
  STRFTIME(h.sent_date, '%Y-%m') AS period,
  h.manifest_no || '/' || MIN(m.line_no) AS subject,
  CAST(h.mass_t AS DOUBLE) AS score,
  JSON_OBJECT(
    'processor_id', MIN(m.processor_id),
    'vehicle_no', h.vehicle_no,
    'sent_date', h.sent_date,
    'mass_t', h.mass_t,
    'limit_t', h.limit_t,
    'lines', COUNT(*),
    'rows', LIST(
      {
        'table': 'core.manifest',
        'submission_id': m.submission_id,
        'source_sheet': m.source_sheet,
        'source_row': m.source_row
      } ORDER BY m.line_no
    )
  ) AS evidence
FROM heavy AS h
INNER JOIN core.manifest AS m
  ON
    h.factory_id = m.factory_id
    AND h.manifest_no = m.manifest_no
    AND h.sent_date = m.sent_date
    AND h.vehicle_no IS NOT DISTINCT FROM m.vehicle_no
    AND m.line_no = COALESCE(h.own_line, m.line_no)
GROUP BY h.factory_id, h.manifest_no, h.vehicle_no, h.sent_date, h.own_line, h.mass_t, h.limit_t
