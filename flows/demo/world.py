"""Everything that happens in the demo, before anybody writes it into a file."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from flows.demo.abuses import Abuses, choose_abuses, with_changes
from flows.demo.loads import Load, closed_stream, make_loads, make_streams
from flows.demo.monthly import Months, processing_reports
from flows.demo.permits import Permit, capacities, make_permits
from flows.demo.register import Factory, make_factories
from flows.demo.schemes import (
    Schemes,
    bend_months,
    bend_years,
    choose_schemes,
    note_permits,
    with_small_capacities,
)
from flows.demo.sizes import USUAL, Sizes
from flows.demo.yearly import Years, annual_reports

LEAST_FACTORIES = 30  # fewer have no room for the planted faults and abuses


@dataclass(frozen=True)
class World:
    """What is true in the demo."""

    factories: list[Factory]
    loads: list[Load]
    permits: list[Permit]
    capacity_t: Mapping[str, Decimal]
    months: Months
    years: Years
    abuses: Abuses
    schemes: Schemes

    @property
    def processors(self) -> list[Factory]:
        """Factories that may receive waste."""
        return [factory for factory in self.factories if factory.is_processor]

    @property
    def by_id(self) -> dict[str, Factory]:
        """Factories by number."""
        return {factory.factory_id: factory for factory in self.factories}


def make_world(rng: random.Random, factories: int, sizes: Sizes = USUAL) -> World:
    """A register of that many factories and a year and a half of what they do, with abuses of those sizes."""
    if factories < LEAST_FACTORIES:
        raise ValueError(f"the demo needs at least {LEAST_FACTORIES} factories, not {factories}")
    register = make_factories(rng, factories)
    processors = [factory for factory in register if factory.is_processor]
    groups = make_streams(rng, register)
    closed = closed_stream(rng, register)
    loads = make_loads(rng, groups, closed)
    abuses = choose_abuses(rng, register, loads, sizes)
    schemes = choose_schemes(rng, register, abuses, with_changes(loads, abuses), sizes)
    monthly = processing_reports(rng, processors, schemes.received, frozenset(abuses.skipped))
    permits = make_permits(rng, [stream for group in groups for stream in group], closed, schemes.uncovered)
    note_permits(schemes, permits)
    years = annual_reports(rng, register, schemes.loads, monthly.residue_t, abuses.jumps)
    bend_months(schemes, monthly)
    bend_years(rng, schemes, abuses, register, years)
    return World(
        factories=register,
        loads=schemes.loads,
        permits=permits,
        capacity_t=with_small_capacities(schemes, abuses, capacities(rng, processors, schemes.received)),
        months=monthly,
        years=years,
        abuses=abuses,
        schemes=schemes,
    )
