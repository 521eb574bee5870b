"""What the steps hand to one another: files with what is known of them, and batches of rows of one report type."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from schemas.checks import all_checks
from schemas.fields.cells import unmarked
from schemas.records import Field, Finding, Report

# Columns of a batch beside those of the layout.
FILE_NO, SHEET, ROW, HELD, OTHER, MISFIT = "file_no", "source_sheet", "source_row", "is_held", "other_cells", "misfit"
HELD_BACK = "(held back: personal data)"
_JSON = json.JSONEncoder(ensure_ascii=False)
FINDINGS_AT_ONCE = 10_000  # a file may have millions of faults: they are put into words in portions


@dataclass
class File:
    """One file of a night.

    Attributes:
        file_no: its place in the night's order of receipt; of two reports the one with the higher number is the later.
        outcome: `duplicate`, or "" until its rows are counted.
        log: the reading log.
        findings: those of the whole file.
    """

    file_no: int
    submission_id: str
    original_name: str
    submitted_by: str
    received_at: datetime
    size_bytes: int
    outcome: str = ""
    report_types: tuple[str, ...] = ()
    rows_read: int = 0
    log: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


@dataclass
class Batch:
    """Rows of one report type from many files: text as received.

    `text` has one string column per column of the layout (empty string = empty cell or no such column in the file), and
    file_no int32, source_sheet string, source_row int32, is_held bool (the row cannot be judged cell by cell),
    other_cells string (JSON or NULL), misfit string (how the row does not fit the header, else NULL).
    """

    report: Report
    text: pa.Table


@dataclass(frozen=True)
class Fault:
    """One fault in many rows of a batch.

    Attributes:
        column: the cells; None when it is the rows.
        check_id: the check that found it.
        rows: positions in the batch, int64, in order.
        name: the reader's name for it, "" when it has none.
        found: per row what the message shows, where that is not the cell itself.
    """

    column: str | None
    check_id: str
    rows: np.ndarray
    name: str = ""
    found: Sequence[str] | None = None


@dataclass(frozen=True)
class Findings:
    """The findings of a batch, put into words only when they are looked at."""

    batch: Batch
    files: Mapping[int, File]
    faults: Sequence[Fault]

    def __len__(self) -> int:
        return sum(len(fault.rows) for fault in self.faults)

    def __iter__(self) -> Iterator[Finding]:
        for fault in self.faults:
            for start in range(0, len(fault.rows), FINDINGS_AT_ONCE):
                yield from self._worded(fault, slice(start, start + FINDINGS_AT_ONCE))

    def _worded(self, fault: Fault, part: slice) -> Iterator[Finding]:
        text, report = self.batch.text, self.batch.report
        take = pa.array(fault.rows[part])
        file_nos, rows, sheets = (text[name].take(take).to_pylist() for name in (FILE_NO, ROW, SHEET))
        values = text[fault.column].take(take).to_pylist() if fault.column else [None] * len(take)
        shown = fault.found[part] if fault.found else _row_keys(self.batch, take) if fault.column is None else values
        for file_no, row, sheet, value, found in zip(file_nos, rows, sheets, values, shown, strict=True):
            file = self.files[file_no]
            yield finding(fault.check_id, file, sheet, row, report, fault.column, value, found or "", fault.name)


def _row_keys(batch: Batch, take: pa.Array) -> list[str]:
    columns = [batch.text[name].take(take).to_pylist() for name in batch.report.row_key]
    return [" / ".join(part for part in key if part) for key in zip(*columns, strict=True)]


@dataclass
class Checked:
    """A batch after the checks.

    Attributes:
        batch: the text it came from.
        typed: layout columns with their types, `mass`-less; then other_cells, file_no, source_sheet, source_row.
        is_faulty: per row, whether an error stands against it.
        is_stray: per row, whether it may belong to any report of its file: faulty, and its key not readable.
        findings: of cells and rows.
        resolved: file_no -> {old factory number: factory_id} shown back in the reading log.
        calendars: file_no -> {column: calendar found}.
    """

    batch: Batch
    typed: pa.Table
    is_faulty: np.ndarray
    is_stray: np.ndarray
    findings: Findings
    resolved: dict[int, dict[str, str]] = field(default_factory=dict)
    calendars: dict[int, dict[str, str]] = field(default_factory=dict)


def finding(
    check_id: str,
    file: File,
    sheet: str | None = None,
    row: int | None = None,
    report: Report | None = None,
    column: str | None = None,
    value: str | None = None,
    found: str | None = None,
    fault: str = "",
    hint: tuple[str, str] | None = None,
) -> Finding:
    """One finding with its words.

    Args:
        check_id: a registered check.
        file, sheet, row: where; row None = the whole file.
        report, column: the column as the layout has it.
        value: the cell as received.
        found: what the message shows, the value when None.
        fault: the reader's name for what is wrong with the cell.
        hint: words that stand in for the check's own hint.
    """
    check = all_checks()[check_id]
    field_ = report.field(column) if report and column and report.has(column) else None
    shown = unmarked((value or "") if found is None else found)
    short = shown[:100]
    hint_en, hint_th = hint or check.hint(shown, fault)
    header_th = field_.header_th if field_ else column or ""
    sheet_en, sheet_th = (f"Sheet {sheet}, row", f"แผ่นงาน {sheet} แถว") if sheet else ("Row", "แถว")
    at_en = f"{sheet_en} {row}" + (f", column {column}" if column else "")
    at_th = f"{sheet_th} {row}" + (f" คอลัมน์ {header_th}" if column else "")
    allowed_en, allowed_th = allowed(field_)
    words = {"found": short, "column": column or "", "header_th": header_th}
    return Finding(
        submission_id=file.submission_id,
        source_sheet=sheet,
        source_row=row,
        column_name=column,
        value=None if value is None else unmarked(value),
        check_id=check_id,
        severity=check.severity,
        message_en=check.message_en.format(cell=at_en, hint=hint_en, allowed=allowed_en, **words).strip(),
        message_th=check.message_th.format(cell=at_th, hint=hint_th, allowed=allowed_th, **words).strip(),
    )


def allowed(field_: Field | None) -> tuple[str, str]:
    """What a column allows, for its message: English and Thai."""
    if field_ is None:
        return "", ""
    if field_.kind == "code2":
        return "a province code of two digits, such as 10", "รหัสจังหวัดสองหลัก เช่น 10"
    if field_.kind == "factory_class":
        return "a class from 1 to 107, such as 106 or 106(1)", "ลำดับ 1 ถึง 107 เช่น 106 หรือ 106(1)"
    return field_.allowed_text, field_.allowed_text


def cells_json(row: dict[str, Any], report: Report) -> str:
    """A row's cells as received, by column, and those of other columns under their own headers; empty ones left out."""
    cells = {column.name: unmarked(row[column.name]) for column in report.fields if row[column.name]}
    if row[OTHER]:
        cells.update(json.loads(row[OTHER]))
    return _JSON.encode(cells)
