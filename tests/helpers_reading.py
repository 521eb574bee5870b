"""Files through the real path: into a pack, read, checked, loaded into a warehouse in memory. Nothing is mocked.

    night = Warehouse().night(given("manifest", '''
        | manifest_no | quantity |
        | M1          | 10       |
        | M2          | 1,5      |
    '''))
    assert_table(night.core("manifest"), '''
        | manifest_no | mass_t |
        | M1          | 10     |
    ''')

Columns that a table leaves out get believable defaults; an empty cell is an empty cell. The register holds the factories
of `FACTORIES`, which tables call by their short names. After every night the laws of DESIGN section 5 that hold for any
input are asserted: rows are conserved, every row held back has an error, no accepted row has one.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from flows.clock import BANGKOK
from flows.ledger import Entry
from flows.night import take_in
from flows.reading.limits import Limits
from flows.reading.workbook import WorkbookReader
from flows.steps.archive import PACK_SCHEMA
from flows.steps.read import read
from flows.warehouse import Store, create_tables, row_tables
from schemas.checks import all_checks
from schemas.codes import code_list
from schemas.reports import all_reports
from tests.text_tables import parse, shown

NIGHT = date(2026, 3, 21)
RECEIVED_AT = "2026-03-20 10:00"  # in Bangkok

# Short names of the factories that tests speak of; N1 is in no register.
FACTORIES = {
    "G1": "10100000125551", "G2": "10100000225552", "P1": "10110000325553", "P2": "20120000425554",
    "C1": "10100000525555", "N1": "10100009925559",
}  # fmt: skip
_REGISTER = """
    | factory_id | factory_class | opened_date | closed_date | old_factory_no |
    | G1         | 34            | 2012-01-01  |             | 3-34-1/55กท    |
    | G2         | 34            |             |             | 3-34-9/50      |
    | P1         | 106(1)        |             |             | 3-106-3/55สป   |
    | P2         | 101           |             |             |                |
    | C1         | 34            | 2012-01-01  | 2024-12-31  | 3-34-9/50      |
"""
_NAMES = {factory_id: name for name, factory_id in FACTORIES.items()}
HAZARDOUS = "010304"  # mark HA
_PLAIN = [line["code"] for line in code_list("waste_code") if line["is_hazardous"] == "0"]

_WASTE = {"management_code": "011"}
_LINE = {"line_no": "1", "processor_id": "P1", "quantity": "10", "unit": "t"}
_DEFAULTS: dict[str, dict[str, str]] = {
    "factory": {"factory_name": "ชื่อ", "factory_class": "34", "province_code": "10", "status": "operating"},
    "permit": {
        "line_no": "1", "factory_id": "G1", "processor_id": "P1", **_WASTE, "permitted_t": "100",
        "valid_from_date": "2026-01-01", "valid_to_date": "2026-12-31",
    },
    "manifest": {**_LINE, **_WASTE, "factory_id": "G1", "sent_date": "2026-03-01"},
    "receipt": {**_LINE, "received_date": "2026-03-02", "decision": "accepted"},
    "annual": {
        "factory_id": "G1", "report_year": "2025", "opening_stock_t": "0", "generated_t": "10", "managed_on_site_t": "0",
        "sent_off_site_t": "10", "closing_stock_t": "0",
    },
    "processing": {
        "factory_id": "P1", "report_month": "2026-02", "opening_stock_t": "0", "received_t": "10", "processed_t": "10",
        **_WASTE, "closing_stock_t": "0",
    },
    "inspection": {"inspection_no": "I1", "factory_id": "G1", "inspected_date": "2026-03-01", "result": "pass"},
    "complaint": {"received_date": "2026-03-01", "category": "odour", "province_code": "10", "status": "open"},
    "disposition": {"action": "confirm", "reason": "seen", "official": "desk officer", "decided_date": "2026-03-20"},
}  # fmt: skip


def _own(report: str, number: int) -> dict[str, str]:
    """What the default of row `number` (from 1) has for itself, so that no two rows share their key."""
    return {
        "factory": {"factory_id": f"1010{number + 100:05d}25560"},
        "permit": {"permit_no": f"K{number}", "waste_code": _PLAIN[number]},
        "manifest": {"manifest_no": f"M{number}", "waste_code": _PLAIN[number]},
        "receipt": {"manifest_no": f"M{number}", "waste_code": _PLAIN[number]},
        "annual": {"waste_code": _PLAIN[number]},
        "processing": {"waste_code": _PLAIN[number]},
        "inspection": {"item_code": f"A{number}"},
        "complaint": {"complaint_no": f"C{number}"},
        "disposition": {"anomaly_id": f"A{number}"},
    }[report]


def cells_of(report: str, number: int = 1, **cells: str) -> dict[str, str]:
    """A sound row of a report, with these cells instead."""
    row = {**_own(report, number), **_DEFAULTS[report], **cells}
    layout = all_reports()[report]
    return {
        name: FACTORIES.get(text, text) if layout.has(name) and layout.field(name).kind == "id14" else text
        for name, text in row.items()
    }


def rows_of(report: str, table: str) -> list[dict[str, str]]:
    """Rows of a text table, filled up with defaults."""
    return [cells_of(report, number, **row) for number, row in enumerate(parse(table), start=1)]


@dataclass(frozen=True)
class Given:
    """A file as it comes in; `at` is a time in Bangkok."""

    content: bytes
    name: str = "report.csv"
    by: str = "desk"
    at: str = RECEIVED_AT

    @property
    def submission_id(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def received_at(self) -> datetime:
        return datetime.fromisoformat(self.at).replace(tzinfo=BANGKOK).astimezone(UTC)


def csv_bytes(rows: Sequence[Mapping[str, str]], delimiter: str = ",", quoting: int = csv.QUOTE_MINIMAL) -> bytes:
    """Rows as CSV, UTF-8, LF."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", delimiter=delimiter, lineterminator="\n", quoting=quoting)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def given(report: str, table: str, by: str = "desk", at: str = RECEIVED_AT) -> Given:
    """A CSV file with the rows of a text table."""
    return Given(csv_bytes(rows_of(report, table)), by=FACTORIES.get(by, by), at=at)


