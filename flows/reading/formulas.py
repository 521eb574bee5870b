"""What calamine does not tell of a workbook: which formulas give an error or have no result in the file, and its calendar.

Such a cell reads as empty, and an empty cell may be allowed: it would vanish in silence. XLSX, XLS and ODS are looked into; in
XLSB an error reads as empty.
"""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

# (row, column), both from 0: what is wrong with the cell, and what a spreadsheet shows there
Faults = dict[tuple[int, int], dict[str, str]]

_OLE = b"\xd0\xcf\x11\xe0"


class Formulas:
    """Of one workbook: `is_1904`, whether its days count from 1904, and the faults of its formulas, sheet by sheet."""

    is_1904 = False

    def faults(self, number: int) -> Faults:
        """Cells of the sheet of that number, from 0, that have no value to read."""
        return {}


def formulas_of(path: str) -> Formulas:
    """Looks into a workbook by what it is.

    Raises:
        ValueError, KeyError, IndexError, struct.error, zipfile.BadZipFile: it is damaged.
    """
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as book:
            is_ods = "content.xml" in book.NameToInfo
        return _Ods(path) if is_ods else _Xlsx(path)
    data = Path(path).read_bytes()
    return _Xls(data) if data.startswith(_OLE) else Formulas()


# --- XLSX: cells are XML ----------------------------------------------------------------------------------------------------

_CELL = re.compile(
    rb"<(?:\w+:)?row\b([^>]*)>|<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL
)  # a row's attributes; a cell's attributes and content
_REFERENCE = re.compile(rb'\br="([A-Z]*)([0-9]+)"')
_VALUE = re.compile(rb"<(?:\w+:)?v[^>/]*>([^<]+)</")
_SHEET_IDS = re.compile(rb'<(?:\w+:)?sheet\s[^>]*?\b\w+:id="([^"]+)"')
_RELATIONS = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")


class _Xlsx(Formulas):
    def __init__(self, path: str) -> None:
        self._path = path
        with zipfile.ZipFile(path) as book:
            workbook = _part(book, "xl/workbook.xml")
            relations = _RELATIONS.findall(_part(book, "xl/_rels/workbook.xml.rels"))
        self.is_1904 = bool(re.search(rb'date1904="(?:1|true)"', workbook))
        targets = {_attribute(tag, b"Id"): _attribute(tag, b"Target").decode() for tag in relations}
        found = (targets.get(each, "") for each in _SHEET_IDS.findall(workbook))
        self._parts = [each.removeprefix("/") if each.startswith("/") else f"xl/{each}" for each in found]

    def faults(self, number: int) -> Faults:
        if number >= len(self._parts):
            return {}
        with zipfile.ZipFile(self._path) as book:
            xml = _part(book, self._parts[number])
        has_formulas = b't="e"' in xml or b"<f" in xml or b":f>" in xml
        return dict(_xml_faults(xml)) if has_formulas else {}


def _part(book: zipfile.ZipFile, name: str) -> bytes:
    return book.read(name) if name in book.NameToInfo else b""


def _attribute(tag: bytes, name: bytes) -> bytes:
    match = re.search(rb"\b" + name + rb'="([^"]*)"', tag)
    return match[1] if match else b""


def _xml_faults(xml: bytes) -> Iterator[tuple[tuple[int, int], dict[str, str]]]:
    row = column = -1
    for match in _CELL.finditer(xml):
        is_row = match[1] is not None
        reference = _REFERENCE.search(match[1] if is_row else match[2])
        if is_row:
            row, column = int(reference[2]) - 1 if reference else row + 1, -1
            continue
        column = _column_number(reference[1]) if reference and reference[1] else column + 1
        content = match[3] or b""
        value = _VALUE.search(content)
        if b't="e"' in match[2]:
            yield (row, column), {"fault": "cell_error", "text": value[1].decode("utf-8", "replace") if value else "#"}
        elif (b"<f" in content or b":f" in content) and not value and b't="str"' not in match[2]:
            yield (row, column), {"fault": "formula_without_value", "text": ""}


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


# --- ODS: cells are XML, and one element may stand for many ----------------------------------------------------------------

_ODS_PART = re.compile(
    rb"<table:table(-row)?(?:\s([^>]*?))?/?>|<table:(?:covered-)?table-cell\b([^>]*?)(?:/>|>(.*?)</table:(?:covered-)?table-cell>)",
    re.DOTALL,
)  # "-row" or none, and its attributes; or a cell's attributes and content
_ODS_ERROR = re.compile(rb"<text:p[^>]*>\s*((?:#|Err:)[^<]*)</text:p>")
_MOST_REPEATED = 10_000  # an error that stands for more cells than this is nobody's work


