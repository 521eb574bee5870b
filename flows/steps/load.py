"""Load: accepted rows into core, replaced ones into history, held ones into quarantine; later reports replace earlier ones.

A later version of a key takes over only when all its rows under that key are accepted; if not, the earlier one stays and
every row of the later one waits in quarantine. A first version with faults is accepted in part. Several versions in one
night are taken in their order of receipt.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import chain, islice

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flows.batches import FILE_NO, ROW, SHEET, Checked, File, cells_json, finding
from flows.mends import sort_mends
from schemas.records import Finding, Report
from schemas.tables import AUDIT_FINDING, AUDIT_SUBMISSION, QUARANTINE_ROW, core_table

log = logging.getLogger(__name__)

ROWS_AT_ONCE = 50_000  # findings and held rows are written in portions of this size
PORTIONS_AHEAD = 10  # portions put into words before they can be written; some 20 MB each

# Exact: kg / 1000; L x kg/L / 1000; m3 x kg/L is tonnes, since 1 kg/L = 1 t/m3. Division would make it a DOUBLE.
_MASS_T = """CAST(CASE t.unit
    WHEN 't' THEN t.quantity
    WHEN 'kg' THEN t.quantity * 0.001::DECIMAL(3, 3)
    WHEN 'L' THEN t.quantity::DECIMAL(20, 6) * t.density_kg_per_l::DECIMAL(12, 6) * 0.001::DECIMAL(3, 3)
    WHEN 'm3' THEN t.quantity::DECIMAL(20, 6) * t.density_kg_per_l::DECIMAL(12, 6)
END AS DECIMAL(38, 15))"""


def load(
    connection: duckdb.DuckDBPyConnection,
    report: Report,
    checked: Sequence[Checked],
    files: Mapping[int, File],
    night: date,
) -> dict[int, int]:
    """Load the night's batches of one report type, inside the night's transaction.

    Args:
        connection: the work file.
        report: the report type; all batches are of it.
        checked: its batches.
        files: by file_no.
        night: the night.

    Returns:
        Rows held back, by file_no.
    """
    _register_files(connection, files, night)
    checked, added = sort_mends(connection, report, checked, files)
    typed = [_with_flags(each, number) for number, each in enumerate(checked)]
    for number, rows in added.items():
        is_added = pa.array(rows)
        _add_mended(connection, report, typed[number].filter(is_added))
        typed[number] = typed[number].filter(pc.invert(is_added))
    connection.register("typed", pa.concat_tables(typed))
    _find_contested(connection, report)
    held = _held_by_version(connection, report, len(typed))
    _replace_current(connection, report)
    counts: dict[int, int] = {}
    left_out = chain.from_iterable(
        _left_out(each, waiting, files, night, counts) for each, waiting in zip(checked, held, strict=True)
    )
    with ThreadPoolExecutor(1) as pool:  # DuckDB needs no Python while it inserts, and words are all Python
        inserting = pool.submit(_insert, connection, report)
        worded: list[tuple[str, pa.Table]] = []
        while len(worded) < PORTIONS_AHEAD and not inserting.done() and (portion := next(left_out, None)):
            worded.append(portion)
        inserting.result()
    connection.unregister("typed")
    connection.unregister("night_files")
    for table, rows in chain(worded, left_out):
        _append(connection, table, rows)
    log.info("load: %s, %d rows held back", report.name, sum(counts.values()))
    return counts


def _register_files(connection: duckdb.DuckDBPyConnection, files: Mapping[int, File], night: date) -> None:
    known = list(files.values())
    connection.register(
        "night_files",
        pa.table(
            {
                FILE_NO: pa.array([file.file_no for file in known], pa.int32()),
                "submission_id": pa.array([file.submission_id for file in known], pa.string()),
                "submitted_by": pa.array([file.submitted_by for file in known], pa.string()),
                "received_at": _naive_utc(known),
                "night": pa.array([night] * len(known), pa.date32()),
            }
        ),
    )


def _naive_utc(files: Sequence[File]) -> pa.Array:
    """When each was received, as `naive_utc` has it."""
    return pa.array([file.received_at for file in files], pa.timestamp("us", tz="UTC")).cast(pa.timestamp("us"))


def _with_flags(each: Checked, batch_no: int) -> pa.Table:
    length = each.typed.num_rows
    flags = {
        "is_faulty": each.is_faulty,
        "is_stray": each.is_stray,
        "batch_no": np.full(length, batch_no, np.int32),
        "position": np.arange(length),
    }
    table = each.typed
    for name, values in flags.items():
        table = table.append_column(name, pa.array(values))
    return table


def _key(report: Report, prefix: str = "") -> str:
    return ", ".join(f"{prefix}{column}" for column in report.version_key)


def _same_key(report: Report, left: str, right: str) -> str:
    return " AND ".join(f"{left}.{column} = {right}.{column}" for column in report.version_key)


def _has_key(report: Report, prefix: str = "") -> str:
    return " AND ".join(f"{prefix}{column} IS NOT NULL" for column in report.version_key)


def _find_contested(connection: duckdb.DuckDBPyConnection, report: Report) -> None:
    """`version`: for keys that more than one file reports, or that core has: what becomes of each file's rows.

    is_accepted, next_file_no (the accepted version that replaces it the same night) and is_in_core per key and file. A
    stray row, whose key cannot be read, may belong to any version of its file that its readable cells do not exclude, so
    none of these is complete.
    """
    key, has_key = _key(report), _has_key(report)
    every, stray = (
        f"SELECT {key}, {FILE_NO}, is_faulty FROM typed WHERE {wanted}" for wanted in (has_key, "is_stray")
    )
    may_be_of = " AND ".join(f"coalesce(s.{column} = c.{column}, true)" for column in report.version_key)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE in_core AS SELECT DISTINCT {key} FROM core.{report.name} AS c"
        f" SEMI JOIN ({every}) USING ({key})"
    )
    connection.execute(f"CREATE OR REPLACE TEMP TABLE stray AS SELECT DISTINCT {key}, {FILE_NO} FROM ({stray})")
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE version AS"
        f" WITH contested AS (SELECT {key} FROM ({every}) GROUP BY {key} HAVING min({FILE_NO}) <> max({FILE_NO})"
        f"   UNION SELECT {key} FROM in_core),"
        f" counted AS (SELECT {key}, {FILE_NO}, count(*) AS n, count_if(is_faulty) AS faulty"
        f"   FROM ({every}) SEMI JOIN contested USING ({key}) GROUP BY {key}, {FILE_NO}),"
        f" complete AS (SELECT c.*, c.faulty = 0 AND NOT EXISTS"
        f"   (FROM stray AS s WHERE s.{FILE_NO} = c.{FILE_NO} AND {may_be_of}) AS is_complete FROM counted AS c),"
        f" firsts AS (SELECT c.*, i.{report.version_key[0]} IS NOT NULL AS is_in_core,"
        f"   min(CASE WHEN n > faulty THEN {FILE_NO} END) OVER (PARTITION BY {_key(report, 'c.')}) AS first_sound"
        f"   FROM complete AS c LEFT JOIN in_core AS i ON {_same_key(report, 'c', 'i')}),"
        f" judged AS (SELECT *, CASE WHEN is_in_core THEN is_complete"
        f"   ELSE coalesce({FILE_NO} = first_sound OR ({FILE_NO} > first_sound AND is_complete), false)"
        f"   END AS is_accepted FROM firsts)"
        f" SELECT *, min(CASE WHEN is_accepted THEN {FILE_NO} END) OVER (PARTITION BY {key} ORDER BY {FILE_NO}"
        f"   ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS next_file_no FROM judged"
    )


def _held_by_version(connection: duckdb.DuckDBPyConnection, report: Report, batches: int) -> list[np.ndarray]:
    """By batch, positions of sound rows that wait because their version is not complete."""
    found = connection.execute(
        f"SELECT t.batch_no, t.position FROM typed AS t JOIN version AS v ON {_same_key(report, 't', 'v')}"
        f" AND t.{FILE_NO} = v.{FILE_NO} WHERE NOT v.is_accepted AND NOT t.is_faulty ORDER BY ALL"
    ).fetchnumpy()
    batch_no, position = np.asarray(found["batch_no"]), np.asarray(found["position"], dtype=np.int64)
    return [position[batch_no == number] for number in range(batches)]


def _replace_current(connection: duckdb.DuckDBPyConnection, report: Report) -> None:
    """Move current rows that an accepted version of tonight replaces from core to history."""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE replaced AS SELECT {_key(report)}, min({FILE_NO}) AS {FILE_NO}"
        f" FROM version WHERE is_in_core AND is_accepted GROUP BY {_key(report)}"
    )
    columns = ", ".join(f'c."{name}"' for name in core_table(report).column_names)
    moved = connection.execute(
        f"INSERT INTO history.{report.name} SELECT {columns}, f.submission_id, f.night FROM core.{report.name} AS c"
        f" JOIN replaced AS v ON {_same_key(report, 'c', 'v')} JOIN night_files AS f ON f.{FILE_NO} = v.{FILE_NO}"
    ).fetchone()
    if moved and moved[0]:
        connection.execute(f"DELETE FROM core.{report.name} AS c USING replaced AS v WHERE {_same_key(report, 'c', 'v')}")


def _add_mended(connection: duckdb.DuckDBPyConnection, report: Report, rows: pa.Table) -> None:
    """Mended rows join the current rows of their report, before any other version of tonight is looked at."""
    connection.register("mended", rows)
    source = f"FROM mended AS t JOIN night_files AS f ON f.{FILE_NO} = t.{FILE_NO}"
    connection.execute(f"INSERT INTO core.{report.name} SELECT {_core_values(report)} {source} WHERE NOT t.is_faulty")
    connection.unregister("mended")


def _core_values(report: Report) -> str:
    """A row of core as SQL over a typed row `t` of the file `f`."""
    names = [f't."{field.name}"' for field in report.fields]
    if report.has_mass:
        names.append(f"{_MASS_T} AS mass_t")
    names += [
        "t.other_cells",
        "f.submission_id",
        f"t.{SHEET}",
        f"t.{ROW}",
        "f.submitted_by",
        "f.received_at",
        "f.night",
    ]
    return ", ".join(names)


def _insert(connection: duckdb.DuckDBPyConnection, report: Report) -> None:
    """Sound rows into core, or into history where another file of tonight replaces them."""
    select = _core_values(report)
    source = f"FROM typed AS t JOIN night_files AS f ON f.{FILE_NO} = t.{FILE_NO}"
    contested = connection.execute("SELECT count(*) FROM version").fetchone()
    if not contested or not contested[0]:
        connection.execute(f"INSERT INTO core.{report.name} SELECT {select} {source} WHERE NOT t.is_faulty")
        return
    joined = f"{source} LEFT JOIN version AS v ON {_same_key(report, 't', 'v')} AND v.{FILE_NO} = t.{FILE_NO}"
    sound = "NOT t.is_faulty AND coalesce(v.is_accepted, true)"
    connection.execute(f"INSERT INTO core.{report.name} SELECT {select} {joined} WHERE {sound} AND v.next_file_no IS NULL")
    connection.execute(
        f"INSERT INTO history.{report.name} SELECT {select}, later.submission_id, later.night {joined}"
        f" JOIN night_files AS later ON later.{FILE_NO} = v.next_file_no WHERE {sound}"
    )


def _left_out(
    each: Checked, waiting: np.ndarray, files: Mapping[int, File], night: date, counts: dict[int, int]
) -> Iterator[tuple[str, pa.Table]]:
    """Findings of a batch, and its rows for the quarantine: what is faulty or waits. Portions, each with its table's name."""
    report, text = each.batch.report, each.batch.text
    yield from _finding_tables(each.findings, night)
    held = np.union1d(np.flatnonzero(each.is_faulty), waiting)
    for start in range(0, len(held), ROWS_AT_ONCE):
        part = held[start : start + ROWS_AT_ONCE]
        rows = text.take(pa.array(part)).to_pylist()
        waits = np.isin(part, waiting).tolist()
        yield from _finding_tables(
            (
                finding("correction_is_complete", files[row[FILE_NO]], row[SHEET], row[ROW], report)
                for row, is_waiting in zip(rows, waits, strict=True)
                if is_waiting
            ),
            night,
        )
        table: dict[str, list[object]] = {name: [] for name in QUARANTINE_ROW.column_names}
        for row in rows:
            file = files[row[FILE_NO]]
            counts[file.file_no] = counts.get(file.file_no, 0) + 1
            values = (file.submission_id, report.name, row[SHEET], row[ROW], cells_json(row, report), night)
            for name, value in zip(table, values, strict=True):
                table[name].append(value)
        yield QUARANTINE_ROW.full_name, pa.table(table)


