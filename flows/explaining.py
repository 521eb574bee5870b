"""What `waste explain` prints: words for an official, or one JSON document for programs."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from itertools import islice
from typing import IO, Any

import click
import duckdb

from flows.feedback.words import log_lines, visible
from flows.originals import Originals, Place, originals
from flows.query import open_published, plain, show, trimmed_decimal
from flows.reading.limits import Limits
from flows.sql_files import anomalies
from flows.tracing import ROW_SCHEMAS, Row, Source, Trace, dicts
from flows.warehouse import Store

FORMAT = "waste-explain/1"  # changes when a key of the JSON document changes its meaning
ROWS, SOURCES = 3, 20  # explained rows, and rows of files behind each, that are printed; --all and --json have every one
_AT_ONCE = 500  # rows of files whose cells are fetched together
_PLACE = "submission_id, source_sheet, source_row"
# What a person reads first; the rest of a row says --json.
_SUBMISSION = (
    "original_name", "received_at", "night", "submitted_by", "report_type", "outcome", "rows_read", "rows_accepted",
    "rows_quarantined", "size_bytes", "reading_log",
)  # fmt: skip


def explain(
    store: Store, table: str, chosen: Sequence[str], as_json: bool, is_whole: bool, has_cells: bool, limits: Limits
) -> bool:
    """Print where the rows of a published table come from.

    Args:
        store: the installation.
        table: `schema.name` of the published file.
        chosen: `column=value` to choose rows, a bare `column` to choose a figure.
        as_json: one JSON document instead of words.
        is_whole: every row, instead of the first few.
        has_cells: whether the original cells are fetched from the archive.
        limits: bounds on reading a file.

    Returns:
        Whether every figure is what its rows add up to.

    Raises:
        UsageError: nothing is published, or table, column or value does not exist.
    """
    connection = open_published(store.published)
    try:
        trace = Trace(connection, table, chosen)
        with originals(store, limits) as archive:
            teller = _Json if as_json else _Words
            return teller(trace, archive, is_whole or as_json, has_cells, sys.stdout).tell()
    finally:
        connection.close()


class _Teller:
    """What both ways of telling need."""

    def __init__(self, trace: Trace, archive: Originals, is_whole: bool, has_cells: bool, out: IO[str]) -> None:
        self.trace, self.archive, self.is_whole, self.has_cells, self.out = trace, archive, is_whole, has_cells, out
        self.connection = trace.connection
        self.files: dict[str, None] = {}
        self.adds_up = True

    def told(self, row: Row, most: int | None) -> Iterator[dict[str, Any]]:
        """The sources of a row with everything that is known of them."""
        sources = self.trace.sources(row, most)
        while batch := list(islice(sources, _AT_ONCE)):
            places = [source.place for source in batch if source.place]
            self.files |= dict.fromkeys(place.submission_id for place in places)
            values = self._values(places)
            findings = self._findings(places)
            cells = self.archive.cells(places) if self.has_cells else {}
            for source in batch:
                yield self._source(source, values, findings, cells)

    def _source(
        self, source: Source, values: Mapping[Place, Any], findings: Mapping[Place, Any], cells: Mapping[Place, Any]
    ) -> dict[str, Any]:
        parts = [asdict(part) for part in source.parts]
        place = source.place
        if place is None:
            return {"table": "anomaly.found", "parts": parts, "anomaly_id": source.parts[0].anomaly_id}
        return {
            **asdict(place), "parts": parts, "row": values.get(place), "findings": findings.get(place, []),
            "cells": {name: asdict(cell) for name, cell in cells[place].items()} if place in cells else None,
        }  # fmt: skip

    def _values(self, places: Iterable[Place]) -> dict[Place, dict[str, Any]]:
        """The rows as they stand in the published file."""
        by_table: dict[str, list[Place]] = {}
        for place in places:
            if place.table.partition(".")[0] in ROW_SCHEMAS and place.source_row is not None:
                by_table.setdefault(place.table, []).append(place)
        found: dict[Place, dict[str, Any]] = {}
        for table, wanted in by_table.items():
            for row in dicts(self._at(f"{table} AS t", wanted)):
                found[Place(table, row["submission_id"], row["source_sheet"], row["source_row"])] = row
        return found

    def _findings(self, places: Sequence[Place]) -> dict[Place, list[dict[str, Any]]]:
        """What checks found in the rows."""
        found: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
        for row in dicts(self._at("audit.finding AS t", places)):
            key = tuple(row.pop(name) for name in _PLACE.split(", "))
            found.setdefault(key, []).append(row)
        return {place: found.get((place.submission_id, place.source_sheet, place.source_row), []) for place in places}

    def _at(self, source: str, places: Sequence[Place]) -> duckdb.DuckDBPyConnection:
        wanted = {
            "ids": [place.submission_id for place in places],
            "sheets": [place.source_sheet for place in places],
            "numbers": [place.source_row for place in places],
        }
        return self.connection.execute(
            f"SELECT t.* FROM {source} SEMI JOIN (SELECT unnest(CAST($ids AS VARCHAR[])) AS submission_id,"
            " unnest(CAST($sheets AS VARCHAR[])) AS source_sheet, unnest(CAST($numbers AS INTEGER[])) AS source_row) AS w"
            " ON t.submission_id = w.submission_id AND t.source_sheet IS NOT DISTINCT FROM w.source_sheet"
            " AND t.source_row IS NOT DISTINCT FROM w.source_row ORDER BY ALL",
            wanted,
        )

    def submissions(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every file that was named, with its pack and its line of the ledger."""
        for submission_id in self.files:
            # The same bytes may have come again: the first time is the one that counted.
            found = next(dicts(self.connection.execute(
                f"SELECT {', '.join(_SUBMISSION)} FROM audit.submission WHERE submission_id = ?"
                " ORDER BY outcome = 'duplicate', received_at LIMIT 1", [submission_id],
            )))  # fmt: skip
            kept = self.archive.kept(submission_id)
            archive = asdict(kept) if kept else None
            yield submission_id, {**found, "archive": archive, "archive_fault": self.archive.broken.get(submission_id)}

    def night(self) -> Any:
        """The night of the published file."""
        row = self.connection.execute("SELECT night FROM ref.tonight").fetchone()
        return row[0] if row else None

    def rule(self, row: Row) -> dict[str, Any] | None:
        """What the rule says, when an anomaly is explained."""
        if self.trace.table != "anomaly.found":
            return None
        for rule in anomalies():
            if rule.name == row.values["rule"]:
                parameters = {each.name: f"{each.value}: {each.meaning}" for each in rule.parameters}
                return {
                    "title_en": rule.title_en, "title_th": rule.title_th, "ground": rule.ground, "ground_th": rule.ground_th,
                    "one_row_is": rule.one_row_is, "meaning_th": rule.meaning_th,
                    "is_statistical": rule.is_statistical, "parameters": parameters, "evidence": rule.evidence,
                }  # fmt: skip
        return None

    def title(self) -> tuple[str, str, str]:
        """English and Thai title, and what one row is."""
        file = self.trace.file
        if file:
            return file.title_en, file.title_th, file.one_row_is
        row = self.connection.execute(
            "SELECT coalesce(comment, '') FROM duckdb_tables() WHERE database_name = current_database()"
            " AND schema_name || '.' || table_name = ?", [self.trace.table]
        ).fetchone()  # fmt: skip
        return "", "", row[0] if row else ""


