-- title_en: A quantity is out of line with the factory's own history
-- title_th: ปริมาณผิดปกติเมื่อเทียบกับประวัติของโรงงานเอง
-- ground: statistics; the factors are policy, chosen on real yearly filings: docs/MEASURED.md says how many innocent years
--     they flag and how many planted slips they find
-- ground_th: สถิติ จำนวนเท่าเป็นนโยบาย เลือกจากรายงานประจำปีจริง: docs/MEASURED.md ระบุว่าเตือนปีที่ไม่ผิดกี่ปี
--     และพบความผิดพลาดที่จงใจใส่ไว้กี่รายการ
-- one_row_is: one year's generated total, or one manifest line, out of line with the factory's others
-- meaning_th: ปริมาณที่เกิดขึ้นรวมหนึ่งปี หรือรายการในเอกสารกำกับหนึ่งรายการ ที่ผิดไปจากรายการอื่นของโรงงานเดียวกัน
-- recipients: headquarters, province
-- is_statistical: yes
-- silence_days: 90
-- example_th: เที่ยวอื่นของของเสียเดียวกันอยู่ระหว่าง 0.9 ถึง 1.2 ตัน เที่ยวนี้ 1,000 ตัน มากกว่าเที่ยวสูงสุด 833
--     เท่า เกิน 30 เท่า คะแนน 833 และเป็นราว 1,000 เท่าของปกติ อาจเขียนกิโลกรัมในช่องตัน
-- example_en: a factory's other loads of one waste lie between 0.9 t and 1.2 t, this one has 1,000 t, 833 times the
--     highest of them and so more than 30 times: score 833. As it is some 1,000 times the typical load, kilograms may
--     have been written as tonnes
-- score_th: จำนวนเท่าที่ผิดไปจากรายการอื่น [เท่า ไม่ใช่ลอการิทึม]: ของเที่ยว เทียบกับเที่ยวสูงสุดหรือต่ำสุดของเที่ยวอื่น
--     ของปี เทียบกับขอบเขตที่ลากจากปีสูงสุดหรือต่ำสุดเข้าหาปีล่าสุด หักส่วนที่โรงงานจำพวกเดียวกันเปลี่ยนไปแล้ว
--     กรณีลดลง และกรณีที่มีเพียงรหัสของเสียซึ่งเพิ่งมีหรือหายไปที่อธิบายได้ ใช้รากของจำนวนเท่า
-- columns:
--   factory_id: generator that reported it
--   period: year, or month in which the load was sent
--   subject: manifest_no/line_no of a load; NULL for a year
--   score: how many times out of line [factor, not its logarithm]: of a load, times above the highest or below the lowest
--     of the others; of a year the same against a bound drawn from the highest or lowest towards the latest year, less what
--     its peers did; the root counts of a fall, and of what only waste codes explain that came or went
--   evidence: the quantity, the others' range, the peers, and the rows
-- evidence:
--   kind: year (generated_t of an annual report) or load (a manifest line)
--   waste_code: waste code of the load; null for a year, which is the total of all codes
--   mass_t: the quantity in question [t]
--   lowest_t: lowest of the others [t]; of ten loads or more, of all but the lowest tenth
--   typical_t: median of the others [t]
--   highest_t: highest of the others [t]; of ten loads or more, of all but the highest tenth
--   last_t: the latest earlier year [t]; null for a load
--   compared_with: how many others: years before it, or loads around it
--   times_typical: mass_t / typical_t
--   times_same_codes: the year against the earlier year nearest to it, over the waste codes that both have [factor]; of all
--     codes when they share none; null for a load
--   times_of_peers: median change from the year before of the factory's peers, which its history is moved by before it is
--     compared [factor]; 1 when it has too few; null for a load
--   peers: how many peers: factories of its class in its province, or where these are too few of its class; null for a load
--   looks_like_unit_slip: true when times_typical is near 1,000 or 1/1,000: kg written as t, or t as kg
--   rows: table, submission_id, source_sheet and source_row of the quantity in question
-- parameters_th:
--   years_back: จำนวนปีก่อนปีที่ตัดสิน; [policy] วัดจากรายงานจริง ดูฐานที่มา
--   years_at_least: จำนวนปีก่อนหน้าที่มีของเสีย; [policy] ปีเดียวยังไม่เป็นประวัติ
--   year_factor: จำนวนเท่าที่ผิดไป นับแบบเดียวกับคะแนน; [policy] วัดจากรายงานจริง ดูฐานที่มา
--   last_share: น้ำหนักของปีล่าสุดในขอบเขต ตั้งแต่ 0 ถึง 1; [policy] วัดแล้ว: ช่วงค่าอย่างเดียวจำระดับเก่านานเกินไป
--   fall_power: เลขชี้กำลังของ year_factor ที่การลดลงต้องเกิน; [policy] วัดแล้ว: การเปลี่ยนแปลงที่ไม่ผิด 6 ใน 10 เป็นการลดลง
--   code_power: เช่นเดียวกัน กรณีที่มีเพียงรหัสซึ่งเพิ่งมีหรือหายไปที่อธิบายได้; [policy] วัดแล้ว: จำนวนมากไม่ใช่ความผิด
--   peers_at_least: จำนวนโรงงานที่มีทั้งสองปี; [policy] ค่ากลางของโรงงานน้อยกว่านี้เป็นเรื่องบังเอิญ
--   peers_factor: จำนวนเท่าที่โรงงานจำพวกเดียวกันเลื่อนประวัติได้; [policy] มากกว่านี้เป็นความผิดพลาดร่วมกัน ไม่ใช่แนวโน้ม
--   days_around: จำนวนวันก่อนและหลังเที่ยวนั้น; [policy] ครบทุกฤดูกาลทั้งสองด้าน
--   loads_at_least: จำนวนเที่ยวอื่นของโรงงานและรหัสของเสียเดียวกัน; [policy] น้อยกว่านี้ยังไม่เป็นช่วงค่า
--   load_factor: จำนวนเท่าที่อยู่นอกช่วง; [policy] กึ่งกลางตามลำดับขนาด ระหว่างปกติกับการเขียนผิด 1,000 เท่า
--   slip_factor: กิโลกรัมในหนึ่งตัน; [policy]
--   slip_spread: จำนวนเท่าที่การเขียนผิดหน่วยอาจต่างจาก slip_factor เพราะน้ำหนักแต่ละเที่ยวไม่เท่ากัน; [policy]
WITH parameter AS (
  SELECT
    6 AS years_back, -- years before the one in question; [policy] measured on real filings, see ground
    2 AS years_at_least, -- earlier years with waste; [policy] one year is no history
    3 AS year_factor, -- times out of line, as score counts; [policy] measured on real filings, see ground
    0.3 AS last_share, -- share of the latest year in the bound, 0 to 1; [policy] measured: a range remembers old levels too well
    1.5 AS fall_power, -- power of year_factor that a fall must exceed; [policy] measured: 6 of 10 innocent jumps are falls
    2 AS code_power, -- the same for what only codes explain that came or went; [policy] measured: many innocent jumps
    10 AS peers_at_least, -- factories with both years; [policy] the median of fewer is chance
    2 AS peers_factor, -- times that peers may move the history; [policy] more is a fault that they share, and no trend
    365 AS days_around, -- days before and after a load; [policy] a year's seasons on either side
    5 AS loads_at_least, -- other loads of that factory and waste code; [policy] fewer are no range
    30 AS load_factor, -- times outside the range; [policy] half way, in orders of size, to a slip of 1,000
    1000 AS slip_factor, -- kg in a t; [policy]
    3 AS slip_spread -- times that a slip may lie off slip_factor, as masses vary; [policy]
),

