"""A sheet of text cells, whatever format it came from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from flows.errors import SubmissionError
from flows.reading.headers import Header, header_names, match_header
from flows.reading.limits import Limits, over_limit, too_many_rows
from schemas.fields.cells import BLANKS
from schemas.records import Field, Layout

HEADER_WITHIN_ROWS = 30  # title rows above the header; templates have up to 8 [policy]
_ROWS_AT_ONCE = 10_000  # rows become columns in portions: a million rows of Python text would be 2 GB

AsText = Callable[[Any, Field | None, int], str]  # a cell, the column it stands in, the number of its row


@dataclass(frozen=True)
class Origin:
    """Where a column of a translated sheet stands in the file.

    Attributes:
        sheet, header_row, place: the sheet, its header's row number, and the position in a row, from 0.
        rows: number of the row on that sheet, by the number of the row that it was joined to; None when it is the same row.
    """

    sheet: str | None
    header_row: int
    place: int
    rows: Mapping[int, int] | None


@dataclass
class Sheet:
    """Rows under a matched header.

    Attributes:
        name: sheet of a workbook or member of a ZIP, None for a plain file.
        header: the matched header.
        cells: text of the columns that the header has of ours, as received.
        row_numbers: int32, the number that a person sees, per row.
        other_cells: JSON of the cells in columns that are none of ours, NULL when all are empty.
        misfits: how a row does not fit the header, or the rows of other sheets, NULL when it does.
        log: decisions, part of the reading log.
        card: the layout card by which it was translated, None for our own layouts.
        origins: of a translated sheet: where its columns stand, by column name.
    """

    name: str | None
    header: Header
    cells: pa.Table
    row_numbers: pa.ChunkedArray
    other_cells: pa.ChunkedArray
    misfits: pa.ChunkedArray
    log: dict[str, Any]
    card: Layout | None = None
    origins: Mapping[str, Origin] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many rows it has."""
        return len(self.row_numbers)


def sheet_of(
    name: str | None,
    lines: Iterable[tuple[int, list[Any]]],
    log: dict[str, Any],
    limits: Limits,
    as_text: AsText | None = None,
    can_be_ragged: bool = True,
) -> Sheet | None:
    """Find the header in numbered lines and cut the rows below it.

    Args:
        name: name of the sheet.
        lines: row number and cells; cells are text, or what `as_text` turns into text once their column is known.
        log: decisions so far; more are added.
        limits: bounds on rows, columns and the length of a cell.
        as_text: turns a cell of a workbook into text.
        can_be_ragged: whether a row of another length than the header is a fault (not in workbooks, which are square).

    Returns:
        None when none of the first rows is a header of ours.

    Raises:
        TooWide: there is none, and one of these rows is too wide for one.
        SubmissionError: over a limit.
    """
    rows = iter(lines)
    above: list[int] = []
    found = _find_header(rows, as_text, limits, above)
    if found is None:
        return None
    number, header, width = found
    if number:  # JSON has keys, not a header row
        log["header_row"] = number
    cutter = Cutter(header, width, limits, as_text, can_be_ragged)
    for number, cells in rows:
        cutter.add(number, cells)
    for what, numbers in (
        ("rows_above_header", above),
        ("blank_rows", cutter.blank),
        ("repeated_headers", cutter.repeated),
    ):
        if numbers:
            log[what] = {"count": len(numbers), "first_row": numbers[0]}
    return cutter.sheet(name, log)


def _find_header(
    rows: Iterator[tuple[int, list[Any]]], as_text: AsText | None, limits: Limits, above: list[int]
) -> tuple[int, Header, int] | None:
    """Number, header and width of the header row; `above` gets the numbers of filled rows before it."""
    too_wide: int | None = None
    for number, cells in rows:
        texts = [as_text(cell, None, number) for cell in cells] if as_text else cells
        width = next((place for place in range(len(texts), 0, -1) if not is_blank(texts[place - 1])), 0)
        header = match_header(texts[: min(width, limits.columns)])
        if width > limits.columns:
            if header is not None:
                raise too_many_columns(number, limits)
            too_wide = too_wide or number
        if header is not None:
            _bound_cells(number, texts, limits)
            return number, header, width
        if width:
            above.append(number)
        if len(above) > HEADER_WITHIN_ROWS:
            break
    if too_wide:
        raise TooWide(too_wide, limits)
    return None


