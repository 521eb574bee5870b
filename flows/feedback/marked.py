"""The marked copy: the factory's own file, saying at every wrong cell what is wrong with it and what to do.

Sent in again it gives the same findings as the original: rows keep their numbers, marks are ignored by the readers.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from flows.errors import SubmissionError
from flows.feedback.marked_text import mark_delimited, mark_objects
from flows.reading.encoding import decode
from flows.reading.files import _LEFT_BY_SYSTEM, _told_apart, read_file
from flows.reading.limits import Limits
from flows.reading.sheets import Sheet
from flows.reading.workbook import WorkbookReader
from schemas.fields.cells import unmarked
from schemas.records import Finding

_ZIPS, _OLE = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"), b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Marked:
    """A marked copy.

    Attributes:
        content: its bytes.
        suffix: `.csv`, `.json`, `.xlsx` or `.zip`.
        note_th, note_en: what is not as in the original; "" when nothing.
    """

    content: bytes
    suffix: str
    note_th: str = ""
    note_en: str = ""


class _Unmarkable(Exception):
    """A file in which nothing can be marked."""


_CONVERTED = Marked(
    b"", ".xlsx",
    "ไฟล์ต้นฉบับทำเครื่องหมายไม่ได้ จึงทำสมุดงาน XLSX ใหม่จากข้อมูลที่อ่านได้",
    "The original cannot be marked itself, so this is a new XLSX workbook of what was read.",
)  # fmt: skip


def mark(data: bytes, log: Mapping[str, Any], findings: Sequence[Finding], limits: Limits) -> Marked | None:
    """The marked copy of one file.

    Args:
        data: its bytes.
        log: its reading log.
        findings: all of it.
        limits: bounds, as for reading.

    Returns:
        None when there is nothing in it to mark: the file as a whole could not be read.
    """
    if "refused" in log:
        return None
    logs = {each.get("source_sheet"): each for each in log.get("sheets", [log])}
    try:
        with tempfile.TemporaryDirectory(prefix="waste-marked-") as scratch:
            return _mark(data, None, logs, findings, limits, Path(scratch))
    except (_Unmarkable, SubmissionError, csv.Error, json.JSONDecodeError):
        return None


def _mark(
    data: bytes, member: str | None, logs: Mapping[str | None, Any], findings: Sequence[Finding], limits: Limits, scratch: Path
) -> Marked:
    if data.startswith(_ZIPS):
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            names = set(book.namelist())
            if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
                return _mark_members(book, logs, findings, limits, scratch)
        is_openpyxls = "xl/workbook.xml" in names
        return _mark_book(data, member, logs, findings, limits, scratch, is_openpyxls)
    if data.startswith(_OLE):
        return _mark_book(data, member, logs, findings, limits, scratch, False)
    text, encoding = decode(data)
    if text.lstrip("\ufeff \t\r\n")[:1] in ("[", "{"):
        return Marked(mark_objects(text, encoding, findings), ".json")
    log = logs.get(member, {})
    if "delimiter" not in log or "header_row" not in log:
        raise _Unmarkable
    return Marked(mark_delimited(text, encoding, log["delimiter"], log["header_row"], findings), ".csv")


def _mark_members(
    book: zipfile.ZipFile, logs: Mapping[str | None, Any], findings: Sequence[Finding], limits: Limits, scratch: Path
) -> Marked:
    """A ZIP of marked members. Reading has bounded their number and size already."""
    target = io.BytesIO()
    notes: list[Marked] = []
    taken: set[str] = set()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        infos = [each for each in book.infolist() if not each.is_dir() and not _LEFT_BY_SYSTEM.search(each.filename)]
        for number, (name, info) in enumerate(_told_apart(infos), start=1):
            own = [each for each in findings if each.source_sheet == name or (each.source_sheet or "").startswith(f"{name} / ")]
            marked = _mark(book.read(info), name, logs, own, limits, scratch)
            notes += [marked] if marked.note_en else []
            out.writestr(_member_name(name, number, marked.suffix, taken), marked.content)
    return Marked(target.getvalue(), ".zip", *((notes[0].note_th, notes[0].note_en) if notes else ("", "")))


def _member_name(name: str, number: int, suffix: str, taken: set[str]) -> str:
    """The member's own name where it can do no harm, else one of ours."""
    path = PurePosixPath(name)
    is_plain = re.fullmatch(r"[\w\-. ()/]+", name) and not path.is_absolute() and ".." not in path.parts
    own = name if is_plain and name not in taken else f"file-{number}{suffix}"
    taken.add(own)
    return own


