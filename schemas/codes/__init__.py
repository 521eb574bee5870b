"""Code lists as CSV: each line with `valid_from`, `valid_to` (empty = still in force) and `source`."""

from __future__ import annotations

import csv
from functools import cache
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
