"""What a factory's own page shows, in shards of the factory number, and the names that the search looks through.

70,000 factories in one file would be 100 MB, and in a file each 70,000 files: a shard holds some fifty of them, and the
page finds it by the number's remainder.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from flows.site.lists import origin

# Factories of one shard: some 100 KB of script.
_SHARD = 50
# The number of shards is one of these primes, so that no digit of the number decides alone.
_PRIMES = (1, 7, 31, 127, 521, 1_409, 2_803, 5_701)
# Names of one piece of the search.
NAMES = 2_000
_MOST = 100  # rows of one table of a factory's page

_LOAD = f"""
    r.factory_id AS generator, r.processor_id AS processor,
    json_array(r.manifest_no || '/' || r.line_no, r.factory_id, r.processor_id, r.waste_code, r.sent_date,
        round(CAST(r.sent_t AS DOUBLE), 6), round(CAST(r.received_t AS DOUBLE), 6), round(CAST(r.difference_pct AS DOUBLE), 2),
        r.state,
        {origin("r.manifest_submission_id", "r.manifest_source_sheet", "r.manifest_source_row", "m.name")},
        {origin("r.receipt_submission_id", "r.receipt_source_sheet", "r.receipt_source_row", "a.name")}) AS cells,
    coalesce(r.sent_date, r.received_date) AS day, r.manifest_no, r.line_no
    FROM summary.reconciliation AS r
    LEFT JOIN file AS m ON m.submission_id = r.manifest_submission_id
    LEFT JOIN file AS a ON a.submission_id = r.receipt_submission_id
    WHERE r.state IN ('quantity_differs', 'code_differs', 'unanswered', 'rejected', 'without_manifest')
