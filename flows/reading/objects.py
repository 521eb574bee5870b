"""JSON: an array of objects, or one object a line. Numbers keep their digits, a key that occurs twice is a fault."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from flows.errors import SubmissionError
from flows.reading.limits import Limits, over_limit
from flows.reading.sheets import Sheet, no_header, sheet_of

NESTED = "\u0000nested"  # stands for a list or an object where a plain value belongs


class _Number(str):
    """A number as it was written."""


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise SubmissionError(
                "file_is_readable",
                f'An object has the key "{_safe(key)[:80]}" twice, so its values contradict each other. Keep one.',
                f'มีคีย์ "{_safe(key)[:80]}" ซ้ำในวัตถุเดียวกัน กรุณาเหลือไว้คีย์เดียว',
            )
        found[key] = value
    return found


def _safe(text: str) -> str:
    """Text that can be stored: a lone surrogate is written out."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _load(text: str) -> Any:
    try:
        return json.loads(
            text, object_pairs_hook=_pairs, parse_float=_Number, parse_int=_Number, parse_constant=_Number
        )
    except RecursionError as error:
        raise SubmissionError(
            "file_is_readable",
            "It is nested deeper than the layout. Send an array of plain objects.",
            "ข้อมูลซ้อนลึกเกินแบบที่กำหนด กรุณาส่งรายการของวัตถุชั้นเดียว",
        ) from error


def _invalid(line: int, why: str) -> SubmissionError:
    return SubmissionError(
        "file_is_readable",
        f"It is not valid JSON (line {line}: {why}). Send an array of objects, or one object a line.",
        f"รูปแบบ JSON ไม่ถูกต้อง (บรรทัด {line}) กรุณาส่งรายการของวัตถุ หรือหนึ่งวัตถุต่อบรรทัด",
    )


def _numbered(text: str) -> Iterator[tuple[int, Any]]:
    """Objects with the number that a person counts: its place in the array, or its line."""
    try:
        whole = _load(text)
    except json.JSONDecodeError as error:
        if text.lstrip().startswith("["):
            raise _invalid(error.lineno, error.msg) from error
        for number, line in enumerate(text.splitlines(), start=1):
            if line.strip():
                try:
                    yield number, _load(line)
                except json.JSONDecodeError as line_error:
                    raise _invalid(number, line_error.msg) from line_error
        return
    yield from enumerate(whole if isinstance(whole, list) else [whole], start=1)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _safe(value)
    return NESTED + _safe(json.dumps(value, ensure_ascii=False))[:200]


def read_objects(text: str, encoding: str, name: str | None, limits: Limits) -> Sheet:
    """The one sheet of a JSON text.

    Raises:
        SubmissionError: not JSON, no objects, a key twice, nested too deep, or over a limit.
    """
    objects: list[tuple[int, dict[str, Any]]] = []
    keys: dict[str, None] = {}
    for number, each in _numbered(text):
        if not isinstance(each, dict):
            raise _invalid(number, "an object is needed")
        if len(objects) >= limits.rows:
            raise over_limit("It has more rows than one file may have", "จำนวนแถว", f"{limits.rows:,}")
        keys.update(dict.fromkeys(each))
        objects.append((number, each))
    header = [_safe(key) for key in keys]
    lines = ((number, [_text(each.get(key)) for key in keys]) for number, each in objects)
    is_lines = not text.lstrip().startswith("[") and len(objects) > 1
    log = {"format": "json lines" if is_lines else "json", "encoding": encoding}
    sheet = sheet_of(name, _with_header(header, lines), log)
    if sheet is None:
        raise no_header()
    return sheet


def _with_header(header: list[str], lines: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    yield 0, header
    yield from lines
