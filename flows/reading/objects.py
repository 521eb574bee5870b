"""JSON: an array of objects, or one object a line. Numbers keep their digits, a key that occurs twice is a fault."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from flows.errors import SubmissionError
from flows.reading.layouts import part_of, sheets_of
from flows.reading.limits import Limits, over_limit, too_many_rows
from flows.reading.sheets import Sheet, no_header, sheet_of
from schemas.fields.cells import MARKS

_SPACE = re.compile(r"[ \t\r\n\ufeff]*")


def read_objects(text: str, encoding: str, name: str | None, limits: Limits) -> Sheet:
    """The one sheet of a JSON text.

    Raises:
        SubmissionError: not JSON, no objects, a key twice, nested too deep, or over a limit.
    """
    # The text is gone through twice, once for the keys and once for the cells: all objects at once would be ten times its size.
    keys: dict[str, None] = {}
    count = 0
    for count, (_, each) in enumerate(_objects(text), start=1):
        keys.update(dict.fromkeys(each))
        if count > limits.rows:
            raise too_many_rows(limits)
        if len(keys) > limits.columns:
            raise over_limit(
                "Its objects have too many different keys", "จำนวนคีย์", f"{limits.columns:,}", f"{limits.columns:,}",
                "Leave out keys that are not in the layout", "กรุณาตัดคีย์ที่ไม่อยู่ในแบบออก",
            )  # fmt: skip
    is_lines = count > 1 and not _is_array(text)
    log = {"format": "json lines" if is_lines else "json", "encoding": encoding}
    part, rows = part_of(name, _rows(text, list(keys)), limits)
    if part:
        return sheets_of([part], log, limits, None, can_be_ragged=False)[0]
    sheet = sheet_of(name, rows, log, limits)
    if sheet is None:
        raise no_header()
    return sheet


def _rows(text: str, keys: list[str]) -> Iterator[tuple[int, list[str]]]:
    yield 0, [_safe(key) for key in keys]
    for number, each in _objects(text):
        yield number, [_text(each.get(key)) for key in keys]


def _is_array(text: str) -> bool:
    return text.startswith("[", _after_space(text, 0))


def _after_space(text: str, place: int) -> int:
    match = _SPACE.match(text, place)
    return match.end() if match else place


def _objects(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Objects with the number that a person counts: its place in the array, or the line that it starts on."""
    decoder = json.JSONDecoder(object_pairs_hook=_pairs, parse_float=_Number, parse_int=_Number, parse_constant=_Number)
    is_array = _is_array(text)
    place = _after_space(text, 0) + is_array
    place = _after_space(text, place)
    number, line, counted = 0, 1, 0
    closed = is_array and text.startswith("]", place)
    while not closed and place < len(text):
        line, counted = line + text.count("\n", counted, place), place
        number = number + 1 if is_array else line
        try:
            value, place = decoder.raw_decode(text, place)
        except json.JSONDecodeError as error:
            raise _invalid(error.lineno, error.msg) from error
        except RecursionError as error:
            raise _too_deep() from error
        if not isinstance(value, dict):
            raise _invalid(line, "an object is needed")
        yield number, value
        place = _after_space(text, place)
        if is_array:
            closed = text.startswith("]", place)
            if not closed and not text.startswith(",", place):
                raise _invalid(line + text.count("\n", counted, place), "a comma or the end of the array is needed")
            place = _after_space(text, place + (not closed))
    if is_array:
        if not closed:
            raise _invalid(text.count("\n") + 1, "the array does not end")
        if _after_space(text, place + 1) < len(text):
            raise _invalid(line + text.count("\n", counted, place), "there is more after the end of the array")


class _Number(str):
    """A number as it was written."""


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise SubmissionError(
            "file_is_readable",
            f'An object has the key "{_safe(twice)[:80]}" twice, so its values contradict each other. Keep one.',
            f'มีคีย์ "{_safe(twice)[:80]}" ซ้ำในวัตถุเดียวกัน กรุณาเหลือไว้คีย์เดียว',
        )
    return found


def _safe(text: str) -> str:
    """Text that can be stored: a lone surrogate is written out."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def _text(value: Any) -> str:
    if isinstance(value, str):
        return _safe(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    try:
        return MARKS["nested"] + _safe(_written(value))
    except RecursionError as error:
        raise _too_deep() from error


def _written(value: Any) -> str:
    if isinstance(value, _Number):
        return value
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_written(key)}: {_written(each)}" for key, each in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)


def _too_deep() -> SubmissionError:
    return SubmissionError(
        "file_is_readable",
        "It is nested deeper than the layout. Send an array of plain objects.",
        "ข้อมูลซ้อนลึกเกินแบบที่กำหนด กรุณาส่งรายการของวัตถุชั้นเดียว",
    )


def _invalid(line: int, why: str) -> SubmissionError:
    return SubmissionError(
        "file_is_readable",
        f"It is not valid JSON (line {line}: {why}). Send an array of objects, or one object a line.",
        f"รูปแบบ JSON ไม่ถูกต้อง (บรรทัด {line}) กรุณาส่งรายการของวัตถุ หรือหนึ่งวัตถุต่อบรรทัด",
    )