class _Ods(Formulas):
    def __init__(self, path: str) -> None:
        with zipfile.ZipFile(path) as book:
            xml = _part(book, "content.xml")
        self._sheets: list[Faults] = []
        row = column = rows = 0
        for match in _ODS_PART.finditer(xml):
            if match[3] is None and not match[1]:
                self._sheets.append({})
                row = rows = 0
            elif match[3] is None:
                row, column = row + rows, 0
                rows = _repeated(match[2] or b"", b"rows")
            elif self._sheets:
                columns = _repeated(match[3], b"columns")
                if b"table:formula" in match[3] and (error := _ODS_ERROR.search(match[4] or b"")):
                    self._note(error[1].decode("utf-8", "replace"), range(row, row + rows), range(column, column + columns))
                column += columns

    def _note(self, text: str, rows: range, columns: range) -> None:
        if len(rows) * len(columns) > _MOST_REPEATED:
            raise ValueError(f"a formula that gives {text} fills {len(rows) * len(columns)} cells")
        self._sheets[-1] |= {(row, column): {"fault": "cell_error", "text": text} for row in rows for column in columns}

    def faults(self, number: int) -> Faults:
        return self._sheets[number] if number < len(self._sheets) else {}


def _repeated(attributes: bytes, what: bytes) -> int:
    found = re.search(rb"number-" + what + rb'-repeated="([0-9]{1,9})"', attributes)
    return int(found[1]) if found else 1


# --- XLS: cells are records in one stream of an OLE file --------------------------------------------------------------------

_END_OF_CHAIN = 0xFFFFFFFC  # this and what is above it
_BOUND_SHEET, _DATE_MODE, _END, _BOOL_OR_ERROR, _FORMULA = 0x85, 0x22, 0x0A, 0x205, 0x06
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}


class _Xls(Formulas):
    def __init__(self, data: bytes) -> None:
        self._stream = _workbook_stream(data)
        self._starts: list[int] = []
        for kind, content in _records(self._stream, 0):
            if kind == _BOUND_SHEET:
                self._starts.append(struct.unpack_from("<I", content)[0])
            elif kind == _DATE_MODE:
                self.is_1904 = content[:2] == b"\x01\x00"

    def faults(self, number: int) -> Faults:
        found: Faults = {}
        if number >= len(self._starts):
            return found
        for kind, content in _records(self._stream, self._starts[number]):
            error = None
            if kind == _BOOL_OR_ERROR and content[7:8] == b"\x01":
                error = content[6]
            elif kind == _FORMULA and content[12:14] == b"\xff\xff" and content[6] == 2:
                error = content[8]
            if error is not None:
                row, column = struct.unpack_from("<HH", content)
                found[row, column] = {"fault": "cell_error", "text": _ERRORS.get(error, "#")}
        return found


def _records(stream: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    """Records of one part of the stream, up to its end."""
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        if kind == _END:
            return
        yield kind, stream[place + 4 : place + 4 + length]
        place += 4 + length


def _workbook_stream(data: bytes) -> bytes:
    """The stream of an OLE file that holds the workbook; empty when there is none."""
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    first_directory, more_table, more_tables = struct.unpack_from("<I", data, 48)[0], *struct.unpack_from("<II", data, 68)

    def sector(number: int) -> bytes:
        return data[(number + 1) * size : (number + 2) * size]

    table_sectors = list(struct.unpack_from("<109I", data, 76))
    for _ in range(more_tables):
        if more_table >= _END_OF_CHAIN:
            break
        *numbers, more_table = struct.unpack(f"<{size // 4}I", sector(more_table))
        table_sectors += numbers
    table = b"".join(sector(number) for number in table_sectors if number < _END_OF_CHAIN)
    following = struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])

    def chain(number: int) -> bytes:
        sectors: list[bytes] = []
        while number < len(following) and len(sectors) <= len(following):
            sectors.append(sector(number))
            number = following[number]
        return b"".join(sectors)

    directory = chain(first_directory)
    for start in range(0, len(directory) - 127, 128):
        entry = directory[start : start + 128]
        name = entry[: max(struct.unpack_from("<H", entry, 64)[0] - 2, 0)].decode("utf-16-le", "replace")
        if name in ("Workbook", "Book"):
            first, length = struct.unpack_from("<II", entry, 116)
            return chain(first)[:length]
    return b""
