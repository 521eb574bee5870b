"""Tracing: from a row of the published file, or a figure in it, to the rows of files that it comes from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb

from flows.errors import UsageError
from flows.lineage import make_lineage, needed_for, view_of
from flows.originals import Place
from flows.sql_files import Summary, anomalies, summaries

ROW_SCHEMAS = ("core", "history", "quarantine")
_PLACE = ("submission_id", "source_sheet", "source_row")
# What names a row of the other tables that can be explained.
OTHER_TABLES = {
    "anomaly.found": ("anomaly_id",),
    "audit.finding": (*_PLACE, "column_name", "check_id"),
    "audit.submission": ("submission_id", "received_at", "submitted_by", "original_name"),
}
# What tells one source from another; an anomaly is no row of a file, but what names it.
_SOURCE = "source_table, submission_id, source_sheet, source_row, if(submission_id IS NULL, via, NULL)"
_CHOICES = 12  # values named in the answer to one that does not exist


@dataclass(frozen=True)
class Figure:
    """One column of an explained row.

    Attributes:
        column, value, meaning: as published.
        rows: how many rows of files have a part in it.
        amount: what their parts add up to; None when it is not a sum.
    """

    column: str
    value: Any
    meaning: str
    rows: int
    amount: Decimal | None

    @property
    def adds_up(self) -> bool:
        """Whether the rows make the figure; a column that is no sum cannot fail, but tonnes without a row are 0 or nothing."""
        if self.amount is None:
            return bool(self.rows) or not (isinstance(self.value, Decimal) and self.value)
        return bool(self.amount == self.value)


@dataclass(frozen=True)
class Part:
    """The part that a row of a file has in one column.

    Attributes:
        column: of the explained row.
        amount: in the column's unit; None when the column is decided from it, not summed.
        via: the row of a summary, or the anomaly, through which it counts.
    """

    column: str
    amount: Decimal | None
    via: Mapping[str, Any] | None

    @property
    def anomaly_id(self) -> str | None:
        """The anomaly through which it counts."""
        return (self.via or {}).get("anomaly_id")


@dataclass(frozen=True)
class Source:
    """A row of a file behind an explained row, and its parts. `place` None: an anomaly, named by `via` of its parts."""

    place: Place | None
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Row:
    """An explained row: its values, its figures, and how many sources it has."""

    values: Mapping[str, Any]
    key: Mapping[str, Any]
    figures: tuple[Figure, ...]
    sources: int


class Trace:
    """Explains the rows of one table.

    Args:
        connection: the published file, read-only.
        table: `schema.name`.
        chosen: what was asked for: `column=value` chooses rows, a bare `column` chooses a figure.

    Attributes:
        file: the summary's SQL file, None for other tables.
        meanings: column -> meaning with unit.

    Raises:
        UsageError: table, column or value does not exist; the words say what does.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, table: str, chosen: Sequence[str]) -> None:
        self.connection, self.table = connection, table
        self.schema, _, self.name = table.partition(".")
        self._refuse_unknown()
        self.file = self._summary() if self.schema == "summary" else None
        columns = connection.execute(
            "SELECT column_name, data_type, coalesce(comment, '') FROM duckdb_columns()"
            " WHERE database_name = current_database() AND schema_name = ? AND table_name = ? ORDER BY column_index",
            [self.schema, self.name],
        ).fetchall()
        self._types = {name: sql_type for name, sql_type, _ in columns}
        self.meanings = {name: meaning for name, _, meaning in columns}
        pairs = [each.partition("=") for each in chosen]
        for column, _, _ in pairs:
            if column not in self._types:
                raise UsageError(f"{table} has no column {column!r}; it has {', '.join(self._types)}")
        self.figures = tuple(dict.fromkeys(column for column, is_filter, _ in pairs if not is_filter))
        filters = [(column, value) for column, is_filter, value in pairs if is_filter]
        conditions = [self._condition(column, value) for column, value in filters]
        self._where = " AND ".join(condition for condition, _ in conditions) or "TRUE"
        self._values = [value for _, bound in conditions for value in bound]
        self.count = self._counted([self._where], self._values)
        if filters and not self.count:
            self._refuse_empty(filters)

    def _summary(self) -> Summary:
        files = needed_for([self.name], summaries())
        try:
            make_lineage(self.connection, files)
        except duckdb.CatalogException as error:
            raise UsageError(
                f"{self.table} cannot be explained here: an earlier version published the file ({error}). Run `waste night`."
            ) from error
        found = next((file for file in files if file.name == self.name and file.lineage), None)
        if found is None:
            raise UsageError(f"{self.table} does not say from which rows it comes: its SQL file has no lineage")
        return found

    @property
    def _key(self) -> tuple[str, ...]:
        """Columns that name a row."""
        return self.file.key if self.file else OTHER_TABLES.get(self.table, _PLACE)

    def _refuse_unknown(self) -> None:
        tables = self.connection.execute(
            "SELECT table_schema || '.' || table_name FROM information_schema.tables WHERE table_catalog = current_database()"
            " AND (list_contains($schemas, table_schema) OR list_contains($others, table_schema || '.' || table_name))"
            " ORDER BY ALL",
            {"schemas": ["summary", *ROW_SCHEMAS], "others": list(OTHER_TABLES)},
        ).fetchall()
        known = [name for (name,) in tables]
        if self.table not in known:
            raise UsageError(f"{self.table!r} is no table that can be explained; these can: {', '.join(known)}")

    def _condition(self, column: str, value: str) -> tuple[str, list[str]]:
        """SQL that is true where the column has this value, and what it is bound to; nothing means NULL."""
        if value == "":
            return f'"{column}" IS NULL', []
        sql_type = self._types[column]
        is_none = self.connection.execute(f"SELECT TRY_CAST(? AS {sql_type}) IS NULL", [value]).fetchone()
        if is_none and is_none[0]:
            raise UsageError(f"{column}={value}: {column} is {sql_type}; {self._choices(column)}")
        return f'"{column}" = CAST(? AS {sql_type})', [value]

    def _choices(self, column: str) -> str:
        found = self.connection.execute(
            f'SELECT DISTINCT CAST("{column}" AS VARCHAR) FROM {self.table} ORDER BY 1 NULLS LAST LIMIT {_CHOICES + 1}'
        ).fetchall()
        names = ["nothing (NULL)" if value is None else str(value) for (value,) in found[:_CHOICES]]
        return f"there are {', '.join(names) or 'no rows'}{' and more' if len(found) > _CHOICES else ''}"

    def _counted(self, conditions: Sequence[str], bound: Sequence[str]) -> int:
        where = " AND ".join(conditions) or "TRUE"
        row = self.connection.execute(f"SELECT count(*) FROM {self.table} WHERE {where}", bound).fetchone()
        return int(row[0]) if row else 0

    def _refuse_empty(self, filters: Sequence[tuple[str, str]]) -> None:
        for column, value in filters:
            condition, bound = self._condition(column, value)
            if not self._counted([condition], bound):
                raise UsageError(f"{self.table} has no row with {column}={value}; {self._choices(column)}")
        raise UsageError(f"{self.table} has no row with all of {' '.join(f'{column}={value}' for column, value in filters)}")

    def rows(self, most: int | None = None) -> Iterator[Row]:
        """The chosen rows, in the order of their columns."""
        limit = f" LIMIT {most}" if most is not None else ""
        order = ", ".join(f'"{name}"' for name in self._key)
        found = self.connection.execute(f"SELECT * FROM {self.table} WHERE {self._where} ORDER BY {order}{limit}", self._values)
        for values in list(dicts(found)):
            yield self._row(values)

    def _row(self, values: dict[str, Any]) -> Row:
        key = {name: values[name] for name in self._key}
        if self.file is None:
            return Row(values, key, (), len(list(self._plain_sources(values))))
        lines, bound = self._lines(key)
        counted = {
            column: (rows, amount)
            for column, rows, amount in self.connection.execute(
                f"SELECT figure, count(DISTINCT ({_SOURCE})), sum(amount) FROM {lines} GROUP BY figure", bound
            ).fetchall()
        }
        names = self.figures or [name for name in values if name not in key]
        figures = tuple(Figure(name, values[name], self.meanings[name], *counted.get(name, (0, None))) for name in names)
        row = self.connection.execute(f"SELECT count(*) FROM (SELECT DISTINCT {_SOURCE} FROM {lines})", bound).fetchone()
        return Row(values, key, figures, int(row[0]) if row else 0)

    def _lines(self, key: Mapping[str, Any]) -> tuple[str, list[Any]]:
        """The lineage of one row, cut to the chosen figures, as a source behind FROM, and what it is bound to."""
        conditions = [f'"{name}" IS NULL' if value is None else f'"{name}" = ?' for name, value in key.items()]
        bound: list[Any] = [value for value in key.values() if value is not None]
        if self.figures:
            conditions.append("list_contains(?, figure)")
            bound.append(list(self.figures))
        return f"(SELECT * FROM {view_of(self.name)} WHERE {' AND '.join(conditions)}) AS l", bound

    def sources(self, row: Row, most: int | None = None) -> Iterator[Source]:
        """The rows of files behind an explained row: those with the largest part first."""
        if self.file is None:
            yield from list(self._plain_sources(row.values))[:most]
            return
        lines, bound = self._lines(row.key)
        yield from self._listed(lines, bound, f" LIMIT {most}" if most is not None else "")

    def _listed(self, lines: str, bound: Sequence[Any], limit: str = "") -> Iterator[Source]:
        found = self.connection.execute(
            f"SELECT source_table, {', '.join(_PLACE)},"
            " list({'figure': figure, 'amount': amount, 'via': via} ORDER BY figure, via)"
            f" FROM {lines} GROUP BY {_SOURCE}"
            f" ORDER BY max(abs(amount)) DESC NULLS LAST, source_table, {', '.join(_PLACE)}, any_value(via){limit}",
            bound,
        ).fetchall()
        for table, submission_id, sheet, number, told in found:
            parts = tuple(
                Part(part["figure"], part["amount"], json.loads(part["via"]) if part["via"] else None) for part in told
            )
            if submission_id:
                yield Source(Place(table, submission_id, sheet, number), parts)
            else:
                yield Source(None, parts)
                yield from self._behind_anomaly(parts[0])

    def _told_by_rule(self, anomaly: Mapping[str, Any]) -> Iterator[Source]:
        """The rows that make the figures of an anomaly, where its rule says more than the evidence can hold."""
        rule = next((rule for rule in anomalies() if rule.name == anomaly["rule"] and rule.lineage), None)
        if rule:
            make_lineage(self.connection, (*needed_for(re.findall(r"lineage_(\w+)", rule.lineage), summaries()), rule))
            same = " AND ".join(f"{name} IS NOT DISTINCT FROM CAST(? AS VARCHAR)" for name in rule.key)
            lines = f"(SELECT * FROM {view_of(rule.name)} WHERE {same}) AS l"
            yield from self._listed(lines, [anomaly[name] for name in rule.key])

    def _behind_anomaly(self, part: Part) -> Iterator[Source]:
        """The rows that the evidence of an anomaly names, when the anomaly is what counts."""
        found = self.connection.execute("SELECT evidence, factory_id FROM anomaly.found WHERE anomaly_id = ?", [part.anomaly_id])
        for row in dicts(found):
            for place in places_of(self.connection, row["evidence"] or {}, row["factory_id"]):
                yield Source(place, (Part(part.column, None, part.via),))

    def _plain_sources(self, values: Mapping[str, Any]) -> Iterator[Source]:
        """Rows of files behind a row that is no summary's."""
        if self.schema in ROW_SCHEMAS:
            yield Source(Place(self.table, *(values[name] for name in _PLACE)), ())
        elif self.table == "anomaly.found":
            told = {source.place: source for source in self._told_by_rule(values)}
            named = places_of(self.connection, values["evidence"] or {}, values["factory_id"])
            for place in dict.fromkeys([*named, *told]):
                yield told.get(place) or Source(place, ())
        else:
            submission_id, sheet, number = (values.get(name) for name in _PLACE)
            table = standing_in(self.connection, str(submission_id), sheet, number)
            yield Source(Place(table, str(submission_id), sheet, number), ())


