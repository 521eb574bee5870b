"""One read-only statement on the published file, with no way to files, settings or other databases."""

from __future__ import annotations

import csv
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, TypeVar

import duckdb
import pyarrow as pa

from flows.errors import UsageError
from flows.warehouse import quoted

_ALLOWED = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


Fetched = TypeVar("Fetched")


@dataclass(frozen=True)
class Answer:
    """Columns and rows of a query."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


def open_published(path: Path, memory_mb: int = 1_000, scratch: Path | None = None) -> duckdb.DuckDBPyConnection:
    """Open the published file as an official does: read-only and locked in.

    Args:
        path: the published file.
        memory_mb: the most memory that DuckDB may use [MB].
        scratch: where it may lay aside what does not fit; None: nowhere.

    Raises:
        UsageError: nothing is published there.
    """
    if not path.exists():
        raise UsageError(f"nothing is published yet: {path} is not there. Run `waste night` or `waste demo` first.")
    connection = duckdb.connect(str(path), read_only=True)
    connection.execute(f"SET memory_limit = '{int(memory_mb)}MB'")
    connection.execute(f"SET temp_directory = {quoted(str(scratch or ''))}")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def ask(
    path: Path, statement: str, seconds: float = 60, memory_mb: int = 1_000, variables: Mapping[str, str] | None = None
) -> Answer:
    """Run one statement.

    Args:
        path: the published file.
        statement: one SELECT (also WITH, FROM, DESCRIBE, SHOW, EXPLAIN).
        seconds: it is interrupted after that.
        memory_mb: the most memory that it may use [MB].
        variables: what GETVARIABLE gives to the statement; values are text and are never read as SQL.

    Raises:
        UsageError: not one reading statement, refused by DuckDB, or too long.
    """

    def fetched(connection: duckdb.DuckDBPyConnection, asked: duckdb.Statement) -> Answer:
        cursor = connection.execute(asked)
        return Answer([str(column[0]) for column in cursor.description or []], cursor.fetchall())

    return _asked(path, statement, fetched, seconds, memory_mb, variables)


def ask_typed(
    path: Path, statement: str, seconds: float = 60, memory_mb: int = 1_000, variables: Mapping[str, str] | None = None
) -> pa.Table:
    """The same as `ask`, as an Arrow table that keeps each column's type."""

    def fetched(connection: duckdb.DuckDBPyConnection, asked: duckdb.Statement) -> pa.Table:
        return connection.sql(asked).to_arrow_table()

    return _asked(path, statement, fetched, seconds, memory_mb, variables)


def _asked(
    path: Path,
    statement: str,
    fetch: Callable[[duckdb.DuckDBPyConnection, duckdb.Statement], Fetched],
    seconds: float,
    memory_mb: int,
    variables: Mapping[str, str] | None,
) -> Fetched:
    connection = open_published(path, memory_mb)
    try:
        for name, value in (variables or {}).items():
            if not name.isidentifier():
                raise ValueError(f"no name of a variable: {name!r}")
            connection.execute(f"SET VARIABLE {name} = $value", {"value": value})
        try:
            statements = connection.extract_statements(statement)
        except duckdb.Error as error:
            raise UsageError(f"the statement cannot be understood: {error}") from error
        if len(statements) != 1 or statements[0].type not in _ALLOWED:
            raise UsageError("give exactly one statement that only reads: SELECT, WITH, FROM, DESCRIBE or EXPLAIN")
        timer = threading.Timer(seconds, connection.interrupt)
        timer.start()
        try:
            return fetch(connection, statements[0])
        except duckdb.InterruptException as error:
            raise UsageError(f"the statement took longer than {seconds:g} seconds and was stopped") from error
        except duckdb.Error as error:
            raise UsageError(f"DuckDB refused: {error}") from error
        finally:
            timer.cancel()
    finally:
        connection.close()


def plain(value: Any) -> str:
    """A value as a person reads it; exact decimals without the zeros that pad them."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return trimmed_decimal(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def trimmed_decimal(value: Decimal) -> str:
    """All digits, no exponent, no padding: 12.500000 is 12.5."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def write_csv(answer: Answer, file: IO[str]) -> None:
    """CSV that is safe to open in a spreadsheet: text that would be a formula gets an apostrophe in front."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([_harmless(column) for column in answer.columns])
    for row in answer.rows:
        writer.writerow([_harmless(plain(value)) if isinstance(value, str) else plain(value) for value in row])


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def write_json(answer: Answer, file: IO[str]) -> None:
    """An array of objects; decimals are numbers with all their digits."""
    names = [json.dumps(name, ensure_ascii=False) for name in answer.columns]
    lines = [
        "{" + ", ".join(f"{name}: {_json(value)}" for name, value in zip(names, row, strict=True)) + "}"
        for row in answer.rows
    ]
    file.write("[" + ",\n ".join(lines) + "]\n")


def _json(value: Any) -> str:
    if isinstance(value, Decimal):
        return trimmed_decimal(value)
    return json.dumps(value, ensure_ascii=False, default=str)


_LEAST_WIDTH = 6  # letters of a column and its rule, below which a table cannot be read
_TURNED_WIDTH = 24  # letters that a row takes when the table is turned


def show(columns: Sequence[str], rows: Sequence[Sequence[Any]], title: str | None = None, most: int = 200) -> None:
    """A table on the terminal; says how many rows it leaves out.

    One with more columns than the terminal has room for is turned: a line for each column, some rows beside one another.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(width=None if Console().is_terminal else 160)
    if rows and len(columns) > 2 and len(columns) * _LEAST_WIDTH > console.width:
        beside = max(1, (console.width - max(map(len, columns))) // _TURNED_WIDTH)
        turned = [[name, *(plain(row[place]) for row in rows[:beside])] for place, name in enumerate(columns)]
        show(["column", *(f"row {number}" for number in range(1, len(turned[0])))], turned, title, len(turned))
        if len(rows) > beside:
            console.print(f"{len(rows) - beside} more rows are not shown; use --csv, --json or --out for all of them.")
        return
    table = Table(title=title, title_justify="left", header_style="bold")
    numeric = [
        all(isinstance(row[place], (int, float, Decimal, type(None))) for row in rows) for place in range(len(columns))
    ]
    for name, is_number in zip(columns, numeric, strict=True):
        table.add_column(Text(name), justify="right" if is_number else "left", overflow="fold")
    for row in rows[:most]:
        table.add_row(*(Text(plain(value)) for value in row))
    console.print(table)
    if len(rows) > most:
        console.print(f"{len(rows) - most} more rows are not shown; use --csv, --json or --out for all of them.")
