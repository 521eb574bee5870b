"""The one clock: instants in UTC, days in Bangkok."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BANGKOK = ZoneInfo("Asia/Bangkok")


def now() -> datetime:
    """This instant, UTC, aware."""
    return datetime.now(UTC)


def today() -> date:
    """Today in Bangkok."""
    return bangkok_day(now())


def bangkok_day(instant: datetime) -> date:
    """The day in Bangkok of an aware instant."""
    return instant.astimezone(BANGKOK).date()


def end_of_day(day: date) -> datetime:
    """The last instant of a day in Bangkok, as the first one of the next, UTC."""
    return datetime.combine(day + timedelta(days=1), time(), BANGKOK).astimezone(UTC)


def naive_utc(instant: datetime) -> datetime:
    """As DuckDB's TIMESTAMP columns hold it: UTC without a zone, whole microseconds."""
    return instant.astimezone(UTC).replace(tzinfo=None)
