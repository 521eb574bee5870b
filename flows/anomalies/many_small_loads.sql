-- title_en: One vehicle makes more trips in a day than it can
-- title_th: รถคันเดียวขนหลายเที่ยวเกินวิสัยในหนึ่งวัน
-- ground: [press]: 72 runs, 720 t on paper. A round that collects small loads from many is usual: what fits on one
--     vehicle counts as one round and is not judged
-- ground_th: [press]: 72 เที่ยว 720 ตันในเอกสาร การวิ่งรถหนึ่งรอบเพื่อเก็บของเสียเที่ยวเล็กจากหลายแห่งเป็นเรื่องปกติ
--     ปริมาณที่รถคันเดียวบรรทุกได้นับเป็นหนึ่งรอบและไม่ตัดสิน
-- one_row_is: one vehicle's day, for each generator that used it
-- meaning_th: หนึ่งวันของรถหนึ่งคัน แยกตามผู้ก่อกำเนิดแต่ละรายที่ใช้รถคันนั้น
-- recipients: headquarters, province
-- is_statistical: yes
-- silence_days: 90
-- example_th: รถคันเดียววิ่งให้โรงงานเดียว 20 เที่ยวในวันเดียว รวม 100 ตัน เกิน 12 เที่ยว
--     และมากกว่าที่รอบเดียวบรรทุกได้ 40 ตัน คะแนน 20
-- example_en: one vehicle makes 20 trips for one factory in one day, 100 t in all. That is more than 12 trips, and
--     more than the 40 t of one round: score 20
-- score_th: จำนวนเที่ยวของรถคันนั้นในวันนั้น [เที่ยว]
-- columns:
--   factory_id: generator: it answers for transport
--   period: month
--   subject: vehicle_no and day
--   score: trips of the vehicle on the day [trip]
--   evidence: the vehicle's day
-- evidence:
--   vehicle_no: registration of the vehicle
--   sent_date: day
--   trips: manifests of the vehicle on the day, of all generators
--   own_trips: those of this generator
--   generators: how many generators used the vehicle on the day
--   mass_t: tonnes of all these trips [t]
--   trips_at_most: trips that would have been believed
--   rows: table, submission_id, source_sheet and source_row of this generator's lines among them; the others' are the rows
--     of core.manifest with the same vehicle_no and sent_date (all of them in every generator's evidence would grow with
--     the square of the generators, and a vehicle_no that everybody writes would stop the night)
-- parameters_th:
--   trips_at_most: เที่ยวของผู้ก่อกำเนิดรายเดียวในหนึ่งวัน; [policy] เที่ยวละ 40 นาทีใน 8 ชั่วโมง; [press] พบ 72 เที่ยว
--   shared_trips_at_most: เที่ยวในหนึ่งวันเมื่อผู้ก่อกำเนิดหลายรายใช้รถคันเดียวกัน;
--     [policy] ครึ่งหนึ่ง เผื่อเวลาเดินทางระหว่างโรงงาน
WITH parameter AS (
  SELECT
    12 AS trips_at_most, -- trips of one generator in a day; [policy] 40 minutes each in 8 hours; [press] saw 72
    6 AS shared_trips_at_most -- trips in a day when generators share the vehicle; [policy] half, for the way between
),

-- Counted first by number, which costs little: most vehicles make one trip.
counted AS (
  SELECT
    m.vehicle_no,
    m.sent_date,
    SUM(m.mass_t) AS mass_t
  FROM core.manifest AS m
  CROSS JOIN parameter AS p
  CROSS JOIN ref.tonight AS t
  WHERE m.vehicle_no IS NOT NULL AND m.sent_date >= t.obligations_from
  GROUP BY m.vehicle_no, m.sent_date, p.shared_trips_at_most
  HAVING COUNT(*) > p.shared_trips_at_most
),

busy AS (
  SELECT
    c.vehicle_no,
    c.sent_date
  FROM counted AS c
  INNER JOIN ref.tolerance_on AS o ON c.sent_date = o.day
  WHERE c.mass_t > o.road_load_t
),

line AS (
  SELECT
    b.vehicle_no,
    b.sent_date,
    m.factory_id,
    m.manifest_no,
    m.mass_t,
    {
      'table': 'core.manifest',
      'submission_id': m.submission_id,
      'source_sheet': m.source_sheet,
      'source_row': m.source_row
    } AS source
  FROM busy AS b
  INNER JOIN core.manifest AS m ON b.vehicle_no = m.vehicle_no AND b.sent_date = m.sent_date
),

vehicle_day AS (
  SELECT
    vehicle_no,
    sent_date,
    COUNT(DISTINCT { 'factory_id': factory_id, 'manifest_no': manifest_no }) AS trips,
    COUNT(DISTINCT factory_id) AS generators,
    SUM(mass_t) AS mass_t
  FROM line
  GROUP BY vehicle_no, sent_date
),

own AS (
  SELECT
    vehicle_no,
    sent_date,
    factory_id,
    COUNT(DISTINCT manifest_no) AS own_trips,
    LIST(source ORDER BY source) AS source_rows
  FROM line
  GROUP BY vehicle_no, sent_date, factory_id
)

SELECT
  o.factory_id,
  STRFTIME(o.sent_date, '%Y-%m') AS period,
  o.vehicle_no || ' ' || o.sent_date AS subject,
  CAST(d.trips AS DOUBLE) AS score,
  JSON_OBJECT(
    'vehicle_no', o.vehicle_no,
    'sent_date', o.sent_date,
    'trips', d.trips,
    'own_trips', o.own_trips,
    'generators', d.generators,
    'mass_t', d.mass_t,
    'trips_at_most', IF(d.generators > 1, p.shared_trips_at_most, p.trips_at_most),
    'rows', o.source_rows
  ) AS evidence
FROM own AS o
INNER JOIN vehicle_day AS d ON o.vehicle_no = d.vehicle_no AND o.sent_date = d.sent_date
CROSS JOIN parameter AS p
WHERE d.trips > IF(d.generators > 1, p.shared_trips_at_most, p.trips_at_most)
