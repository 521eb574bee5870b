-- title_en: Where to inspect next
-- title_th: ลำดับความสำคัญในการตรวจโรงงาน
-- ground: policy: what counts and how much is ours, not the law's
-- one_row_is: one factory of the register
-- key: factory_id
-- needs: anomaly_verdict, factory_compliance, waste_by_factory_month
-- after: detect
-- columns:
--   factory_id: 14-digit registration number
--   factory_name: name on the licence
--   province_code: province by the register
--   status: licence status by the register: operating, stopped or closed
--   rank: 1 = inspect first: highest score, then factory_id
--   province_rank: the same within the province
--   score: sum of the six parts below, each of which is rounded to 3 decimals [point]
--   breaches_score: part of the score for open_breaches [point]
--   anomalies_score: part of the score for anomalies, each times its rank_factor in anomaly_verdict [point]
--   complaints_score: part of the score for complaints_about and complaints_near [point]
--   inspection_score: part of the score for days_since_inspection [point]
--   orders_score: part of the score for orders_overdue [point]
--   hazardous_score: part of the score for hazardous_t [point]
--   breaches_share_pct: 100 * breaches_score / score [%]; the six shares sum to 100
--   anomalies_share_pct: 100 * anomalies_score / score [%]
--   complaints_share_pct: 100 * complaints_score / score [%]
--   inspection_share_pct: 100 * inspection_score / score [%]
--   orders_share_pct: 100 * orders_score / score [%]
--   hazardous_share_pct: 100 * hazardous_score / score [%]
--   open_breaches: as in factory_compliance
--   anomalies: anomalies that stand tonight, neither silenced nor closed; those left out that factory_compliance counts
--     as breaches (rules report_missing, sent_received_mismatch, manifest_unanswered and receipt_without_manifest)
--   complaints_about: complaints that name the factory, not closed or received in the last days_back days
--   complaints_near: such complaints that name no factory: within near_km along the earth's surface when both places are
--     known, else in the factory's province
--   days_since_inspection: days from the last visit to tonight [day]; NULL when it was never inspected
--   orders_overdue: failed items of inspections whose order was due before tonight and is not resolved
--   hazardous_t: hazardous tonnes sent and received from the first day of the month in which the last days_back days begin
--     [t]
WITH parameter AS (
  SELECT
    4 AS breach_points, -- points for each open breach; [policy]
    40 AS breach_points_at_most, -- points; [policy] no part decides alone
    3 AS anomaly_points, -- points for each anomaly, times its rank_factor; [policy] less than a breach: some are guesses
    30 AS anomaly_points_at_most, -- points; [policy]
    10 AS complaint_points, -- points for each complaint that names the factory; [policy]
    3 AS near_points, -- points for each complaint within near_km; [policy]
    0.5 AS province_points, -- points for each other complaint of complaints_near; [policy] it may mean any of many
    30 AS complaint_points_at_most, -- points; [policy]
    5 AS year_points, -- points for each year without a visit; [policy]
    15 AS year_points_at_most, -- points, also when it was never inspected; [policy]
    10 AS order_points, -- points for each order overdue; [policy] it was seen by an officer's own eyes
    40 AS order_points_at_most, -- points; [policy]
    4 AS hazardous_points, -- points times log10(1 + tonnes), an order of size: 1 t about 1, 1,000 t 12; [policy]
    20 AS hazardous_points_at_most, -- points; [policy]
    365 AS days_back, -- days; [policy] one year
    5 AS near_km, -- km; [policy] how far an odour or a lorry's dumping is laid at a factory's door
    0.05 AS cell_deg -- degrees: side of the squares in which neighbours are looked for; [policy] more than near_km
),

anomalies AS (
  SELECT
    f.factory_id,
    COUNT(*) AS anomalies,
    SUM(COALESCE(v.rank_factor, 1)) AS anomalies_weighed
  FROM anomaly.found AS f
  LEFT JOIN summary.anomaly_verdict AS v ON f.rule = v.rule AND f.factory_id = v.factory_id
  WHERE
    f.state IN ('new', 'open')
    AND f.rule NOT IN ('report_missing', 'sent_received_mismatch', 'manifest_unanswered', 'receipt_without_manifest')
  GROUP BY f.factory_id
),

