"""Mend-me files: rows that were held back, sent in again, join the accepted rows of their report instead of replacing them.

Every row of such a file says in the column `waste-reports: mends` which submission and row it mends. For one report (one
version key) of the file there are three cases:

- rows of that submission are current: the mended rows are added to them;
- that submission never had a row accepted under the key, and what stood when it came still stands (or nothing does): the
  rows are judged like any other version, since there is nothing to add them to;
- anything else has changed since, so the rows are refused (`mend_is_current`): they might undo a later report.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping, Sequence

import duckdb
import numpy as np
import pyarrow as pa

from flows.batches import FILE_NO, OTHER, Checked, Fault, File, Findings
from flows.reading.headers import is_mend_column
from schemas.records import Report

_ID = re.compile(r"[0-9a-f]{64}")
UNKNOWN = "?"  # stands for a mention that names no submission


def mention(submission_id: str, sheet: str | None, row: int) -> str:
    """What a row of a mend-me file says of the row that it mends."""
    return f"{submission_id} {row}" + (f" {sheet}" if sheet else "")


def mended_by(other_cells: str | None) -> str | None:
    """The submission that a row mends, UNKNOWN when it cannot be told, None when it mends nothing."""
    if not other_cells or "waste" not in other_cells.casefold():
        return None
    for header, text in json.loads(other_cells).items():
        if is_mend_column(header):
            found = _ID.match(str(text).strip())
            return found[0] if found else UNKNOWN
    return None


def mended_submissions(other_cells: pa.ChunkedArray) -> set[str]:
    """The submissions that the rows of a sheet mend."""
    if other_cells.null_count == len(other_cells):
        return set()
    return {found for text in other_cells.to_pylist() if (found := mended_by(text))}


def sort_mends(
    connection: duckdb.DuckDBPyConnection, report: Report, checked: Sequence[Checked], files: Mapping[int, File]
) -> tuple[Sequence[Checked], dict[int, np.ndarray]]:
    """Which rows are added to a current report, and which are refused.

    Args:
        connection: the work file before anything of tonight is loaded.
        report: the report type.
        checked: its batches.
        files: by file_no.

    Returns:
        The batches, refused rows among them marked as faulty; and per batch (by its place) the rows to add, as flags.
    """
    mending = [number for number, file in files.items() if "mends" in file.log]
    if not mending:
        return checked, {}
    own = {n: np.isin(each.typed[FILE_NO].to_numpy(), mending) for n, each in enumerate(checked)}
    own = {number: rows for number, rows in own.items() if rows.any()}
    if not own:
        return checked, {}
    names = list(dict.fromkeys([*report.version_key, *report.row_key]))
    parts = []
    for number, rows in own.items():
        part = checked[number].typed.select([*names, FILE_NO, OTHER]).filter(pa.array(rows))
        mends = pa.array([mended_by(text) for text in part[OTHER].to_pylist()], pa.string())
        part = part.drop_columns([OTHER]).append_column("mends", mends)
        part = part.append_column("is_faulty", pa.array(checked[number].is_faulty[rows]))
        part = part.append_column("batch_no", pa.array(np.full(part.num_rows, number)))
        parts.append(part.append_column("position", pa.array(np.flatnonzero(rows))))
    others = [each.typed.select([*report.version_key, FILE_NO]) for each in checked]
    connection.register("mend_rows", pa.concat_tables(parts))
    connection.register("tonight_rows", pa.concat_tables(others))
    try:
        found = connection.execute(_judgement(report), {"mending": mending}).fetchall()
    finally:
        connection.unregister("mend_rows")
        connection.unregister("tonight_rows")
    result, added = list(checked), {}
    for number in own:
        states = {position: state for batch, position, state in found if batch == number}
        added[number] = np.zeros(len(checked[number].is_faulty), bool)
        added[number][[position for position, state in states.items() if state != "plain"]] = True
        refused = sorted(position for position, state in states.items() if state == "refused")
        if refused:
            result[number] = _refuse(checked[number], np.array(refused, np.int64), files)
    return result, added


def _refuse(each: Checked, rows: np.ndarray, files: Mapping[int, File]) -> Checked:
    faults = [*each.findings.faults, Fault(None, "mend_is_current", rows)]
    is_faulty = each.is_faulty.copy()
    is_faulty[rows] = True
    return dataclasses.replace(each, is_faulty=is_faulty, findings=Findings(each.batch, files, faults))


def _judgement(report: Report) -> str:
    """SQL for batch_no, position and state (adds, refused, plain) of every row of the mending files."""
    key = ", ".join(report.version_key)
    has_key = " AND ".join(f"{column} IS NOT NULL" for column in report.version_key)

    def same(table: str, columns: Sequence[str] = report.version_key) -> str:
        return " AND ".join(f"{table}.{column} IS NOT DISTINCT FROM g.{column}" for column in columns)

    core, history = f"core.{report.name}", f"history.{report.name}"
    row_key = ", ".join(report.row_key)
    return f"""
        WITH whole AS (
            SELECT {key}, file_no, min(mends) AS low, max(mends) AS high
            FROM mend_rows WHERE {has_key} GROUP BY {key}, file_no
        ),
        known AS (SELECT submission_id, min(received_at) AS received_at FROM audit.submission GROUP BY 1),
        judged AS (
            SELECT g.*, CASE
                WHEN low IS NULL THEN 'plain'
                WHEN low <> high OR k.submission_id IS NULL THEN 'refused'
                WHEN EXISTS (FROM tonight_rows AS o WHERE {same('o')} AND o.file_no < g.file_no
                    AND o.file_no NOT IN (SELECT unnest($mending))) THEN 'refused'
                WHEN EXISTS (FROM {core} AS c WHERE {same('c')} AND c.submission_id = g.low) THEN 'adds'
                WHEN EXISTS (FROM {history} AS h WHERE {same('h')} AND h.submission_id = g.low) THEN 'refused'
                WHEN EXISTS (FROM {core} AS c WHERE {same('c')} AND c.received_at > k.received_at) THEN 'refused'
                ELSE 'plain'
            END AS state
            FROM whole AS g LEFT JOIN known AS k ON k.submission_id = g.low
        ),
        numbered AS (
            SELECT *, row_number() OVER (PARTITION BY {row_key}, is_faulty ORDER BY file_no, position) AS turn FROM mend_rows
        )
        SELECT g.batch_no, g.position, CASE
            WHEN j.state = 'adds' AND NOT g.is_faulty
                AND (g.turn > 1 OR EXISTS (FROM {core} AS c WHERE {same('c', report.row_key)})) THEN 'refused'
            ELSE coalesce(j.state, 'plain')
        END
        FROM numbered AS g LEFT JOIN judged AS j ON {same('j')} AND j.file_no = g.file_no
    """