def dicts(cursor: duckdb.DuckDBPyConnection) -> Iterator[dict[str, Any]]:
    """The rows of a query by column, JSON as what it says."""
    columns = [(column[0], str(column[1]) == "JSON") for column in cursor.description or []]
    for row in cursor.fetchall():
        yield {
            name: json.loads(value) if is_json and value is not None else value
            for (name, is_json), value in zip(columns, row, strict=True)
        }


def places_of(connection: duckdb.DuckDBPyConnection, evidence: Mapping[str, Any], factory_id: str | None) -> list[Place]:
    """The rows that an anomaly's evidence names, each once, in the table in which it stands today.

    Where it names none (a report that has not come), it is the row of the register that says who owes it.
    """
    places = []
    for row in evidence.get("rows") or ():
        place = (row["submission_id"], row.get("source_sheet"), row.get("source_row"))
        places.append(Place(standing_in(connection, *place, row.get("table", "")), *place))
    if not places:
        register = connection.execute(f"SELECT {', '.join(_PLACE)} FROM core.factory WHERE factory_id = ?", [factory_id])
        places = [Place("core.factory", *place) for place in register.fetchall()]
    return list(dict.fromkeys(places))


def standing_in(
    connection: duckdb.DuckDBPyConnection, submission_id: str, sheet: str | None, number: int | None, first: str = ""
) -> str:
    """The table that holds a row of a file today: a later report may have replaced it since. `audit.submission` for none."""
    if number is None:
        return "audit.submission"
    tables = connection.execute(
        "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE database_name = current_database()"
        " AND list_contains(?, schema_name)", [list(ROW_SCHEMAS)]
    ).fetchall()  # fmt: skip
    for table in sorted((name for (name,) in tables), key=lambda name: name != first):
        if connection.execute(
            f"SELECT 1 FROM {table} WHERE submission_id = ? AND source_row = ? AND source_sheet IS NOT DISTINCT FROM ? LIMIT 1",
            [submission_id, number, sheet],
        ).fetchone():
            return str(table)
    return "audit.submission"
