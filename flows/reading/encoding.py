"""Bytes to text: strict UTF-8 over the whole file, UTF-16 by its mark, cp874 only when it is plausible Thai, else a question."""

from __future__ import annotations

import codecs
import re
from itertools import islice

from flows.errors import SubmissionError

_THAI = re.compile(r"[\u0e01-\u0e5b]")
# Text in another encoding read as cp874 breaks the order in which Thai is written almost at every letter; people who type
# Thai break it once in a while.
_LETTERS_PER_SLIP = 50
# Each begins with the letter that is wrong, so that the search skips all others at once; what stands before comes after it.
_IMPLAUSIBLE = tuple(
    re.compile(pattern)
    for pattern in (
        r"[ัิ-ฺ็-๎](?<![ก-ฮัำิ-ฺ็-๎].)",  # a vowel above or below, or a tone mark, on no consonant
        r"[ัิ-ู](?<=[ัิ-ู].)|[่-๋](?<=[่-๋].)",  # two of them on one
        r"[เ-ไ](?![ก-ฮ])",  # a leading vowel before none
        r"[าำ](?<![ก-ฮ่-๋].)",  # a following vowel after none
        r"ะ(?<![ก-ฮ่-๋า].)",
        r"[ฃฅฦๅ๏๚๛](?<![ฤฦ]ๅ)(?!ๅ)",  # letters that nobody writes any more
        r"[ก-๛](?<![ก-๛].)(?=[A-Za-z])|[ก-๛](?<=[A-Za-z].)(?![ก-๛])",  # one alone in a Latin word: Espa๑a, mณ
    )
)
_THAI_BYTES = bytes([*range(0xA1, 0xDB), *range(0xDF, 0xFC)])
# Signs that English texts borrow. In cp874 each would be a syllable such as ยฒ that is no word, so they leave no doubt.
_ASCII = frozenset(map(chr, range(128)))
_SIGNS = frozenset("\u00a0°±²³µ·¼½¾×")


def is_plausible_thai(data: bytes) -> bool:
    """Whether the Thai letters of bytes that are cp874 stand in an order in which Thai is written."""
    letters = len(data) - len(data.translate(None, _THAI_BYTES))
    allowed = letters // _LETTERS_PER_SLIP
    text = data.decode("cp874")
    slips = (None for pattern in _IMPLAUSIBLE for _ in pattern.finditer(text))
    return letters > 0 and sum(1 for _ in islice(slips, allowed + 1)) <= allowed


def decode(data: bytes) -> tuple[str, str]:
    """Text and the name of its encoding.

    Raises:
        SubmissionError: it cannot be told without guessing; the doubtful bytes are shown.
    """
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            try:
                return data.decode(name), name
            except UnicodeDecodeError as error:
                raise _question(data, error.start) from error
    if b"\0" in data:
        raise SubmissionError(
            "file_is_readable",
            "It is not a text file, nor a workbook, JSON or ZIP. Send CSV, XLSX, XLS, JSON or ZIP.",
            "ไม่ใช่ไฟล์ข้อความ สมุดงาน JSON หรือ ZIP กรุณาส่ง CSV, XLSX, XLS, JSON หรือ ZIP",
        )
    if data.isascii():
        return data.decode("ascii"), "ascii"
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        thai = _as_thai(data)
        if thai is None:
            raise _question(data, error.start) from error
        return thai, "cp874"
    is_certain = _THAI.search(text) or _SIGNS.issuperset(set(text) - _ASCII)
    if not is_certain and (thai := _as_thai(data)) is not None:
        # Valid UTF-8 without one Thai letter, and plausible Thai in cp874: both readings stand, so we ask.
        raise _question_of_two(data, thai, text)
    return text, "utf-8"


def _as_thai(data: bytes) -> str | None:
    try:
        return data.decode("cp874") if is_plausible_thai(data) else None
    except UnicodeDecodeError:
        return None


def _question_of_two(data: bytes, thai: str, text: str) -> SubmissionError:
    word = re.compile(r"[^\x00-\x7f]+")
    in_thai, in_utf8 = word.findall(thai)[0][:20], word.findall(text)[0][:20]
    line, shown = _shown(data, next(place for place, byte in enumerate(data) if byte > 127))
    return SubmissionError(
        "file_is_readable",
        f'In which encoding was it saved? Line {line} ({shown}) may be "{in_utf8}" in UTF-8 or "{in_thai}" in Thai (cp874). Save'
        " it as UTF-8 with a byte order mark (Excel: CSV UTF-8) and send it again.",
        f'ไฟล์บันทึกด้วยรหัสอักขระใด บรรทัด {line} ({shown}) อาจเป็น "{in_utf8}" (UTF-8) หรือ "{in_thai}" (cp874)'
        " กรุณาบันทึกเป็น UTF-8 แบบมี BOM (ใน Excel เลือก CSV UTF-8) แล้วส่งใหม่",
    )


def _shown(data: bytes, place: int) -> tuple[int, str]:
    """Line of the doubtful bytes, and the bytes themselves."""
    doubtful = data[max(0, place - 8) : place + 16]
    return data.count(b"\n", 0, place) + 1, doubtful.decode("ascii", "backslashreplace")


def _question(data: bytes, place: int) -> SubmissionError:
    line, shown = _shown(data, place)
    return SubmissionError(
        "file_is_readable",
        f"In which encoding was it saved? Line {line} has bytes that are neither UTF-8 nor clear Thai (cp874): {shown}"
        " Save it as UTF-8 and send it again.",
        f"ไฟล์บันทึกด้วยรหัสอักขระใด บรรทัด {line} มีไบต์ที่ไม่ใช่ UTF-8 และไม่ใช่ภาษาไทย (cp874) ที่ชัดเจน: {shown} กรุณาบันทึกเป็น UTF-8 แล้วส่งใหม่",
    )
