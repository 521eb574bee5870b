"""From the bytes of one file to its sheets: by what they are, never by the file's name."""

from __future__ import annotations

import io
import lzma
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flows.errors import SubmissionError
from flows.reading.delimited import read_delimited
from flows.reading.encoding import decode
from flows.reading.limits import Limits, megabytes, over_limit, too_many_rows
from flows.reading.objects import read_objects
from flows.reading.sheets import Sheet, no_rows
from flows.reading.workbook import WorkbookReader, protected_workbook

_ZIPS = (b"PK\x03\x04", b"PK\x05\x06")  # the second one is an empty ZIP
_OLE, _PDF = b"\xd0\xcf\x11\xe0", b"%PDF"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # the one stream of a workbook that only a password opens
_BOOK_MEMBERS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
_DOCUMENT_MEMBERS = ("word/document.xml", "ppt/presentation.xml")
_MARKUP = re.compile(r"(?i)\ufeff?\s*<(?:!doctype|\?xml|html|head|meta|style|table)\b")
# What desktops put into a ZIP unasked.
_LEFT_BY_SYSTEM = re.compile(r"(?:^|/)(?:__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)")


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
    sheets = _Reader(submission_id, workbooks, scratch, limits).read(data, None)
    _bound_rows(sheets, limits)
    if not any(sheet.count for sheet in sheets):
        raise no_rows()
    return sheets


def _bound_rows(sheets: list[Sheet], limits: Limits) -> None:
    if sum(sheet.count for sheet in sheets) > limits.rows:
        raise too_many_rows(limits)


@dataclass(frozen=True)
class _Reader:
    submission_id: str
    workbooks: WorkbookReader
    scratch: Path
    limits: Limits

    def read(self, data: bytes, member: str | None) -> list[Sheet]:
        """The sheets of a file, or of the member of a ZIP."""
        if not data.strip():
            raise _refused("The file is empty.", "ไฟล์ว่างเปล่า")
        if data.startswith(_ZIPS):
            return self._read_zip(data, member)
        if data.startswith(_OLE):
            if _ENCRYPTED in data:
                raise protected_workbook()
            return self._read_workbook(data, member)
        if data.startswith(_PDF):
            raise _refused(
                "It is a PDF, from which no figure can be taken. Send the table as CSV, XLSX or JSON.",
                "เป็นไฟล์ PDF ซึ่งอ่านตัวเลขไม่ได้ กรุณาส่งตารางเป็น CSV, XLSX หรือ JSON",
            )
        text, encoding = decode(data)
        start = next((letter for letter in text if letter not in "\ufeff \t\r\n"), "")
        if _MARKUP.match(text):
            raise _refused(
                "It is a web page or XML, whatever its name. Save the table as XLSX or CSV and send that.",
                "เป็นหน้าเว็บหรือ XML ไม่ว่าชื่อไฟล์จะเป็นอะไร กรุณาบันทึกตารางเป็น XLSX หรือ CSV แล้วส่งใหม่",
            )
        reader = read_objects if start in ("[", "{") else read_delimited
        return [reader(text, encoding, member, self.limits)]

    def _read_workbook(self, data: bytes, member: str | None) -> list[Sheet]:
        path = self.scratch / f"{self.submission_id}.workbook"
        path.write_bytes(data)
        try:
            return self.workbooks.read(path, member)
        finally:
            path.unlink()

    def _read_zip(self, data: bytes, member: str | None) -> list[Sheet]:
        with _opened(data) as book:
            infos = [info for info in book.infolist() if not info.is_dir()]
            _bound_size(infos, len(data), self.limits)
            if {info.filename for info in infos}.isdisjoint(_BOOK_MEMBERS):
                return self._read_members(book, infos, member)
        return self._read_workbook(data, member)

    def _read_members(self, book: zipfile.ZipFile, infos: list[zipfile.ZipInfo], member: str | None) -> list[Sheet]:
        if not {info.filename for info in infos}.isdisjoint(_DOCUMENT_MEMBERS):
            raise _refused(
                "It is a text document or slides, from which no figure can be taken. Send the table as CSV, XLSX or JSON.",
                "เป็นเอกสารหรือสไลด์ซึ่งอ่านตัวเลขไม่ได้ กรุณาส่งตารางเป็น CSV, XLSX หรือ JSON",
            )
        if member is not None:
            raise _refused(
                "It is a ZIP inside a ZIP. Pack the files themselves.",
                "เป็นไฟล์ ZIP ที่ซ้อนอยู่ใน ZIP กรุณาบีบอัดเฉพาะไฟล์รายงาน",
            )
        left_out = [info.filename for info in infos if _LEFT_BY_SYSTEM.search(info.filename)]
        infos = [info for info in infos if not _LEFT_BY_SYSTEM.search(info.filename)]
        if not infos:
            raise _refused("The ZIP is empty.", "ไฟล์ ZIP ว่างเปล่า")
        if len(infos) > self.limits.zip_members:
            limit = f"{self.limits.zip_members:,}"
            raise over_limit("The ZIP has too many files", "จำนวนไฟล์ใน ZIP", f"{limit} files", f"{limit} ไฟล์")
        sheets: list[Sheet] = []
        for name, info in _told_apart(infos):
            try:
                sheets += self.read(_unpacked(book, info), name)
                _bound_rows(sheets, self.limits)
            except SubmissionError as error:
                raise SubmissionError(error.check_id, f"{name}: {error.hint_en}", f"{name}: {error.hint_th}") from error
        if left_out:
            sheets[0].log["files_left_out"] = [_shown(name) for name in left_out]
        return sheets


def _opened(data: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise _broken_zip(error) from error


def _unpacked(book: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    try:
        return book.read(info)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, ValueError, OSError) as error:
        # zipfile raises RuntimeError for a password and NotImplementedError, which is one, for an unknown compression.
        raise _broken_zip(error) from error


def _broken_zip(error: Exception) -> SubmissionError:
    return _refused(
        f"The ZIP or workbook cannot be unpacked ({str(error)[:120]}). Make it anew, without a password.",
        "แตกไฟล์ ZIP หรือสมุดงานไม่ได้ กรุณาสร้างใหม่โดยไม่ใส่รหัสผ่าน",
    )


def _told_apart(infos: list[zipfile.ZipInfo]) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """Members under names that occur once, since a sheet is known by its name."""
    taken: Counter[str] = Counter()
    for info in infos:
        name = _shown(info.filename)
        taken[name] += 1
        yield (name if taken[name] == 1 else f"{name} [{taken[name]}]"), info


def _shown(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode("utf-8")[:200]


def _refused(words_en: str, words_th: str) -> SubmissionError:
    return SubmissionError("file_is_readable", words_en, words_th)


def _bound_size(infos: list[zipfile.ZipInfo], packed_bytes: int, limits: Limits) -> None:
    unpacked = sum(info.file_size for info in infos)
    if unpacked > limits.unpacked_bytes:
        limit = megabytes(limits.unpacked_bytes)
        raise over_limit("Unpacked, the file is too large", "ขนาดหลังแตกไฟล์", limit, limit)
    if unpacked > 1_000_000 and unpacked > packed_bytes * limits.ratio:
        limit = f"{limits.ratio}:1"
        raise over_limit(
            "The file unpacks to an implausible size", "อัตราการบีบอัด", limit, limit,
            "Save it anew and send that", "กรุณาบันทึกใหม่แล้วส่งอีกครั้ง",
        )  # fmt: skip
