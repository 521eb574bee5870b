"""Files in another layout: sheets that a layout card knows become rows under our own column names.

Rows keep their sheet and number. Nothing of a sheet that a card knows is lost: what the report has no place for is kept with
the row as received, and a row whose partner on another sheet is not there, or there twice, is held back with a finding.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import chain
from typing import Any

import pyarrow as pa

from flows.errors import SubmissionError
from flows.reading.headers import MARK_COLUMN, Header, header_key, match_header, unlike
from flows.reading.limits import Limits, too_many_rows
from flows.reading.sheets import HEADER_WITHIN_ROWS, AsText, Cutter, Origin, Sheet, is_blank, nameless, too_many_columns
from schemas.fields.cells import BLANKS, UNJOINED, reader_of
from schemas.layouts import all_layouts
from schemas.records import Layout, LayoutSheet, Report, Taken
from schemas.reports import all_reports

_NO_YEAR = 9999  # readers ask for the latest credible year of a factory number; none is read here


@dataclass
class Part:
    """A sheet that a card knows.

    Attributes:
        card, sheet: which sheet of which card.
        name: of the sheet, None for a plain file.
        header_row: number of its header.
        header: texts of the header.
        rows: what stands below the explanations, blank rows left out: number and cells.
        log: what was passed over on the way, part of the reading log.
    """

    card: Layout
    sheet: LayoutSheet
    name: str | None
    header_row: int
    header: list[str]
    rows: list[tuple[int, list[Any]]] = field(default_factory=list)
    log: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def keys(self) -> list[str]:
        """What spellings of its headers have in common, by position."""
        return [header_key(text) for text in self.header]

    def places(self, header: str) -> list[int]:
        """Where this header stands."""
        wanted = header_key(header)
        return [place for place, key in enumerate(self.keys) if key == wanted]

    @cached_property
    def key_place(self) -> int | None:
        """Where the reference stands that joins it with other sheets; None where there is none."""
        return self.places(self.sheet.key)[0] if self.sheet.key else None


@cache
def _marks() -> tuple[tuple[Layout, LayoutSheet, frozenset[str]], ...]:
    return tuple(
        (card, sheet, frozenset(map(header_key, sheet.marks))) for card in all_layouts().values() for sheet in card.sheets
    )


def match_card(cells: Sequence[str]) -> tuple[Layout, LayoutSheet] | None:
    """The card and its sheet of which a row of cells is the header; None when no card knows it."""
    keys = {header_key(cell) for cell in cells}
    return next(((card, sheet) for card, sheet, marks in _marks() if marks <= keys), None)


def columns_known(cells: Sequence[str]) -> int:
    """How many columns of a report a row of cells is the header of, ours or a card's; 0 when it is no header."""
    if known := match_card(cells):
        keys = {header_key(cell) for cell in cells}
        return sum(header_key(taken.header) in keys for taken in known[1].taken)
    header = match_header(cells)
    return len(header.places) if header else 0


def part_of(
    name: str | None, lines: Iterable[tuple[int, list[Any]]], limits: Limits, as_text: AsText | None = None
) -> tuple[Part | None, Iterator[tuple[int, list[Any]]]]:
    """The part of a card that a sheet is, read to its end; else None and the lines as they came.

    Args:
        name: of the sheet.
        lines: row numbers and cells; cells are text, or what `as_text` turns into text.
        limits: bounds on rows.
        as_text: turns a cell of a workbook into text.

    Raises:
        SubmissionError: too many rows, or data where the layout has its explanations.
    """
    rows = iter(lines)
    head: list[tuple[int, list[Any]]] = []
    above: list[int] = []
    for number, cells in rows:
        head.append((number, cells))
        texts = [_text(cell, as_text) for cell in cells[: limits.columns]]
        if known := match_card(texts):
            part = Part(*known, name, number, texts)
            _note(part, "rows_above_header", above)
            _fill(part, rows, limits, as_text)
            return part, iter(())
        if not all(map(is_blank, texts)):
            above.append(number)
        if len(above) > HEADER_WITHIN_ROWS or match_header(texts):
            break
    return None, chain(head, rows)


def _text(cell: Any, as_text: AsText | None) -> str:
    return as_text(cell, None, 0) if as_text else str(cell)


def _note(part: Part, what: str, numbers: Sequence[int]) -> None:
    if numbers:
        part.log[what] = {"count": len(numbers), "first_row": numbers[0]}


