"""Which report a header belongs to: by English names or Thai headers, whatever their case, spaces, width or Unicode form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from schemas.fields.cells import BLANKS
from schemas.records import Report
from schemas.reports import all_reports

_INVISIBLE = re.compile(r"[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")
MEND_COLUMN = "waste-reports: mends"  # our mend-me files: the submission and row that a row mends
TEMPLATE_SHEET = "waste-reports"  # hidden in our own templates; its first cell says type, language and version
MARK_COLUMN = "waste-reports: findings"  # our own marked copies carry it; it is ignored when they come back


def header_key(text: str) -> str:
    """What two spellings of one header have in common."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()


@dataclass(frozen=True)
class Header:
    """A header row matched to a report type.

    Attributes:
        report: the report type.
        places: column name -> position in the row.
        unknown: position -> header text of columns that are none of ours.
        missing: required columns that are not there.
        repeated: column name -> header texts, for columns that stand there more than once.
        expected: positions of unknown columns that a layout card knows: they are kept without a warning.
    """

    report: Report
    places: dict[str, int]
    unknown: dict[int, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    repeated: dict[str, tuple[str, ...]] = field(default_factory=dict)
    expected: frozenset[int] = frozenset()

    @property
    def refuses_file(self) -> bool:
        """Whether no row can be taken."""
        return bool(self.missing or self.repeated)


@cache
def _keys(report_name: str) -> dict[str, str]:
    keys: dict[str, str] = {}
    for column in all_reports()[report_name].fields:
        keys[header_key(column.name)] = column.name
        keys[header_key(column.header_th)] = column.name
    return keys


def header_names(report: Report, column: str) -> set[str]:
    """What the header of a column may be, in small letters."""
    field_ = report.field(column)
    return {field_.name.lower(), field_.header_th.lower()}


@cache
def _all_keys() -> frozenset[str]:
    return frozenset(key for report in all_reports() for key in _keys(report))


def is_header_name(text: str) -> bool:
    """Whether a text is the header of a column of any report type."""
    return header_key(text) in _all_keys()


def is_mend_column(text: str) -> bool:
    """Whether a header is that of the column by which our mend-me files say what they mend."""
    return header_key(text) == header_key(MEND_COLUMN)


def match_header(cells: Sequence[str]) -> Header | None:
    """The report type that a row of cells is the header of; None when it is no header of ours.

    The type is the one with the largest share of its required columns there (at least half, and two columns), then the
    one with most columns.
    """
    keys = [header_key(cell) for cell in cells]
    present = {key for key in keys if key}
    best: tuple[float, int, str] | None = None
    for report in all_reports().values():
        names = {_keys(report.name)[key] for key in present if key in _keys(report.name)}
        required = [column.name for column in report.fields if column.required == "yes"]
        share = sum(name in names for name in required) / len(required)
        if len(names) >= 2 and share >= 0.5 and (best is None or (share, len(names)) > best[:2]):
            best = share, len(names), report.name
    return _matched(all_reports()[best[2]], cells, keys) if best else None


def unlike(text: str, taken: Mapping[int, str]) -> str:
    """The text, told apart from those that stand there already, so that no cell overwrites another."""
    known, number = set(taken.values()), 1
    name = text
    while name in known:
        number += 1
        name = f"{text} [{number}]"
    return name


def _matched(report: Report, cells: Sequence[str], keys: list[str]) -> Header:
    names = _keys(report.name)
    places: dict[str, int] = {}
    unknown: dict[int, str] = {}
    repeated: dict[str, tuple[str, ...]] = {}
    for place, (cell, key) in enumerate(zip(cells, keys, strict=True)):
        name = names.get(key)
        if name is None:
            if key != header_key(MARK_COLUMN):
                unknown[place] = unlike(cell.strip(BLANKS) or f"({place + 1})", unknown)
        elif name in places:
            repeated[name] = (*repeated.get(name, (cells[places[name]],)), cell)
        else:
            places[name] = place
    missing = tuple(column.name for column in report.fields if column.required == "yes" and column.name not in places)
    return Header(report, places, unknown, missing, repeated)