class _Json(_Teller):
    """One document, written as it is found: the country's year has a row for every load."""

    def tell(self) -> bool:
        title_en, title_th, one_row_is = self.title()
        head = {
            "format": FORMAT, "table": self.trace.table, "title_en": title_en, "title_th": title_th, "one_row_is": one_row_is,
            "ground": self.trace.file.ground if self.trace.file else None, "night": self.night(), "matched": self.trace.count,
            "archive_fault": self.archive.unreadable,
        }  # fmt: skip
        self._write(_json(head)[:-1] + ', "rows": [')
        for number, row in enumerate(self.trace.rows()):
            figures = [{**asdict(figure), "adds_up": figure.adds_up} for figure in row.figures]
            self.adds_up &= all(figure.adds_up for figure in row.figures)
            told = {"key": row.key, "row": row.values, "figures": figures, "rule": self.rule(row)}
            self._write((",\n" if number else "\n") + _json(told)[:-1] + ', "sources": [')
            for place, source in enumerate(self.told(row, None)):
                self._write((",\n " if place else "\n ") + _json(source))
            self._write("]}")
        self._write('\n], "submissions": {')
        for number, (submission_id, file) in enumerate(self.submissions()):
            self._write((",\n" if number else "\n") + f'"{submission_id}": {_json(file)}')
        self._write("}}\n")
        return self.adds_up

    def _write(self, text: str) -> None:
        self.out.write(text)