-- A year without waste says nothing about the size of a year with waste: zeros neither count nor are judged.
code_year AS (
  SELECT
    factory_id,
    waste_code,
    report_year AS year,
    SUM(generated_t) AS mass_t
  FROM core.annual
  GROUP BY factory_id, waste_code, report_year
  HAVING SUM(generated_t) > 0
),

factory_year AS (
  SELECT
    factory_id,
    year,
    SUM(mass_t) AS mass_t
  FROM code_year
  GROUP BY factory_id, year
),

-- How each factory changed from one year to the next, to say how its peers did.
factory_change AS (
  SELECT
    y.year,
    f.factory_class,
    f.province_code,
    CAST(y.mass_t AS DOUBLE) / CAST(o.mass_t AS DOUBLE) AS times
  FROM factory_year AS y
  INNER JOIN factory_year AS o ON y.factory_id = o.factory_id AND y.year - 1 = o.year
  INNER JOIN core.factory AS f ON y.factory_id = f.factory_id
),

-- One row for each class in a province, and with province_code NULL one for the class in the country.
peer_change AS (
  SELECT
    c.year,
    c.factory_class,
    c.province_code,
    COUNT(*) AS peers,
    GREATEST(1 / p.peers_factor, LEAST(p.peers_factor, MEDIAN(c.times))) AS times
  FROM factory_change AS c
  CROSS JOIN parameter AS p
  GROUP BY
    GROUPING SETS (
      (c.year, c.factory_class, c.province_code, p.peers_factor, p.peers_at_least),
      (c.year, c.factory_class, p.peers_factor, p.peers_at_least)
    )
  HAVING COUNT(*) >= p.peers_at_least
),

