"""From the bytes of one file to its sheets: by what they are, never by the file's name."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

from flows.errors import SubmissionError
from flows.reading.delimited import read_delimited
from flows.reading.encoding import decode
from flows.reading.limits import Limits, over_limit
from flows.reading.objects import read_objects
from flows.reading.sheets import Sheet, no_rows
from flows.reading.workbook import WorkbookReader

_ZIP, _OLE, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"
_BOOK_MEMBERS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")


def read_file(data: bytes, submission_id: str, workbooks: WorkbookReader, scratch: Path, limits: Limits) -> list[Sheet]:
    """The sheets of one file.

    Args:
        data: its bytes.
        submission_id: names the scratch file; the sender's name never becomes a path.
        workbooks: opens workbooks.
        scratch: folder for one workbook at a time.
        limits: bounds on this file.

    Raises:
        SubmissionError: it cannot be taken as a whole; the words say why and what to do.
    """
    sheets = _read(data, submission_id, workbooks, scratch, limits, None)
    if not any(sheet.rows for sheet in sheets):
        raise no_rows()
    if sum(len(sheet.rows) for sheet in sheets) > limits.rows:
        raise over_limit("It has more rows than one file may have", "จำนวนแถว", f"{limits.rows:,}")
    for sheet in sheets:
        _bound_cells(sheet, limits)
    return sheets


def _bound_cells(sheet: Sheet, limits: Limits) -> None:
    for number, row in zip(sheet.row_numbers, sheet.rows, strict=True):
        if max(map(len, row), default=0) > limits.cell_characters:
            raise over_limit(
                f"Row {number} has a cell that is too long", f"ความยาวของช่องในแถว {number}",
                f"{limits.cell_characters:,}",
            )  # fmt: skip


def _read(
    data: bytes, submission_id: str, workbooks: WorkbookReader, scratch: Path, limits: Limits, member: str | None
) -> list[Sheet]:
    if not data.strip():
        raise SubmissionError("file_is_readable", "The file is empty.", "ไฟล์ว่างเปล่า")
    if data.startswith(_ZIP):
        return _read_zip(data, submission_id, workbooks, scratch, limits, member)
    if data.startswith(_OLE):
        return _read_workbook(data, submission_id, workbooks, scratch, member)
    if data.startswith(_PDF):
        raise SubmissionError(
            "file_is_readable",
            "It is a PDF, from which no figure can be taken. Send the table as CSV, XLSX or JSON.",
            "เป็นไฟล์ PDF ซึ่งอ่านตัวเลขไม่ได้ กรุณาส่งตารางเป็น CSV, XLSX หรือ JSON",
        )
    text, encoding = decode(data)
    reader = read_objects if text.lstrip("\ufeff \t\r\n")[:1] in ("[", "{") else read_delimited
    return [reader(text, encoding, member, limits)]


def _read_workbook(
    data: bytes, submission_id: str, workbooks: WorkbookReader, scratch: Path, member: str | None
) -> list[Sheet]:
    path = scratch / f"{submission_id}.workbook"
    path.write_bytes(data)
    try:
        return workbooks.read(path, member)
    finally:
        path.unlink()


def _read_zip(
    data: bytes, submission_id: str, workbooks: WorkbookReader, scratch: Path, limits: Limits, member: str | None
) -> list[Sheet]:
    try:
        book = zipfile.ZipFile(io.BytesIO(data))
        infos = [info for info in book.infolist() if not info.is_dir()]
        _bound_zip(infos, len(data), limits)
        if any(info.filename in _BOOK_MEMBERS for info in infos):
            return _read_workbook(data, submission_id, workbooks, scratch, member)
        if member is not None:
            raise SubmissionError(
                "file_is_readable",
                f"The ZIP has another ZIP inside ({member}). Pack the files themselves.",
                f"ไฟล์ ZIP มีไฟล์ ZIP ซ้อนอยู่ ({member}) กรุณาบีบอัดเฉพาะไฟล์รายงาน",
            )
        if not infos:
            raise SubmissionError("file_is_readable", "The ZIP is empty.", "ไฟล์ ZIP ว่างเปล่า")
        sheets: list[Sheet] = []
        for info in infos:
            name = info.filename.encode("utf-8", "backslashreplace").decode("utf-8")[:200]
            try:
                sheets += _read(book.read(info), submission_id, workbooks, scratch, limits, name)
            except SubmissionError as error:
                raise SubmissionError(error.check_id, f"{name}: {error.hint_en}", f"{name}: {error.hint_th}") from error
        return sheets
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        # zipfile raises RuntimeError for a password and NotImplementedError for an unknown compression.
        raise SubmissionError(
            "file_is_readable",
            f"The ZIP or workbook cannot be unpacked ({str(error)[:120]}). Make it anew, without a password.",
            "แตกไฟล์ ZIP หรือสมุดงานไม่ได้ กรุณาสร้างใหม่โดยไม่ใส่รหัสผ่าน",
        ) from error


def _bound_zip(infos: list[zipfile.ZipInfo], packed_bytes: int, limits: Limits) -> None:
    unpacked = sum(info.file_size for info in infos)
    if len(infos) > max(limits.zip_members, 1):
        raise over_limit("The ZIP has too many files", "จำนวนไฟล์ใน ZIP", f"{limits.zip_members}")
    if unpacked > limits.unpacked_bytes:
        raise over_limit("Unpacked, the file is too large", "ขนาดหลังแตกไฟล์", f"{limits.unpacked_bytes // 1_000_000} MB")
    if unpacked > 1_000_000 and unpacked > packed_bytes * limits.ratio:
        raise over_limit("The file unpacks to an implausible size", "อัตราการบีบอัด", f"{limits.ratio}:1")