complaint AS (
  SELECT
    c.complaint_no,
    c.factory_id,
    c.province_code,
    c.latitude_deg,
    c.longitude_deg
  FROM core.complaint AS c
  CROSS JOIN ref.tonight AS t
  CROSS JOIN parameter AS p
  WHERE c.status <> 'closed' OR c.received_date >= t.night - p.days_back
),

complaint_square AS (
  SELECT
    c.complaint_no,
    c.latitude_deg,
    c.longitude_deg,
    CAST(FLOOR(c.latitude_deg / p.cell_deg) AS INTEGER) + UNNEST([-1, -1, -1, 0, 0, 0, 1, 1, 1]) AS row_no,
    CAST(FLOOR(c.longitude_deg / p.cell_deg) AS INTEGER) + UNNEST([-1, 0, 1, -1, 0, 1, -1, 0, 1]) AS column_no
  FROM complaint AS c
  CROSS JOIN parameter AS p
  WHERE c.factory_id IS NULL AND c.latitude_deg IS NOT NULL AND c.longitude_deg IS NOT NULL
),

factory_square AS (
  SELECT
    f.factory_id,
    f.latitude_deg,
    f.longitude_deg,
    CAST(FLOOR(f.latitude_deg / p.cell_deg) AS INTEGER) AS row_no,
    CAST(FLOOR(f.longitude_deg / p.cell_deg) AS INTEGER) AS column_no
  FROM core.factory AS f
  CROSS JOIN parameter AS p
  WHERE f.latitude_deg IS NOT NULL AND f.longitude_deg IS NOT NULL
),

near AS (
  SELECT
    f.factory_id,
    COUNT(*) AS complaints
  FROM complaint_square AS c
  CROSS JOIN parameter AS p
  INNER JOIN factory_square AS f ON c.row_no = f.row_no AND c.column_no = f.column_no
  WHERE
    -- haversine; 6371 km is the earth's radius
    2 * 6371 * ASIN(SQRT(
      POW(SIN(RADIANS(f.latitude_deg - c.latitude_deg) / 2), 2)
      + COS(RADIANS(f.latitude_deg)) * COS(RADIANS(c.latitude_deg))
      * POW(SIN(RADIANS(f.longitude_deg - c.longitude_deg) / 2), 2)
    )) <= p.near_km
  GROUP BY f.factory_id
),

in_province AS (
  SELECT
    province_code,
    COUNT(*) AS complaints,
    COUNT(*) FILTER (WHERE latitude_deg IS NULL OR longitude_deg IS NULL) AS complaints_nowhere
  FROM complaint
  WHERE factory_id IS NULL
  GROUP BY province_code
),

about AS (
  SELECT
    factory_id,
    COUNT(*) AS complaints
  FROM complaint
  WHERE factory_id IS NOT NULL
  GROUP BY factory_id
),

visits AS (
  SELECT
    i.factory_id,
    MAX(i.inspected_date) AS last_date,
    COUNT(*) FILTER (
      WHERE i.result = 'fail' AND i.order_due_date < t.night AND i.resolved_date IS NULL
    ) AS orders_overdue
  FROM core.inspection AS i
  CROSS JOIN ref.tonight AS t
  GROUP BY i.factory_id
),

hazardous AS (
  SELECT
    w.factory_id,
    SUM(w.sent_hazardous_t + w.received_hazardous_t) AS hazardous_t
  FROM summary.waste_by_factory_month AS w
  CROSS JOIN ref.tonight AS t
  CROSS JOIN parameter AS p
  WHERE w.month >= DATE_TRUNC('month', t.night - p.days_back)
  GROUP BY w.factory_id
),