class _Words(_Teller):
    """Words for a terminal: the first few of everything, saying how many are left out."""

    def tell(self) -> bool:
        title_en, title_th, one_row_is = self.title()
        self._say(" · ".join(filter(None, (self.trace.table, title_en, title_th))))
        self._say(f"One row is {one_row_is}. Night of {self.night()}.")
        if self.trace.file:
            self._say(f"Ground: {self.trace.file.ground}")
        if self.archive.unreadable and self.has_cells:
            self._say(f"Without original cells: {self.archive.unreadable}.")
        for row in self.trace.rows(None if self.is_whole else ROWS):
            self._tell_row(row)
        if not self.is_whole and self.trace.count > ROWS:
            self._say(f"\n{self.trace.count - ROWS} more rows of {self.trace.table} match; choose one by its columns, or --all.")
        self._tell_files()
        if not self.adds_up:
            self._say("\nA figure is not what its rows add up to: this file was not made by these rows. Run `waste verify`.")
        return self.adds_up

    def _tell_row(self, row: Row) -> None:
        self._say("")
        self._say(_argument(self.trace.table, row.key))
        if row.figures:
            self._tell_figures(row)
        else:
            self._tell_values(row)
        if rule := self.rule(row):
            self._say(f"  rule: {rule['title_en']} · {rule['title_th']}")
            self._say(f"    one finding is {rule['one_row_is']} · {rule['meaning_th']}")
            self._say(f"    ground: {rule['ground']} · {rule['ground_th']}")
            for name, words in rule["parameters"].items():
                self._say(f"    {name} = {words}")
            for name, value in row.values["evidence"].items():
                if name != "rows":
                    self._say(f"    {name}: {plain(value)} ({rule['evidence'].get(name, '')})")
        shown = 0
        for shown, source in enumerate(self.told(row, None if self.is_whole else SOURCES), start=1):
            self._tell_source(shown, source)
        if row.sources > SOURCES and not self.is_whole:
            self._say(f"  {row.sources - SOURCES} more rows of files are not shown; --all or --json has every one.")
        if not shown:
            self._say("  No row of a file stands behind it.")

    def _tell_figures(self, row: Row) -> None:
        lines, empty = [], []
        for figure in row.figures:
            self.adds_up &= figure.adds_up
            if not (figure.rows or figure.value or self.trace.figures):
                empty.append(figure.column)
                continue
            if not figure.rows:
                made = "no row of a file" if figure.adds_up else "NO ROW OF A FILE"
            elif figure.amount is None:
                made = "decided from them"
            else:
                made = f"sum {trimmed_decimal(figure.amount)}" + ("" if figure.adds_up else ": DOES NOT ADD UP")
            lines.append((figure.column, visible(plain(figure.value)), figure.rows, made, figure.meaning))
        show(["column", "value", "rows", "which make", "meaning"], lines, most=len(lines))
        if empty:
            self._say(f"  0 or empty, and no row of a file behind it: {', '.join(empty)}")

    def _tell_values(self, row: Row) -> None:
        for name, value in row.values.items():
            if value is not None and name not in ("reading_log", "evidence"):
                self._say(f"  {name}: {plain(value)}")

    def _tell_source(self, number: int, source: Mapping[str, Any]) -> None:
        parts = "; ".join(
            each["column"] if each["amount"] is None else f"{each['column']} {trimmed_decimal(each['amount'])}"
            for each in source["parts"]
        )
        if "anomaly_id" in source:
            self._say(f"  {number}. {_argument('anomaly.found', {'anomaly_id': source['anomaly_id']})}: {parts}")
            return
        sheet = f", sheet {source['source_sheet']}" if source["source_sheet"] else ""
        place = f"{sheet}, row {source['source_row']}" if source["source_row"] is not None else ", the whole file"
        name = self._name(source["submission_id"])
        self._say(f"  {number}. {source['table']}: file {name} ({source['submission_id'][:12]}){place}")
        if parts:
            self._say(f"     part in: {parts}")
        for via in dict.fromkeys(_argument(each["via"]["table"], _rest(each["via"])) for each in source["parts"] if each["via"]):
            self._say(f"     through: {via}")
        if source["cells"]:
            cells = (
                f"{column} = {each['text']!r}" + (f" [{each['address']}]" if each["address"] else "")
                for column, each in source["cells"].items()
            )
            self._say(f"     cells as received: {', '.join(cells)}")
        elif source["row"]:
            values = (f"{name} = {plain(value)}" for name, value in source["row"].items() if value is not None)
            self._say(f"     values: {', '.join(values)}")
        for finding in source["findings"]:
            self._say(f"     {finding['severity']} {finding['check_id']}: {finding['message_en']}")

    def _name(self, submission_id: str) -> str:
        row = self.connection.execute(
            "SELECT original_name FROM audit.submission WHERE submission_id = ? ORDER BY outcome = 'duplicate', received_at",
            [submission_id],
        ).fetchone()
        return repr(row[0]) if row else "?"

    def _tell_files(self) -> None:
        if self.files:
            self._say("\nFiles")
        for submission_id, file in self.submissions():
            self._say(f"  {submission_id}")
            self._say(
                f"    {file['original_name']!r}, received {file['received_at']} UTC from {file['submitted_by']},"
                f" taken in by the night of {file['night']}: {file['outcome']}"
            )
            if kept := file["archive"]:
                self._say(
                    f"    pack {kept['pack']} (sha256 {kept['pack_sha256']}), ledger line {kept['ledger_line']}"
                    f" of {kept['ledger_at']} (hash {kept['ledger_hash']})"
                )
            if file["archive_fault"]:
                self._say(f"    {file['archive_fault']}")
            for line in log_lines(file["reading_log"] or {}):
                place = f"{line.place}: " if line.place else ""
                self._say(f"    {place}{line.label_en}: {line.value_en} · {line.label_th}: {line.value_th}")

    def _say(self, text: str) -> None:
        """Cells may hold anything: nothing of it reaches the terminal but letters."""
        indent = text[: len(text) - len(text.lstrip(" \n"))]
        click.echo(indent + visible(text), file=self.out)


def _rest(via: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in via.items() if name != "table"}


def _argument(table: str, key: Mapping[str, Any]) -> str:
    """What to write behind `waste explain` for this row."""
    pairs = (shlex.quote(f"{name}={'' if value is None else plain(value)}") for name, value in key.items())
    return " ".join((table, *pairs))


def _json(value: Any) -> str:
    """JSON in which decimals keep all their digits."""
    if isinstance(value, Decimal):
        return trimmed_decimal(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_json(str(name))}: {_json(each)}" for name, each in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False, default=str)