def in_thai(report: str, table: str) -> Given:
    """The same as a Thai office writes it: Thai headers, semicolons, cp874."""
    headers = {field.name: field.header_th for field in all_reports()[report].fields}
    rows = [{headers[name]: text for name, text in row.items()} for row in rows_of(report, table)]
    return Given(csv_bytes(rows, ";").decode().encode("cp874"))


class Warehouse:
    """A warehouse in memory with the register of FACTORIES, to which files are given night by night."""

    def __init__(self, with_register: bool = True, limits: Limits | None = None) -> None:
        self.connection = _emptied()
        self.limits = limits or Limits()
        self._files = 0
        self._folder = tempfile.TemporaryDirectory()
        self._store = Store(Path(self._folder.name))
        self._store.make_folders()
        # What earlier nights found: anomalies A1 to A99, for officials to decide on.
        self.connection.execute("DELETE FROM anomaly.found")
        self.connection.execute("INSERT INTO anomaly.found (anomaly_id) SELECT 'A' || n FROM range(1, 100) AS known (n)")
        if with_register:
            self.register(_REGISTER)

    def register(self, table: str) -> None:
        """Add factories to the register."""
        rows = []
        for row in parse(table):
            factory_id = FACTORIES.get(row["factory_id"], row["factory_id"])
            cells = {**_DEFAULTS["factory"], **row, "factory_id": factory_id, "submitted_by": "desk"}
            rows.append({column: cell or None for column, cell in cells.items()})
        known = pa.Table.from_pylist(rows)  # noqa: F841 - DuckDB reads it by name
        self.connection.execute("INSERT INTO core.factory BY NAME SELECT * FROM known")

    def night(self, *files: Given, night: date = NIGHT) -> Night:
        """Take files in as one night does, in their order of receipt."""
        pack = pack_of(files)
        path = self._store.archive / f"{len(list(self._store.archive.iterdir()))}.parquet"
        pq.write_table(pack, path)
        facts = {"pack": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        entry = Entry(1, "", "pack", facts, "", "")
        take_in(self.connection, [entry], night, self._store, self.limits, lambda name, work: work())
        _assert_laws(self.connection)
        return Night(self.connection)


def pack_of(files: Sequence[Given]) -> pa.Table:
    """Files as the archive keeps them: in their order of receipt, then by sha256."""
    return pa.table(
        {
            "submission_id": [file.submission_id for file in _in_order(files)],
            "original_name": [file.name for file in _in_order(files)],
            "submitted_by": [file.by for file in _in_order(files)],
            "received_at": [file.received_at for file in _in_order(files)],
            "modified_ns": [0 for _ in files],
            "size_bytes": [len(file.content) for file in _in_order(files)],
            "refusal": [None for _ in files],
            "content": [file.content for file in _in_order(files)],
        },
        schema=PACK_SCHEMA,
    )


def _in_order(files: Sequence[Given]) -> list[Given]:
    return sorted(files, key=lambda file: (file.received_at, file.submission_id))


@dataclass(frozen=True)
class Night:
    """What stands in the warehouse after a night."""

    connection: duckdb.DuckDBPyConnection

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Rows of a query, by column."""
        result = self.connection.execute(sql)
        names = [column[0] for column in result.description or []]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def core(self, report: str) -> list[dict[str, Any]]:
        """Accepted, current rows."""
        return self.rows(f"SELECT * FROM core.{report} WHERE submission_id IS NOT NULL")

    def history(self, report: str) -> list[dict[str, Any]]:
        """Replaced rows."""
        return self.rows(f"SELECT * FROM history.{report}")

    @property
    def findings(self) -> list[dict[str, Any]]:
        """All findings, in the order of rows."""
        return self.rows("SELECT * FROM audit.finding ORDER BY night, source_sheet, source_row, column_name, check_id")

    @property
    def quarantine(self) -> list[dict[str, Any]]:
        """Rows held back."""
        rows = self.rows("SELECT * FROM quarantine.row ORDER BY night, source_sheet, source_row")
        return [{**row, "cells": json.loads(row["cells"])} for row in rows]

    @property
    def submissions(self) -> list[dict[str, Any]]:
        """Files, with the reading log as a dictionary."""
        rows = self.rows("SELECT * FROM audit.submission ORDER BY night, received_at, submission_id")
        return [{**row, "reading_log": json.loads(row["reading_log"])} for row in rows]

    @property
    def only(self) -> dict[str, Any]:
        """The one file."""
        (submission,) = self.submissions
        return submission

    @property
    def refusal(self) -> dict[str, Any]:
        """The one finding of a file that was refused as a whole."""
        assert self.only["outcome"] == "rejected" and self.only["rows_read"] == 0
        (finding,) = self.findings
        assert finding["source_row"] is None
        return finding


def assert_table(rows: Iterable[Mapping[str, Any]], expected: str) -> None:
    """The rows are exactly the expected ones, in any order, looked at through the expected columns."""
    wanted = parse(expected)
    columns = list(wanted[0]) if wanted else [cell.strip() for cell in expected.strip().strip("|").split("|")]
    found = sorted(tuple(_NAMES.get(text := shown(row[column]), text) for column in columns) for row in rows)
    assert found == sorted(tuple(row.values()) for row in wanted)


def assert_judged(report: str, table: str, by: str = "desk", at: str = RECEIVED_AT, warehouse: Warehouse | None = None) -> Night:
    """One file in which every row finds exactly what its last columns say.

    The table's column `finds` holds `check_id: column`, several divided by a semicolon, `check_id` alone for a finding on the
    whole row, `ok` for none; `why` is for the reader.
    """
    wanted, rows = [], []
    for row in rows_of(report, table):
        wanted.append("; ".join(sorted(each.strip() for each in row.pop("finds").split(";"))))
        row.pop("why", None)
        rows.append(row)
    file = Given(csv_bytes(rows), by=FACTORIES.get(by, by), at=at)
    night = (warehouse or Warehouse()).night(file)
    findings = [each for each in night.findings if each["submission_id"] == file.submission_id]
    found = [_found(findings, number) for number in range(2, len(rows) + 2)]
    lines = [f"{row}\n   finds {f}, not {w}" for row, f, w in zip(rows, found, wanted, strict=True) if f != w]
    assert not lines, "\n".join(lines)
    assert [each for each in findings if each["source_row"] is None] == []
    return night


def _found(findings: list[dict[str, Any]], row: int) -> str:
    here = (each for each in findings if each["source_row"] == row)
    return "; ".join(sorted(f"{e['check_id']}: {e['column_name']}" if e["column_name"] else e["check_id"] for e in here)) or "ok"


def assert_words(
    check_id: str, report: str, en: str, th: str, by: str = "desk", rows: Sequence[dict[str, str]] | None = None, **cells: str
) -> None:
    """A file with one faulty row (or these rows) finds this check, first of all, in these words."""
    every = rows or [cells_of(report, **cells)]
    night = Warehouse().night(Given(csv_bytes(every), by=FACTORIES.get(by, by)))
    finding = next(each for each in night.findings if each["check_id"] == check_id)
    check = all_checks()[check_id]
    words = {"check_id": check_id, "severity": check.severity, "message_en": en, "message_th": th}
    assert {name: finding[name] for name in words} == words


def parse_register(table: str) -> Warehouse:
    """A warehouse whose register has these factories too."""
    warehouse = Warehouse()
    warehouse.register(table)
    return warehouse


@contextmanager
def changed_list(warehouse: Warehouse, *statements: str) -> Iterator[None]:
    """Code lists changed by SQL for a while, as a list of another day would be."""
    warehouse.connection.execute("BEGIN TRANSACTION")
    try:
        for statement in statements:
            warehouse.connection.execute(statement)
        yield
    finally:
        warehouse.connection.execute("ROLLBACK")


def read_one(content: bytes, limits: Limits | None = None) -> tuple[Any, list[Any]]:
    """One file through the read step alone: the file and its batches."""
    with tempfile.TemporaryDirectory() as folder:
        limits = limits or Limits()
        with WorkbookReader(limits) as workbooks:
            files, batches = read(pack_of([Given(content)]), 0, set(), workbooks, Path(folder), limits)
    return files[0], batches


def _assert_laws(connection: duckdb.DuckDBPyConnection) -> None:
    """What holds for any input: laws 1 and 7 of DESIGN section 5."""

    def rows(sql: str) -> list[tuple[Any, ...]]:
        return connection.execute(sql).fetchall()

    places = [(schema, *row) for schema, table, *row in rows(_PLACES) if row[0]]
    accepted = Counter(row[0] for schema, *row in places if schema != "quarantine")
    held = Counter(row[0] for schema, *row in places if schema == "quarantine")
    assert len({tuple(row) for _, *row in places}) == len(places), "a row is in two places"
    errors: set[tuple[str, str | None, int | None]] = set()
    checks = all_checks()
    for submission_id, sheet, row, check_id, severity in rows(_FINDINGS):
        assert checks[check_id].severity == severity
        if severity == "error":
            errors.add((submission_id, sheet, row))
    for schema, *place in places:
        submission_id, sheet, row = place
        has_error = (submission_id, sheet, row) in errors or (submission_id, sheet, None) in errors
        assert has_error == (schema == "quarantine"), f"{schema}: {place} with {sorted(errors, key=str)[:5]}"
    for submission_id, outcome, read, taken, back in rows(_SUBMISSIONS):
        if outcome != "duplicate":
            assert (read, taken, back) == (taken + back, accepted[submission_id], held[submission_id])
        if outcome == "rejected":
            assert any(error[0] == submission_id for error in errors), "a file without an accepted row says why"


_PLACES = " UNION ALL ".join(
    f"SELECT '{schema}' AS s, '{table}', submission_id, source_sheet, source_row FROM {schema}.{table}"
    for schema, table in [*((each.schema, each.name) for each in row_tables()), ("quarantine", "row")]
)
_FINDINGS = "SELECT submission_id, source_sheet, source_row, check_id, severity FROM audit.finding"
_SUBMISSIONS = "SELECT submission_id, outcome, rows_read, rows_accepted, rows_quarantined FROM audit.submission"


def _emptied() -> duckdb.DuckDBPyConnection:
    """The one warehouse of the test run, with nothing in it: making it takes longer than emptying it."""
    connection = _warehouse()
    for table in row_tables():
        connection.execute(f"DELETE FROM {table.full_name}")
    for name in ("audit.submission", "audit.finding", 'quarantine."row"'):
        connection.execute(f"DELETE FROM {name}")
    return connection


@cache
def _warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 1})
    create_tables(connection)
    return connection


def texts(batches: Sequence[Any], column: str) -> list[str]:
    """Cells of a column as they were read, over all batches."""
    return [text for batch in batches for text in batch.text[column].to_pylist()]


def xlsx_bytes(*rows: Sequence[Any], sheets: Mapping[str, Sequence[Sequence[Any]]] | None = None) -> bytes:
    """A workbook with these rows, or with these sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, lines in (sheets or {"Sheet1": rows}).items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(list(line))
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    """A workbook as bytes."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zip_bytes(**members: bytes) -> bytes:
    """A ZIP of these members; `__` in a name stands for a dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in members.items():
            book.writestr(name.replace("__", "."), content)
    return out.getvalue()