def _fill(part: Part, rows: Iterator[tuple[int, list[Any]]], limits: Limits, as_text: AsText | None) -> None:
    first_row = part.header_row + part.sheet.first_row - part.sheet.header_row
    mark = part.places(part.sheet.marks[0])[0]
    passed: list[int] = []
    blank: list[int] = []
    again: list[int] = []
    for number, cells in rows:
        texts = [_text(cell, as_text) for cell in cells]
        if not all(map(is_blank, texts[limits.columns :])):
            raise too_many_columns(number, limits)
        if all(map(is_blank, texts)):
            if number >= first_row:
                blank.append(number)
        elif number < first_row:
            _assert_explains(part, number, texts)
            passed.append(number)
        elif mark < len(texts) and header_key(texts[mark]) == part.keys[mark] and match_card(texts) == (part.card, part.sheet):
            again.append(number)
        else:
            part.rows.append((number, cells))
            if len(part.rows) > limits.rows:
                raise too_many_rows(limits)
    for what, numbers in (("rows_below_header", passed), ("blank_rows", blank), ("repeated_headers", again)):
        _note(part, what, numbers)


def _assert_explains(part: Part, number: int, texts: list[str]) -> None:
    """Rows that the layout has between header and data are explanations: data there must not be passed over in silence."""
    report = all_reports()[part.card.report]
    for taken in part.sheet.taken:
        column = report.field(taken.column)
        if column.kind not in ("decimal", "integer", "date"):
            continue
        for place in part.places(taken.header):
            text = texts[place].strip(BLANKS) if place < len(texts) else ""
            if text and not reader_of(column, _NO_YEAR)(text).fault:
                first_row = part.header_row + part.sheet.first_row - part.sheet.header_row
                raise SubmissionError(
                    "file_is_readable",
                    f"Row {number} holds data, but in this layout ({part.card.title_en}) data begins in row {first_row}. Do not"
                    " delete rows below the header.",
                    f"แถว {number} มีข้อมูล แต่แบบนี้ ({part.card.title_th}) เริ่มข้อมูลที่แถว {first_row} กรุณาอย่าลบแถวใต้หัวตาราง",
                )


def sheets_of(
    parts: Sequence[Part], log: Mapping[str, Any], limits: Limits, as_text: AsText | None, can_be_ragged: bool
) -> list[Sheet]:
    """The rows of one card, under our own column names.

    Args:
        parts: the sheets of one file that cards know; none gives no sheet.
        log: decisions so far.
        limits: bounds on the length of a cell.
        as_text: turns a cell of a workbook into text.
        can_be_ragged: whether a row of another length than its header is a fault (not in workbooks).

    Returns:
        One sheet of rows, and one for each sheet with rows that none of them belongs to.

    Raises:
        SubmissionError: a sheet of the card is not there, or there twice.
    """
    sheets: list[Sheet] = []
    for card in {part.card.name: part.card for part in parts}.values():
        own = [part for part in parts if part.card is card]
        sheets += _Translation(card, _in_order(card, own), limits, as_text, can_be_ragged).sheets(log)
    return sheets


def _in_order(card: Layout, parts: Sequence[Part]) -> list[Part]:
    found: list[Part] = []
    for sheet in card.sheets:
        same = [part for part in parts if part.sheet is sheet]
        if len(same) != 1:
            names = ", ".join(part.name or "" for part in same)
            marks = ", ".join(sheet.marks)
            raise SubmissionError(
                "file_is_readable",
                f"It has the layout of {card.title_en}, of which the sheet with the columns {marks} must be there once; it is"
                f" there {len(same)} times{f' ({names})' if names else ''}. Send the whole workbook.",
                f"ไฟล์นี้เป็น{card.title_th} ซึ่งต้องมีแผ่นงานที่มีคอลัมน์ {marks} หนึ่งแผ่น แต่พบ {len(same)} แผ่น กรุณาส่งสมุดงานทั้งเล่ม",
            )
        found += same
    return found


@dataclass(frozen=True)
class _Column:
    """A column of the translation: where it stands, and which column of the report it is (None: kept as received)."""

    part: int
    place: int
    taken: Taken | None

    @property
    def is_turned(self) -> bool:
        """Whether its cells are not taken just as they stand."""
        return self.taken is not None and bool(self.taken.words or self.taken.leaves_out)


