"""Summarise: make every table that officials read, anew, from the rows that stand in the warehouse tonight."""

from __future__ import annotations

import logging
from datetime import date

import duckdb

from flows.errors import NightError
from flows.sql_files import Summary, summaries
from flows.warehouse import comment_tables
from schemas.tables import Column, Table

log = logging.getLogger(__name__)

TONIGHT = Table(
    "ref", "tonight", "the night that the summaries were made for",
    (
        Column("night", "DATE", "the night, a day in Bangkok: due dates and clocks are judged by it"),
        Column("obligations_from", "DATE", "reports for earlier periods are not owed, by the settings"),
    ),
)  # fmt: skip


def summarise(connection: duckdb.DuckDBPyConnection, night: date, obligations_from: date) -> dict[str, int]:
    """Make `ref.tonight` and the tables of `summary`, with their comments, inside the caller's transaction.

    Each is a pure function of core, history, ref and audit. Those that read tonight's anomalies are left to `summarise_found`.

    Args:
        connection: the private warehouse, in a transaction.
        night: clocks such as "unanswered" and "missing" are judged by it.
        obligations_from: the first day whose period is owed.

    Returns:
        Rows of each summary, by name.

    Raises:
        NightError: a file's head and its SELECT do not name the same columns, or a code list says what no summary knows.
    """
    _set_tonight(connection, night, obligations_from)
    return _make_all(connection, is_after_detect=False)


def summarise_found(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Make the tables of `summary` that read tonight's anomalies: after `detect`, in the same transaction.

    Returns:
        Rows of each, by name.

    Raises:
        NightError: as `summarise`.
    """
    return _make_all(connection, is_after_detect=True)


def table_of(file: Summary, types: dict[str, str]) -> Table:
    """The summary as the dictionary and the comments know it.

    Raises:
        NightError: the head does not name exactly these columns in this order.
    """
    if list(file.columns) != list(types):
        raise NightError(f"{file.name}.sql: the head says {', '.join(file.columns)}; the SELECT {', '.join(types)}")
    columns = tuple(Column(name, types[name], meaning) for name, meaning in file.columns.items())
    return Table("summary", file.name, f"{file.title_en}: {file.one_row_is}", columns)


def _set_tonight(connection: duckdb.DuckDBPyConnection, night: date, obligations_from: date) -> None:
    connection.execute("CREATE OR REPLACE TABLE ref.tonight (night DATE, obligations_from DATE)")
    connection.execute("INSERT INTO ref.tonight VALUES (?, ?)", [night, obligations_from])
    comment_tables(connection, (TONIGHT,))


def _make_all(connection: duckdb.DuckDBPyConnection, *, is_after_detect: bool) -> dict[str, int]:
    rows = {file.name: _make(connection, file) for file in summaries() if file.is_after_detect == is_after_detect}
    log.info("summarise: %s", ", ".join(f"{name} {count}" for name, count in rows.items()))
    return rows


def _make(connection: duckdb.DuckDBPyConnection, file: Summary) -> int:
    try:
        made = connection.execute(f"CREATE OR REPLACE TABLE summary.{file.name} AS {file.body}").fetchone()
    except duckdb.InvalidInputException as error:  # the SQL's own ERROR(): a line of a code list that it does not know
        raise NightError(f"{file.name}.sql: {error}") from error
    described = connection.execute(f"DESCRIBE summary.{file.name}").fetchall()
    comment_tables(connection, (table_of(file, {name: sql_type for name, sql_type, *_ in described}),))
    return int(made[0]) if made else 0
