"""`waste replay`: which accepted rows a new code list or rule would refuse, before it is switched on.

The rules are those of the check step (`flows.steps.check.broken_sql`), on the published rows, in a warehouse in memory; nothing
is written. Told is only the difference: what the lists and rules of today find in an accepted row is not the new one's doing.
"""

from __future__ import annotations

import csv
import importlib.util
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from flows.errors import UsageError
from flows.letters import one_line
from flows.query import open_published, trimmed_decimal
from flows.steps.check import JUDGING_LISTS, broken_sql
from flows.trying import connected
from flows.warehouse import load_list
from schemas.checks import all_checks
from schemas.codes import REGIME_START_DATE, code_list, list_names, overlaps
from schemas.records import Check, Report, Rule, Severity
from schemas.reports import all_reports

# The tonnes that a row is about, where it has no mass of its own.
_TONNES = {"annual": "r.generated_t", "processing": "r.received_t", "permit": "r.permitted_t"}
EXAMPLES = 5  # rows of a group that a person is shown
_REGIME_START = date.fromisoformat(REGIME_START_DATE)


@dataclass(frozen=True)
class Cell:
    """One accepted row that would be refused, by the cell at fault.

    Attributes:
        value: the cell as it stands in the table; None when it is empty, or the row as a whole is at fault.
        mass_t: tonnes that the row is about; None when it is about none.
    """

    submission_id: str
    original_name: str
    source_sheet: str | None
    source_row: int
    value: str | None
    mass_t: Decimal | None


@dataclass(frozen=True)
class Refused:
    """Rows of one report type that one check would find, by column; with `warning` they would still be accepted."""

    check_id: str
    severity: Severity
    report_type: str
    column: str | None
    cells: tuple[Cell, ...]

    @property
    def mass_t(self) -> Decimal | None:
        """Tonnes of all of them; None where rows are about none."""
        masses = [cell.mass_t for cell in self.cells if cell.mass_t is not None]
        return sum(masses, Decimal(0)) if masses else None


@dataclass(frozen=True)
class Replayed:
    """What a new list or rule would say.

    Attributes:
        rows_judged: accepted, current rows by report type.
        refused: the most rows first.
        changes_on: days of a new list from which on it is another one; a row of an earlier day does not see them.
    """

    rows_judged: dict[str, int]
    refused: tuple[Refused, ...]
    changes_on: tuple[date, ...] = ()

    @property
    def has_errors(self) -> bool:
        """Whether a row would be refused."""
        return any(group.severity == "error" for group in self.refused)


@dataclass(frozen=True)
class _Rulebook:
    """What rows are judged by.

    Attributes:
        checks: in place of those of today.
        code_list: name and file of a list in place of that of today.
        first_day: on which it is in force; rows of earlier days are judged as if they were of that day.
        as_of: a day that all rows are judged as of.
        changes_on: see `Replayed`.
    """

    checks: dict[str, Check]
    code_list: tuple[str, Path] | None = None
    first_day: date = _REGIME_START
    as_of: date | None = None
    changes_on: tuple[date, ...] = ()

    def rules_of(self, report: Report) -> list[tuple[Check, Rule]]:
        """Rules for rows that are typed already; what makes cells uncertain was judged on the file."""
        return [(check, rule) for check in self.checks.values() for rule in check.rules(report) if not rule.comes_first]

    def day_of(self, report: Report) -> str:
        """SQL over `r` for the day by which a row is judged."""
        if self.as_of:
            return f"DATE '{self.as_of}'"
        return f"greatest({report.in_force_day_sql}, DATE '{self.first_day}')"


def replay(published: Path, rules: Path | None = None, as_of: date | None = None) -> Replayed:
    """Judge all accepted, current rows anew.

    Args:
        published: the published file.
        rules: a code list in the layout of schemas/codes/<name>.csv, which takes the place of the whole list; or a check, a
            Python file as in schemas/checks, which takes the place of the one of its id, or comes in addition.
        as_of: judge every row by lists and rules in force on that day. None: by those of its own period; where the new list
            or check begins later than that, by those of its first day.

    Raises:
        UsageError: neither is given, the file is no such list or check, or no list was in force on that day.
    """
    if rules is None and as_of is None:
        raise UsageError("say what to judge by: --rules FILE, --as-of DATE, or both")
    if as_of is not None and as_of < _REGIME_START:
        raise UsageError(f"no list or rule here was in force on {as_of}: the regime begins on {REGIME_START_DATE}")
    new = _rulebook(rules, as_of)
    open_published(published).close()  # says in words when nothing is published
    judged: dict[str, int] = {}
    refused: list[Refused] = []
    with connected(published) as connection:
        before = {report.name: _broken(connection, report, _Rulebook(all_checks())) for report in _with_rows(connection, judged)}
        if new.code_list:
            _load(connection, *new.code_list)
        for name, known in before.items():
            refused += _refused(connection, all_reports()[name], new, known)
    refused.sort(key=lambda group: (-len(group.cells), group.check_id, group.report_type, group.column or ""))
    return Replayed(judged, tuple(refused), () if as_of else new.changes_on)


