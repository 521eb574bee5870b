"""Marked copy of a workbook: the factory's own, with wrong cells coloured and commented, and without anything that can run.

Runs in a process of its own with bounded memory, like the reading of workbooks: `python -m flows.feedback.marked_workbook
LIMIT` reads one JSON object {"path", "out", "header_rows", "places", "findings"} and answers with {} or {"error": "..."}.
"""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from collections.abc import Iterable, Mapping, Sequence, Set
from pathlib import Path
from typing import Any

from flows.feedback.words import SEVERITIES, visible
from flows.reading.headers import match_header
from schemas.records import Finding

AUTHOR = "waste-reports"
LIST_SHEET = "waste-reports findings"
COMMENTS = 5_000  # more comments make a workbook too slow to open; the list has all findings, the colours too
# Not quite the colours of Excel's own "bad" and "neutral", so that ours can be told from a factory's.
_FILLS = {"error": "FFFFC8CF", "warning": "FFFFECA1"}
# What reaches out of the workbook, or calls: another file, DDE, and functions that fetch or run.
_REACHES_OUT = re.compile(r"[\[|]|WEBSERVICE|FILTERXML|HYPERLINK|\b(?:CALL|REGISTER|EXEC|RTD|IMPORT\w*)\s*\(", re.IGNORECASE)
_COLUMNS = (
    ("แผ่นงาน\nSheet", 18), ("แถว\nRow", 8), ("คอลัมน์\nColumn", 20), ("ความสำคัญ\nWeight", 16), ("ข้อตรวจ\nCheck", 24),
    ("สิ่งที่ต้องทำ", 70), ("What to do", 70),
)  # fmt: skip


def mark_workbook(
    data: bytes, findings: Sequence[Finding], header_rows: Mapping[str, int], places: Mapping[str, Mapping[str, int]]
) -> bytes:
    """The workbook as XLSX with its findings in it.

    Formulas become the values that were read, hyperlinks plain text; macros, external links, connections, and names that
    refer to other files are left out. Other cells keep value and look.

    Args:
        data: an XLSX or XLSM workbook.
        findings: `source_sheet` is the sheet's own name.
        header_rows: number of the header row, by sheet.
        places: numbers of columns by name, by sheet, where its header does not say them.
    """
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), keep_links=False)
    without_value = _disarm(book, data)
    if is_marked := LIST_SHEET in book.sheetnames:
        del book[LIST_SHEET]
    left = COMMENTS
    for sheet in book.worksheets:
        if is_marked:
            _clear_own_marks(sheet)
        own = [each for each in findings if each.source_sheet == sheet.title]
        if own:
            row = header_rows.get(sheet.title, 1)
            columns = {**_places(sheet, row), **places.get(sheet.title, {})}
            left -= _mark_sheet(sheet, own, row, columns, left, without_value)
    if whole := [each for each in findings if each.source_sheet is None]:
        first = next((sheet for sheet in book.worksheets if sheet.title in header_rows), book.worksheets[0])
        row = header_rows.get(first.title, 1)
        _mark_sheet(first, whole, row, _places(first, row), max(left, 10), without_value)
    if findings:
        _write_list(book, findings)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _disarm(book: Any, data: bytes) -> set[tuple[str, str]]:
    """Take out what can run; returns the cells (sheet, coordinate) whose formula had no value."""
    import openpyxl

    values: Any = None
    without_value = set()
    for sheet in book.worksheets:
        for cell in _cells(sheet):
            if cell.data_type == "f":
                if values is None:
                    values = openpyxl.load_workbook(io.BytesIO(data), keep_links=False, data_only=True)
                cell.value = values[sheet.title][cell.coordinate].value
                if cell.value is None:
                    without_value.add((sheet.title, cell.coordinate))
            if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@")):
                cell.data_type = "s"  # a text that looks like a formula stays a text, also when it is edited
                cell.quotePrefix = True
            if getattr(cell, "hyperlink", None) is not None:
                cell.hyperlink = None
        sheet._hyperlinks = []
        sheet._pivots = []
        sheet.legacy_drawing = None
        validations = sheet.data_validations.dataValidation
        sheet.data_validations.dataValidation = [each for each in validations if not _reaches_out(each.formula1, each.formula2)]
        sheet.conditional_formatting = _formatting_within(sheet)
    for names in (book.defined_names, *(sheet.defined_names for sheet in book.worksheets)):
        for name in list(names):
            if name.lower().startswith(("auto_", "_xlnm.auto")) or names[name].hidden or _reaches_out(names[name].value):
                del names[name]
    return without_value


def _cells(sheet: Any) -> list[Any]:
    """The cells that the file has. `iter_rows` would make all up to the last one: 14 million on a sheet of a real workbook."""
    return list(sheet._cells.values())


