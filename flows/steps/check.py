"""Check: cells become values, each failure a finding on its row; then the pandera model, then every rule as one SQL pass.

A rule that cannot be judged because another one failed on the same cell says nothing: faulty cells are NULL from here
on, and a finding on a cell that already has one is dropped.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pandera.errors import SchemaErrors

from flows.batches import FILE_NO, HELD, NESTED, OTHER, ROW, SHEET, Batch, Checked, File, finding
from flows.clock import bangkok_day
from schemas.checks import rules_of
from schemas.codes import REGIME_START_DATE
from schemas.fields.columns import arrow_type, convert, trimmed
from schemas.models import model_of
from schemas.records import Check, Finding, Report, Rule

log = logging.getLogger(__name__)

_BE_OFFSET_YEARS = 543


_CellFault = tuple[str | None, str, str, np.ndarray]  # column, check, fault name, row positions


@dataclass
class _Faults:
    """Cells that something is wrong with: (column, check, fault name) -> row positions."""

    cells: list[_CellFault] = field(default_factory=list)
    faulty: dict[str, np.ndarray] = field(default_factory=dict)

    def add(self, column: str | None, check_id: str, fault: str, rows: np.ndarray, length: int) -> None:
        """Note a fault; a cell that already has one is left out."""
        if column is not None:
            marked = self.faulty.setdefault(column, np.zeros(length, bool))
            rows = rows[~marked[rows]]
            marked[rows] = True
        if len(rows):
            self.cells.append((column, check_id, fault, rows))


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
    faults = _Faults()
    typed, calendars, resolved = _convert(batch, is_held, faults, night, aliases)
    _judge_model(report, typed, is_held, faults)
    typed = _without_faulty(typed, faults)
    errors = list(faults.cells)
    warnings: list[_CellFault] = []
    for judged, rule, rows in _judge_rules(connection, batch, typed, calendars, files, is_held, has_register):
        if rule.column in faults.faulty:
            rows = rows[~faults.faulty[rule.column][rows]]
        if len(rows):
            (errors if judged.severity == "error" else warnings).append((rule.column, judged.id, "", rows))
    is_faulty = is_held.copy()
    for _, _, _, rows in errors:
        is_faulty[rows] = True
    findings = _findings(batch, files, errors + warnings)
    log.info("check: %s, %d rows, %d faulty, %d findings", report.name, length, int(is_faulty.sum()), len(findings))
    return Checked(batch, _typed_table(batch, typed), is_faulty, findings, resolved, _calendars(batch, calendars))


def _convert(
    batch: Batch, is_held: np.ndarray, faults: _Faults, night: date, aliases: Mapping[str, list[str]]
) -> tuple[dict[str, pa.Array], dict[str, pa.Array], dict[int, dict[str, str]]]:
    typed: dict[str, pa.Array] = {}
    calendars: dict[str, pa.Array] = {}
    resolved: dict[int, dict[str, str]] = defaultdict(dict)
    length = batch.text.num_rows
    held = pa.array(is_held)
    for column in batch.report.fields:
        text = trimmed(batch.text[column.name])
        if is_held.any():
            text = pc.if_else(held, pa.scalar(None, pa.string()), text)
        nested = pc.fill_null(pc.starts_with(text, NESTED), False).to_numpy(zero_copy_only=False)
        if nested.any():
            faults.add(column.name, "value_is_readable", "nested", np.flatnonzero(nested), length)
            text = pc.if_else(pa.array(nested), pa.scalar(None, pa.string()), text)
        done = convert(column, text, night.year + _BE_OFFSET_YEARS)
        values = done.values
        if column.name == "line_no":
            values = pc.if_else(pc.is_null(text), pa.scalar(1, pa.int64()), values)
        if column.kind == "id14" and batch.report.name != "factory" and done.faults:
            values = _resolve_aliases(batch, text, values, done.faults, aliases, resolved)
        check_id = "factory_id_is_well_formed" if column.kind == "id14" else "value_is_readable"
        for fault, rows in done.faults.items():
            faults.add(column.name, check_id, fault, rows, length)
        typed[column.name] = values
        if done.calendar is not None:
            calendars[column.name] = done.calendar
    return typed, calendars, resolved


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
    length = len(is_held)
    is_nil = np.zeros(length, bool)
    if report.has("nil_report"):
        is_nil = pc.fill_null(pc.equal(typed["nil_report"], "yes"), False).to_numpy(zero_copy_only=False)
    frame = pa.table(typed).to_pandas(types_mapper=pd.ArrowDtype)
    for nil in (False, True):
        part = frame[(is_nil == nil) & ~is_held] if is_nil.any() or is_held.any() or nil else frame
        if not len(part):
            continue
        try:
            model_of(report, nil).validate(part, lazy=True)
        except SchemaErrors as error:
            _note_failures(error.failure_cases, faults, length)


def _note_failures(failures: pd.DataFrame, faults: _Faults, length: int) -> None:
    """Failure cases to cell faults. One without a row is a fault of ours and must never mean "fine"."""
    if failures["index"].isna().any():
        raise AssertionError(f"the model failed without naming rows: {failures.to_dict('records')[:3]}")
    for (column, name), cases in failures.groupby(["column", "check"]):
        check_id = "value_is_present" if name == "not_nullable" else str(name)
        faults.add(str(column), check_id, "", cases["index"].to_numpy(np.int64), length)


def _without_faulty(typed: dict[str, pa.Array], faults: _Faults) -> dict[str, pa.Array]:
    for column, marked in faults.faulty.items():
        if marked.any():
            values = typed[column]
            typed[column] = pc.if_else(pa.array(marked), pa.scalar(None, values.type), values)
    return typed


def _judge_rules(
    connection: duckdb.DuckDBPyConnection,
    batch: Batch,
    typed: dict[str, pa.Array],
    calendars: dict[str, pa.Array],
    files: Mapping[int, File],
    is_held: np.ndarray,
    has_register: bool,
) -> list[tuple[Check, Rule, np.ndarray]]:
    """Every rule over every row, as bits of one number a row; only rows with a bit set come back."""
    report = batch.report
    rules = [(judged, rule) for judged, rule in rules_of(report) if has_register or not rule.needs_register]
    rows = _rows_table(batch, typed, calendars, files, is_held)
    connection.register("rows", rows)
    try:
        bits = " | ".join(
            f"(CASE WHEN {rule.is_broken} THEN {1 << number} ELSE 0 END)::UBIGINT" for number, (_, rule) in enumerate(rules)
        )
        found = connection.execute(
            f"SELECT row_no, broken FROM (SELECT r.row_no, {bits} AS broken FROM rows AS r{_joins(report)}) WHERE broken <> 0"
        ).fetchnumpy()
    finally:
        connection.unregister("rows")
    row_no = np.asarray(found["row_no"], dtype=np.int64)
    broken = np.asarray(found["broken"], dtype=np.uint64)
    return [
        (judged, rule, np.sort(row_no[(broken & np.uint64(1 << number)) != 0])) for number, (judged, rule) in enumerate(rules)
    ]


def _joins(report: Report) -> str:
    joins = ""
    if report.has("factory_id") and report.name != "factory":
        joins += " LEFT JOIN core.factory AS factory ON factory.factory_id = r.factory_id"
    if report.has("processor_id"):
        joins += " LEFT JOIN core.factory AS processor ON processor.factory_id = r.processor_id"
    # A day before the regime is a fault of its own; the lists then judge by the first day that they know.
    day = f"greatest(coalesce({report.judged_day_sql}, r.received_day), DATE '{REGIME_START_DATE}')"
    for column, name, list_name in (
        ("waste_code", "waste", "waste_code"),
        ("management_code", "method", "management_code"),
    ):
        if report.has(column):
            joins += (
                f" LEFT JOIN ref.{list_name} AS {name} ON {name}.code = r.{column}"
                f" AND {day} >= {name}.valid_from AND {day} <= coalesce({name}.valid_to, DATE '9999-12-31')"
            )
    return joins


def _rows_table(
    batch: Batch,
    typed: dict[str, pa.Array],
    calendars: dict[str, pa.Array],
    files: Mapping[int, File],
    is_held: np.ndarray,
) -> pa.Table:
    length = batch.text.num_rows
    file_nos = batch.text[FILE_NO].to_numpy()
    distinct, inverse = np.unique(file_nos, return_inverse=True)
    days = pa.array([bangkok_day(files[int(number)].received_at) for number in distinct], pa.date32())
    senders = pa.array([files[int(number)].submitted_by for number in distinct], pa.string())
    columns: dict[str, pa.Array | pa.ChunkedArray] = dict(typed)
    for column in batch.report.of_kind("date", "month", "year"):
        columns[f"{column.name}_calendar"] = calendars.get(column.name, pa.nulls(length, pa.string()))
    columns |= {
        "row_no": pa.array(np.arange(length)),
        FILE_NO: batch.text[FILE_NO],
        SHEET: batch.text[SHEET],
        "received_day": days.take(pa.array(inverse)),
        "submitted_by": senders.take(pa.array(inverse)),
    }
    table = pa.table(columns)
    return table.filter(pa.array(~is_held)) if is_held.any() else table


def _findings(batch: Batch, files: Mapping[int, File], cells: list[_CellFault]) -> list[Finding]:
    found: list[Finding] = []
    file_nos, rows = batch.text[FILE_NO].to_numpy(), batch.text[ROW].to_numpy()
    for column, check_id, fault, positions in cells:
        take = pa.array(positions)
        sheets = batch.text[SHEET].take(take).to_pylist()
        values = batch.text[column].take(take).to_pylist() if column else _row_keys(batch, take)
        for position, sheet, value in zip(positions.tolist(), sheets, values, strict=True):
            file = files[int(file_nos[position])]
            at = int(rows[position])
            found.append(
                finding(
                    check_id,
                    file,
                    sheet,
                    at,
                    batch.report,
                    column,
                    value=value if column else None,
                    found=None if column else value,
                    fault=fault,
                )
            )
    return found


def _row_keys(batch: Batch, take: pa.Array) -> list[str]:
    columns = [batch.text[name].take(take).to_pylist() for name in batch.report.row_key]
    return [" / ".join(part for part in key if part) for key in zip(*columns, strict=True)]


def _typed_table(batch: Batch, typed: dict[str, pa.Array]) -> pa.Table:
    columns: dict[str, pa.Array | pa.ChunkedArray] = {
        field.name: typed[field.name].cast(arrow_type(field)) for field in batch.report.fields
    }
    return pa.table(columns | {name: batch.text[name] for name in (OTHER, FILE_NO, SHEET, ROW)})


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