figure AS (
  SELECT
    f.factory_id,
    f.factory_name,
    f.province_code,
    f.status,
    c.open_breaches,
    COALESCE(a.anomalies, 0) AS anomalies,
    COALESCE(a.anomalies_weighed, 0) AS anomalies_weighed,
    COALESCE(o.complaints, 0) AS complaints_about,
    COALESCE(n.complaints, 0) AS complaints_close_by,
    -- A factory whose own place is unknown may be near any complaint of its province.
    COALESCE(
      IF(f.latitude_deg IS NULL OR f.longitude_deg IS NULL, r.complaints, r.complaints_nowhere), 0
    ) AS complaints_in_province,
    t.night - v.last_date AS days_since_inspection,
    COALESCE(v.orders_overdue, 0) AS orders_overdue,
    COALESCE(h.hazardous_t, 0) AS hazardous_t
  FROM core.factory AS f
  CROSS JOIN ref.tonight AS t
  INNER JOIN summary.factory_compliance AS c ON f.factory_id = c.factory_id
  LEFT JOIN anomalies AS a ON f.factory_id = a.factory_id
  LEFT JOIN about AS o ON f.factory_id = o.factory_id
  LEFT JOIN near AS n ON f.factory_id = n.factory_id
  LEFT JOIN in_province AS r ON f.province_code = r.province_code
  LEFT JOIN visits AS v ON f.factory_id = v.factory_id
  LEFT JOIN hazardous AS h ON f.factory_id = h.factory_id
),

part AS (
  SELECT
    f.*,
    CAST(LEAST(f.open_breaches * p.breach_points, p.breach_points_at_most) AS DOUBLE) AS breaches_score,
    ROUND(CAST(LEAST(f.anomalies_weighed * p.anomaly_points, p.anomaly_points_at_most) AS DOUBLE), 3) AS anomalies_score,
    CAST(LEAST(
      f.complaints_about * p.complaint_points
      + f.complaints_close_by * p.near_points
      + f.complaints_in_province * p.province_points,
      p.complaint_points_at_most
    ) AS DOUBLE) AS complaints_score,
    ROUND(COALESCE(
      LEAST(f.days_since_inspection / 365 * p.year_points, p.year_points_at_most), p.year_points_at_most
    ), 3) AS inspection_score,
    CAST(LEAST(f.orders_overdue * p.order_points, p.order_points_at_most) AS DOUBLE) AS orders_score,
    ROUND(LEAST(
      LOG10(1 + CAST(f.hazardous_t AS DOUBLE)) * p.hazardous_points, p.hazardous_points_at_most
    ), 3) AS hazardous_score
  FROM figure AS f
  CROSS JOIN parameter AS p
),

scored AS (
  SELECT
    *,
    -- rounded, so that equal sums are equal, whatever they are made of
    ROUND(
      breaches_score + anomalies_score + complaints_score + inspection_score + orders_score + hazardous_score, 3
    ) AS score
  FROM part
)

SELECT
  factory_id,
  factory_name,
  province_code,
  status,
  ROW_NUMBER() OVER (ORDER BY score DESC, factory_id ASC) AS rank,
  ROW_NUMBER() OVER (PARTITION BY province_code ORDER BY score DESC, factory_id ASC) AS province_rank,
  score,
  breaches_score,
  anomalies_score,
  complaints_score,
  inspection_score,
  orders_score,
  hazardous_score,
  100 * breaches_score / NULLIF(score, 0) AS breaches_share_pct,
  100 * anomalies_score / NULLIF(score, 0) AS anomalies_share_pct,
  100 * complaints_score / NULLIF(score, 0) AS complaints_share_pct,
  100 * inspection_score / NULLIF(score, 0) AS inspection_share_pct,
  100 * orders_score / NULLIF(score, 0) AS orders_share_pct,
  100 * hazardous_score / NULLIF(score, 0) AS hazardous_share_pct,
  open_breaches,
  anomalies,
  complaints_about,
  complaints_close_by + complaints_in_province AS complaints_near,
  days_since_inspection,
  orders_overdue,
  hazardous_t
FROM scored;

-- lineage
WITH parameter AS (
  SELECT
    365 AS days_back, -- days; [policy] as above
    5 AS near_km -- km; [policy] as above
),

complaint AS (
  SELECT c.*
  FROM core.complaint AS c
  CROSS JOIN ref.tonight AS t
  CROSS JOIN parameter AS p
  WHERE c.status <> 'closed' OR c.received_date >= t.night - p.days_back
),

