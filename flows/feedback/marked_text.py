"""Marked copies of CSV and JSON: every byte of the original, and one more column or key that says what is wrong."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence

from flows.feedback.cells import by_row, encodable, harmless, is_run, mark_text
from flows.reading.headers import MARK_COLUMN, header_key
from schemas.fields.cells import BLANKS
from schemas.records import Finding

_SPACE = re.compile(r"[ \t\r\n\ufeff]*")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")  # LF, CR or both, and nothing else that Unicode calls a line end
_MARK_KEY = header_key(MARK_COLUMN)


def mark_delimited(text: str, encoding: str, delimiter: str, header_row: int, findings: Sequence[Finding]) -> bytes:
    """The same delimited text with a last column that says what is wrong with each row.

    A line of the original stays as it is, unless a cell in it would be run by a spreadsheet. Findings of the whole file
    stand in the first row below the header. UTF-8 gets its mark at the start, because Excel shows Thai only then.
    """
    said = by_row(findings)
    out: list[str] = []
    head: list[str] = []
    place: int | None = None
    whole = list(said.get(None, ()))
    for number, (raw, cells) in enumerate(_records(text, delimiter), start=1):
        body, end = _cut_end(raw)
        if number < header_row:
            out.append((_line([*map(harmless, cells)], delimiter) if any(map(is_run, cells)) else body) + end)
            continue
        if number == header_row:
            head = _without_blank_tail(cells)
            place = next((at for at, cell in enumerate(head) if header_key(cell) == _MARK_KEY), None)
            out.append(_marked_line(body, cells, head, place, MARK_COLUMN, delimiter) + end)
            continue
        if all(not cell.strip(BLANKS) for cell in cells):
            out.append(raw)
            continue
        mark = encodable(mark_text([*whole, *said.get(number, ())]), encoding)
        whole = []
        out.append(_marked_line(body, cells, head, place, mark, delimiter) + end)
    return _encode("".join(out), encoding)


def _encode(text: str, encoding: str) -> bytes:
    return text.encode("utf-8-sig" if encoding in ("ascii", "utf-8") else encoding)


def _records(text: str, delimiter: str) -> Iterator[tuple[str, list[str]]]:
    """Records with the text that they were read from."""
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for match in _LINE.finditer(text):
            taken.append(match.group())
            yield match.group()

    for cells in csv.reader(lines(), delimiter=delimiter, strict=True):
        yield "".join(taken), cells
        taken.clear()


def _cut_end(raw: str) -> tuple[str, str]:
    body = raw.rstrip("\r\n")
    return body, raw[len(body) :]


def _without_blank_tail(cells: list[str]) -> list[str]:
    length = len(cells)
    while length and not cells[length - 1].strip(BLANKS):
        length -= 1
    return cells[:length]


def _marked_line(body: str, cells: list[str], head: list[str], place: int | None, mark: str, delimiter: str) -> str:
    """One line with its mark: in the mark column that is there already, or behind the last cell."""
    width = len(head)
    if place is not None:
        if len(cells) <= place:
            return _line([*map(harmless, cells)], delimiter)
        return _line([*map(harmless, cells[:place]), mark, *map(harmless, cells[place + 1 :])], delimiter)
    has_blank_tail = len(cells) > width and not any(cell.strip(BLANKS) for cell in cells[width:])
    if has_blank_tail or any(map(is_run, cells)):
        return _line([*map(harmless, cells[:width] if has_blank_tail else cells), mark], delimiter)
    return body + delimiter + _quoted(mark)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if text else ""


def _line(cells: Sequence[str], delimiter: str) -> str:
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=delimiter, lineterminator="\r\n").writerow(cells)  # so that it quotes both
    return target.getvalue().removesuffix("\r\n")


def mark_objects(text: str, encoding: str, findings: Sequence[Finding]) -> bytes:
    """The same JSON with one more key in every object that something is wrong with; everything else byte by byte.

    Findings of the whole file stand in the first object.
    """
    said: Mapping[int | None, list[Finding]] = by_row(findings)
    whole = list(said.get(None, ()))
    out: list[str] = []
    done = 0
    for number, end, is_empty in _object_ends(text):
        mark = mark_text([*whole, *said.get(number, ())])
        whole = []
        if mark:
            out.append(text[done:end].rstrip())
            out.append(f"{'' if is_empty else ', '}{json.dumps(MARK_COLUMN)}: {json.dumps(mark, ensure_ascii=False)}")
            done = end
    out.append(text[done:])
    return "".join(out).encode("utf-8" if encoding == "ascii" else encoding)


def _object_ends(text: str) -> Iterator[tuple[int, int, bool]]:
    """For each object: its number as a person counts (place in the array, or line), where its last bracket stands, if empty."""
    scan = json.JSONDecoder().raw_decode
    place = _after_space(text, 0)
    is_array = text.startswith("[", place)
    place = _after_space(text, place + is_array)
    number, line, counted = 0, 1, 0
    while place < len(text) and text[place] != "]":
        line, counted = line + text.count("\n", counted, place), place
        number = number + 1 if is_array else line
        value, place = scan(text, place)
        yield number, place - 1, not value
        place = _after_space(text, place)
        if text.startswith(",", place):
            place = _after_space(text, place + 1)


def _after_space(text: str, place: int) -> int:
    match = _SPACE.match(text, place)
    return match.end() if match else place