class Cutter:
    """Cuts rows into the columns of a header: `add` each row, then take the `sheet`."""

    def __init__(self, header: Header, width: int, limits: Limits, as_text: AsText | None, can_be_ragged: bool) -> None:
        self.header, self.width, self.limits, self.can_be_ragged = header, width, limits, can_be_ragged
        self.blank: list[int] = []
        self.repeated: list[int] = []
        self._as_text = as_text
        names = {place: header.report.field(column) for column, place in header.places.items()}
        self._columns = [names.get(place) for place in range(width)]
        self._places = list(header.places.values())
        self._names_of_first = header_names(header.report, next(iter(header.places)))
        self._filled_places: set[int] = set()
        self._rows: list[tuple[int, list[str], str | None, str | None]] = []
        self._portions: list[list[pa.Array]] = []
        self._count = 0

    def add(self, number: int, cells: list[Any]) -> None:
        """One row below the header.

        Raises:
            SubmissionError: over a limit.
        """
        row = cells
        if self._as_text:
            columns, width, turn = self._columns, self.width, self._as_text
            row = [turn(cell, columns[place] if place < width else None, number) for place, cell in enumerate(cells)]
        if all(map(is_blank, row)):
            self.blank.append(number)
            return
        if self._is_header_again(row):
            self.repeated.append(number)
            return
        _bound_cells(number, row, self.limits)
        self._count += 1
        if self._count > self.limits.rows:
            raise too_many_rows(self.limits)
        misfit = self._misfit(number, row) if len(row) != self.width else None
        other = self._other_cells(row) if self.header.unknown or len(row) > self.width else None
        if len(row) < self.width:
            row = row + [""] * (self.width - len(row))
        self._rows.append((number, [row[place] for place in self._places], other, misfit))
        if len(self._rows) == _ROWS_AT_ONCE:
            self._flush()

    def _is_header_again(self, row: list[str]) -> bool:
        """A header that stands there once more: on a new page, or in the other language below the first one."""
        first = self._places[0]
        if first >= len(row) or row[first].strip(BLANKS).lower() not in self._names_of_first:
            return False
        again = match_header(row[: self.width])
        return again is not None and (again.report, again.places) == (self.header.report, self.header.places)

    def _misfit(self, number: int, row: list[str]) -> str | None:
        if len(row) > self.limits.columns:
            raise too_many_columns(number, self.limits)
        has_more = not all(map(is_blank, row[self.width :]))
        return f"{len(row)} / {self.width}" if self.can_be_ragged and (has_more or len(row) < self.width) else None

    def _other_cells(self, row: list[str]) -> str | None:
        unknown = self.header.unknown
        if not self.can_be_ragged:
            # In a workbook a cell to the right of the header stands in a column without a name.
            for place in range(self.width, len(row)):
                if place not in unknown and not is_blank(row[place]):
                    unknown[place] = nameless(place)
        beyond = {place: nameless(place) for place in range(self.width, len(row))}
        cells: dict[str, str] = {}
        for place, text in (beyond | unknown).items():
            if place < len(row) and not is_blank(row[place]):
                cells[text] = row[place]
                self._filled_places.add(place)
        return json.dumps(cells, ensure_ascii=False) if cells else None

    def _flush(self) -> None:
        numbers, rows, others, misfits = zip(*self._rows, strict=True)
        texts = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
        self._portions.append(
            [pa.array(numbers, pa.int32()), pa.array(others, pa.string()), pa.array(misfits, pa.string()), *texts]
        )
        self._rows = []

    def sheet(self, name: str | None, log: dict[str, Any]) -> Sheet:
        """What was cut; a column without a header and without a cell is not a column."""
        if self._rows:
            self._flush()
        unknown = self.header.unknown
        for place, text in list(unknown.items()):
            if text == nameless(place) and place not in self._filled_places:
                del unknown[place]
        types = [pa.int32(), *[pa.string()] * (2 + len(self._places))]
        columns = [pa.chunked_array([portion[i] for portion in self._portions], each) for i, each in enumerate(types)]
        cells = pa.table(columns[3:], names=list(self.header.places))
        return Sheet(name, self.header, cells, columns[0], columns[1], columns[2], log)


def nameless(place: int) -> str:
    """What a column without a header is called: its number, counted from 1."""
    return f"({place + 1})"


def is_blank(cell: str) -> bool:
    """Whether nothing can be seen in a cell."""
    return not cell.strip(BLANKS)


def _bound_cells(number: int, row: list[str], limits: Limits) -> None:
    if max(map(len, row), default=0) > limits.cell_characters:
        raise cell_too_long(number, limits)


def cell_too_long(number: int, limits: Limits) -> SubmissionError:
    """What a file is told that has a cell over the limit."""
    return over_limit(
        f"Row {number} has a cell that is too long", f"ความยาวของช่องในแถว {number}",
        f"{limits.cell_characters:,} characters", f"{limits.cell_characters:,} อักขระ",
        "Shorten it", "กรุณาย่อข้อความ",
    )  # fmt: skip


def too_many_columns(number: int, limits: Limits) -> SubmissionError:
    """What a file is told that has a row of more columns than the limit."""
    return over_limit(
        f"Row {number} has too many columns", f"จำนวนคอลัมน์ในแถว {number}",
        f"{limits.columns:,}", f"{limits.columns:,}",
        "Leave out columns that are not in the layout", "กรุณาตัดคอลัมน์ที่ไม่อยู่ในแบบออก",
    )  # fmt: skip


class TooWide(SubmissionError):
    """A sheet without a header of ours, in which a row is too wide for one: of a workbook another sheet may still be read."""

    def __init__(self, number: int, limits: Limits) -> None:
        said = too_many_columns(number, limits)
        super().__init__(said.check_id, said.hint_en, said.hint_th)


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
