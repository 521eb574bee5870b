"""Code lists as CSV: each line with `valid_from`, `valid_to` (empty = still in force) and `source`."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path

FOLDER = Path(__file__).parent

# The Notification B.E. 2566 came into force on this day (Royal Gazette vol. 140 special part 126 ง, 31 May 2023):
# what lies before it was reported under other codes, and no list here may judge it.
REGIME_START_DATE = "2023-11-01"
REGIME_FIRST_YEAR = 2023  # the annual report of 2023 was the first one under clause 13

PROCESSOR_CLASSES = ("101", "105", "106")


@cache
def code_list(name: str) -> tuple[dict[str, str], ...]:
    """The lines of `schemas/codes/<name>.csv`, as text, in the order of the file."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def list_names() -> list[str]:
    """Names of all code lists, e.g. `waste_code`."""
    return sorted(path.stem for path in FOLDER.glob("*.csv"))


def overlaps(lines: Iterable[Mapping[str, str]], key: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Keys of which two lines are in force on one day: whatever is judged by such a list is judged twice.

    Args:
        lines: of a list, as text; an empty `valid_to` is still in force.
        key: the columns that name what a line is about, e.g. `("code",)`.
    """
    spans: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for line in lines:
        spans.setdefault(tuple(line[column] for column in key), []).append((line["valid_from"], line["valid_to"] or "9999-12-31"))
    return [
        name
        for name, each in spans.items()
        if any(later[0] <= earlier[1] for earlier, later in pairwise(sorted(each)))
    ]  # fmt: skip


def tolerance_sql(name: str, day: str) -> str:
    """SQL for a tolerance of `schemas/codes/tolerance.csv` on a day; NULL on a day on which none is in force.

    Args:
        name: of the tolerance.
        day: SQL for the day.
    """
    lines = (
        f"WHEN {day} BETWEEN DATE '{line['valid_from']}' AND DATE '{line['valid_to'] or '9999-12-31'}' THEN {line['value']}"
        for line in code_list("tolerance")
        if line["name"] == name
    )
    return f"(CASE {' '.join(lines)} END)"


LIST_MEANINGS = {
    "duty": "one duty to report: who owes it, for which period, and by when",
    "factory_class": "one class of the Factory Act list",
    "management_code": "one management code of Annex 3",
    "province": "one province",
    "tolerance": "one figure up to which a difference, a delay or a load is believed; not Thai law unless its ground says so",
    "unit": "one accepted word for a unit",
    "waste_code": "one waste code of Annex 1",
    "completion_clock": "one clock for the completion of management after receipt",
}
COLUMN_MEANINGS = {
    "code": "the code, as text",
    "valid_from": "first day on which this line is in force",
    "valid_to": "last day on which this line is in force; NULL = still",
    "source": "where the line comes from",
    "name_th": "name in Thai",
    "name_en": "name in English",
    "report_type": "report that is owed",
    "who": "every_factory, or processor (class 101, 105, 106)",
    "period_kind": "year or month",
    "deadline_kind": "month_day_next_year, or day_of_next_month",
    "deadline_value": "the day: 04-30, or 15",
    "clause": "clause of the Notification",
    "waste_role": "generator or processor",
    "name_th_origin": "where the Thai name was taken from",
    "name_en_origin": "where the English name was taken from",
    "group_code": "two-digit group of the method",
    "group_th": "the group in Thai",
    "group_en": "the group in English",
    "waste_scope": "which waste it is for: any, hazardous or not, or one of them only",
    "detail_required": "whether the method must be described",
    "detail_what": "what the description must say",
    "region_th": "region in Thai",
    "region_en": "region in English",
    "abbr_th": "Thai abbreviation",
    "word": "the word as it may stand in a file",
    "unit": "the unit that it means: t, kg, L or m3",
    "mark": "HA always hazardous; HM hazardous unless laboratory results rebut it; NULL not hazardous",
    "is_hazardous": "HA or HM",
    "management_code": "method that the line is for; NULL = any other",
    "days": "days after receipt [day]",
    "extended_days": "days after receipt when an extension was notified in time [day]",
    "chapter": "two-digit chapter",
    "subchapter": "four-digit subchapter",
    "name": "name of the tolerance: its column in ref.tolerance_on",
    "value": "the figure, in value_unit",
    "value_unit": "unit of the value: %, t or day",
    "ground": "[law], [press], [borrowed] from another country, or [policy] of ours",
    "meaning": "what is believed up to it",
}