same_codes AS (
  SELECT
    y.factory_id,
    y.year,
    o.year AS earlier_year,
    CAST(SUM(y.mass_t) AS DOUBLE) / CAST(SUM(o.mass_t) AS DOUBLE) AS times
  FROM parameter AS p
  CROSS JOIN code_year AS y
  INNER JOIN code_year AS o
    ON y.factory_id = o.factory_id AND y.waste_code = o.waste_code AND o.year BETWEEN y.year - p.years_back AND y.year - 1
  GROUP BY y.factory_id, y.year, o.year
),

year_pair AS (
  SELECT
    y.factory_id,
    y.year,
    y.mass_t,
    o.year AS earlier_year,
    o.mass_t AS earlier_t,
    COALESCE(v.peers, c.peers, 0) AS peers,
    COALESCE(v.times, c.times, 1) AS times_of_peers,
    LN(CAST(y.mass_t AS DOUBLE) / CAST(o.mass_t AS DOUBLE)) - LN(COALESCE(v.times, c.times, 1)) AS change,
    LN(COALESCE(s.times, CAST(y.mass_t AS DOUBLE) / CAST(o.mass_t AS DOUBLE))) AS same_codes,
    same_codes - LN(COALESCE(v.times, c.times, 1)) AS same_codes_change
  FROM parameter AS p
  CROSS JOIN factory_year AS y
  INNER JOIN factory_year AS o
    ON y.factory_id = o.factory_id AND o.year BETWEEN y.year - p.years_back AND y.year - 1
  LEFT JOIN same_codes AS s ON y.factory_id = s.factory_id AND y.year = s.year AND o.year = s.earlier_year
  LEFT JOIN core.factory AS f ON y.factory_id = f.factory_id
  LEFT JOIN peer_change AS v ON y.year = v.year AND f.factory_class = v.factory_class AND f.province_code = v.province_code
  LEFT JOIN peer_change AS c ON y.year = c.year AND f.factory_class = c.factory_class AND c.province_code IS NULL
),

-- In logarithms: how far the year lies above the highest of the earlier ones (rise), or below the lowest (fall).
year_range AS (
  SELECT
    x.factory_id,
    x.year,
    x.mass_t,
    x.peers,
    x.times_of_peers,
    MIN(x.earlier_t) AS lowest_t,
    MEDIAN(x.earlier_t) AS typical_t,
    MAX(x.earlier_t) AS highest_t,
    ARG_MAX(x.earlier_t, x.earlier_year) AS last_t,
    COUNT(*) AS compared_with,
    EXP(ARG_MIN(x.same_codes, ABS(x.same_codes))) AS times_same_codes,
    (1 - p.last_share) * MIN(x.change) + p.last_share * ARG_MAX(x.change, x.earlier_year) AS rise,
    -(1 - p.last_share) * MAX(x.change) - p.last_share * ARG_MAX(x.change, x.earlier_year) AS fall,
    (1 - p.last_share) * MIN(x.same_codes_change)
    + p.last_share * ARG_MAX(x.same_codes_change, x.earlier_year) AS same_rise,
    -(1 - p.last_share) * MAX(x.same_codes_change)
    - p.last_share * ARG_MAX(x.same_codes_change, x.earlier_year) AS same_fall
  FROM year_pair AS x
  CROSS JOIN parameter AS p
  GROUP BY x.factory_id, x.year, x.mass_t, x.peers, x.times_of_peers, p.last_share, p.years_at_least
  HAVING COUNT(*) >= p.years_at_least
),

-- A jump counts in full as far as the codes that both years have show it too, else as its root; a fall as its root. Rounded, so
-- that what lies exactly on year_factor does not exceed it for the noise of a logarithm.
year_score AS (
  SELECT
    r.*,
    ROUND(
      EXP(
        GREATEST(
          LEAST(r.rise, r.same_rise),
          r.rise / p.code_power,
          LEAST(r.fall, r.same_fall) / p.fall_power,
          r.fall / (p.code_power * p.fall_power)
        )
      ), 9
    ) AS score
  FROM year_range AS r
  CROSS JOIN parameter AS p
),

year_jump AS (
  SELECT s.*
  FROM year_score AS s
  CROSS JOIN parameter AS p
  WHERE s.score > p.year_factor
),

-- Only where the loads of one waste spread this widely can any of them lie outside the range of the others.
wide_stream AS (
  SELECT
    m.factory_id,
    m.waste_code
  FROM core.manifest AS m
  CROSS JOIN parameter AS p
  GROUP BY m.factory_id, m.waste_code, p.load_factor
  HAVING MAX(m.mass_t) > MIN(m.mass_t) * p.load_factor
),