"""
# Each section of the page: a SELECT of factory_id, cells (a JSON array) and place, its order.
_SECTIONS = {
    "owed": """
        SELECT o.factory_id, json_array(o.report_type, o.period, o.due_date, o.status, o.received_at, o.days_late, m.name, o.submission_id)
            AS cells, row_number() OVER (PARTITION BY o.factory_id ORDER BY o.due_date DESC, o.report_type, o.period) AS place
        FROM summary.obligation AS o LEFT JOIN file AS m ON m.submission_id = o.submission_id
        WHERE o.status <> 'exempt'
    """,
    "years": """
        SELECT factory_id, json_array(year, round(CAST(generated_t AS DOUBLE), 6), round(CAST(sent_t AS DOUBLE), 6),
            round(CAST(sent_hazardous_t AS DOUBLE), 6), round(CAST(received_t AS DOUBLE), 6),
            round(CAST(received_hazardous_t AS DOUBLE), 6), round(CAST(completed_t AS DOUBLE), 6)) AS cells, -year AS place
        FROM summary.waste_by_factory_year
    """,
    "months": """
        SELECT factory_id, json_array(strftime(month, '%Y-%m'), round(CAST(sent_t AS DOUBLE), 6), round(CAST(received_t AS DOUBLE), 6))
            AS cells, row_number() OVER (PARTITION BY factory_id ORDER BY month DESC) AS place
        FROM summary.waste_by_factory_month
    """,
    "found": """
        SELECT factory_id, json_array(rule, period, subject, score, state, first_night, CAST(figures AS JSON), CAST(origins AS JSON),
            evidence_rows) AS cells, row_number() OVER (PARTITION BY factory_id ORDER BY first_night DESC, rule, period, subject) AS place
        FROM found
    """,
    "loads": f"""
        SELECT party_id AS factory_id, cells, row_number() OVER (PARTITION BY party_id ORDER BY day DESC, manifest_no, line_no) AS place
        FROM (
            WITH load AS (SELECT {_LOAD})
            SELECT generator AS party_id, * FROM load WHERE generator IS NOT NULL
            UNION ALL SELECT processor, * FROM load WHERE processor IS DISTINCT FROM generator
        )
    """,
    "overdue": """
        SELECT processor_id AS factory_id, json_array(manifest_no || '/' || line_no, factory_id, waste_code,
            round(CAST(received_t AS DOUBLE), 6), received_date, due_date, days_late) AS cells,
            row_number() OVER (PARTITION BY processor_id ORDER BY days_late DESC, manifest_no, line_no) AS place
        FROM summary.completion WHERE state = 'overdue'
    """,
    "permits": """
        SELECT factory_id, json_array(permit_no || '/' || line_no, waste_code, management_code, processor_id, valid_from_date,
            valid_to_date, round(CAST(permitted_t AS DOUBLE), 6), round(CAST(sent_t AS DOUBLE), 6), round(CAST(used_pct AS DOUBLE), 1),
            state) AS cells,
            row_number() OVER (PARTITION BY factory_id ORDER BY state <> 'exceeded', valid_to_date DESC, permit_no, line_no) AS place
        FROM summary.permit_use
    """,
    "visits": """
        SELECT factory_id, json_array(inspection_no, inspected_date, item_code, result, finding, order_due_date, resolved_date) AS cells,
            row_number() OVER (PARTITION BY factory_id ORDER BY inspected_date DESC, inspection_no, item_code) AS place
        FROM core.inspection
    """,
    "complaints": """
        SELECT factory_id, json_array(complaint_no, received_date, category, status, closed_date) AS cells,
            row_number() OVER (PARTITION BY factory_id ORDER BY received_date DESC, complaint_no) AS place
        FROM core.complaint WHERE factory_id IS NOT NULL
    """,
}


def shards_of(factories: int) -> int:
    """How many shards so many factories are cut into."""
    return next((prime for prime in _PRIMES if prime * _SHARD >= factories), _PRIMES[-1])


def shards(connection: duckdb.DuckDBPyConnection, count: int) -> Iterator[tuple[int, str]]:
    """Every shard that has a factory.

    Args:
        connection: the published file, with the temporary tables `file` and `found`.
        count: how many shards, see `shards_of`.

    Yields:
        The shard's number, and a JSON array of its factories.
    """
    for name, sql in _SECTIONS.items():
        connection.execute(f"""
            CREATE TEMP TABLE section_{name} AS
            SELECT factory_id, '[' || string_agg(CAST(cells AS VARCHAR), ',' ORDER BY place) FILTER (place <= {_MOST}) || ']' AS cells,
                count(*) AS in_all
            FROM ({sql}) GROUP BY factory_id
        """)
    joins = " ".join(f"LEFT JOIN section_{name} AS {name} USING (factory_id)" for name in _SECTIONS)
    parts = " || ".join(
        f"""',"{name}":' || coalesce({name}.cells, '[]') || ',"{name}_in_all":' || coalesce({name}.in_all, 0)"""
        for name in _SECTIONS
    )
    cursor = connection.execute(f"""
        SELECT shard, '[' || string_agg(text, ',\n' ORDER BY factory_id) || ']'
        FROM (
            SELECT CAST(f.factory_id AS BIGINT) % {int(count)} AS shard, factory_id,
                left(head, -1) || {parts} || '}}' AS text
            FROM ({_HEAD}) AS f {joins}
        )
        GROUP BY shard
    """)
    while rows := cursor.fetchmany(16):
        yield from rows


_HEAD = """
    SELECT r.factory_id, CAST(to_json({
        'id': r.factory_id, 'name': r.factory_name, 'old': r.old_factory_no, 'class': r.factory_class,
        'class_th': l.name_th, 'class_en': l.name_en, 'province': r.province_code, 'status': r.status,
        'opened': r.opened_date, 'closed': r.closed_date, 'capacity_t': CAST(r.intake_capacity_t AS DOUBLE),
        'latitude': CAST(r.latitude_deg AS DOUBLE), 'longitude': CAST(r.longitude_deg AS DOUBLE),
        'missing': c.missing_reports, 'mismatched': c.mismatched_loads, 'unanswered': c.unanswered_loads,
        'without_manifest': c.receipts_without_manifest, 'late': c.late_reports, 'oldest': c.oldest_open_breach_date,
        'last': c.last_report_at, 'rank': i.rank, 'province_rank': i.province_rank, 'score': round(i.score, 1)
    }) AS VARCHAR) AS head
    FROM core.factory AS r
    LEFT JOIN ref.factory_class AS l ON l.code = regexp_extract(r.factory_class, '^[0-9]+')
    LEFT JOIN summary.factory_compliance AS c ON c.factory_id = r.factory_id
    LEFT JOIN summary.inspection_priority AS i ON i.factory_id = r.factory_id
"""


def names(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, int, str]]:
    """What the search looks through, province by province.

    Yields:
        Province code, number of the piece from 1, and a JSON array of [factory_id, name, old number].
    """
    cursor = connection.execute(f"""
        SELECT province_code, 1 + (place - 1) // {NAMES} AS piece,
            '[' || string_agg(CAST(cells AS VARCHAR), ',\n' ORDER BY place) || ']'
        FROM (
            SELECT province_code, json_array(factory_id, factory_name, old_factory_no) AS cells,
                row_number() OVER (PARTITION BY province_code ORDER BY factory_id) AS place
            FROM core.factory
        )
        GROUP BY ALL ORDER BY ALL
    """)
    while rows := cursor.fetchmany(16):
        yield from rows