def _finding_tables(findings: Iterable[Finding], night: date) -> Iterator[tuple[str, pa.Table]]:
    """Findings in portions: a file may have millions."""
    names = [name for name in AUDIT_FINDING.column_names if name != "night"]
    each = iter(findings)
    while rows := list(islice(each, ROWS_AT_ONCE)):
        columns = {name: pa.array([getattr(row, name) for row in rows]) for name in names}
        yield AUDIT_FINDING.full_name, pa.table({**columns, "night": pa.array([night] * len(rows), pa.date32())})


def _append(connection: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM rows")


def write_submissions(connection: duckdb.DuckDBPyConnection, files: Sequence[File], held: Mapping[int, int], night: date) -> None:
    """Append the night's files to audit.submission, and the findings of whole files to audit.finding."""
    if not files:
        return
    quarantined = [held.get(file.file_no, 0) for file in files]
    accepted = [file.rows_read - count for file, count in zip(files, quarantined, strict=True)]
    outcomes = [
        file.outcome or ("rejected" if taken == 0 else "accepted" if waiting == 0 else "partly_accepted")
        for file, taken, waiting in zip(files, accepted, quarantined, strict=True)
    ]
    rows = pa.table(
        {
            "submission_id": [file.submission_id for file in files],
            "original_name": [file.original_name for file in files],
            "received_at": _naive_utc(files),
            "night": pa.repeat(pa.scalar(night, pa.date32()), len(files)),
            "submitted_by": [file.submitted_by for file in files],
            "report_type": pa.array(["+".join(file.report_types) or None for file in files], pa.string()),
            "outcome": outcomes,
            "rows_read": [file.rows_read for file in files],
            "rows_accepted": accepted,
            "rows_quarantined": quarantined,
            "size_bytes": [file.size_bytes for file in files],
            "reading_log": [json.dumps(file.log, ensure_ascii=False) for file in files],
        }
    )
    _append(connection, AUDIT_SUBMISSION.full_name, rows)
    for table, findings in _finding_tables((found for file in files for found in file.findings), night):
        _append(connection, table, findings)
