"""Check: cells become values, each failure a finding on its row; then the pandera model, then every rule as one SQL pass.

A rule that cannot be judged because another one failed on the same cell says nothing: faulty cells are NULL from here
on, and a finding on a cell that already has one is dropped.
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pandera.errors import SchemaErrors

from flows.batches import FILE_NO, HELD, MISFIT, OTHER, ROW, SHEET, Batch, Checked, Fault, File, Findings
from flows.clock import bangkok_day
from schemas.checks import all_checks, rules_of
from schemas.checks.row_is_not_a_total import TOTAL_PATTERN, is_total
from schemas.fields.cells import BLANKS, MARKS
from schemas.fields.columns import arrow_type, convert, trimmed
from schemas.models import model_of
from schemas.records import Check, Report, Rule

log = logging.getLogger(__name__)

# Lists that rules judge rows by: the column with the code, which is the list's name too, and the name of its line in a rule.
JUDGING_LISTS = {"waste_code": "waste", "management_code": "method"}

_BE_OFFSET_YEARS = 543

# Batches are judged side by side; the night's transaction has one connection, and one of them at a time uses it.
_CONNECTION_IN_USE = threading.Lock()


@dataclass
class _Faults:
    """Faults found so far, and per column the cells that one of them makes uncertain."""

    length: int
    found: list[Fault] = field(default_factory=list)
    cells: dict[str, np.ndarray] = field(default_factory=dict)

    def add(self, fault: Fault, is_certain: bool = False) -> None:
        """Note a fault; a cell that another one has made uncertain is left out.

        Args:
            fault: what was found.
            is_certain: whether other rules may still judge by the cell.
        """
        if fault.column is not None:
            marked = self.cells.setdefault(fault.column, np.zeros(self.length, bool))
            is_new = ~marked[fault.rows]
            fault = _part(fault, is_new)
            if not is_certain:
                marked[fault.rows] = True
        if len(fault.rows):
            self.found.append(fault)

    def forget(self, rows: np.ndarray, columns: Sequence[str]) -> None:
        """Drop what was found in these rows; no rule and no version is to see these columns of them."""
        for column in columns:
            self.cells.setdefault(column, np.zeros(self.length, bool))[rows] = True
        self.found = [kept for fault in self.found if len((kept := _part(fault, ~np.isin(fault.rows, rows))).rows)]

    def rows(self) -> np.ndarray:
        """Rows with a fault, each once."""
        return np.unique(np.concatenate([np.empty(0, np.int64), *(fault.rows for fault in self.found)]))


def _part(fault: Fault, is_kept: np.ndarray) -> Fault:
    if is_kept.all():
        return fault
    found = [text for text, keeps in zip(fault.found, is_kept, strict=True) if keeps] if fault.found else None
    return replace(fault, rows=fault.rows[is_kept], found=found)


def check(
    connection: duckdb.DuckDBPyConnection,
    batch: Batch,
    files: Mapping[int, File],
    night: date,
    aliases: Mapping[str, list[str]],
    has_register: bool = True,
) -> Checked:
    """Judge a batch.

    Args:
        connection: has `ref.*` and `core.factory`.
        batch: text rows.
        files: by file_no.
        night: gives the latest credible year in a factory number.
        aliases: old factory number -> factory ids of the register.
        has_register: False leaves out the rules that need the register (`waste try` without a warehouse).
    """
    report, length = batch.report, batch.text.num_rows
    is_held = batch.text[HELD].to_numpy()
    faults = _Faults(length)
    cells = _convert(batch, is_held, faults, night, aliases)
    _judge_model(report, cells.typed, is_held, faults)
    totals = _totals(batch, cells, faults)
    if len(totals):
        faults.forget(totals, report.version_key)
        is_held = is_held.copy()
        is_held[totals] = True
        faults.add(Fault(None, "row_is_not_a_total", totals))
    _judge_rules(connection, batch, cells, files, is_held, has_register, faults)
    _leave_out_faulty(cells, faults)
    misfits = np.flatnonzero(pc.is_valid(batch.text[MISFIT]).to_numpy())
    if len(misfits):
        found = batch.text[MISFIT].take(pa.array(misfits)).to_pylist()
        faults.add(Fault(None, "row_fits_header", misfits, found=found))
    is_faulty = is_held.copy()
    severities = {name: each.severity for name, each in all_checks().items()}
    for fault in faults.found:
        if severities[fault.check_id] == "error":
            is_faulty[fault.rows] = True
    is_stray = is_faulty & _has_no_key(report, cells.typed, length)
    is_stray[totals] = False
    for file_no, notes in _notes(batch, cells.notes).items():
        files[file_no].log = {**files[file_no].log, "cells": notes}
    findings = Findings(batch, files, faults.found)
    log.info("check: %s, %d rows, %d faulty, %d findings", report.name, length, int(is_faulty.sum()), len(findings))
    calendars = _calendars(batch, cells.calendars)
    return Checked(batch, _typed_table(batch, cells.typed), is_faulty, is_stray, findings, cells.resolved, calendars)


def _has_no_key(report: Report, typed: dict[str, pa.Array], length: int) -> np.ndarray:
    """Rows of which it cannot be said to which report of their file they belong; no row where each row is a report."""
    has_none = np.zeros(length, bool)
    if not set(report.row_key) <= set(report.version_key):
        for column in report.version_key:
            has_none |= pc.is_null(typed[column]).to_numpy(zero_copy_only=False)
    return has_none


def _totals(batch: Batch, cells: _Cells, faults: _Faults) -> np.ndarray:
    """Positions of rows that are totals. They have a fault already, or a code that is none; no other row is looked at."""
    codes = [np.flatnonzero(_has_word(cells.typed[column.name])) for column in batch.report.of_kind("code3", "code6")]
    rows = np.unique(np.concatenate([faults.rows(), *codes]))
    text = batch.text.take(pa.array(rows))
    has_word = np.zeros(len(rows), bool)
    for column in batch.report.fields:
        has_word |= _has_word(trimmed(text[column.name]))
    found = [
        row
        for row, texts in zip(rows[has_word].tolist(), text.filter(pa.array(has_word)).to_pylist(), strict=True)
        if is_total(_filled(texts, batch.report), batch.report)
    ]
    return np.array(found, dtype=np.int64)


def _has_word(text: pa.Array) -> np.ndarray:
    """Rows in which a word for a total stands; each distinct text is looked at once."""
    encoded = text.dictionary_encode()
    has_word = pc.match_substring_regex(encoded.dictionary, f"^(?:{TOTAL_PATTERN})$")
    return np.asarray(pc.fill_null(has_word.take(encoded.indices), False).to_numpy(zero_copy_only=False))


def _filled(texts: dict[str, str], report: Report) -> dict[str, str]:
    trimmed_texts = ((column.name, texts[column.name].strip(BLANKS)) for column in report.fields)
    return {name: text for name, text in trimmed_texts if text}


@dataclass
class _Cells:
    """The cells of a batch, converted: values by column, and what was found on the way."""

    typed: dict[str, pa.Array] = field(default_factory=dict)
    calendars: dict[str, pa.Array] = field(default_factory=dict)
    notes: dict[str, pa.Array] = field(default_factory=dict)
    resolved: dict[int, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))


def _convert(batch: Batch, is_held: np.ndarray, faults: _Faults, night: date, aliases: Mapping[str, list[str]]) -> _Cells:
    cells = _Cells()
    held = pa.array(is_held)
    for column in batch.report.fields:
        text = trimmed(batch.text[column.name])
        if is_held.any():
            text = pc.if_else(held, pa.scalar(None, pa.string()), text)
        text = _without_marked(column.name, text, faults)
        done = convert(column, text, night.year + _BE_OFFSET_YEARS)
        values = done.values
        if column.name == "line_no":
            values = pc.if_else(pc.is_null(text), pa.scalar(1, pa.int64()), values)
        if column.kind == "id14" and batch.report.name != "factory" and done.faults:
            values = _resolve_aliases(batch, text, values, done.faults, aliases, cells.resolved)
        check_id = "factory_id_is_well_formed" if column.kind == "id14" else "value_is_readable"
        for fault, rows in done.faults.items():
            faults.add(Fault(column.name, check_id, rows, fault))
        cells.typed[column.name] = values
        if done.calendar is not None:
            cells.calendars[column.name] = done.calendar
        if done.notes is not None:
            cells.notes[column.name] = done.notes
    return cells


def _without_marked(column: str, text: pa.Array, faults: _Faults) -> pa.Array:
    """The texts without cells that have none of their own: a list in JSON, a formula without a value."""
    if not pc.any(pc.starts_with(text, "\0")).as_py():
        return text
    for fault, mark in MARKS.items():
        is_marked = pc.fill_null(pc.starts_with(text, mark), False)
        rows = np.flatnonzero(is_marked.to_numpy(zero_copy_only=False))
        faults.add(Fault(column, "value_is_readable", rows, fault))
        text = pc.if_else(is_marked, pa.scalar(None, pa.string()), text)
    return text


def _resolve_aliases(
    batch: Batch,
    text: pa.Array,
    values: pa.Array,
    faults: dict[str, np.ndarray],
    aliases: Mapping[str, list[str]],
    resolved: dict[int, dict[str, str]],
) -> pa.Array:
    """Put the 14 digits where an old number stands that the register knows once; an unclear one stays a fault."""
    rows = np.concatenate(list(faults.values()))
    olds = pc.take(text, pa.array(rows)).to_pylist()
    found = {int(row): aliases[old] for row, old in zip(rows, olds, strict=True) if old in aliases}
    if not found:
        return values
    settled = {row: ids[0] for row, ids in found.items() if len(ids) == 1}
    unclear = np.array([row for row, ids in found.items() if len(ids) > 1], dtype=np.int64)
    for fault in list(faults):
        faults[fault] = np.array([row for row in faults[fault] if int(row) not in found], dtype=np.int64)
    if len(unclear):
        faults["id_alias_unclear"] = unclear
    by_row = values.to_pylist()
    file_nos = batch.text[FILE_NO].to_numpy()
    texts = dict(zip((int(row) for row in rows), olds, strict=True))
    for row, factory_id in settled.items():
        by_row[row] = factory_id
        resolved[int(file_nos[row])][texts[row]] = factory_id
    return pa.array(by_row, pa.string())


def _judge_model(report: Report, typed: dict[str, pa.Array], is_held: np.ndarray, faults: _Faults) -> None:
    is_nil = np.zeros(len(is_held), bool)
    if report.has("nil_report"):
        # Where it cannot be read whether a row is nil, it cannot be said that its cells must be filled.
        is_nil = pc.fill_null(pc.not_equal(typed["nil_report"], "no"), False).to_numpy(zero_copy_only=False)
    frame = pa.table(typed).to_pandas(types_mapper=pd.ArrowDtype)
    for nil in (False, True):
        part = frame[(is_nil == nil) & ~is_held] if is_nil.any() or is_held.any() or nil else frame
        if not len(part):
            continue
        try:
            model_of(report, nil).validate(part, lazy=True)
        except SchemaErrors as error:
            _note_failures(error.failure_cases, faults)


def _note_failures(failures: pd.DataFrame, faults: _Faults) -> None:
    """Failure cases to cell faults. One without a row is a fault of ours and must never mean "fine"."""
    if failures["index"].isna().any():
        raise AssertionError(f"the model failed without naming rows: {failures.to_dict('records')[:3]}")
    for (column, name), cases in failures.groupby(["column", "check"]):
        check_id = "value_is_present" if name == "not_nullable" else str(name)
        faults.add(Fault(str(column), check_id, np.sort(cases["index"].to_numpy(np.int64))))


def _leave_out_faulty(cells: _Cells, faults: _Faults) -> None:
    """Faulty cells are empty from here on, so that no rule judges by them."""
    for column, marked in faults.cells.items():
        if marked.any():
            values = cells.typed[column]
            cells.typed[column] = pc.if_else(pa.array(marked), pa.scalar(None, values.type), values)


def _judge_rules(
    connection: duckdb.DuckDBPyConnection,
    batch: Batch,
    cells: _Cells,
    files: Mapping[int, File],
    is_held: np.ndarray,
    has_register: bool,
    faults: _Faults,
) -> None:
    """Every rule over every row: first those that make cells uncertain, then all others."""
    rules = [(judged, rule) for judged, rule in rules_of(batch.report) if has_register or not rule.needs_register]
    for comes_first in (True, False):
        part = [(judged, rule) for judged, rule in rules if rule.comes_first == comes_first]
        _leave_out_faulty(cells, faults)
        left_out = is_held | ~_in_mixed_files(batch, cells) if comes_first else is_held
        if not left_out.all():
            for fault in _broken(connection, batch, _rows_table(batch, cells, files, left_out, faults), part):
                faults.add(fault, is_certain=not comes_first)


def _in_mixed_files(batch: Batch, cells: _Cells) -> np.ndarray:
    """Rows of files that use both calendars somewhere: no other row can break a rule that comes first."""
    file_nos = batch.text[FILE_NO].to_numpy()
    is_mixed = np.zeros(len(file_nos), bool)
    for calendar in cells.calendars.values():
        buddhist, christian = (
            np.unique(file_nos[pc.fill_null(pc.equal(calendar, name), False).to_numpy(zero_copy_only=False)])
            for name in ("BE", "CE")
        )
        is_mixed |= np.isin(file_nos, np.intersect1d(buddhist, christian))
    return is_mixed


def _broken(
    connection: duckdb.DuckDBPyConnection, batch: Batch, rows: pa.Table, rules: Sequence[tuple[Check, Rule]]
) -> Iterator[Fault]:
    """The rows that break each rule, as bits of one number a row; only rows with a bit set come back."""
    if not rules:
        return
    with _CONNECTION_IN_USE:
        connection.register("rows", rows)
        found = connection.execute(broken_sql(batch.report, rules)).fetchnumpy()
        connection.unregister("rows")
    row_no = np.asarray(found["row_no"], dtype=np.int64)
    broken = np.asarray(found["broken"], dtype=np.uint64)
    for number, (judged, rule) in enumerate(rules):
        is_broken = (broken & np.uint64(1 << number)) != 0
        texts = [str(text) for text in found[f"found_{number}"][is_broken]] if rule.found else None
        yield Fault(rule.column, judged.id, row_no[is_broken], found=texts)


def broken_sql(report: Report, rules: Sequence[tuple[Check, Rule]], day: str | None = None) -> str:
    """A query over `rows` for those that break a rule.

    Args:
        report: the report type of the rows.
        rules: at most 64, each with its check; one judges a row whose day it is in force on.
        day: SQL over `r` for the day whose lists and rules judge a row; that of the report when None.

    Returns:
        SQL for row_no; broken, in which bit n says that the n-th rule is broken; found_n for rules that say what they show.
    """
    day = day or report.in_force_day_sql
    bits = " | ".join(
        f"(CASE WHEN {_in_force(judged, day)}({rule.is_broken}) THEN {1 << number} ELSE 0 END)::UBIGINT"
        for number, (judged, rule) in enumerate(rules)
    )
    shown = "".join(f", {rule.found} AS found_{number}" for number, (_, rule) in enumerate(rules) if rule.found)
    return (
        f"SELECT * FROM (SELECT r.row_no, {bits} AS broken{shown} FROM rows AS r{_joins(report, day)})"
        " WHERE broken <> 0 ORDER BY row_no"
    )


def _in_force(judged: Check, day: str) -> str:
    """The condition that a check is in force, before its rule; nothing for the many that always are."""
    if judged.is_always_in_force:
        return ""
    return f"{day} BETWEEN DATE '{judged.valid_from}' AND DATE '{judged.valid_to or date.max}' AND "


def _joins(report: Report, day: str) -> str:
    joins = ""
    if report.has("factory_id") and report.name != "factory":
        joins += " LEFT JOIN core.factory AS factory ON factory.factory_id = r.factory_id"
    if report.has("processor_id"):
        joins += " LEFT JOIN core.factory AS processor ON processor.factory_id = r.processor_id"
    if report.has("anomaly_id"):
        joins += " LEFT JOIN anomaly.found AS anomaly ON anomaly.anomaly_id = r.anomaly_id"
    for column, name in JUDGING_LISTS.items():
        if report.has(column):
            joins += (
                f" LEFT JOIN ref.{column} AS {name} ON {name}.code = r.{column}"
                f" AND {day} >= {name}.valid_from AND {day} <= coalesce({name}.valid_to, DATE '9999-12-31')"
            )
    return joins


def _rows_table(batch: Batch, cells: _Cells, files: Mapping[int, File], is_held: np.ndarray, faults: _Faults) -> pa.Table:
    length = batch.text.num_rows
    file_nos = batch.text[FILE_NO].to_numpy()
    distinct, inverse = np.unique(file_nos, return_inverse=True)
    days = pa.array([bangkok_day(files[int(number)].received_at) for number in distinct], pa.date32())
    senders = pa.array([files[int(number)].submitted_by for number in distinct], pa.string())
    is_key_faulty = np.zeros(length, bool)
    for column in batch.report.row_key:
        is_key_faulty |= faults.cells.get(column, False)
    columns: dict[str, pa.Array | pa.ChunkedArray] = dict(cells.typed)
    for field_ in batch.report.of_kind("date", "month", "year"):
        columns[f"{field_.name}_calendar"] = cells.calendars.get(field_.name, pa.nulls(length, pa.string()))
    columns |= {
        "row_no": pa.array(np.arange(length)),
        FILE_NO: batch.text[FILE_NO],
        SHEET: batch.text[SHEET],
        "received_day": days.take(pa.array(inverse)),
        "submitted_by": senders.take(pa.array(inverse)),
        "is_key_faulty": pa.array(is_key_faulty),
    }
    table = pa.table(columns)
    return table.filter(pa.array(~is_held)) if is_held.any() else table


def _typed_table(batch: Batch, typed: dict[str, pa.Array]) -> pa.Table:
    columns: dict[str, pa.Array | pa.ChunkedArray] = {
        field.name: typed[field.name].cast(arrow_type(field)) for field in batch.report.fields
    }
    return pa.table(columns | {name: batch.text[name] for name in (OTHER, FILE_NO, SHEET, ROW)})


def _notes(batch: Batch, notes: dict[str, pa.Array]) -> dict[int, dict[str, dict[str, dict[str, int]]]]:
    """What was decided about cells, for the reading log: file_no -> column -> what -> count and first row."""
    result: dict[int, dict[str, dict[str, dict[str, int]]]] = defaultdict(lambda: defaultdict(dict))
    for column, values in notes.items():
        noted = pa.table({FILE_NO: batch.text[FILE_NO], ROW: batch.text[ROW], "note": values})
        counted = noted.filter(pc.is_valid(noted["note"])).group_by([FILE_NO, "note"]).aggregate([(ROW, "count"), (ROW, "min")])
        for row in counted.sort_by([(FILE_NO, "ascending"), (f"{ROW}_min", "ascending"), ("note", "ascending")]).to_pylist():
            said = {"count": row[f"{ROW}_count"], "first_row": row[f"{ROW}_min"]}
            result[row[FILE_NO]][column][row["note"]] = said
    return result


def _calendars(batch: Batch, calendars: dict[str, pa.Array]) -> dict[int, dict[str, str]]:
    """Calendar of each date column per file, `BE`, `CE` or `BE+CE`, for the reading log."""
    result: dict[int, dict[str, str]] = defaultdict(dict)
    for column, values in calendars.items():
        pairs = pa.table({FILE_NO: batch.text[FILE_NO], "calendar": values}).group_by([FILE_NO, "calendar"]).aggregate([])
        for row in pairs.to_pylist():
            if row["calendar"]:
                known = result[row[FILE_NO]].get(column)
                result[row[FILE_NO]][column] = "BE+CE" if known and known != row["calendar"] else row["calendar"]
    return result