-- Of these only where one lies so far from all but the smallest few, or all but the largest few: a load is compared with
-- loads_at_least others or more, and neither end of what is left of them lies beyond that many of its own side.
jumpy_stream AS (
  SELECT
    m.factory_id,
    m.waste_code
  FROM core.manifest AS m
  INNER JOIN wide_stream AS s ON m.factory_id = s.factory_id AND m.waste_code = s.waste_code
  CROSS JOIN parameter AS p
  GROUP BY m.factory_id, m.waste_code, p.load_factor, p.loads_at_least
  HAVING
    COUNT(*) > p.loads_at_least
    AND (
      MAX(m.mass_t) > LIST_LAST(MIN(m.mass_t, p.loads_at_least)) * p.load_factor
      OR MIN(m.mass_t) * p.load_factor < LIST_LAST(MAX(m.mass_t, p.loads_at_least))
    )
),

-- A tenth of the others is left out at either end [policy], so that one slip does not hide the next; DuckDB takes no column for
-- the share. Of fewer than ten this is the whole range.
stream_load AS (
  SELECT
    m.factory_id,
    m.waste_code,
    m.manifest_no,
    m.line_no,
    m.sent_date,
    m.mass_t,
    m.submission_id,
    m.source_sheet,
    m.source_row,
    QUANTILE_DISC(m.mass_t, [0.1, 0.9]) OVER around AS ends,
    ends[1] AS lowest_t,
    ends[2] AS highest_t,
    MEDIAN(m.mass_t) OVER around AS typical_t,
    COUNT(*) OVER around AS compared_with
  FROM core.manifest AS m
  INNER JOIN jumpy_stream AS s ON m.factory_id = s.factory_id AND m.waste_code = s.waste_code
  CROSS JOIN parameter AS p -- noqa: AL05
  WINDOW around AS (
    PARTITION BY m.factory_id, m.waste_code
    ORDER BY m.sent_date
    RANGE BETWEEN TO_DAYS(p.days_around) PRECEDING AND TO_DAYS(p.days_around) FOLLOWING -- noqa: PRS
    EXCLUDE CURRENT ROW
  )
),

load_jump AS (
  SELECT l.*
  FROM stream_load AS l
  CROSS JOIN parameter AS p
  WHERE
    l.compared_with >= p.loads_at_least
    AND (l.mass_t > l.highest_t * p.load_factor OR l.mass_t * p.load_factor < l.lowest_t)
),

year_row AS (
  SELECT
    factory_id,
    report_year AS year,
    LIST(
      {
        'table': 'core.annual',
        'submission_id': submission_id,
        'source_sheet': source_sheet,
        'source_row': source_row
      } ORDER BY submission_id, source_sheet, source_row
    ) AS source_rows
  FROM core.annual
  WHERE factory_id IN (SELECT j.factory_id FROM year_jump AS j)
  GROUP BY factory_id, report_year
),

jump AS (
  SELECT
    'year' AS kind,
    j.factory_id,
    CAST(j.year AS VARCHAR) AS period,
    NULL AS subject,
    NULL AS waste_code,
    j.mass_t,
    j.lowest_t,
    j.typical_t,
    j.highest_t,
    j.last_t,
    j.compared_with,
    j.times_same_codes,
    j.times_of_peers,
    j.peers,
    j.score,
    r.source_rows
  FROM year_jump AS j
  INNER JOIN year_row AS r ON j.factory_id = r.factory_id AND j.year = r.year
  UNION ALL
  SELECT
    'load' AS kind,
    factory_id,
    STRFTIME(sent_date, '%Y-%m') AS period,
    manifest_no || '/' || line_no AS subject,
    waste_code,
    mass_t,
    lowest_t,
    typical_t,
    highest_t,
    NULL AS last_t,
    compared_with,
    NULL AS times_same_codes,
    NULL AS times_of_peers,
    NULL AS peers,
    GREATEST(mass_t / highest_t, lowest_t / mass_t) AS score,
    [
      {
        'table': 'core.manifest',
        'submission_id': submission_id,
        'source_sheet': source_sheet,
        'source_row': source_row
      }
    ] AS source_rows
  FROM load_jump
)

SELECT
  j.factory_id,
  j.period,
  j.subject,
  CAST(j.score AS DOUBLE) AS score,
  JSON_OBJECT(
    'kind', j.kind,
    'waste_code', j.waste_code,
    'mass_t', j.mass_t,
    'lowest_t', j.lowest_t,
    'typical_t', j.typical_t,
    'highest_t', j.highest_t,
    'last_t', j.last_t,
    'compared_with', j.compared_with,
    'times_typical', j.mass_t / j.typical_t,
    'times_same_codes', ROUND(j.times_same_codes, 6),
    'times_of_peers', ROUND(j.times_of_peers, 6),
    'peers', j.peers,
    'looks_like_unit_slip',
    GREATEST(j.mass_t / j.typical_t, j.typical_t / j.mass_t)
    BETWEEN p.slip_factor / p.slip_spread AND p.slip_factor * p.slip_spread,
    'rows', j.source_rows
  ) AS evidence
FROM jump AS j
CROSS JOIN parameter AS p
