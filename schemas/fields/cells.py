"""How the text of one cell becomes a value: strict, and the same for every format. Nothing is guessed.

Each reader takes the trimmed, non-empty text of a cell and gives a `Cell`: a value, or the name of the fault that makes
it unreadable, for dates the calendar it was written in, and a note for the reading log where something was decided.
Readers run once per distinct text of a batch, never per row (see `schemas.fields.columns`).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from schemas.codes import code_list
from schemas.records import Field

BE_OFFSET_YEARS = 543
# Spaces that people and spreadsheets leave around a value, among them no-break, zero-width and the byte order mark.
BLANKS = " \t\r\n\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
DECIMALS = 6
WHOLE_DIGITS = 12


# Nothing that is longer can be a number, a day or a month; it bounds the work on hostile cells.
LONGEST_VALUE = 100
# A cell that has no text of its own is handed on as its mark and what the file shows there.
MARKS = {"nested": "\u0000nested", "cell_error": "\u0000error", "formula_without_value": "\u0000formula"}


@dataclass(frozen=True, slots=True)
class Cell:
    """What a text says: `value` when it can be read, else `fault`.

    `calendar` is BE or CE for dates; `note` is what the reading log says about it, "" when it says nothing.
    """

    value: Any = None
    fault: str = ""
    calendar: str | None = None
    note: str = ""


def unmarked(text: str) -> str:
    """A cell as a person may see it."""
    if not text.startswith("\0"):
        return text
    for mark in MARKS.values():
        text = text.removeprefix(mark)
    return text


def _western(text: str) -> tuple[str, str]:
    """The text with Thai digits turned, and the note about it."""
    western = text.translate(_THAI_DIGITS)
    return western, "" if western == text else "Thai digits"


# fault: what to do, in English and Thai
HINTS: dict[str, tuple[str, str]] = {
    "decimal_comma": (
        "A comma only groups thousands here (1,234.5). For one and a half write 1.5.",
        "เครื่องหมายจุลภาคใช้คั่นหลักพันเท่านั้น (1,234.5) หนึ่งจุดห้าให้เขียน 1.5",
    ),
    "exponent": (
        "It is in scientific notation, as spreadsheets do to long numbers: write it out in full (format the column as text).",
        "เป็นรูปแบบเลขยกกำลังที่โปรแกรมตารางคำนวณแปลงให้ กรุณาเขียนตัวเลขเต็ม (กำหนดคอลัมน์เป็นข้อความ)",
    ),
    "unit_inside": (
        "Only the number belongs here; the unit has a column of its own.",
        "กรุณาเขียนเฉพาะตัวเลข หน่วยมีคอลัมน์ของตัวเอง",
    ),
    "not_a_number": (
        "A number is needed: 0 when there was none; leave the cell empty only where it is not required.",
        "ต้องเป็นตัวเลข หากไม่มีให้เขียน 0 เว้นว่างได้เฉพาะช่องที่ไม่บังคับ",
    ),
    "negative_zero": ("Write 0.", "กรุณาเขียน 0"),
    "too_many_decimals": (
        f"Write at most {DECIMALS} decimals.",
        f"กรุณาเขียนทศนิยมไม่เกิน {DECIMALS} ตำแหน่ง",
    ),
    "too_large": (
        f"Write at most {WHOLE_DIGITS} digits before the point.",
        f"กรุณาเขียนตัวเลขหน้าจุดไม่เกิน {WHOLE_DIGITS} หลัก",
    ),
    "not_whole": ("Write a whole number, such as 1.", "กรุณาเขียนจำนวนเต็ม เช่น 1"),
    "not_a_date": (
        "Write the day as 2026-03-31, 31/03/2569 or 31 มี.ค. 2569.",
        "กรุณาเขียนวันที่แบบ 2569-03-31, 31/03/2569 หรือ 31 มี.ค. 2569",
    ),
    "no_such_day": (
        "There is no such day in the calendar (day first, then month).",
        "ไม่มีวันนี้ในปฏิทิน (เขียนวันก่อนเดือน)",
    ),
    "short_year": ("Write the year with four digits, such as 2569 or 2026.", "กรุณาเขียนปีสี่หลัก เช่น 2569 หรือ 2026"),
    "year_out_of_range": (
        "The year is neither a Buddhist-era (2400 to 2699) nor a Christian-era one (1900 to 2199).",
        "ปีไม่อยู่ในช่วง พ.ศ. (2400 ถึง 2699) หรือ ค.ศ. (1900 ถึง 2199)",
    ),
    "serial_date": (
        "It looks like a spreadsheet's day number: format the column as a date, or write 31/03/2569.",
        "ดูเหมือนเลขลำดับวันของโปรแกรมตารางคำนวณ กรุณากำหนดคอลัมน์เป็นวันที่ หรือเขียน 31/03/2569",
    ),
    "not_a_month": ("Write the month as 2026-03 or 2569-03.", "กรุณาเขียนเดือนแบบ 2569-03 หรือ 2026-03"),
    "not_a_year": ("Write the year as 2569 or 2026.", "กรุณาเขียนปีแบบ 2569 หรือ 2026"),
    "not_an_address": ("Write one e-mail address.", "กรุณาเขียนอีเมลหนึ่งที่อยู่"),
    "nested": (
        "A plain value is needed here, not a list or an object.",
        "ต้องเป็นค่าเดี่ยว ไม่ใช่รายการหรือวัตถุซ้อน",
    ),
    "cell_error": (
        "The formula in this cell gives an error. Mend it, or write the value itself.",
        "สูตรในช่องนี้ให้ผลเป็นข้อผิดพลาด กรุณาแก้สูตรหรือพิมพ์ค่าลงไปโดยตรง",
    ),
    "formula_without_value": (
        "The file holds a formula here but not its result. Open it in a spreadsheet program, save it and send it again.",
        "ไฟล์มีสูตรในช่องนี้แต่ไม่มีผลลัพธ์ กรุณาเปิดด้วยโปรแกรมตารางคำนวณ บันทึก แล้วส่งใหม่",
    ),
    "id_length": (
        "It must have exactly 14 digits; a spreadsheet may have taken leading zeros away.",
        "ต้องมีตัวเลข 14 หลักพอดี โปรแกรมตารางคำนวณอาจตัดเลขศูนย์นำหน้า",
    ),
    "id_characters": (
        "It must be 14 digits, or an old number that the register knows.",
        "ต้องเป็นตัวเลข 14 หลัก หรือเลขทะเบียนเดิมที่มีในทะเบียน",
    ),
    "id_alias_unclear": (
        "The register knows several factories by this old number: write the 14 digits.",
        "เลขทะเบียนเดิมนี้ตรงกับหลายโรงงาน กรุณาใช้เลข 14 หลัก",
    ),
    "id_office": (
        "The first digit, the licensing office, must be 1, 2 or 7.",
        "หลักแรก (หน่วยงานอนุญาต) ต้องเป็น 1 2 หรือ 7",
    ),
    "id_province": ("Digits 3 and 4 are no province code.", "หลักที่ 3 และ 4 ไม่ใช่รหัสจังหวัด"),
    "id_year": (
        "Digits 10 to 13 must be a Buddhist-era year from 2400 to this year.",
        "หลักที่ 10 ถึง 13 ต้องเป็นปี พ.ศ. ตั้งแต่ 2400 ถึงปีปัจจุบัน",
    ),
}


def hint_of(value: str, fault: str) -> tuple[str, str]:
    """What to do about an unreadable cell, English and Thai."""
    return HINTS.get(fault, ("", ""))


_PLAIN = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
_GROUPED = re.compile(r"-?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_COMMA = re.compile(r"-?[0-9.]*[0-9][,٫][0-9,.]*[0-9]")
_EXPONENT = re.compile(r"[-+]?[0-9]+(?:[.,][0-9]+)?[eE][-+]?[0-9]+")
_WITH_UNIT = re.compile(r"-?[0-9][0-9.,]*\s*[^\W0-9_].*", re.DOTALL)


def read_decimal(text: str) -> Cell:
    """A number: plain, with right thousands groups, or with Thai digits; at most 12 digits and 6 decimals."""
    text, note = _western(text)
    if not (_PLAIN.fullmatch(text) or _GROUPED.fullmatch(text)):
        if _EXPONENT.fullmatch(text):
            return Cell(fault="exponent")
        if _COMMA.fullmatch(text):
            return Cell(fault="decimal_comma")
        return Cell(fault="unit_inside" if _WITH_UNIT.fullmatch(text) else "not_a_number")
    plain = text.replace(",", "")
    whole, _, decimals = plain.partition(".")
    if len(decimals.rstrip("0")) > DECIMALS:
        return Cell(fault="too_many_decimals")
    if len(whole.lstrip("-0")) > WHOLE_DIGITS:
        return Cell(fault="too_large")
    value = Decimal(f"{whole}.{decimals[:DECIMALS]}")
    if value.is_signed() and value.is_zero():
        return Cell(fault="negative_zero")
    return Cell(value, note=note or ("thousands groups" if "," in text else ""))


def read_integer(text: str) -> Cell:
    """A whole number."""
    cell = read_decimal(text)
    if cell.fault:
        return cell
    if "." in text:
        return Cell(fault="not_whole")
    return Cell(int(cell.value), note=cell.note)


_MIDNIGHT = r"[T ]00:00(?::00(?:\.0+)?)?(?:Z|\+07:?00)?"
# A time of day in Bangkok does not change its day; one in UTC may, and is not read.
_TIME = rf"({_MIDNIGHT})|([T ](?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?(?:\+07:?00)?)"
_ISO_DAY = re.compile(rf"([0-9]{{4}})-([0-9]{{1,2}})-([0-9]{{1,2}})(?:{_TIME})?")
_SLASH_DAY = re.compile(rf"([0-9]{{1,2}})/([0-9]{{1,2}})/([0-9]{{4}})(?:{_TIME})?")
_NAMED_DAY = re.compile(r"([0-9]{1,2})\s*([^\s0-9][^0-9]*?)\s*(พ\.?ศ\.?|ค\.?ศ\.?)?\s*([0-9]{4})")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}[/\-. ][0-9]{1,2}[/\-. ][0-9]{2}|[0-9]{1,2}\s*[^\s0-9][^0-9]*[^0-9][0-9]{2}")
_SERIAL = re.compile(r"[1-9][0-9]{4}")
_MONTH = re.compile(rf"([0-9]{{4}})-([0-9]{{1,2}})(?:-01(?:{_MIDNIGHT})?)?")
_SLASH_MONTH = re.compile(r"([0-9]{1,2})/([0-9]{4})")
_NAMED_MONTH = re.compile(r"([^\s0-9][^0-9]*?)\s*(พ\.?ศ\.?|ค\.?ศ\.?)?\s*([0-9]{4})")
_YEAR = re.compile(r"(?:(พ\.?ศ\.?|ค\.?ศ\.?)\s*)?([0-9]{4})")

_MONTH_NAMES = (
    ("มกราคม", "มค", "january", "jan"), ("กุมภาพันธ์", "กพ", "february", "feb"), ("มีนาคม", "มีค", "march", "mar"),
    ("เมษายน", "เมย", "april", "apr"), ("พฤษภาคม", "พค", "may"), ("มิถุนายน", "มิย", "june", "jun"),
    ("กรกฎาคม", "กค", "july", "jul"), ("สิงหาคม", "สค", "august", "aug"), ("กันยายน", "กย", "september", "sep", "sept"),
    ("ตุลาคม", "ตค", "october", "oct"), ("พฤศจิกายน", "พย", "november", "nov"), ("ธันวาคม", "ธค", "december", "dec"),
)  # fmt: skip
_MONTH_OF_NAME = {name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names}


def _named_month(name: str) -> int | None:
    return _MONTH_OF_NAME.get(re.sub(r"[.\s]", "", name).casefold())


def _common_era(year: int, era: str | None) -> tuple[int, str] | str:
    """Year C.E. and its calendar, or the fault. Buddhist-era years are told by their size, or by the word beside."""
    if 2400 <= year <= 2699:
        found = "BE"
    elif 1900 <= year <= 2199:
        found = "CE"
    else:
        return "year_out_of_range"
    if era and (era[0] == "พ") != (found == "BE"):
        return "year_out_of_range"
    return (year - BE_OFFSET_YEARS if found == "BE" else year), found


def _day(year: int, month: int, day: int, era: str | None = None, note: str = "") -> Cell:
    resolved = _common_era(year, era)
    if isinstance(resolved, str):
        return Cell(fault=resolved)
    common, found = resolved
    # B.E. is subtracted before the day is built: 29 February 2567 is a day, 29 February 2568 is not.
    if not (1 <= month <= 12 and 1 <= day <= calendar.monthrange(common, month)[1]):
        return Cell(fault="no_such_day")
    return Cell(date(common, month, day), calendar=found, note=note)


def read_date(text: str) -> Cell:
    """A day: ISO, D/M/YYYY, or D MMM YYYY with Thai or English month names; B.E. or C.E. by its year."""
    if len(text) > LONGEST_VALUE:
        return Cell(fault="not_a_date")
    text, note = _western(text)
    if match := _ISO_DAY.fullmatch(text):
        return _day(int(match[1]), int(match[2]), int(match[3]), note="time of day left out" if match[5] else note)
    if match := _SLASH_DAY.fullmatch(text):
        return _day(int(match[3]), int(match[2]), int(match[1]), note="time of day left out" if match[5] else note)
    if (match := _NAMED_DAY.fullmatch(text)) and (month := _named_month(match[2])):
        return _day(int(match[4]), month, int(match[1]), match[3], note)
    if _SHORT_YEAR.fullmatch(text):
        return Cell(fault="short_year")
    return Cell(fault="serial_date" if _SERIAL.fullmatch(text) else "not_a_date")


def read_month(text: str) -> Cell:
    """A month as its first day: 2026-03, 2569-03, 03/2569, มี.ค. 2569, or a date cell on the first day."""
    if len(text) > LONGEST_VALUE:
        return Cell(fault="not_a_month")
    text, note = _western(text)
    era = None
    if match := _MONTH.fullmatch(text):
        year, month = int(match[1]), int(match[2])
    elif match := _SLASH_MONTH.fullmatch(text):
        year, month = int(match[2]), int(match[1])
    elif (match := _NAMED_MONTH.fullmatch(text)) and (named := _named_month(match[1])):
        year, month, era = int(match[3]), named, match[2]
    else:
        return Cell(fault="not_a_month")
    cell = _day(year, month, 1, era, note)
    return Cell(fault="not_a_month") if cell.fault == "no_such_day" else cell


def read_year(text: str) -> Cell:
    """A year C.E., from 2569 or 2026."""
    text, note = _western(text)
    match = _YEAR.fullmatch(text)
    if not match:
        return Cell(fault="not_a_year")
    resolved = _common_era(int(match[2]), match[1])
    return Cell(fault=resolved) if isinstance(resolved, str) else Cell(resolved[0], calendar=resolved[1], note=note)


def read_code(text: str) -> Cell:
    """A code, as text: only Thai digits are turned; a lost leading zero is not put back."""
    western, note = _western(text)
    return Cell(western, note=note)


_EMAIL = re.compile(r"[^@\s,;<>\"']+@[^@\s,;<>\"']+\.[^@\s,;<>\"'.]+")


def read_email(text: str) -> Cell:
    """One e-mail address."""
    return Cell(text) if len(text) <= 254 and _EMAIL.fullmatch(text) else Cell(fault="not_an_address")


@cache
def _unit_words() -> dict[str, str]:
    return {line["word"]: line["unit"] for line in code_list("unit")}


def read_unit(text: str) -> Cell:
    """A unit by one of its words; another word is kept, and the model says that it is not allowed."""
    unit = _unit_words().get(text, text)
    return Cell(unit, note="" if unit == text else f"{text} = {unit}")


@cache
def _provinces() -> frozenset[str]:
    return frozenset(line["code"] for line in code_list("province"))


def factory_id_reader(latest_year_be: int) -> Callable[[str], Cell]:
    """Reads a factory number `A B CC DDDDD EEEE F`.

    Args:
        latest_year_be: the Buddhist-era year of the night; no factory can be registered later.
    """

    def read_factory_id(text: str) -> Cell:
        text, note = _western(text)
        if not (text.isascii() and text.isdigit()):
            return Cell(fault="exponent" if _EXPONENT.fullmatch(text) else "id_characters")
        if len(text) != 14:
            return Cell(fault="id_length")
        if text[0] not in "127":
            return Cell(fault="id_office")
        if text[2:4] not in _provinces():
            return Cell(fault="id_province")
        if not 2400 <= int(text[9:13]) <= latest_year_be:
            return Cell(fault="id_year")
        return Cell(text, note=note)

    return read_factory_id


def read_text(text: str) -> Cell:
    """Text as it stands."""
    return Cell(text)


_READERS: dict[str, Callable[[str], Cell]] = {
    "decimal": read_decimal,
    "integer": read_integer,
    "date": read_date,
    "month": read_month,
    "year": read_year,
    "code2": read_code,
    "code3": read_code,
    "code6": read_code,
    "factory_class": read_code,
    "email": read_email,
    "unit": read_unit,
    "enum": read_text,
    "text": read_text,
}


def reader_of(field: Field, latest_year_be: int) -> Callable[[str], Cell]:
    """The reader for a column."""
    return factory_id_reader(latest_year_be) if field.kind == "id14" else _READERS[field.kind]
