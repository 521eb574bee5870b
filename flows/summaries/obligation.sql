-- title_en: Reports that are owed, and what came of them
-- title_th: หน้าที่รายงานของโรงงานและสถานะการรายงาน
-- ground: cl. 13 (annual, every factory), cl. 22 (monthly, processors); due dates and who owes stand in ref.duty
-- one_row_is: one duty of one factory of the register for one period that has ended
-- key: factory_id, report_type, period
-- columns:
--   factory_id: factory that owes the report, 14-digit registration number
--   report_type: report that is owed: annual or processing
--   period: year ('2025') or month ('2026-03') reported on, C.E.
--   due_date: last day on which the report is on time, by the rule in force on the last day of the period
--   status: exempt (closed before or opened after the period); on_time; nil (on time, and the current report says
--     that there was nothing to report); late (the first accepted version came after the due date); missing (overdue,
--     nothing accepted); not_yet_due
--   received_at: when the first accepted version was received, UTC: a late correction does not make a report late
--   submission_id: sha256 of the file with the first accepted version, hex
--   is_nil: the current report says that there was nothing to report; NULL when nothing was reported
--   days_late: days from the due date to the day of receipt, or to tonight while missing [day]; NULL when neither
--   clause: clause of the Notification that the duty stands in
--   province_code: province of the factory by the register
WITH period AS (
  SELECT
    'year' AS period_kind,
    CAST(y.year AS VARCHAR) AS period,
    MAKE_DATE(y.year, 1, 1) AS first_date,
    MAKE_DATE(y.year, 12, 31) AS last_date
  FROM ref.tonight AS t, RANGE(YEAR(t.obligations_from), YEAR(t.night)) AS y (year)
  UNION ALL
  SELECT
    'month' AS period_kind,
    STRFTIME(m.month, '%Y-%m') AS period,
    CAST(m.month AS DATE) AS first_date,
    LAST_DAY(m.month) AS last_date
  FROM
    ref.tonight AS t,
    RANGE(DATE_TRUNC('month', t.obligations_from), DATE_TRUNC('month', t.night), INTERVAL 1 MONTH) AS m (month)
),

duty AS (
  SELECT
    d.report_type,
    d.who,
    d.clause,
    p.period,
    p.first_date,
    p.last_date,
    CAST(RIGHT(d.deadline_value, 2) AS INTEGER) AS due_day,
    CASE d.deadline_kind
      WHEN 'month_day_next_year' THEN MAKE_DATE(YEAR(p.last_date) + 1, CAST(LEFT(d.deadline_value, 2) AS INTEGER), 1)
      WHEN 'day_of_next_month' THEN p.last_date + 1
      ELSE ERROR('ref.duty: unknown deadline_kind ' || d.deadline_kind)
    END AS due_month
  FROM ref.duty AS d
  INNER JOIN period AS p
    ON
      p.last_date BETWEEN d.valid_from AND COALESCE(d.valid_to, p.last_date)
      AND p.period_kind = CASE
        WHEN d.period_kind IN ('year', 'month') THEN d.period_kind
        ELSE ERROR('ref.duty: unknown period_kind ' || d.period_kind)
      END
),

owed AS (
  SELECT
    f.factory_id,
    f.province_code,
    d.report_type,
    d.period,
    d.clause,
    -- 31 means the last day of a shorter month
    MAKE_DATE(YEAR(d.due_month), MONTH(d.due_month), LEAST(d.due_day, DAY(LAST_DAY(d.due_month)))) AS due_date,
    COALESCE(f.closed_date < d.first_date, f.status = 'closed')
    OR COALESCE(f.opened_date > d.last_date, FALSE) AS is_exempt
  FROM duty AS d
  CROSS JOIN core.factory AS f
  LEFT JOIN ref.factory_class AS c
    ON
      REGEXP_EXTRACT(f.factory_class, '^[0-9]+') = c.code -- 106(1) is a 106
      AND d.last_date BETWEEN c.valid_from AND COALESCE(c.valid_to, d.last_date)
  WHERE
    CASE
      WHEN d.report_type NOT IN ('annual', 'processing') THEN ERROR('ref.duty: unknown report_type ' || d.report_type)
      WHEN d.who = 'every_factory' THEN TRUE
      WHEN d.who = 'processor' THEN c.waste_role = 'processor'
      ELSE ERROR('ref.duty: unknown who ' || d.who)
    END
),