def _formatting_within(sheet: Any) -> Any:
    from openpyxl.formatting.formatting import ConditionalFormattingList

    kept = ConditionalFormattingList()
    for each in sheet.conditional_formatting:
        for rule in each.rules:
            if not _reaches_out(*rule.formula):
                kept.add(str(each.sqref), rule)
    return kept


def _reaches_out(*formulas: str | None) -> bool:
    return any(formula and _REACHES_OUT.search(str(formula)) for formula in formulas)


def _clear_own_marks(sheet: Any) -> None:
    """A marked copy that is marked again loses the marks of the first time."""
    from openpyxl.styles import PatternFill

    for cell in _cells(sheet):
        if getattr(cell, "comment", None) is not None and cell.comment.author == AUTHOR:
            cell.comment = None
        if cell.has_style and cell.fill.fill_type == "solid" and cell.fill.fgColor.rgb in _FILLS.values():
            cell.fill = PatternFill()


def _mark_sheet(
    sheet: Any,
    findings: Iterable[Finding],
    header_row: int,
    places: Mapping[str, int],
    most: int,
    without_value: Set[tuple[str, str]],
) -> int:
    """Colour and comment cells; how many comments were written."""
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    by_cell: dict[tuple[int, int], list[Finding]] = {}
    for each in findings:
        by_cell.setdefault((each.source_row or header_row, places.get(each.column_name or "", 1)), []).append(each)
    written = 0
    for (row, column), said in sorted(by_cell.items()):
        cell = sheet.cell(row, column)
        if type(cell).__name__ == "MergedCell":
            continue
        if (sheet.title, cell.coordinate) in without_value and any(each.check_id == "value_is_readable" for each in said):
            cell.value = "#VALUE!"  # as unreadable as the formula was, but it runs nothing
        severity = "error" if any(each.severity == "error" for each in said) else "warning"
        cell.fill = PatternFill("solid", fgColor=_FILLS[severity])
        if written < most:
            before = f"\n\n{cell.comment.text}" if cell.comment else ""
            text = "\n\n".join(_words(each) for each in said)
            cell.comment = Comment(text + before, AUTHOR, height=min(90 + 22 * (len(text) // 45), 420), width=420)
            written += 1
    return written


def _words(each: Finding) -> str:
    th, en = SEVERITIES[each.severity]
    return f"{th} · {en} ({each.check_id})\n{visible(each.message_th)}\n{visible(each.message_en)}"


def _places(sheet: Any, header_row: int) -> dict[str, int]:
    """Column numbers by name, also of a header that is merged over several rows."""
    merged = {
        column: sheet.cell(each.min_row, column).value
        for each in sheet.merged_cells.ranges
        if each.min_row <= header_row <= each.max_row
        for column in range(each.min_col, each.max_col + 1)
    }
    values = [sheet.cell(header_row, column).value or merged.get(column) for column in range(1, sheet.max_column + 1)]
    texts = ["" if value is None else str(value) for value in values]
    header = match_header(texts)
    if header is None:
        return {}
    unknown = {text: place + 1 for place, text in header.unknown.items()}
    return unknown | {name: place + 1 for name, place in header.places.items()}


def _write_list(book: Any, findings: Iterable[Finding]) -> None:
    """A last sheet that lists every finding, each with a link to its row."""
    from openpyxl.styles import Alignment, Font, PatternFill

    sheet = book.create_sheet(LIST_SHEET)
    sheet.append([words for words, _ in _COLUMNS])
    for cell, (_, width) in zip(sheet[1], _COLUMNS, strict=True):
        cell.font, cell.fill = Font(bold=True, color="FFFFFFFF"), PatternFill("solid", fgColor="FF12355B")
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[cell.column_letter].width = width
    for each in findings:
        th, en = SEVERITIES[each.severity]
        values = (
            visible(each.source_sheet or ""), each.source_row, visible(each.column_name or ""), f"{th}\n{en}", each.check_id,
            visible(each.message_th), visible(each.message_en),
        )  # fmt: skip
        sheet.append(values)
        row = sheet[sheet.max_row]
        for cell in row:
            if cell.data_type == "f":
                cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        row[3].fill = PatternFill("solid", fgColor=_FILLS[each.severity])
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.sheet_properties.tabColor = "FFC7CE"


def main() -> None:
    """Mark one workbook within a bound on memory."""
    import resource

    limit = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    request = json.load(sys.stdin)
    findings = [Finding(**each) for each in request["findings"]]
    answer = {}
    try:
        original = Path(request["path"]).read_bytes()
        Path(request["out"]).write_bytes(mark_workbook(original, findings, request["header_rows"], request["places"]))
    except MemoryError:
        answer = {"error": "memory"}
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, SyntaxError, zipfile.BadZipFile) as error:
        # openpyxl says in any of these that a workbook is not as it should be; the answer is then a copy made anew.
        answer = {"error": f"{type(error).__name__}: {str(error)[:200]}"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
