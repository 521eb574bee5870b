"""What a submission changed against the versions that it replaced."""

from __future__ import annotations

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


def change_of(connection: duckdb.DuckDBPyConnection, report: Report, submission_id: str) -> Change:
    """The change that a submission made, also when it has been replaced itself since.

    Args:
        connection: a warehouse file, published or private.
        report: the report type.
        submission_id: the submission.
    """
    tonnes = "mass_t" if report.has_mass else _TONNES.get(report.name, "")
    names = [f'"{field.name}"' for field in report.fields] + (["mass_t"] if report.has_mass else [])
    columns = ", ".join(names)
    key = ", ".join(report.version_key)
    same = " AND ".join(f'b."{name}" IS NOT DISTINCT FROM a."{name}"' for name in report.row_key)
    before, after = (f"row({', '.join(f'{side}.{name}' for name in names)})" for side in ("b", "a"))
    total = (f"coalesce(sum(b.{tonnes}), 0)", f"coalesce(sum(a.{tonnes}), 0)") if tonnes else ("0", "0")
    mends = f"coalesce(contains(CAST(other_cells AS VARCHAR), '{MEND_COLUMN}'), false)"
    row = connection.execute(
        f"""
        WITH before AS (SELECT {columns}, 1 AS here FROM history.{report.name} WHERE superseded_by = $id),
        own AS (
            SELECT {columns}, {mends} AS mends, 1 AS here FROM core.{report.name} WHERE submission_id = $id
            UNION ALL SELECT {columns}, {mends} AS mends, 1 AS here FROM history.{report.name} WHERE submission_id = $id
        ),
        keys AS (SELECT DISTINCT {key} FROM before),
        after AS (SELECT * FROM own SEMI JOIN keys USING ({key}))
        SELECT
            (SELECT count(*) FROM keys),
            count_if(b.here IS NULL AND a.here IS NOT NULL),
            count_if(b.here IS NOT NULL AND a.here IS NOT NULL AND {before} IS DISTINCT FROM {after}),
            count_if(a.here IS NULL AND b.here IS NOT NULL),
            count_if(b.here IS NOT NULL AND a.here IS NOT NULL AND {before} IS NOT DISTINCT FROM {after}),
            (SELECT count_if(NOT mends) FROM own ANTI JOIN keys USING ({key})),
            (SELECT count_if(mends) FROM own ANTI JOIN keys USING ({key})),
            {total[0]}, {total[1]}
        FROM before AS b FULL JOIN after AS a ON {same}
        """,
        {"id": submission_id},
    ).fetchone()
    assert row is not None
    replaced, added, changed, removed, unchanged, new_rows, mended = (int(value or 0) for value in row[:7])
    tonnes_before, tonnes_after = (Decimal(str(value)) for value in row[7:])
    return Change(report, replaced, added, changed, removed, unchanged, new_rows, mended, tonnes, tonnes_before, tonnes_after)
