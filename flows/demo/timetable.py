"""When: the demo's nights, the windows in which parties file, and Bangkok instants.

Fixed days, so that the demo is the same whenever it is run. No night lies within the first two weeks of a month that
has loads before it: both the manifests and the answers of a window reach the inbox before the same night.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flows.clock import BANGKOK, bangkok_day

NIGHTS = (date(2026, 2, 20), date(2026, 5, 2), date(2026, 6, 16), date(2026, 6, 30))

FIRST_SENT_DATE = date(2025, 1, 6)
LAST_SENT_DATE = date(2026, 5, 29)
FIRST_MONTH, LAST_MONTH = date(2025, 1, 1), date(2026, 5, 1)
ANNUAL_YEARS = (2023, 2024, 2025)
ANNUAL_DUE_DATE = date(2026, 4, 30)  # of the annual report 2025
PROCESSING_DUE_DAY = 15

# What a party writes by hand is written in office hours.
_OPENS_AT, _CLOSES_AT = 8 * 3600, 17 * 3600


@dataclass(frozen=True)
class Window:
    """A run of months whose loads are filed together, and when the two parties file them.

    Attributes:
        label: for file names, e.g. `2025-q1`.
        first_date, last_date: of the loads sent.
        manifests, receipts: first and last day on which they are filed.
    """

    label: str
    first_date: date
    last_date: date
    manifests: tuple[date, date]
    receipts: tuple[date, date]


def next_month(month: date) -> date:
    """The first day of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def months(first: date, last: date) -> Iterator[date]:
    """First days of all months from `first` to `last`, both included."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = next_month(month)


def _window(label: str, first: date, count: int = 1) -> Window:
    end = first
    for _ in range(count):
        end = next_month(end)
    manifests = (end.replace(day=3), end.replace(day=7))
    return Window(label, first, end - timedelta(days=1), manifests, (end.replace(day=8), end.replace(day=14)))


WINDOWS = (
    *(_window(f"2025-q{n}", date(2025, 3 * n - 2, 1), 3) for n in (1, 2, 3, 4)),
    _window("2026-01", date(2026, 1, 1)),
    _window("2026-02-03", date(2026, 2, 1), 2),
    _window("2026-04-05", date(2026, 4, 1), 2),
    # Loads on the road at the last night: sent days before it and not answered yet.
    Window("2026-06", date(2026, 6, 1), date(2026, 6, 30), (date(2026, 6, 28), date(2026, 6, 29)), (NIGHTS[-1],) * 2),
)
_MONTHLY = tuple(_window(f"{month:%Y-%m}", month) for month in months(FIRST_MONTH, LAST_MONTH))
_HALVES = (_window("2025-h1", date(2025, 1, 1), 6), _window("2025-h2", date(2025, 7, 1), 6))
HABITS = ("monthly", "quarterly", "half-yearly")
_BY_HABIT = {"monthly": (*_MONTHLY, WINDOWS[-1]), "quarterly": WINDOWS, "half-yearly": (*_HALVES, *WINDOWS[4:])}


def window_of(sent: date, habit: str) -> Window:
    """The window in which a load sent on that day is filed, by a party of that habit."""
    return next(window for window in _BY_HABIT[habit] if window.first_date <= sent <= window.last_date)


def office_hours(rng: random.Random, first: date, last: date) -> datetime:
    """An instant in Bangkok office hours between two days, both included."""
    day = first + timedelta(days=rng.randint(0, (last - first).days))
    return datetime.combine(day, time(), BANGKOK) + timedelta(seconds=rng.randrange(_OPENS_AT, _CLOSES_AT))


def night_of(instant: datetime) -> date:
    """The night that takes a file of that modification time; StopIteration when none does."""
    return next(night for night in NIGHTS if bangkok_day(instant) <= night)
