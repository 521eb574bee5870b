"""Mail templates, and the words for numbers and dates in them. Thai comes first, English beside or below it.

Every value that a template prints passes one door (`one_line`): a line break, a control character or a reversed writing
direction in a factory's name can neither forge a line of the text nor turn one around. HTML is escaped on top of that.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

_BUDDHIST_ERA = 543  # B.E. = C.E. + 543; so for every day since the year's start moved to 1 January, in B.E. 2484 (1941)
_LONGEST = 160  # characters of one value, e.g. of a factory's name; a cell may hold thousands
_THAI_MONTHS = (
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
    "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
)  # fmt: skip
_ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_YEAR = re.compile(r"[0-9]{4}")
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
# These turn the direction of what follows them; other format characters are ordinary in Thai (zero-width space).
_DIRECTION_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def one_line(value: object) -> object:
    """Text without line breaks, control characters and direction marks, and not endless. Anything else as it is."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    visible = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in value)
    line = " ".join(_DIRECTION_MARKS.sub("", visible).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def number(value: Decimal | float, decimals: int = 3) -> str:
    """With thousands groups and no more decimals than it has: `1,234.5`.

    Args:
        decimals: most decimals; 3 are a kilogram of a tonne.
    """
    text = f"{Decimal(str(value)):,.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def thai_date(day: date) -> str:
    """`2 มีนาคม พ.ศ. 2569 (ค.ศ. 2026)`."""
    return f"{day.day} {_THAI_MONTHS[day.month - 1]} {thai_year(day.year)}"


def thai_year(year: int) -> str:
    """`พ.ศ. 2569 (ค.ศ. 2026)`."""
    return f"พ.ศ. {year + _BUDDHIST_ERA} (ค.ศ. {year})"


def english_date(day: date) -> str:
    """`2 March 2026`."""
    return f"{day.day} {_ENGLISH_MONTHS[day.month - 1]} {day.year}"


def thai_period(period: str) -> str:
    """`ปี พ.ศ. 2568 (ค.ศ. 2025)` of `2025`, `มีนาคม พ.ศ. 2569 (ค.ศ. 2026)` of `2026-03`, anything else as it is."""
    if _YEAR.fullmatch(period):
        return f"ปี {thai_year(int(period))}"
    if month := _MONTH.fullmatch(period):
        return f"{_THAI_MONTHS[int(month[2]) - 1]} {thai_year(int(month[1]))}"
    return period


def english_period(period: str) -> str:
    """`year 2025` of `2025`, `March 2026` of `2026-03`, anything else as it is."""
    if _YEAR.fullmatch(period):
        return f"year {period}"
    if month := _MONTH.fullmatch(period):
        return f"{_ENGLISH_MONTHS[int(month[2]) - 1]} {month[1]}"
    return period


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=lambda name: name is not None and name.endswith(".html.j2"),
        undefined=StrictUndefined,
        finalize=one_line,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for word in (number, thai_date, thai_year, english_date, thai_period, english_period):
        environment.filters[word.__name__] = word
    return environment


def render(template: str, **values: Any) -> str:
    """The template of this folder, e.g. `digest.html.j2`, filled.

    Raises:
        jinja2.UndefinedError: the template asks for a value that was not given.
    """
    return _environment().get_template(template).render(**values)
