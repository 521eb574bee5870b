"""How findings and the reading log are said to a factory, in Thai and in English."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemas.checks import all_checks
from schemas.layouts import all_layouts
from schemas.records import Finding
from schemas.reports import all_reports

# These turn the direction of what follows them; other format characters are ordinary in Thai (zero-width space).
_DIRECTION_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

OUTCOMES = {
    "accepted": ("รับทั้งหมด", "accepted"),
    "partly_accepted": ("รับบางส่วน", "accepted in part"),
    "rejected": ("ไม่รับ", "not accepted"),
    "duplicate": ("ซ้ำกับไฟล์ที่รับไว้แล้ว", "same bytes as a file received before"),
}
SEVERITIES = {"error": ("ต้องแก้ไข", "must be mended"), "warning": ("ควรตรวจสอบ", "please check")}

_LABELS = {
    "format": ("รูปแบบไฟล์", "format"),
    "encoding": ("รหัสอักขระ", "encoding"),
    "delimiter": ("ตัวคั่น", "delimiter"),
    "header_row": ("แถวหัวตาราง", "header row"),
    "report_type": ("แบบรายงาน", "report type"),
    "source_sheet": ("แผ่นงาน", "sheet"),
    "rows_above_header": ("แถวเหนือหัวตาราง (ไม่ใช่ข้อมูล)", "rows above the header (not data)"),
    "rows_below_header": ("แถวคำอธิบายใต้หัวตาราง (ไม่ใช่ข้อมูล)", "explanations below the header (not data)"),
    "layout": ("แบบของระบบอื่น", "layout of another system"),
    "layout_columns": ("คอลัมน์ที่นำมาใช้", "columns taken from"),
    "layout_cells": ("คำที่แปลงตามแบบ", "words of that layout turned"),
    "personal_columns_left_out": ("คอลัมน์ข้อมูลส่วนบุคคลที่ไม่เก็บ", "columns with personal data, not kept"),
    "cells": ("ค่าที่อ่านแบบพิเศษ", "cells read in a special way"),
    "blank_rows": ("แถวว่าง", "blank rows"),
    "repeated_headers": ("หัวตารางซ้ำ", "repeated headers"),
    "totals_rows": ("แถวผลรวม", "totals rows"),
    "unknown_columns": ("คอลัมน์ที่ไม่อยู่ในแบบ (เก็บไว้ตามที่ส่ง)", "columns that the layout does not know (kept as received)"),
    "sheets_without_header": ("แผ่นงานที่ไม่มีหัวตารางของแบบรายงาน", "sheets without a header of ours"),
    "hidden_sheets_left_out": ("แผ่นงานซ่อนที่ไม่ได้อ่าน", "hidden sheets left out"),
    "calendars": ("ปฏิทินของวันที่", "calendars of dates"),
    "old_numbers_resolved": ("เลขทะเบียนเดิมที่แปลงเป็นเลข 14 หลัก", "old factory numbers resolved"),
    "template": ("แบบของกรมฯ", "our own template"),
    "day_numbers_read_as_dates": ("เลขลำดับวันที่อ่านเป็นวันที่", "day numbers read as dates"),
    "numbers_rounded_to_6_decimals": ("ตัวเลขที่ปัดเป็น 6 ตำแหน่ง", "numbers rounded to 6 decimals"),
    "refused": ("ไม่รับไฟล์เพราะ", "refused because"),
    "mends": ("แก้ไขแถวที่กักไว้ของการส่ง", "mends rows held back of submission"),
    "mends_not_judged": ("แก้ไขแถวที่กักไว้ของการส่ง (ยังไม่ได้ตรวจ)", "mends rows held back of submission (not judged)"),
    "files_left_out": ("ไฟล์ใน ZIP ที่ไม่ได้อ่าน", "files of the ZIP left out"),
}  # fmt: skip
LINE = 120  # characters after which a list goes on in a new line
_DELIMITERS = {
    ",": ("จุลภาค (,)", "comma (,)"),
    ";": ("อัฒภาค (;)", "semicolon (;)"),
    "\t": ("แท็บ", "tab"),
    "|": ("ขีดตั้ง (|)", "pipe (|)"),
}
_CALENDARS = {"BE": ("พ.ศ.", "Buddhist Era"), "CE": ("ค.ศ.", "Common Era"), "BE+CE": ("พ.ศ. ปน ค.ศ.", "B.E. and C.E. mixed")}
_ENCODINGS = {"utf-8-sig": "UTF-8 (BOM)", "utf-8": "UTF-8", "cp874": "cp874 (TIS-620)", "utf-16": "UTF-16", "ascii": "ASCII"}


@dataclass(frozen=True)
class LogLine:
    """One decision of reading, ready for a person; `place` is the sheet or member it is about, "" for a plain file."""

    place: str
    label_th: str
    label_en: str
    value_th: str
    value_en: str


@dataclass(frozen=True)
class Group:
    """Findings of one check in one file."""

    check_id: str
    severity: str
    title_th: str
    title_en: str
    ground: str
    findings: tuple[Finding, ...]


def visible(text: str) -> str:
    """Text on one line, without control characters and direction marks: safe for a terminal, a page and a comment."""
    plain = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in text)
    return _DIRECTION_MARKS.sub("", plain).strip()


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Findings in the order of the file: the whole file first, then sheet, row, column of the layout."""
    places = {field.name: place for report in all_reports().values() for place, field in enumerate(report.fields)}

    def key(each: Finding) -> tuple[Any, ...]:
        column = each.column_name or ""
        place = each.source_sheet or "", each.source_row or 0, places.get(column, 99)
        return each.source_row is not None, *place, column, each.check_id

    return sorted(findings, key=key)