version AS (
  SELECT
    'annual' AS report_type,
    factory_id,
    CAST(report_year AS VARCHAR) AS period,
    received_at,
    submission_id,
    nil_report
  FROM core.annual
  UNION ALL
  SELECT
    'annual' AS report_type,
    factory_id,
    CAST(report_year AS VARCHAR) AS period,
    received_at,
    submission_id,
    NULL AS nil_report
  FROM history.annual
  UNION ALL
  SELECT
    'processing' AS report_type,
    factory_id,
    STRFTIME(report_month, '%Y-%m') AS period,
    received_at,
    submission_id,
    nil_report
  FROM core.processing
  UNION ALL
  SELECT
    'processing' AS report_type,
    factory_id,
    STRFTIME(report_month, '%Y-%m') AS period,
    received_at,
    submission_id,
    NULL AS nil_report
  FROM history.processing
),

reported AS (
  SELECT
    report_type,
    factory_id,
    period,
    MIN(received_at) AS received_at,
    ARG_MIN(submission_id, (received_at, submission_id)) AS submission_id,
    COALESCE(BOOL_OR(nil_report = 'yes'), FALSE) AS is_nil,
    CAST(MIN(received_at) + INTERVAL 7 HOUR AS DATE) AS received_date -- the day in Bangkok
  FROM version
  GROUP BY report_type, factory_id, period
)

SELECT
  o.factory_id,
  o.report_type,
  o.period,
  o.due_date,
  CASE
    WHEN o.is_exempt THEN 'exempt'
    WHEN r.received_date > o.due_date THEN 'late'
    WHEN r.is_nil THEN 'nil'
    WHEN r.received_date IS NOT NULL THEN 'on_time'
    WHEN t.night > o.due_date THEN 'missing'
    ELSE 'not_yet_due'
  END AS status,
  r.received_at,
  r.submission_id,
  r.is_nil,
  CASE WHEN status IN ('late', 'missing') THEN COALESCE(r.received_date, t.night) - o.due_date END AS days_late,
  o.clause,
  o.province_code
FROM owed AS o
CROSS JOIN ref.tonight AS t
LEFT JOIN reported AS r
  ON o.factory_id = r.factory_id AND o.report_type = r.report_type AND o.period = r.period;

-- lineage
WITH version AS (
  SELECT
    'annual' AS report_type,
    factory_id,
    CAST(report_year AS VARCHAR) AS period,
    'core.annual' AS source_table,
    TRUE AS is_current,
    submission_id,
    source_sheet,
    source_row
  FROM core.annual
  UNION ALL
  SELECT
    'annual' AS report_type,
    factory_id,
    CAST(report_year AS VARCHAR) AS period,
    'history.annual' AS source_table,
    FALSE AS is_current,
    submission_id,
    source_sheet,
    source_row
  FROM history.annual
  UNION ALL
  SELECT
    'processing' AS report_type,
    factory_id,
    STRFTIME(report_month, '%Y-%m') AS period,
    'core.processing' AS source_table,
    TRUE AS is_current,
    submission_id,
    source_sheet,
    source_row
  FROM core.processing
  UNION ALL
  SELECT
    'processing' AS report_type,
    factory_id,
    STRFTIME(report_month, '%Y-%m') AS period,
    'history.processing' AS source_table,
    FALSE AS is_current,
    submission_id,
    source_sheet,
    source_row
  FROM history.processing
)

SELECT
  o.factory_id,
  o.report_type,
  o.period,
  UNNEST(['due_date', 'status', 'days_late', 'province_code']) AS figure,
  NULL AS amount,
  'core.factory' AS source_table,
  f.submission_id,
  f.source_sheet,
  f.source_row,
  NULL AS via
FROM summary.obligation AS o
INNER JOIN core.factory AS f ON o.factory_id = f.factory_id
UNION ALL
-- The first version says when it came; the current one whether it is nil.
SELECT
  o.factory_id,
  o.report_type,
  o.period,
  UNNEST(
    LIST_CONCAT(
      ['status'],
      IF(v.submission_id = o.submission_id, ['received_at', 'submission_id', 'days_late'], []),
      IF(v.is_current, ['is_nil'], [])
    )
  ) AS figure,
  NULL AS amount,
  v.source_table,
  v.submission_id,
  v.source_sheet,
  v.source_row,
  NULL AS via
FROM summary.obligation AS o
INNER JOIN version AS v ON o.factory_id = v.factory_id AND o.report_type = v.report_type AND o.period = v.period
WHERE v.submission_id = o.submission_id OR v.is_current
