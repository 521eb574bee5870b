"""What a submission changed against the versions that it replaced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from flows.reading.headers import MEND_COLUMN
from schemas.records import Report

# The quantity of reports that have no `mass_t`: what a factory would look at first.
_TONNES = {"annual": "generated_t", "processing": "received_t", "permit": "permitted_t"}


@dataclass(frozen=True)
class Change:
    """One report type of a submission against what it replaced.

    Attributes:
        replaced: reports (keys of a version) that had an earlier version.
        added, changed, removed, unchanged: rows of those reports.
        new_rows: accepted rows of reports that had none.
        mended_rows: rows that mend some held back before, added to their report.
        tonnes_of: the column that is summed, "" when the type has no quantity.
        tonnes_before, tonnes_after: of the replaced reports [t].
    """

    report: Report
    replaced: int
    added: int
    changed: int
    removed: int
    unchanged: int
    new_rows: int
    mended_rows: int
    tonnes_of: str
    tonnes_before: Decimal
    tonnes_after: Decimal


def changes_of(connection: duckdb.DuckDBPyConnection, report: Report, submission_ids: Sequence[str]) -> dict[str, Change]:
    """The change that each submission made, also when it has been replaced itself since.

    Args:
        connection: a warehouse file, published or private.
        report: the report type.
        submission_ids: the submissions; all are looked up together, since a look at one is a look at the whole table.
    """
    tonnes = "mass_t" if report.has_mass else _TONNES.get(report.name, "")
    names = [f'"{field.name}"' for field in report.fields] + (["mass_t"] if report.has_mass else [])
    columns = ", ".join(names)
    key = ", ".join(report.version_key)
    same = " AND ".join(f'b."{name}" IS NOT DISTINCT FROM a."{name}"' for name in report.row_key)
    before, after = (f"row({', '.join(f'{side}.{name}' for name in names)})" for side in ("b", "a"))
    total = (f"coalesce(sum(b.{tonnes}), 0)", f"coalesce(sum(a.{tonnes}), 0)") if tonnes else ("0", "0")
    mends = f"coalesce(contains(CAST(other_cells AS VARCHAR), '{MEND_COLUMN}'), false)"
    cursor = connection.execute(
        f"""
        WITH asked AS (SELECT unnest($ids) AS asked_id),
        before AS (
            SELECT superseded_by AS asked_id, {columns}, 1 AS here
            FROM history.{report.name} SEMI JOIN asked ON superseded_by = asked_id
        ),
        own AS (
            SELECT submission_id AS asked_id, {columns}, {mends} AS mends, 1 AS here
            FROM core.{report.name} SEMI JOIN asked ON submission_id = asked_id
            UNION ALL
            SELECT submission_id AS asked_id, {columns}, {mends} AS mends, 1 AS here
            FROM history.{report.name} SEMI JOIN asked ON submission_id = asked_id
        ),
        keys AS (SELECT DISTINCT asked_id, {key} FROM before),
        after AS (SELECT * FROM own SEMI JOIN keys USING (asked_id, {key})),
        replaced AS (SELECT asked_id, count(*) AS replaced FROM keys GROUP BY asked_id),
        compared AS (
            SELECT
                coalesce(b.asked_id, a.asked_id) AS asked_id,
                count_if(b.here IS NULL) AS added,
                count_if(b.here = a.here AND {before} IS DISTINCT FROM {after}) AS changed,
                count_if(a.here IS NULL) AS removed,
                count_if(b.here = a.here AND {before} IS NOT DISTINCT FROM {after}) AS unchanged,
                {total[0]} AS tonnes_before,
                {total[1]} AS tonnes_after
            FROM before AS b FULL JOIN after AS a ON b.asked_id = a.asked_id AND {same}
            GROUP BY ALL
        ),
        added AS (
            SELECT asked_id, count_if(NOT mends) AS new_rows, count_if(mends) AS mended_rows
            FROM own ANTI JOIN keys USING (asked_id, {key}) GROUP BY asked_id
        )
        SELECT asked_id, replaced, added, changed, removed, unchanged, new_rows, mended_rows, tonnes_before, tonnes_after
        FROM asked
        LEFT JOIN replaced USING (asked_id) LEFT JOIN compared USING (asked_id) LEFT JOIN added USING (asked_id)
        """,
        {"ids": list(submission_ids)},
    )
    changes = {}
    for submission_id, *counts, tonnes_before, tonnes_after in cursor.fetchall():
        replaced, added, changed, removed, unchanged, new_rows, mended = (int(value or 0) for value in counts)
        changes[submission_id] = Change(
            report, replaced, added, changed, removed, unchanged, new_rows, mended,
            tonnes, Decimal(str(tonnes_before or 0)), Decimal(str(tonnes_after or 0)),
        )  # fmt: skip
    return changes
