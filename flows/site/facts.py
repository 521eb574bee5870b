"""The figures of the pages, read from the published file."""

from __future__ import annotations

# State of tonight, for the country (NULL) and each province; who answers for what as in summary.factory_compliance.
STATE = """
WITH owed AS (
    SELECT coalesce(province_code, 'none') AS area, count_if(status = 'missing') AS missing,
        count(DISTINCT factory_id) FILTER (status = 'missing') AS missing_factories,
        count_if(status IN ('on_time', 'nil', 'late', 'missing')) AS due
    FROM summary.obligation GROUP BY GROUPING SETS ((area), ())
),

load AS (
    SELECT coalesce(g.province_code, 'none') AS area, count_if(r.state IN ('quantity_differs', 'code_differs')) AS mismatched,
        count_if(r.state IN ('matched', 'quantity_differs', 'code_differs')) AS answered,
        CAST(sum(r.sent_t) FILTER (r.received_t IS NOT NULL) AS DOUBLE) AS answered_sent_t,
        CAST(sum(r.received_t) FILTER (r.sent_t IS NOT NULL) AS DOUBLE) AS answered_received_t
    FROM summary.reconciliation AS r LEFT JOIN core.factory AS g ON g.factory_id = r.factory_id
    GROUP BY GROUPING SETS ((area), ())
),

answer AS (
    SELECT coalesce(p.province_code, 'none') AS area, count_if(r.state = 'unanswered') AS unanswered,
        CAST(sum(r.sent_t) FILTER (r.state = 'unanswered') AS DOUBLE) AS unanswered_t,
        count_if(r.state = 'without_manifest') AS without_manifest
    FROM summary.reconciliation AS r LEFT JOIN core.factory AS p ON p.factory_id = r.processor_id
    GROUP BY GROUPING SETS ((area), ())
),

clock AS (
    SELECT coalesce(p.province_code, 'none') AS area, count_if(c.state = 'overdue') AS overdue,
        CAST(sum(c.received_t) FILTER (c.state = 'overdue') AS DOUBLE) AS overdue_t
    FROM summary.completion AS c LEFT JOIN core.factory AS p ON p.factory_id = c.processor_id
    GROUP BY GROUPING SETS ((area), ())
),

year AS (
    SELECT coalesce(f.province_code, 'none') AS area, CAST(sum(w.sent_hazardous_t) AS DOUBLE) AS hazardous_t, CAST(sum(w.sent_t) AS DOUBLE) AS sent_t,
        sum(w.factories_obliged) AS obliged, sum(w.factories_reporting) AS reporting
    FROM summary.waste_by_factory_year AS w LEFT JOIN core.factory AS f USING (factory_id)
    WHERE w.year = $year GROUP BY GROUPING SETS ((area), ())
),

register AS (
    SELECT coalesce(province_code, 'none') AS area, count(*) AS factories FROM core.factory GROUP BY GROUPING SETS ((area), ())
),

whole AS (
    SELECT code AS province_code FROM ref.province UNION ALL SELECT NULL
)

SELECT a.province_code, coalesce(g.factories, 0) AS factories, coalesce(o.missing, 0) AS missing,
    coalesce(o.missing_factories, 0) AS missing_factories, coalesce(o.due, 0) AS due,
    coalesce(l.mismatched, 0) AS mismatched, coalesce(l.answered, 0) AS answered,
    coalesce(l.answered_sent_t, 0) AS answered_sent_t, coalesce(l.answered_received_t, 0) AS answered_received_t,
    coalesce(w.unanswered, 0) AS unanswered, coalesce(w.unanswered_t, 0) AS unanswered_t,
    coalesce(w.without_manifest, 0) AS without_manifest,
    coalesce(c.overdue, 0) AS overdue, coalesce(c.overdue_t, 0) AS overdue_t,
    coalesce(y.hazardous_t, 0) AS hazardous_t, coalesce(y.sent_t, 0) AS sent_t,
    coalesce(y.obliged, 0) AS obliged, coalesce(y.reporting, 0) AS reporting,
    100 * y.reporting / nullif(y.obliged, 0) AS coverage_pct
FROM whole AS a
LEFT JOIN owed AS o ON o.area IS NOT DISTINCT FROM a.province_code
LEFT JOIN load AS l ON l.area IS NOT DISTINCT FROM a.province_code
LEFT JOIN answer AS w ON w.area IS NOT DISTINCT FROM a.province_code
LEFT JOIN clock AS c ON c.area IS NOT DISTINCT FROM a.province_code
LEFT JOIN year AS y ON y.area IS NOT DISTINCT FROM a.province_code
LEFT JOIN register AS g ON g.area IS NOT DISTINCT FROM a.province_code
"""

YEARS = """
    FROM summary.national WHERE factories_obliged > 0 OR sent_t > 0 OR generated_t > 0 ORDER BY year DESC LIMIT 4
"""

# The last two years of months that have ended: a running one would look like a collapse.
TREND = """
    SELECT strftime(month, '%Y-%m') AS month, province_code, CAST(sent_t AS DOUBLE) AS sent_t, CAST(received_t AS DOUBLE) AS received_t,
        CAST(sent_hazardous_t AS DOUBLE) AS sent_hazardous_t
    FROM summary.waste_by_province_month
    WHERE month >= date_trunc('month', (SELECT night FROM ref.tonight)) - INTERVAL 24 MONTHS
        AND month < date_trunc('month', (SELECT night FROM ref.tonight))
    ORDER BY month, province_code
"""

FIRST = """
    SELECT i.province_code, i.rank, i.province_rank, i.factory_id, i.factory_name, i.score, c.open_breaches, i.anomalies,
        c.missing_reports, c.mismatched_loads, c.unanswered_loads, c.receipts_without_manifest
    FROM summary.inspection_priority AS i JOIN summary.factory_compliance AS c USING (factory_id)
    WHERE i.province_rank <= 10 AND (c.open_breaches > 0 OR i.anomalies > 0 OR i.complaints_about > 0 OR i.orders_overdue > 0)
    ORDER BY i.rank
"""

FOUND_BY_RULE = "SELECT rule, count_if(state = 'new') AS new, count(*) AS standing FROM found GROUP BY rule"
FOUND_BY_PROVINCE = """
    SELECT f.province_code, a.rule, count_if(a.state = 'new') AS new, count(*) AS standing
    FROM found AS a JOIN party AS f USING (factory_id) GROUP BY ALL ORDER BY standing DESC, rule
"""
BROKEN_BY_CHECK = """
    SELECT check_id, count(*) AS findings, count(DISTINCT submission_id) AS files,
        count_if(night = (SELECT night FROM ref.tonight)) AS tonight
    FROM audit.finding GROUP BY check_id
"""
DUTIES = """
    SELECT coalesce(province_code, 'none') AS area, report_type, period, min(due_date) AS due_date,
        count_if(status IN ('on_time', 'nil', 'late', 'missing')) AS due, count_if(status = 'missing') AS missing,
        count_if(status = 'late') AS late
    FROM summary.obligation WHERE status IN ('on_time', 'nil', 'late', 'missing')
    GROUP BY GROUPING SETS ((area, report_type, period), (report_type, period))
    QUALIFY row_number() OVER (PARTITION BY area, report_type ORDER BY period DESC) <= 3
    ORDER BY report_type, period DESC
"""
