"""What officials should look at: factories that do not report, loads that change on the road, figures out of line."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from flows.clock import BANGKOK
from flows.demo.catalogue import is_hazardous, kinds
from flows.demo.loads import Load, quantity_of
from flows.demo.register import Factory
from flows.demo.sizes import Sizes
from flows.demo.timetable import ANNUAL_DUE_DATE, FIRST_MONTH, LAST_MONTH, months

MISSING_SHARE = 0.03  # of factories never send the annual report 2025
LATE_SHARE = 0.01  # send it after the due date, but before the night that would miss it
SKIPPING_SHARE = 0.10  # of processors leave one month out
JUMP_SHARE = 0.01  # of generators report a year out of line
LOADS_PER_FACTORY = 1 / 30  # that arrive with another weight or as another waste
SPARED = 6  # the first generators are left to the planted faults


@dataclass(frozen=True)
class Abuses:
    """Who does what. No factory does two of these things.

    Attributes:
        missing: never send the annual report 2025.
        late: the instant at which it comes too late.
        skipped: a processor's month without report.
        jumps: factor between the total generated in 2025 and the mean of the two years before.
        changed: lines of manifests that arrive changed: the load as received, and what happened.
    """

    missing: tuple[str, ...]
    late: Mapping[str, datetime]
    skipped: tuple[tuple[str, date], ...]
    jumps: Mapping[str, float]
    changed: tuple[tuple[Load, str], ...]

    @property
    def factories(self) -> frozenset[str]:
        """Everybody who does something."""
        changed = {load.stream.generator.factory_id for load, _ in self.changed}
        return frozenset({*self.missing, *self.late, *self.jumps, *changed, *(one for one, _ in self.skipped)})


def choose_abuses(rng: random.Random, factories: list[Factory], loads: list[Load], sizes: Sizes) -> Abuses:
    """Draws who does what."""
    senders = {load.stream.generator.factory_id for load in loads}
    open_ones = [factory for factory in factories if factory.is_open]
    processors = [factory.factory_id for factory in open_ones if factory.is_processor]
    spared = {factory.factory_id for factory in [one for one in open_ones if not one.is_processor][:SPARED]}
    pool = [one.factory_id for one in open_ones if not one.is_processor and one.factory_id not in spared]
    rng.shuffle(pool)
    pool.sort(key=lambda factory_id: factory_id not in senders)  # jumps need somebody who throws something away

    def draw(share: float, least: int, of: int) -> list[str]:
        return [pool.pop(0) for _ in range(max(least, round(share * of)))]

    jumps = dict(zip(draw(JUMP_SHARE, 2, len(open_ones)), sizes.jump_factors * len(open_ones), strict=False))
    changed = _changed(rng, draw(LOADS_PER_FACTORY, 2, len(factories)), loads, sizes)
    pool.sort(key=lambda _: rng.random())
    late = draw(LATE_SHARE, 2, len(open_ones))
    minutes_late = [20, *(rng.randrange(*sizes.minutes_late) for _ in late)]  # the first one is on time in UTC, late in Bangkok
    midnight = datetime.combine(ANNUAL_DUE_DATE + timedelta(days=1), datetime.min.time(), BANGKOK)
    skipping = rng.sample(processors, max(1, round(SKIPPING_SHARE * len(processors))))
    return Abuses(
        missing=tuple(draw(MISSING_SHARE, 1, len(open_ones))),
        late={one: midnight + timedelta(minutes=minutes) for one, minutes in zip(late, minutes_late, strict=False)},
        skipped=tuple((one, rng.choice([*months(FIRST_MONTH, LAST_MONTH)][2:])) for one in skipping),
        jumps=jumps,
        changed=changed,
    )


def _changed(
    rng: random.Random, generators: list[str], loads: list[Load], sizes: Sizes
) -> tuple[tuple[Load, str], ...]:
    """One load of each of these generators as it arrives."""
    by_generator: dict[str, list[Load]] = {one: [] for one in generators}
    for load in loads:
        if load.received_date and load.stream.generator.factory_id in by_generator:
            by_generator[load.stream.generator.factory_id].append(load)
    return tuple(_misreceived(rng, rng.choice(own), sizes) for own in by_generator.values())


def _misreceived(rng: random.Random, load: Load, sizes: Sizes) -> tuple[Load, str]:
    """The same load as it arrives when something is wrong with it, and what is wrong: the weight or the waste."""
    if rng.random() < 0.7:
        is_more = load.sent_t < 18 and rng.random() < 0.3
        share = rng.uniform(*(sizes.received_more if is_more else sizes.received_less))
        mass = float(load.sent_t) * share
        density = load.stream.kind.density_kg_per_l
        quantity = quantity_of(rng, mass, load.received_unit, density)
        return replace(load, received_quantity=quantity), f"received {share - 1:+.0%} against what was sent"
    code = load.stream.kind.waste_code
    others = [
        kind.waste_code
        for kind in kinds()
        if is_hazardous(kind.waste_code) == is_hazardous(code) and kind.waste_code != code
        and kind.management_code == load.stream.kind.management_code
    ]  # fmt: skip
    other = rng.choice(others) if others else "190206" if not is_hazardous(code) else "190205"
    return replace(load, received_code=other), f"sent as {code}, received as {other}"


def with_changes(loads: list[Load], abuses: Abuses) -> list[Load]:
    """The loads as they really arrived."""
    changed = {(load.manifest_no, load.line_no): load for load, _ in abuses.changed}
    return [changed.get((load.manifest_no, load.line_no), load) for load in loads]


def planted_abuses(abuses: Abuses) -> list[dict[str, str | None]]:
    """The list for planted.json; `key` is the anomaly's subject: a report type, a line of a manifest, or nothing."""
    missing = [entry("report_missing", one, "2025", "annual", "Never sends it.") for one in abuses.missing]
    skipped = [
        entry("report_missing", one, f"{month:%Y-%m}", "processing", "Leaves this month out.")
        for one, month in abuses.skipped
    ]
    changed = [
        entry(
            "sent_received_mismatch", load.stream.generator.factory_id, f"{load.sent_date:%Y-%m}",
            f"{load.manifest_no}/{load.line_no}", f"The load was {note}.",
        )
        for load, note in abuses.changed
    ]  # fmt: skip
    jumps = [
        entry("mass_jump", one, "2025", None, f"Generated about {factor} times the mean of 2023 and 2024.")
        for one, factor in abuses.jumps.items()
    ]
    return [*missing, *skipped, *changed, *jumps, *planted_late(abuses)]


def planted_late(abuses: Abuses) -> list[dict[str, str | None]]:
    """Annual reports 2025 that came after the due date, before the next night: late, but never found missing."""
    return [
        entry("report_late", one, "2025", "annual", f"Came at {instant:%Y-%m-%d %H:%M} Bangkok time.")
        for one, instant in abuses.late.items()
    ]


def entry(rule: str, factory_id: str, period: str, key: str | None, note: str) -> dict[str, str | None]:
    """One line of the list; `key` is the subject of the anomaly."""
    return {"rule": rule, "factory_id": factory_id, "period": period, "key": key, "note": note}