def _rulebook(path: Path | None, as_of: date | None) -> _Rulebook:
    if path is None:
        return _Rulebook(all_checks(), as_of=as_of)
    if not path.is_file():
        raise UsageError(f"{path} is not there")
    if path.suffix == ".py":
        check = _check_of(path)
        changes = (check.valid_to,) if check.valid_to else ()
        return _Rulebook({**all_checks(), check.id: check}, None, check.valid_from, as_of, changes)
    name, lines = _list_of(path)
    first, *later = sorted({date.fromisoformat(line["valid_from"]) for line in lines})
    ends = {date.fromisoformat(line["valid_to"]) for line in lines if line["valid_to"]}
    return _Rulebook(all_checks(), (name, path), max(first, _REGIME_START), as_of, tuple(sorted({*later, *ends})))


def _check_of(path: Path) -> Check:
    spec = importlib.util.spec_from_file_location(f"replayed_{path.stem}", path)
    assert spec is not None and spec.loader is not None, "a file that ends in .py has a loader"
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (SyntaxError, ImportError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read as Python: {error}") from error
    check = getattr(module, "CHECK", None)
    if not isinstance(check, Check) or check.judged_by != "sql":
        raise UsageError(f"{path} has no CHECK that is judged in SQL; schemas/checks shows what one looks like")
    return check


def _list_of(path: Path) -> tuple[str, list[dict[str, str]]]:
    """Name and lines of a code list."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            lines, header = list(reader), tuple(reader.fieldnames or ())
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path} is not a CSV file in UTF-8: {error}") from error
    names = [name for name in list_names() if tuple(code_list(name)[0]) == header]
    if not names or not lines:
        raise UsageError(f"{path} has the header of no code list, or no line: take schemas/codes/<name>.csv and change its lines")
    (name,) = names
    if name not in JUDGING_LISTS:
        raise UsageError(f"no check judges a row by the list {name}: only {' and '.join(JUDGING_LISTS)} refuse rows")
    _must_be_sound(path, name, lines)
    return name, lines


def _must_be_sound(path: Path, name: str, lines: Sequence[dict[str, str]]) -> None:
    length = len(code_list(name)[0]["code"])
    for number, line in enumerate(lines, start=2):
        if None in line or None in line.values():
            raise UsageError(f"{path}, line {number}: not as many cells as the header has")
        if len(line["code"]) != length or not line["code"].isdecimal():
            raise UsageError(f"{path}, line {number}: {line['code']!r} has not {length} digits (did a spreadsheet eat a zero?)")
        for column in ("valid_from", "valid_to"):
            try:
                if line[column] or column == "valid_from":
                    date.fromisoformat(line[column])
            except ValueError as error:
                words = f"{column} {line[column]!r} is not a day; write it as 2026-12-31"
                raise UsageError(f"{path}, line {number}: {words}") from error
    if twice := overlaps(lines, ("code",)):
        raise UsageError(f"{path}: in force twice on one day: {', '.join(' '.join(key) for key in twice[:10])}")


def _load(connection: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    try:
        load_list(connection, name, path)
    except duckdb.Error as error:
        raise UsageError(f"{path} cannot be used: {str(error).splitlines()[0]}") from error


def _with_rows(connection: duckdb.DuckDBPyConnection, judged: dict[str, int]) -> Iterator[Report]:
    """Report types of which rows are published; how many is entered in `judged`."""
    known = {
        name
        for (name,) in connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'published' AND schema_name = 'core'"
        ).fetchall()
    }
    for report in all_reports().values():
        if report.name in known:
            (count,) = connection.execute(f"SELECT count(*) FROM published.core.{report.name}").fetchone() or (0,)
            if count:
                judged[report.name] = count
                yield report


def _broken(connection: duckdb.DuckDBPyConnection, report: Report, book: _Rulebook) -> set[tuple[int, str, str | None]]:
    """Row number, check and column of all that is broken."""
    calendars = "".join(f", CAST(NULL AS VARCHAR) AS {field.name}_calendar" for field in report.of_kind("date", "month", "year"))
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW rows AS SELECT p.*, p.rowid AS row_no, p.submission_id AS file_no,"
        f" CAST(p.received_at + INTERVAL 7 HOUR AS DATE) AS received_day, false AS is_key_faulty{calendars}"
        f" FROM published.core.{report.name} AS p"
    )
    found = set()
    rules = book.rules_of(report)
    for start in range(0, len(rules), 32):
        part = rules[start : start + 32]
        try:
            answers = connection.execute(broken_sql(report, part, book.day_of(report))).fetchall()
        except duckdb.Error as error:
            names = ", ".join(sorted({check.id for check, _ in part} - set(all_checks())) or ["a check"])
            raise UsageError(f"{names} cannot be judged on {report.name}: {str(error).splitlines()[0]}") from error
        for row_no, broken, *_ in answers:
            found |= {(row_no, check.id, rule.column) for n, (check, rule) in enumerate(part) if broken >> n & 1}
    return found


def _refused(
    connection: duckdb.DuckDBPyConnection, report: Report, book: _Rulebook, known: set[tuple[int, str, str | None]]
) -> Iterator[Refused]:
    groups: dict[tuple[str, str | None], list[int]] = {}
    for row_no, check_id, column in _broken(connection, report, book) - known:
        groups.setdefault((check_id, column), []).append(row_no)
    for (check_id, column), row_nos in groups.items():
        cells = _cells(connection, report, column, row_nos)
        yield Refused(check_id, book.checks[check_id].severity, report.name, column, cells)


def _cells(connection: duckdb.DuckDBPyConnection, report: Report, column: str | None, row_nos: Sequence[int]) -> tuple[Cell, ...]:
    value = f"CAST(r.{column} AS VARCHAR)" if column else "NULL"
    mass = "r.mass_t" if report.has_mass else _TONNES.get(report.name, "NULL")
    rows = connection.execute(
        f"SELECT r.submission_id, s.original_name, r.source_sheet, r.source_row, {value}, {mass} FROM rows AS r"
        " LEFT JOIN published.audit.submission AS s ON s.submission_id = r.submission_id AND s.outcome <> 'duplicate'"
        " WHERE r.row_no IN (SELECT unnest($row_nos::BIGINT[])) ORDER BY 2, 1, 3, 4",
        {"row_nos": list(row_nos)},
    ).fetchall()
    return tuple(Cell(*row) for row in rows)


def to_json(replayed: Replayed) -> str:
    """Everything, every row of it."""
    answer = {
        "rows_judged": replayed.rows_judged,
        "would_refuse": replayed.has_errors,
        "changes_on": replayed.changes_on,
        "refused": [
            {
                "check_id": group.check_id,
                "severity": group.severity,
                "report_type": group.report_type,
                "column": group.column,
                "rows": len(group.cells),
                "mass_t": group.mass_t,
                "cells": [vars(cell) for cell in group.cells],
            }
            for group in replayed.refused
        ],
    }
    return json.dumps(answer, ensure_ascii=False, indent=1, default=_plain)


def _plain(value: object) -> float | str:
    return float(value) if isinstance(value, Decimal) else str(value)


def lines_of(replayed: Replayed) -> Iterator[str]:
    """What a person reads: counts, tonnes, and a few cells of each group."""
    yield f"{sum(replayed.rows_judged.values()):,} accepted rows judged: " + (
        ", ".join(f"{count:,} {name}" for name, count in replayed.rows_judged.items()) or "there are none"
    )
    for group in replayed.refused:
        verb = "refused" if group.severity == "error" else "warned of, still accepted"
        tonnes = "" if group.mass_t is None else f", {trimmed_decimal(group.mass_t)} t"
        yield f"{group.check_id}: {len(group.cells):,} rows of {group.report_type} would be {verb}{tonnes}"
        for cell in group.cells[:EXAMPLES]:
            sheet = f"sheet {one_line(cell.source_sheet)}, " if cell.source_sheet else ""
            value = f', {group.column} "{one_line(cell.value or "")}"' if group.column else ""
            yield f"    {one_line(cell.original_name)}, {sheet}row {cell.source_row}{value} ({cell.submission_id[:12]})"
        if len(group.cells) > EXAMPLES:
            yield f"    and {len(group.cells) - EXAMPLES:,} more; --json has them all"
    if not replayed.refused:
        yield "no accepted row would be judged otherwise"
    if replayed.changes_on:
        days = ", ".join(map(str, replayed.changes_on))
        yield f"lines of the file begin or end on {days}: --as-of says what rows would meet that came after such a day"
