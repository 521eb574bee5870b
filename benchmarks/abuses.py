"""Abuses planted at three sizes in generated years: what share each rule finds, and how much else it accuses.

The demo's generator makes a register and a year and a half of reports, with faults, corrections and duplicates in them, and
plants abuses for every rule at one size (`SIZES`). Its nights are run by the night's own steps, without Prefect, mails and
publication. What every rule has found at the end is compared, one to one, with what was planted for it.

recall: planted ones that were found; precision: found ones that were planted. A rule that is no guess from figures must reach
100 % of both at every size, because its bar is a law or a stated figure, and every planted size lies beyond it.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from flows import night as wiring
from flows.clock import end_of_day
from flows.demo import make_demo
from flows.demo.sizes import USUAL, Sizes
from flows.ledger import Ledger
from flows.reading.limits import Limits
from flows.sql_files import anomalies
from flows.steps.archive import archive, begin_clearing, finish_clearing, started
from flows.steps.detect import detect
from flows.steps.summarise import summarise
from flows.warehouse import Store, open_work, transaction

OBLIGATIONS_FROM = date(2025, 1, 1)
FACTORIES = 150
SEEDS = (1, 2, 3, 4, 5)

SIZES: Mapping[str, Sizes] = {
    # Just beyond the bar of each rule that has a stated one; below it, or near it, for the statistical ones.
    "small": Sizes(
        jump_factors=(2, 4),
        received_less=(0.85, 0.88),
        received_more=(1.12, 1.15),
        minutes_late=(1, 60),
        heavy_t=(40.5, 42),
        trips=13,
        shared_trips=4,
        perfect_loads=14,
        perfect_share=0.8,
        downgraded_share=0.6,
        last_resort_share=0.6,
        overstated_share=0.15,
        stock_found_t=(0.2, 0.2),
        permitted_share=0.95,
        capacity_share=0.95,
        # 15 days to answer, 30 or 60 to complete: just over on the last night, 30 June 2026.
        unanswered_days=(date(2026, 5, 11), date(2026, 5, 29)),
        unfinished_days=(date(2026, 4, 1), date(2026, 4, 24)),
    ),
    "medium": replace(USUAL, jump_factors=(6, 15), downgraded_share=0.92, last_resort_share=0.95),
    "large": Sizes(
        jump_factors=(100, 1000),
        received_less=(0.05, 0.3),
        received_more=(1.5, 2.0),
        minutes_late=(2000, 2800),
        heavy_t=(60, 90),
        trips=30,
        shared_trips=10,
        perfect_loads=30,
        overstated_share=1.5,
        stock_found_t=(10, 10),
        permitted_share=0.3,
        capacity_share=0.3,
    ),
}
WITHOUT_SIZE = (
    "manifest_number_clash", "nil_report_contradicted", "receipt_without_manifest", "removal_without_permit", "report_missing",
)  # fmt: skip
"""Rules whose abuse is there or not: planted alike at every size."""

Abuse = tuple[str, str, str, str | None]
"""Rule, factory, period, subject."""


@dataclass(frozen=True)
class Counts:
    """One rule at one size: abuses planted, found, and both."""

    planted: int
    found: int
    both: int

    @property
    def is_perfect(self) -> bool:
        """Everything planted was found, and nothing else."""
        return self.planted == self.found == self.both > 0


def measure(sizes: Sizes, factories: int, seeds: Iterable[int]) -> dict[str, Counts]:
    """Counts by rule over several generated years, each of its own seed.

    Args:
        sizes: how far the planted abuses go.
        factories: of each year's register.
        seeds: of the generator.
    """
    planted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    both: Counter[str] = Counter()
    for seed in seeds:
        with tempfile.TemporaryDirectory() as folder:
            planted_here, found_here = run_year(Path(folder), sizes, factories, seed)
        planted.update(rule for rule, *_ in planted_here)
        found.update(rule for rule, *_ in found_here)
        both.update(rule for rule, *_ in planted_here & found_here)
    return {rule.name: Counts(planted[rule.name], found[rule.name], both[rule.name]) for rule in anomalies()}


def run_year(data: Path, sizes: Sizes, factories: int, seed: int) -> tuple[set[Abuse], set[Abuse]]:
    """Abuses planted in one generated year, and what all rules found after its last night.

    Args:
        data: an empty folder.
        sizes: how far the planted abuses go.
        factories: size of the register.
        seed: of the generator.
    """
    store, limits = Store(data), Limits()
    store.make_folders()
    plan = make_demo(store.inbox, factories, seed, sizes)
    ledger = Ledger(store.ledger)
    earliest = None
    with open_work(store.work) as connection:
        for night in plan.nights:
            times = wiring.Times(night, end_of_day(night), earliest)
            started(ledger, night, times.cut_off)
            archived = archive(store.inbox, store.archive, ledger, night, times.cut_off, times.earliest, limits.file_bytes)
            begin_clearing(archived, store.archive)
            finish_clearing(archived, ledger)
            with transaction(connection):
                packs = wiring.pending(connection, ledger)
                wiring.take_in(connection, packs, night, store, limits, lambda name, work: work())
                summarise(connection, night, OBLIGATIONS_FROM)
                detect(connection, night)
                wiring.record_run(connection, times, packs, OBLIGATIONS_FROM)
            earliest = times.cut_off
        open_ones = "SELECT rule, factory_id, period, subject FROM anomaly.found WHERE state <> 'closed'"
        found = {(rule, one, period, subject) for rule, one, period, subject in connection.execute(open_ones).fetchall()}
    return {(each["rule"], each["factory_id"], each["period"], each["key"]) for each in plan.planted["abuses"]}, found