def _mark_book(
    data: bytes,
    member: str | None,
    logs: Mapping[str | None, Any],
    findings: Sequence[Finding],
    limits: Limits,
    scratch: Path,
    is_openpyxls: bool,
) -> Marked:
    prefix = f"{member} / "
    own = [
        dataclasses.replace(each, source_sheet=each.source_sheet.removeprefix(prefix)) if member and each.source_sheet else each
        for each in findings
    ]
    rows = {name.removeprefix(prefix): log["header_row"] for name, log in logs.items() if name and "header_row" in log}
    if is_openpyxls:
        at_origin = own, rows, dict[str, dict[str, int]]()
        if any("layout" in log for log in logs.values()):
            at_origin = _at_origin(own, rows, _sheets(data, limits, scratch))
        if (content := _in_child(data, *at_origin, limits, scratch)) is not None:
            return Marked(content, ".xlsx")
    content = _in_child(_converted(data, limits, scratch), own, rows, {}, limits, scratch)
    if content is None:
        raise _Unmarkable
    return dataclasses.replace(_CONVERTED, content=content)


def _at_origin(
    findings: Sequence[Finding], header_rows: Mapping[str, int], sheets: Sequence[Sheet]
) -> tuple[list[Finding], dict[str, int], dict[str, dict[str, int]]]:
    """Findings of a file in another layout, at the cells that were read: these may stand on another sheet.

    Returns:
        The findings; rows of headers by sheet; and by sheet the numbers of the columns that our names stand for.
    """
    rows = dict(header_rows)
    places: dict[str, dict[str, int]] = {}
    for sheet in sheets:
        for column, origin in sheet.origins.items():
            rows[origin.sheet or ""] = origin.header_row
            places.setdefault(origin.sheet or "", {})[column] = origin.place + 1
    by_name = {sheet.name: sheet for sheet in sheets}
    moved: list[Finding] = []
    for each in findings:
        stood = by_name[each.source_sheet].origins.get(each.column_name or "") if each.source_sheet in by_name else None
        row = each.source_row
        if stood and stood.rows is not None and row is not None:
            row = stood.rows.get(row, row)
        moved.append(dataclasses.replace(each, source_sheet=stood.sheet, source_row=row) if stood else each)
    return moved, rows, places


def _in_child(
    data: bytes,
    findings: Sequence[Finding],
    header_rows: Mapping[str, int],
    places: Mapping[str, Mapping[str, int]],
    limits: Limits,
    scratch: Path,
) -> bytes | None:
    """Mark in a process of its own; None when it could not within its bounds."""
    source, target = scratch / "original.workbook", scratch / "marked.workbook"
    source.write_bytes(data)
    target.unlink(missing_ok=True)
    said = [dataclasses.asdict(each) for each in findings]
    request = {
        "path": str(source), "out": str(target), "header_rows": dict(header_rows), "places": places, "findings": said,
    }  # fmt: skip
    try:
        done = subprocess.run(
            [sys.executable, "-m", "flows.feedback.marked_workbook", str(limits.workbook_bytes)],
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=limits.workbook_seconds,
            cwd=Path(__file__).resolve().parents[2],
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    if done.returncode != 0 or json.loads(done.stdout or b'{"error": "died"}'):
        return None
    return target.read_bytes()


def _sheets(data: bytes, limits: Limits, scratch: Path) -> list[Sheet]:
    with WorkbookReader(limits) as workbooks:
        return read_file(data, "again", workbooks, scratch, limits)


def _converted(data: bytes, limits: Limits, scratch: Path) -> bytes:
    """A new workbook of what was read, every row under its own number."""
    import openpyxl

    sheets = _sheets(data, limits, scratch)
    book = openpyxl.Workbook(write_only=True)
    for sheet in sheets:
        page = book.create_sheet((sheet.name or "report")[:31])
        header_row = int(sheet.log.get("header_row", 1))
        rows = dict(zip(sheet.row_numbers.to_pylist(), _rows(sheet), strict=True))
        for number in range(1, max([header_row, *rows]) + 1):
            cells = _row([*sheet.header.unknown.items(), *((at, name) for name, at in sheet.header.places.items())])
            page.append([_text_cell(page, cell) for cell in (cells if number == header_row else rows.get(number, []))])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _rows(sheet: Sheet) -> Iterator[list[str]]:
    """Rows with every cell in the place that it had."""
    unknown = {text: place for place, text in sheet.header.unknown.items()}
    for row, other in zip(sheet.cells.to_pylist(), sheet.other_cells.to_pylist(), strict=True):
        others = [(unknown[text], cell) for text, cell in json.loads(other or "{}").items() if text in unknown]
        yield _row([*((sheet.header.places[name], unmarked(cell)) for name, cell in row.items()), *others])


def _row(cells: list[tuple[int, str]]) -> list[str]:
    by_place = dict(cells)
    return [by_place.get(place, "") for place in range(max(by_place, default=-1) + 1)]


def _text_cell(page: Any, text: str) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    cell = WriteOnlyCell(page, ILLEGAL_CHARACTERS_RE.sub(" ", text) or None)
    if cell.data_type == "f":
        cell.data_type = "s"
    cell.number_format = "@"
    return cell
