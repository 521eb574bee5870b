"""Removal permissions that cover every load sent, with room to spare, and what the register knows of capacity."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from flows.demo.loads import Load, Stream
from flows.demo.register import Factory
from flows.demo.table import Row, total
from flows.demo.timetable import NIGHTS, office_hours

RENEWED_SHARE = 0.2  # of generators hold one permission a year, the others one for two years
_RENEWAL_DATE = date(2026, 1, 1)


@dataclass(frozen=True)
class Permit:
    """A permission of one generator; its lines are the generator's streams, numbered from 1."""

    permit_no: str
    lines: tuple[Stream, ...]
    valid_from_date: date
    valid_to_date: date
    filed_at: datetime

    def used_t(self, stream: Stream, loads: Iterable[Load]) -> Decimal:
        """Tonnes of that stream sent while it is valid."""
        days = self.valid_from_date, self.valid_to_date
        return total(load.sent_t for load in loads if load.stream == stream and days[0] <= load.sent_date <= days[1])


def make_permits(
    rng: random.Random, streams: list[Stream], closed: Stream, uncovered: Collection[Stream] = ()
) -> list[Permit]:
    """One permission per generator, or two that follow each other; none names the uncovered streams."""
    by_generator: dict[str, list[Stream]] = defaultdict(list)
    for stream in streams:
        if stream in uncovered:
            continue
        by_generator[stream.generator.factory_id].append(stream)
    permits: list[Permit] = []

    def add(lines: tuple[Stream, ...], first: date, last: date) -> None:
        number = f"กอ1/{first.year + 543}-{len(permits) + 1:05d}"
        filed_at = office_hours(rng, first + timedelta(days=1), first + timedelta(days=4))
        permits.append(Permit(number, lines, first, last, filed_at))

    for own in by_generator.values():
        first = date(2024, 11, 4) + timedelta(days=rng.randrange(50))
        if rng.random() < RENEWED_SHARE:
            add(tuple(own), first, _RENEWAL_DATE - timedelta(days=1))
            add(tuple(own), _RENEWAL_DATE, date(2026, 12, 31))
        else:
            add(tuple(own), first, first.replace(year=2026))
    # Given while the factory worked, for two years.
    add((closed,), date(2024, 2, 1), date(2026, 1, 31))
    assert all(permit.filed_at.date() <= NIGHTS[0] for permit in permits)
    return permits


class Permissions:
    """Finds the permission that a load uses."""

    def __init__(self, permits: list[Permit]) -> None:
        self._by_generator: dict[str, list[Permit]] = defaultdict(list)
        for permit in permits:
            self._by_generator[permit.lines[0].generator.factory_id].append(permit)

    def number_for(self, load: Load) -> str:
        """Number of the permission for that load's generator and day."""
        own = self._by_generator[load.stream.generator.factory_id]
        return next(one.permit_no for one in own if one.valid_from_date <= load.sent_date <= one.valid_to_date)


def permit_rows(
    rng: random.Random, permit: Permit, loads: list[Load], tight: Collection[Stream], permitted_share: float
) -> list[Row]:
    """The lines of a permission; the tight streams may send that share of what they do. `loads` are those of its generator."""
    rows: list[Row] = []
    for n, stream in enumerate(permit.lines, 1):
        sent = float(permit.used_t(stream, loads))
        enough = round(max(sent * rng.uniform(1.4, 2.2), 10) / 5 + 1) * 5
        permitted = int(sent * permitted_share) if stream in tight and sent > 2 else enough
        kind = stream.kind
        rows.append({
            "permit_no": permit.permit_no,
            "line_no": n,
            "factory_id": stream.generator.factory_id,
            "waste_code": kind.waste_code,
            "waste_name": kind.waste_name,
            "management_code": kind.management_code,
            "method_detail": kind.method_detail,
            "processor_id": stream.processor.factory_id,
            "permitted_t": Decimal(permitted),
            "valid_from_date": permit.valid_from_date,
            "valid_to_date": permit.valid_to_date,
            "processor_answer": "accepted",
        })  # fmt: skip
    return rows


def capacities(rng: random.Random, processors: list[Factory], loads: list[Load]) -> Mapping[str, Decimal]:
    """Licensed intake in tonnes a year, well above what each processor received."""
    intake: dict[str, float] = defaultdict(float)
    for load in loads:
        if load.received_date is not None and load.received_date.year == 2025:
            intake[load.stream.processor.factory_id] += float(load.received_t)
    return {
        one.factory_id: Decimal(round((intake[one.factory_id] * rng.uniform(1.6, 3) + 500) / 100) * 100)
        for one in processors
    }
