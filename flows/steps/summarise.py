"""Summarise: make every table that officials read, anew, from the rows that stand in the warehouse tonight."""

from __future__ import annotations

import logging
from datetime import date

import duckdb

from flows.errors import NightError
from flows.sql_files import Summary, summaries
from flows.warehouse import columns_sql, comment_tables, quoted
from schemas.codes import REGIME_START_DATE, code_list
from schemas.tables import Column, Table

log = logging.getLogger(__name__)

TONIGHT = Table(
    "ref", "tonight", "the night that the summaries were made for",
    (
        Column("night", "DATE", "the night, a day in Bangkok: due dates and clocks are judged by it"),
        Column("obligations_from", "DATE", "reports for earlier periods are not owed, by the settings"),
    ),
)  # fmt: skip

# Tolerances in force, day by day: rows then find theirs by their day, in a join on one small table. Shares have one decimal:
# more would take digits from the largest tonnes when they are multiplied.
_TOLERANCE_TYPES = {"%": "DECIMAL(4, 1)", "t": "DECIMAL(18, 6)", "day": "INTEGER"}
TOLERANCE_ON = Table(
    "ref", "tolerance_on", "one day, with the tolerances in force on it; a report is judged by those of its period",
    (
        Column("day", "DATE", "the day"),
        *(
            Column(name, _TOLERANCE_TYPES[unit], f"{meaning} [{unit}]; {ground}, see ref.tolerance")
            for name, (unit, meaning, ground) in sorted(
                {line["name"]: (line["value_unit"], line["meaning"], line["ground"]) for line in code_list("tolerance")}.items()
            )
        ),
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
    _set_tolerances(connection, night)
    comment_tables(connection, (TONIGHT, TOLERANCE_ON))


def _set_tolerances(connection: duckdb.DuckDBPyConnection, night: date) -> None:
    """Days from the first one of the regime to the end of the periods that run tonight."""
    tolerances = TOLERANCE_ON.columns[1:]
    values = ", ".join(
        f"CAST(max(t.value) FILTER (t.name = {quoted(each.name)}) AS {each.sql_type}) AS {each.name}" for each in tolerances
    )
    connection.execute(
        f"CREATE OR REPLACE TABLE ref.tolerance_on AS SELECT CAST(d.day AS DATE) AS day, {values}"
        f" FROM range(DATE '{REGIME_START_DATE}', DATE '{night}' + INTERVAL 366 DAY, INTERVAL 1 DAY) AS d (day)"
        " LEFT JOIN ref.tolerance AS t ON d.day BETWEEN t.valid_from AND coalesce(t.valid_to, DATE '9999-12-31') GROUP BY d.day"
    )
    gaps = " OR ".join(f"{each.name} IS NULL" for each in tolerances)
    gap = connection.execute(f"SELECT min(day) FROM ref.tolerance_on WHERE {gaps}").fetchone()
    if gap and gap[0]:
        raise NightError(f"ref.tolerance: a tolerance has no line in force on {gap[0]}")


def _make_all(connection: duckdb.DuckDBPyConnection, *, is_after_detect: bool) -> dict[str, int]:
    rows = {file.name: _make(connection, file) for file in summaries() if file.is_after_detect == is_after_detect}
    log.info("summarise: %s", ", ".join(f"{name} {count}" for name, count in rows.items()))
    return rows


def _make(connection: duckdb.DuckDBPyConnection, file: Summary) -> int:
    name, kind = f"summary.{file.name}", "VIEW" if file.is_view else "TABLE"
    try:
        described = connection.execute(f"DESCRIBE {file.body}").fetchall()
        table = table_of(file, {column: sql_type for column, sql_type, *_ in described})
        _drop_other_kind(connection, file)
        if file.is_view:
            connection.execute(f"CREATE OR REPLACE VIEW {name} AS {file.body}")
        else:
            connection.execute(f"CREATE OR REPLACE TABLE {name} ({columns_sql(table.columns)})")
            connection.execute(f"INSERT INTO {name} {file.body}")
        made = connection.execute(f"SELECT count(*) FROM {name}").fetchone()
    except duckdb.InvalidInputException as error:  # the SQL's own ERROR(): a line of a code list that it does not know
        raise NightError(f"{file.name}.sql: {error}") from error
    comment_tables(connection, (table,), kind)
    return int(made[0]) if made else 0


def _drop_other_kind(connection: duckdb.DuckDBPyConnection, file: Summary) -> None:
    """What an earlier version kept as a table may be a view now, or the other way round."""
    found = connection.execute(
        "SELECT table_type FROM information_schema.tables"
        " WHERE table_catalog = current_database() AND table_schema = 'summary' AND table_name = ?", [file.name]
    ).fetchone()  # fmt: skip
    if found and (found[0] == "VIEW") != file.is_view:
        connection.execute(f"DROP {'TABLE' if file.is_view else 'VIEW'} summary.{file.name}")