part AS (
  SELECT
    factory_id,
    UNNEST(['factory_name', 'province_code', 'status', 'complaints_near']) AS figure,
    NULL AS amount,
    'core.factory' AS source_table,
    submission_id,
    source_sheet,
    source_row,
    NULL AS via
  FROM core.factory
  UNION ALL
  SELECT
    factory_id,
    UNNEST(['open_breaches', 'breaches_score', 'breaches_share_pct']) AS figure,
    UNNEST([amount]) AS amount,
    source_table,
    submission_id,
    source_sheet,
    source_row,
    via
  FROM lineage_factory_compliance
  WHERE figure = 'open_breaches'
  UNION ALL
  -- The anomaly counts; its evidence names its rows.
  SELECT
    f.factory_id,
    UNNEST(['anomalies', 'anomalies_score', 'anomalies_share_pct']) AS figure,
    UNNEST([1]) AS amount,
    'anomaly.found' AS source_table,
    NULL AS submission_id,
    NULL AS source_sheet,
    NULL AS source_row,
    JSON_OBJECT('table', 'anomaly.found', 'anomaly_id', a.anomaly_id) AS via
  FROM anomaly.found AS a
  INNER JOIN core.factory AS f ON a.factory_id = f.factory_id
  WHERE
    a.state IN ('new', 'open')
    AND a.rule NOT IN ('report_missing', 'sent_received_mismatch', 'manifest_unanswered', 'receipt_without_manifest')
  UNION ALL
  SELECT
    f.factory_id,
    UNNEST(
      [
        IF(c.factory_id IS NULL, 'complaints_near', 'complaints_about'),
        'complaints_score', 'complaints_share_pct'
      ]
    ) AS figure,
    UNNEST([1]) AS amount,
    'core.complaint' AS source_table,
    c.submission_id,
    c.source_sheet,
    c.source_row,
    NULL AS via
  FROM complaint AS c
  CROSS JOIN parameter AS p
  INNER JOIN core.factory AS f
    ON
      CASE
        WHEN c.factory_id IS NOT NULL THEN c.factory_id = f.factory_id
        WHEN c.latitude_deg IS NULL OR c.longitude_deg IS NULL OR f.latitude_deg IS NULL OR f.longitude_deg IS NULL
          THEN c.province_code = f.province_code
        ELSE
          2 * 6371 * ASIN(SQRT(
            POW(SIN(RADIANS(f.latitude_deg - c.latitude_deg) / 2), 2)
            + COS(RADIANS(f.latitude_deg)) * COS(RADIANS(c.latitude_deg))
            * POW(SIN(RADIANS(f.longitude_deg - c.longitude_deg) / 2), 2)
          )) <= p.near_km
      END
  UNION ALL
  -- The last visit is the one that counts the days; every order overdue counts.
  SELECT
    i.factory_id,
    UNNEST(
      LIST_CONCAT(
        IF(
          i.result = 'fail' AND i.order_due_date < t.night AND i.resolved_date IS NULL,
          ['orders_overdue', 'orders_score', 'orders_share_pct'],
          []
        ),
        IF(
          t.night - i.inspected_date = v.days_since_inspection,
          ['days_since_inspection', 'inspection_score', 'inspection_share_pct'],
          []
        )
      )
    ) AS figure,
    UNNEST(
      IF(i.result = 'fail' AND i.order_due_date < t.night AND i.resolved_date IS NULL, [1], [])
    ) AS amount,
    'core.inspection' AS source_table,
    i.submission_id,
    i.source_sheet,
    i.source_row,
    NULL AS via
  FROM core.inspection AS i
  CROSS JOIN ref.tonight AS t
  INNER JOIN summary.inspection_priority AS v ON i.factory_id = v.factory_id
  UNION ALL
  SELECT
    f.factory_id,
    UNNEST(['hazardous_t', 'hazardous_score', 'hazardous_share_pct']) AS figure,
    UNNEST([l.amount]) AS amount,
    l.source_table,
    l.submission_id,
    l.source_sheet,
    l.source_row,
    l.via
  FROM lineage_waste_by_factory_month AS l
  INNER JOIN core.factory AS f ON l.factory_id = f.factory_id
  CROSS JOIN ref.tonight AS t
  CROSS JOIN parameter AS p
  WHERE l.figure IN ('sent_hazardous_t', 'received_hazardous_t') AND l.month >= DATE_TRUNC('month', t.night - p.days_back)
)

SELECT * FROM part
UNION ALL
-- A row decides the score once, whatever parts it has in it.
SELECT DISTINCT
  factory_id,
  UNNEST(['score', 'rank', 'province_rank']) AS figure,
  NULL AS amount,
  source_table,
  submission_id,
  source_sheet,
  source_row,
  via
FROM part
WHERE figure LIKE '%_score'
