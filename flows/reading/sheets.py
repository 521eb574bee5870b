"""A sheet of text cells, whatever format it came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from flows.errors import SubmissionError
from flows.reading.headers import Header, match_header
from schemas.fields.cells import BLANKS
from schemas.records import Field

HEADER_WITHIN_ROWS = 30  # title rows above the header; templates have up to 8 [policy]


@dataclass
class Sheet:
    """Rows under a matched header.

    Attributes:
        name: sheet of a workbook or member of a ZIP, None for a plain file.
        header: the matched header.
        rows: cells of each data row, as received, as long as the header.
        row_numbers: the number that a person sees, per row.
        ragged: position in `rows` -> what does not fit the header.
        log: decisions, part of the reading log.
    """

    name: str | None
    header: Header
    rows: list[list[str]]
    row_numbers: list[int]
    ragged: dict[int, str] = field(default_factory=dict)
    log: dict[str, Any] = field(default_factory=dict)


def _is_blank(cell: str) -> bool:
    return not cell.strip(BLANKS)


def sheet_of(
    name: str | None,
    lines: Iterable[tuple[int, list[Any]]],
    log: dict[str, Any],
    as_text: Callable[[Any, Field | None], str] | None = None,
    can_be_ragged: bool = True,
) -> Sheet | None:
    """Find the header in numbered lines and cut the rows below it.

    Args:
        name: name of the sheet.
        lines: row number and cells; cells are text, or what `as_text` turns into text once their column is known.
        log: decisions so far; more are added.
        as_text: turns a cell of a workbook into text.
        can_be_ragged: whether a row of another length than the header is a fault (not in workbooks, which are square).

    Returns:
        None when none of the first rows is a header of ours.
    """
    turn = as_text or (lambda cell, _: str(cell))
    above: list[int] = []
    header: Header | None = None
    sheet: Sheet | None = None
    columns: list[Field | None] = []
    width = 0
    blank: list[int] = []
    repeated: list[int] = []
    for number, cells in lines:
        if sheet is None:
            texts = [turn(cell, None) for cell in cells]
            while texts and _is_blank(texts[-1]):
                texts.pop()
            header = match_header(texts)
            if header is None:
                if texts:
                    above.append(number)
                if len(above) > HEADER_WITHIN_ROWS:
                    return None
                continue
            width = len(texts)
            names = {place: header.report.field(column) for column, place in header.places.items()}
            columns = [names.get(place) for place in range(width)]
            sheet = Sheet(name, header, [], [], log=log)
            head = texts
            continue
        row = [turn(cell, columns[place] if place < width else None) for place, cell in enumerate(cells)]
        if all(map(_is_blank, row)):
            blank.append(number)
            continue
        if row[:width] == head:
            repeated.append(number)
            continue
        if len(row) != width:
            beyond = [cell for cell in row[width:] if not _is_blank(cell)]
            if (beyond or len(row) < width) and can_be_ragged:
                sheet.ragged[len(sheet.rows)] = f"{len(row)} / {width}"
            elif beyond:
                sheet.ragged[len(sheet.rows)] = " | ".join(beyond)
            row = (row + [""] * (width - len(row)))[:width]
        sheet.rows.append(row)
        sheet.row_numbers.append(number)
    if sheet is not None:
        _note(sheet, above, blank, repeated)
        _drop_empty_columns(sheet)
    return sheet


def _note(sheet: Sheet, above: list[int], blank: list[int], repeated: list[int]) -> None:
    for what, numbers in (("rows_above_header", above), ("blank_rows", blank), ("repeated_headers", repeated)):
        if numbers:
            sheet.log[what] = {"count": len(numbers), "first_row": numbers[0]}


def _drop_empty_columns(sheet: Sheet) -> None:
    """A column without a header and without a cell is not a column."""
    for place, text in list(sheet.header.unknown.items()):
        if text == f"({place + 1})" and all(_is_blank(row[place]) for row in sheet.rows):
            del sheet.header.unknown[place]


def no_header() -> SubmissionError:
    """What a file is told whose header we do not know."""
    return SubmissionError(
        "file_is_readable",
        "None of its first rows is the header of a report type. Use the column names of the official layout.",
        "ไม่พบหัวตารางของแบบรายงานใดในแถวแรก ๆ กรุณาใช้ชื่อคอลัมน์ตามแบบที่กำหนด",
    )


def no_rows() -> SubmissionError:
    """What a file is told that has a header and nothing below."""
    return SubmissionError(
        "file_is_readable",
        "It has a header but no row. If there is nothing to report, send one nil row (nil_report = yes).",
        "มีหัวตารางแต่ไม่มีข้อมูล หากไม่มีข้อมูลจะรายงานให้ส่งหนึ่งแถวที่ระบุว่าไม่มีของเสีย (yes)",
    )
