"""What the steps hand to one another: files with what is known of them, and batches of rows of one report type."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from schemas.checks import all_checks
from schemas.records import Finding, Report

# Columns of a batch beside those of the layout.
FILE_NO, SHEET, ROW, HELD, OTHER = "file_no", "source_sheet", "source_row", "is_held", "other_cells"
NESTED = "\u0000nested"  # stands before a list or an object where a plain value belongs (JSON)
HELD_BACK = "(held back: personal data)"


@dataclass
class File:
    """One file of a night.

    Attributes:
        file_no: its place in the night's order of receipt; of two reports the one with the higher number is the later.
        outcome: `duplicate`, or "" until its rows are counted.
        log: the reading log.
        findings: those of the whole file and of rows that could not be cut into cells.
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
    other_cells string (JSON or NULL).
    """

    report: Report
    text: pa.Table


@dataclass
class Checked:
    """A batch after the checks.

    Attributes:
        typed: layout columns with their types, `mass`-less; then file_no, source_sheet, source_row, other_cells.
        is_faulty: per row, whether an error stands against it.
        findings: of cells and rows.
        batch: the text it came from.
        resolved: file_no -> {old factory number: factory_id} shown back in the reading log.
        calendars: (file_no, column, calendar) found.
    """

    batch: Batch
    typed: pa.Table
    is_faulty: np.ndarray
    findings: list[Finding]
    resolved: dict[int, dict[str, str]] = field(default_factory=dict)
    calendars: dict[int, dict[str, str]] = field(default_factory=dict)


def shown_value(text: str | None) -> str | None:
    """A cell as a person may see it."""
    return text.removeprefix(NESTED) if text is not None else None


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
    shown = shown_value(value) if found is None else found
    short = (shown or "")[:100]
    hint_en, hint_th = hint or check.hint(shown or "", fault)
    header_th = field_.header_th if field_ else column or ""
    sheet_en, sheet_th = (f"Sheet {sheet}, row", f"แผ่นงาน {sheet} แถว") if sheet else ("Row", "แถว")
    at_en = f"{sheet_en} {row}" + (f", column {column}" if column else "")
    at_th = f"{sheet_th} {row}" + (f" คอลัมน์ {header_th}" if column else "")
    words = {"found": short, "column": column or "", "header_th": header_th, "allowed": allowed(field_)}
    return Finding(
        submission_id=file.submission_id,
        source_sheet=sheet,
        source_row=row,
        column_name=column,
        value=shown_value(value),
        check_id=check_id,
        severity=check.severity,
        message_en=check.message_en.format(cell=at_en, hint=hint_en, **words).strip(),
        message_th=check.message_th.format(cell=at_th, hint=hint_th, **words).strip(),
    )


def allowed(field_: Any) -> str:
    """What a column allows, for its message."""
    if field_ is None:
        return ""
    if field_.kind == "code2":
        return "a province code of two digits / รหัสจังหวัดสองหลัก"
    if field_.kind == "factory_class":
        return "a class from 1 to 107, such as 106 or 106(1)"
    return str(field_.allowed_text)


def cells_json(row: dict[str, Any], report: Report) -> str:
    """A row's cells as received, by column, and those of other columns under their own headers; empty ones left out."""
    cells = {column.name: shown_value(row[column.name]) for column in report.fields if row[column.name]}
    if row[OTHER]:
        cells.update(json.loads(row[OTHER]))
    return json.dumps(cells, ensure_ascii=False)