def groups_of(findings: Iterable[Finding]) -> list[Group]:
    """Findings by check: errors before warnings, the most frequent first."""
    by_check: dict[str, list[Finding]] = {}
    for each in ordered(findings):
        by_check.setdefault(each.check_id, []).append(each)
    groups = [
        Group(check.id, check.severity, check.title_th, check.title_en, check.ground, tuple(found))
        for name, found in by_check.items()
        if (check := all_checks()[name])
    ]
    return sorted(groups, key=lambda group: (group.severity != "error", -len(group.findings), group.check_id))


def cell_words(finding: Finding) -> tuple[str, str]:
    """Where a finding stands, Thai and English."""
    column = visible(finding.column_name or "")
    if finding.source_row is None:
        return (f"ทั้งไฟล์ คอลัมน์ {column}", f"whole file, column {column}") if column else ("ทั้งไฟล์", "whole file")
    sheet = visible(finding.source_sheet or "")
    th, en = f"แถว {finding.source_row}", f"row {finding.source_row}"
    if sheet:
        th, en = f"แผ่นงาน {sheet} {th}", f"sheet {sheet}, {en}"
    return (f"{th} คอลัมน์ {column}", f"{en}, column {column}") if column else (th, en)


def log_lines(log: Mapping[str, Any], place: str = "") -> list[LogLine]:
    """The reading log, one line a decision. A key that is not known here is said by its own name."""
    lines: list[LogLine] = []
    for sheet in log.get("sheets", ()):
        lines += log_lines(sheet, visible(str(sheet.get("source_sheet", ""))))
    for key, value in log.items():
        if key in ("sheets", "source_sheet") and (place or key == "sheets"):
            continue
        own = key.replace("_", " ")
        label_th, label_en = _LABELS.get(key, (own, own))
        for value_th, value_en in _values(key, value):
            lines.append(LogLine(place, label_th, label_en, visible(value_th), visible(value_en)))
    return lines


def _values(key: str, value: Any) -> list[tuple[str, str]]:
    """A decision in as many lines as it takes: a page cuts a value that is very long, and nothing is to be cut."""
    if key in ("cells", "layout_cells") and isinstance(value, Mapping):
        said = [(column, what, _counted(count)) for column, notes in value.items() for what, count in notes.items()]
        return [(f"{column}: {what}, {th}", f"{column}: {what}, {en}") for column, what, (th, en) in said]
    if key == "layout_columns" and isinstance(value, Mapping):
        return [(f"{column} ← {_plain(taken)}",) * 2 for column, taken in value.items()]
    if isinstance(value, Sequence) and not isinstance(value, str):
        lines = [""]
        for text in map(_plain, value):
            lines = [*lines[:-1], f"{lines[-1]}, {text}"] if lines[-1] and len(lines[-1]) < LINE else [*lines, text]
        return [(line, line) for line in lines if line]
    return [_value(key, value)]


def _value(key: str, value: Any) -> tuple[str, str]:
    if key == "delimiter" and value in _DELIMITERS:
        return _DELIMITERS[value]
    if key == "encoding":
        return (_ENCODINGS.get(str(value), str(value)),) * 2
    if key == "report_type" and value in all_reports():
        report = all_reports()[value]
        return f"{report.title_th} ({value})", f"{report.title_en} ({value})"
    if key == "calendars" and isinstance(value, Mapping):
        pairs = [(column, _CALENDARS.get(str(era), (str(era),) * 2)) for column, era in value.items()]
        th, en = (", ".join(f"{column}: {words[language]}" for column, words in pairs) for language in (0, 1))
        return th, en
    if isinstance(value, Mapping) and set(value) == {"count", "first_row"}:
        return _counted(value)
    if key == "layout" and value in all_layouts():
        return all_layouts()[value].title_th, all_layouts()[value].title_en
    text = _plain(value)
    return text, text


def _counted(said: Mapping[str, Any]) -> tuple[str, str]:
    return f"{said['count']} แถว เริ่มที่แถว {said['first_row']}", f"{said['count']}, first in row {said['first_row']}"


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} = {_plain(each)}" for key, each in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_plain(each) for each in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