@dataclass
class _Translation:
    card: Layout
    parts: list[Part]
    limits: Limits
    as_text: AsText | None
    can_be_ragged: bool
    notes: dict[str, dict[str, list[int]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))

    def sheets(self, log: Mapping[str, Any]) -> list[Sheet]:
        columns = self._columns()
        partners = [self._by_key(part) for part in self.parts[1:]]
        rows: list[tuple[int, list[Sequence[Any]]]] = []
        misfits: dict[int, str] = {}
        keys = Counter[str]()
        partner_rows: list[dict[int, int]] = [{} for _ in partners]
        numbers: dict[int, int] = {}
        for number, cells in self.parts[0].rows:
            key = self._key(self.parts[0], cells)
            keys[key] += 1
            numbers[number] = keys[key]
            side: list[Sequence[Any]] = []
            for place, by_key in enumerate(partners):
                same = by_key.get(key, [])
                if len(same) == 1 and key:
                    partner_rows[place][number] = same[0][0]
                    side.append(same[0][1])
                else:
                    misfits[number] = self._unjoined(key, self.parts[place + 1], len(same) if key else 0)
                    side.append(())
            if self.can_be_ragged and (misfit := self._ragged(self.parts[0], cells)):
                misfits[number] = misfit
            rows.append((number, [cells, *side]))
        main = self._cut(0, columns, rows, misfits, numbers, log)
        main.card, main.origins = self.card, self._origins(columns, partner_rows)
        return [main, *self._strays(columns, partners, keys, log)]

    def _strays(
        self,
        columns: list[_Column],
        partners: list[dict[str, list[tuple[int, list[Any]]]]],
        keys: Mapping[str, int],
        log: Mapping[str, Any],
    ) -> Iterator[Sheet]:
        """Rows of the other sheets that no row belongs to: held back, so that nothing is lost in silence."""
        for place, by_key in enumerate(partners, start=1):
            strays = sorted(
                (row for key, same in by_key.items() if not (key and keys[key]) for row in same), key=lambda row: row[0]
            )
            if strays:
                part = self.parts[place]
                rows: list[tuple[int, list[Sequence[Any]]]] = [
                    (number, [cells if at == place else () for at in range(len(self.parts))]) for number, cells in strays
                ]
                misfits = {number: self._unjoined(self._key(part, cells), self.parts[0], 0) for number, cells in strays}
                own = [each for each in columns if each.taken or each.part == place]
                sheet = self._cut(place, own, rows, misfits, {}, log)
                # What is strange in its header is said once, with the sheet of the rows.
                sheet.header = replace(sheet.header, expected=frozenset(sheet.header.unknown))
                sheet.origins = self._origins([each for each in own if each.part == place], [], place)
                yield sheet

    def _columns(self) -> list[_Column]:
        """Columns of the report first, in the order of the card; then what is kept."""
        taken = [
            _Column(number, place, each)
            for number, part in enumerate(self.parts)
            for each in part.sheet.taken
            for place in part.places(each.header)
        ]
        kept: list[_Column] = []
        for number, part in enumerate(self.parts):
            left_out = {header_key(text) for text in (*part.sheet.personal, MARK_COLUMN, *([part.sheet.key] if number else []))}
            unchanged = {each.place for each in taken if each.part == number and not each.is_turned}
            for place in range(max(len(part.header), *(len(cells) for _, cells in part.rows), 0)):
                text = part.header[place] if place < len(part.header) else ""
                if place not in unchanged and (
                    header_key(text) not in left_out if header_key(text) else self._is_filled(part, place)
                ):
                    kept.append(_Column(number, place, None))
        return taken + kept

    def _is_filled(self, part: Part, place: int) -> bool:
        return any(place < len(cells) and not is_blank(_text(cells[place], self.as_text)) for _, cells in part.rows)

    def _key(self, part: Part, cells: Sequence[Any]) -> str:
        place = part.key_place
        return _text(cells[place], self.as_text).strip(BLANKS) if place is not None and place < len(cells) else ""

    def _by_key(self, part: Part) -> dict[str, list[tuple[int, list[Any]]]]:
        found: dict[str, list[tuple[int, list[Any]]]] = defaultdict(list)
        for number, cells in part.rows:
            found[self._key(part, cells)].append((number, cells))
        return found

    def _unjoined(self, key: str, other: Part, count: int) -> str:
        return f'{UNJOINED}"{key[:60]}": {other.name} × {count}'

    def _ragged(self, part: Part, cells: Sequence[Any]) -> str | None:
        width = len(part.header)
        is_longer = not all(is_blank(_text(cell, self.as_text)) for cell in cells[width:])
        return f"{len(cells)} / {width}" if is_longer or len(cells) < width else None

    def _cut(
        self,
        place: int,
        columns: list[_Column],
        rows: list[tuple[int, list[Sequence[Any]]]],
        misfits: Mapping[int, str],
        numbers: Mapping[int, int],
        log: Mapping[str, Any],
    ) -> Sheet:
        part, report = self.parts[place], all_reports()[self.card.report]
        header, width = self._header(report, columns)
        cutter = Cutter(header, width, self.limits, self.as_text, can_be_ragged=False)
        constants = [text for _, text in self.card.constants]
        self.notes.clear()
        for number, cells in rows:
            row = [self._cell(each, cells[each.part], number) for each in columns]
            if numbers:
                row += constants + ([str(numbers[number])] if self.card.numbered else [])
            cutter.add(number, row + [""] * (width - len(row)))
        decisions = {**log, "header_row": part.header_row, "layout": self.card.name, **part.log, **self._said(columns, part)}
        sheet = cutter.sheet(part.name, decisions)
        found = [misfits.get(number) for number in sheet.row_numbers.to_pylist()]
        sheet.misfits = pa.chunked_array([pa.array(found, pa.string())])
        return sheet

    def _header(self, report: Report, columns: list[_Column]) -> tuple[Header, int]:
        """The header of the translation and its width: columns, then constants, then the number."""
        places: dict[str, int] = {}
        unknown: dict[int, str] = {}
        repeated: dict[str, tuple[str, ...]] = {}
        expected: set[int] = set()
        for at, each in enumerate(columns):
            part = self.parts[each.part]
            text = part.header[each.place] if each.place < len(part.header) else ""
            if each.taken is None:
                unknown[at] = unlike(text.strip(BLANKS) or nameless(each.place), unknown)
                if header_key(text) in _expected(part.sheet):
                    expected.add(at)
            elif each.taken.column in places:
                repeated[each.taken.column] = (*repeated.get(each.taken.column, (each.taken.header,)), text)
            else:
                places[each.taken.column] = at
        added = [column for column, _ in self.card.constants] + ([self.card.numbered] if self.card.numbered else [])
        places |= {column: len(columns) + at for at, column in enumerate(added)}
        missing = tuple(column.name for column in report.fields if column.required == "yes" and column.name not in places)
        return Header(report, places, unknown, missing, repeated, frozenset(expected)), len(columns) + len(added)

    def _cell(self, column: _Column, cells: Sequence[Any], number: int) -> Any:
        cell = cells[column.place] if column.place < len(cells) else ""
        if column.taken is None or not column.is_turned or not isinstance(cell, str):
            return cell
        said = cell.strip(BLANKS)
        turned = _words(column.taken).get(said.casefold(), said)
        note = f"{said} = {turned}"
        if turned == said:
            turned = "".join(letter for letter in said if letter not in column.taken.leaves_out)
            note = "spaces and signs left out"
        if turned == said:
            return cell
        self.notes[column.taken.column][note].append(number)
        return turned

    def _said(self, columns: list[_Column], part: Part) -> dict[str, Any]:
        """What was taken from where, turned and left out, for the reading log."""
        taken = {each.taken.column: self._origin_words(each) for each in columns if each.taken}
        constants = {column: f'"{text}"' for column, text in self.card.constants}
        numbered = {self.card.numbered: "1, 2, 3 ..."} if self.card.numbered else {}
        turned = {
            column: {what: {"count": len(rows), "first_row": rows[0]} for what, rows in notes.items()}
            for column, notes in self.notes.items()
        }
        left_out = [text for each in self.parts for text in each.sheet.personal if each.places(text)]
        said = {"layout_columns": taken | constants | numbered, "layout_cells": turned, "personal_columns_left_out": left_out}
        return {what: each for what, each in said.items() if each}

    def _origin_words(self, column: _Column) -> str:
        part = self.parts[column.part]
        header = part.header[column.place].strip(BLANKS)
        return f"{part.name}: {header}" if len(self.parts) > 1 else header

    def _origins(self, columns: list[_Column], partner_rows: Sequence[Mapping[int, int]], own: int = 0) -> dict[str, Origin]:
        found: dict[str, Origin] = {}
        for each in columns:
            if each.taken is not None:
                part = self.parts[each.part]
                rows = None if each.part == own else partner_rows[each.part - 1]
                found.setdefault(each.taken.column, Origin(part.name, part.header_row, each.place, rows))
        return found


@cache
def _expected(sheet: LayoutSheet) -> frozenset[str]:
    """Headers that the card knows: they are kept without a warning."""
    return frozenset(map(header_key, (*sheet.kept, sheet.key, *(each.header for each in sheet.taken))))


@cache
def _words(taken: Taken) -> dict[str, str]:
    return {theirs.casefold(): ours for theirs, ours in taken.words}


@cache
def _taken_keys() -> frozenset[str]:
    return frozenset(
        header_key(taken.header) for card in all_layouts().values() for sheet in card.sheets for taken in sheet.taken
    )


def is_taken_header(text: str) -> bool:
    """Whether a text is the header of a column that a card takes."""
    return header_key(text) in _taken_keys()
