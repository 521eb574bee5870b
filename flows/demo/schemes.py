"""What only several reports together can show: loads that one report has and another has not, stocks that vanish, lorries
that carry too much. Everything that is not planted here still agrees to the last digit.
"""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from flows.demo.abuses import Abuses, entry
from flows.demo.catalogue import is_hazardous
from flows.demo.loads import Load, Stream, quantity_of
from flows.demo.monthly import Months
from flows.demo.permits import Permit
from flows.demo.register import Factory
from flows.demo.sizes import USUAL, Days, Sizes
from flows.demo.table import Cell, total
from flows.demo.timetable import FIRST_MONTH, LAST_MONTH, months, next_month
from flows.demo.yearly import Years, generated
from schemas.codes import code_list

TIMES = 2  # each scheme is planted so often, where the demo is large enough to have somebody for it
SPARED_SHARE = 0.5  # of generators scheme with nothing: planted faults need sound ones
PROCESSOR_SHARE = 0.08  # of processors scheme; the others are left to the planted faults
YEAR = 2025
_STOCKS, _FLOWS = ("opening_stock_t", "closing_stock_t"), ("managed_on_site_t", "sent_off_site_t")
_DOWNGRADED = ("190206", "กากตะกอนจากการบำบัด")  # a non-hazardous code that no factory of the demo has


@dataclass
class Schemes:
    """Who deceives whom, and how the loads look afterwards.

    Attributes:
        sizes: how far each scheme goes.
        loads: all loads that have a manifest.
        ghosts: loads that only the processor's receipts know.
        uncovered: streams that no permission names.
        tight: streams whose permission is too small.
        crowded: numbers of manifests whose lorry must stand in the file.
        processors: those that scheme.
        entries: the list for planted.json.
    """

    sizes: Sizes
    loads: list[Load]
    ghosts: list[Load] = field(default_factory=list)
    uncovered: set[Stream] = field(default_factory=set)
    tight: set[Stream] = field(default_factory=set)
    crowded: set[str] = field(default_factory=set)
    processors: list[str] = field(default_factory=list)
    entries: list[dict[str, str | None]] = field(default_factory=list)

    @property
    def received(self) -> list[Load]:
        """Loads that processors know of."""
        return [*self.loads, *self.ghosts]

    @property
    def factories(self) -> frozenset[str]:
        """Everybody who is to be found."""
        return frozenset(str(each["factory_id"]) for each in self.entries)


class _Plot:
    """Draws who does what: no load is used twice, and a generator schemes with its loads twice only when there are few."""

    def __init__(self, rng: random.Random, factories: list[Factory], abuses: Abuses, loads: list[Load], sizes: Sizes) -> None:
        self.rng = rng
        self.sizes = sizes
        self.schemes = Schemes(sizes, loads)
        changed = {load.stream.generator.factory_id for load, _ in abuses.changed}
        self.generators = {one for one in _schemers(factories) if one not in changed}
        self.again = set(self.generators)  # those who may do one more thing
        self.taken = {load.manifest_no for load, _ in abuses.changed}
        self.numbers = max(int(load.manifest_no[-6:]) for load in loads)
        # Those who receive most, so that they have a month for everything.
        skipping = {one for one, _ in abuses.skipped}
        busy = Counter(load.stream.processor.factory_id for load in loads)
        ranked = [one for one, _ in busy.most_common() if one not in skipping]
        self.schemes.processors = ranked[: max(1, round(PROCESSOR_SHARE * sum(one.is_processor for one in factories)))]

    def number(self) -> str:
        """The number of one more manifest."""
        self.numbers += 1
        return f"MN{(YEAR + 543) % 100}-{self.numbers:06d}"

    def pick(self, suits: Callable[[Load], bool], days: Days = USUAL.unanswered_days) -> Load | None:
        """A load sent in those days that travels alone, was answered, and is in no scheme yet."""
        lines = Counter(load.manifest_no for load in self.schemes.loads)
        choices = [
            load
            for load in self.schemes.loads
            if lines[load.manifest_no] == 1 and load.manifest_no not in self.taken
            and load.received_date and days[0] <= load.sent_date <= days[1] and suits(load)
        ]  # fmt: skip
        if not choices:
            return None
        load = self.rng.choice(choices)
        self.taken.add(load.manifest_no)
        return load

    def pick_of_generator(self, least_t: float, suits: Callable[[Load], bool] = bool) -> Load | None:
        """Such a load of a generator that does nothing yet if possible, of a waste with loads that are not small."""
        for pool in (self.generators, self.again):
            load = self.pick(
                lambda load, pool=pool: load.stream.generator.factory_id in pool  # type: ignore[misc]
                and load.stream.load_t >= least_t and suits(load)
            )  # fmt: skip
            if load:
                self.generators.discard(load.stream.generator.factory_id)
                return load
        return None

    def swap(self, old: Load, new: Load) -> None:
        """Puts a load in the place of another."""
        self.schemes.loads = [new if load is old else load for load in self.schemes.loads]

    def add(self, rule: str, factory_id: str, period: str, key: str | None, note: str) -> None:
        """Notes what must be found."""
        self.schemes.entries.append(entry(rule, factory_id, period, key, note))


def _schemers(factories: list[Factory]) -> list[str]:
    """Generators that may scheme."""
    generators = [one.factory_id for one in factories if one.is_open and not one.is_processor]
    return generators[round(SPARED_SHARE * len(generators)) :]


def choose_schemes(
    rng: random.Random, factories: list[Factory], abuses: Abuses, loads: list[Load], sizes: Sizes
) -> Schemes:
    """Draws everything that changes loads, receipts and permissions; reports are bent later, see `bend_months`."""
    plot = _Plot(rng, factories, abuses, loads, sizes)
    _agree_perfectly(plot)
    _lack_permission(plot)
    for _ in range(TIMES):
        _carry_too_much(plot)
        _leave_unanswered(plot)
        _leave_incomplete(plot)
        _answer_a_ghost(plot)
    _drive_too_often(plot)
    _share_a_lorry(plot)
    _clash(plot)
    return plot.schemes


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def _weighed(rng: random.Random, load: Load, mass_t: float) -> Load:
    """The load with another weight, sent and received."""
    density, unit = load.stream.kind.density_kg_per_l, load.stream.unit
    sent = quantity_of(rng, mass_t, unit, density)
    drift = rng.choice((-1, 1)) * rng.uniform(0.004, 0.02)
    return replace(load, quantity=sent, received_quantity=quantity_of(rng, mass_t * (1 + drift), load.received_unit, density))


def _again(plot: _Plot, load: Load, mass_t: float, sent: date, vehicle_no: str) -> Load:
    """One more load like this one."""
    assert load.received_date
    later = sent - load.sent_date
    before_answers = next_month(sent.replace(day=1)) + timedelta(days=7)  # the first day on which any habit answers
    done = min(load.completed_date + later, before_answers) if load.completed_date else None
    more = replace(
        load, manifest_no=plot.number(), line_no=1, sent_date=sent, vehicle_no=vehicle_no,
        received_date=load.received_date + later, completed_date=done,
    )  # fmt: skip
    plot.taken.add(more.manifest_no)
    return _weighed(plot.rng, more, mass_t)


def _usual(plot: _Plot, load: Load) -> float:
    return min(24.0, load.stream.load_t * plot.rng.uniform(0.85, 1.15))


def _agree_perfectly(plot: _Plot) -> None:
    """A processor fills in both sides for a year: sent and received agree to the kilogram."""
    pairs: dict[tuple[str, str], list[Load]] = defaultdict(list)
    for load in plot.schemes.loads:
        if load.received_date and load.received_date.year == YEAR and load.stream.processor.factory_id in plot.schemes.processors:
            pairs[load.stream.processor.factory_id, load.stream.generator.factory_id].append(load)
    choices = [
        (pair, own)
        for pair, own in sorted(pairs.items())
        if pair[1] in plot.generators and len(own) > 3 and not any(load.manifest_no in plot.taken for load in own)
    ]
    for (processor_id, generator_id), own in plot.rng.sample(choices, min(TIMES, len(choices))):
        plot.generators.discard(generator_id)
        plot.again.discard(generator_id)
        wanted = plot.sizes.perfect_loads
        days = (date(YEAR, 1, 20) + timedelta(days=322 // wanted * n) for n in range(wanted))
        missing = max(0, wanted - len(own))
        more = [_again(plot, own[0], _usual(plot, own[0]), day, own[0].vehicle_no) for day in list(days)[:missing]]
        plot.schemes.loads += more
        for load in (*own, *more):
            plot.taken.add(load.manifest_no)
        for load in [*own, *more][: math.ceil(plot.sizes.perfect_share * len([*own, *more]))]:
            plot.swap(load, replace(load, received_quantity=load.quantity, received_unit=load.stream.unit))
        note = f"{plot.sizes.perfect_share:.0%} of the loads are received to the kilogram as they were sent."
        plot.add("too_perfect_agreement", processor_id, str(YEAR), generator_id, note)


def _lack_permission(plot: _Plot) -> None:
    """Two streams that no permission names, two that outgrow theirs; each of a generator with others."""
    by_generator: dict[str, list[Stream]] = defaultdict(list)
    tonnes: dict[Stream, Decimal] = defaultdict(Decimal)
    for load in plot.schemes.loads:
        own = by_generator[load.stream.generator.factory_id]
        if load.stream not in own:
            own.append(load.stream)
        tonnes[load.stream] += load.sent_t
    for chosen in (plot.schemes.uncovered, plot.schemes.tight):
        choices = [one for one in sorted(plot.generators) if len(by_generator[one]) > 1]
        for generator_id in plot.rng.sample(choices, min(TIMES, len(choices))):
            plot.generators.discard(generator_id)
            chosen.add(max(by_generator[generator_id], key=lambda stream: tonnes[stream]))


def _carry_too_much(plot: _Plot) -> None:
    if load := plot.pick_of_generator(4):
        heavy = _weighed(plot.rng, load, plot.rng.uniform(*plot.sizes.heavy_t))
        plot.swap(load, heavy)
        key = f"{load.manifest_no}/{load.line_no}"
        note = f"{heavy.sent_t} t on one lorry."
        plot.add("road_load_too_heavy", load.stream.generator.factory_id, _month(load.sent_date), key, note)


def _drive_too_often(plot: _Plot) -> None:
    if load := plot.pick_of_generator(4.5):
        plot.schemes.loads += [
            _again(plot, load, _usual(plot, load), load.sent_date, load.vehicle_no) for _ in range(plot.sizes.trips - 1)
        ]
        _crowd(plot, load.vehicle_no, load.sent_date, [load])


def _share_a_lorry(plot: _Plot) -> None:
    load = plot.pick_of_generator(5.5)
    other = load and plot.pick_of_generator(5.5, lambda one: one.stream.generator is not load.stream.generator)
    if load and other:
        lorry = load.vehicle_no, load.sent_date
        for one, count in ((load, plot.sizes.shared_trips - 1), (other, plot.sizes.shared_trips)):
            more = (_again(plot, one, _usual(plot, one), lorry[1], lorry[0]) for _ in range(count))
            plot.schemes.loads += more
        _crowd(plot, *lorry, [load, other])


def _crowd(plot: _Plot, vehicle_no: str, day: date, loads: list[Load]) -> None:
    here = [load for load in plot.schemes.loads if (load.vehicle_no, load.sent_date) == (vehicle_no, day)]
    plot.schemes.crowded |= {load.manifest_no for load in here}
    for load in loads:
        note = f"One lorry with {len(here)} loads on one day."
        plot.add("many_small_loads", load.stream.generator.factory_id, _month(day), f"{vehicle_no} {day}", note)


def _clash(plot: _Plot) -> None:
    """Two generators use one number, towards two processors that each answer their own."""
    first = plot.pick_of_generator(0)
    second = first and plot.pick_of_generator(
        0, lambda one: one.stream.processor is not first.stream.processor and one.stream.generator is not first.stream.generator
    )
    if first and second:
        plot.swap(second, replace(second, manifest_no=first.manifest_no))
        for load in (first, second):
            note = "Another generator uses the number too."
            generator_id = load.stream.generator.factory_id
            plot.add("manifest_number_clash", generator_id, _month(load.sent_date), first.manifest_no, note)


def _of_scheming_processor(plot: _Plot, days: Days = USUAL.unanswered_days) -> Load | None:
    return plot.pick(lambda load: load.stream.processor.factory_id in plot.schemes.processors, days)


def _leave_unanswered(plot: _Plot) -> None:
    if load := _of_scheming_processor(plot, plot.sizes.unanswered_days):
        plot.swap(load, replace(load, received_date=None, completed_date=None))
        key = f"{load.manifest_no}/{load.line_no} {load.stream.generator.factory_id}"
        note = "Never answered."
        plot.add("manifest_unanswered", load.stream.processor.factory_id, _month(load.sent_date), key, note)


def _leave_incomplete(plot: _Plot) -> None:
    if load := _of_scheming_processor(plot, plot.sizes.unfinished_days):
        assert load.received_date
        plot.swap(load, replace(load, completed_date=None))
        key = f"{load.manifest_no}/{load.line_no}"
        note = "Received, and never completed."
        plot.add("completion_overdue", load.stream.processor.factory_id, _month(load.received_date), key, note)


def _answer_a_ghost(plot: _Plot) -> None:
    if load := _of_scheming_processor(plot):
        ghost = _again(plot, load, _usual(plot, load), load.sent_date, load.vehicle_no)
        assert ghost.received_date
        plot.schemes.ghosts.append(ghost)
        note = "No manifest has this number."
        period, key = _month(ghost.received_date), f"{ghost.manifest_no}/1"
        plot.add("receipt_without_manifest", load.stream.processor.factory_id, period, key, note)


def note_permits(schemes: Schemes, permits: Iterable[Permit]) -> None:
    """What must be found of streams without a permission, and of permissions that are too small."""
    for permit in permits:
        for n, stream in enumerate(permit.lines, 1):
            if stream in schemes.tight and permit.used_t(stream, schemes.loads) > 2:
                period, key = str(permit.valid_from_date.year), f"{permit.permit_no}/{n}"
                note = "More is sent than permitted."
                schemes.entries.append(entry("permit_exceeded", stream.generator.factory_id, period, key, note))
    for load in schemes.loads:
        stream = load.stream
        if stream in schemes.uncovered:
            key = f"{stream.kind.waste_code}/{stream.kind.management_code}/{stream.processor.factory_id}"
            note = "No permission names this waste."
            found = entry("removal_without_permit", stream.generator.factory_id, _month(load.sent_date), key, note)
            if found not in schemes.entries:
                schemes.entries.append(found)


def with_small_capacities(schemes: Schemes, abuses: Abuses, capacity_t: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Capacities, of which those of some processors that scheme, or leave a month out, are used up."""
    intake: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    for load in schemes.received:
        if load.received_date:
            intake[load.stream.processor.factory_id, load.received_date.year] += load.received_t
    out_of_line = [one for one in (*schemes.processors, *(one for one, _ in abuses.skipped)) if intake[one, YEAR] > 10]
    small = {one: Decimal(int(intake[one, YEAR] * Decimal(str(schemes.sizes.capacity_share)))) for one in out_of_line[:TIMES]}
    for (one, year), mass in sorted(intake.items()):
        if one in small and mass > small[one]:
            note = f"Takes in {mass} t, licensed for {small[one]} t."
            schemes.entries.append(entry("capacity_exceeded", one, str(year), None, note))
    return {**capacity_t, **small}


def bend_months(schemes: Schemes, reports: Months) -> None:
    """Monthly reports of scheming processors: one says too much, one that nothing came, one finds stock nobody left."""
    for one in schemes.processors[:TIMES]:
        own = {month: reports.rows[one, month] for month in months(FIRST_MONTH, LAST_MONTH)}
        steps = [_say_too_much, _say_nothing, _find_stock] * (TIMES if len(schemes.processors) < TIMES else 1)
        last: date | None = None
        for month, rows in own.items():
            # A month in between, so that each is found by its own rule.
            if steps and month > FIRST_MONTH and (last is None or (month - last).days > 40):
                found = steps[0](one, month, rows, schemes.sizes)
                if found:
                    schemes.entries.append(found)
                    steps.pop(0)
                    last = month


def _decimal(row: Mapping[str, Cell], name: str) -> Decimal:
    value = row.get(name)
    return value if isinstance(value, Decimal) else Decimal(0)


def _more(row: Mapping[str, Cell], name: str, sizes: Sizes) -> Decimal:
    return (_decimal(row, name) * Decimal(str(sizes.overstated_share))).quantize(Decimal("0.001"))


def _say_too_much(one: str, month: date, rows: list[dict[str, Cell]], sizes: Sizes) -> dict[str, str | None] | None:
    if total(_decimal(row, "received_t") for row in rows) < 5:
        return None
    for row in rows:
        more = _more(row, "received_t", sizes)
        row["received_t"] = _decimal(row, "received_t") + more
        row["processed_t"] = _decimal(row, "processed_t") + more
    note = f"{sizes.overstated_share:.0%} more than the receipts say."
    return entry("processing_disagrees_with_receipts", one, _month(month), None, note)


def _say_nothing(one: str, month: date, rows: list[dict[str, Cell]], _: Sizes) -> dict[str, str | None] | None:
    if total(_decimal(row, "received_t") for row in rows) < 5:
        return None
    rows[:] = [{"factory_id": one, "report_month": month, "nil_report": "yes"}]
    return entry("nil_report_contradicted", one, _month(month), "processing", "Loads came in.")


def _find_stock(one: str, month: date, rows: list[dict[str, Cell]], sizes: Sizes) -> dict[str, str | None] | None:
    row = next((row for row in rows if _decimal(row, "opening_stock_t")), None)
    if row is None:
        return None
    more = Decimal(str(sizes.stock_found_t[1]))
    row["opening_stock_t"] = _decimal(row, "opening_stock_t") + more
    row["processed_t"] = _decimal(row, "processed_t") + more
    note = f"{more} t more than the month before left."
    return entry("stock_does_not_carry_over", one, _month(month), str(row["waste_code"]), note)


def bend_years(rng: random.Random, schemes: Schemes, abuses: Abuses, factories: list[Factory], years: Years) -> None:
    """Annual reports 2025 of generators that do nothing else with theirs; each balance still closes."""
    absent = {*abuses.missing, *abuses.late, *abuses.jumps}
    pool = [one for one in _schemers(factories) if one not in absent and generated(years[one, YEAR])]
    rng.shuffle(pool)
    for bend, times in (
        (_downgrade, TIMES), (_use_last_resort, TIMES), (_send_more, TIMES), (_lose_stock, 1), (_report_nothing, 1),
    ):  # fmt: skip
        for one in list(pool):
            if times and (found := bend(one, years, schemes.sizes)):
                schemes.entries.append(found)
                pool.remove(one)
                times -= 1


def _rows_by_mass(one: str, years: Years, year: int = YEAR) -> list[dict[str, Cell]]:
    return sorted(years[one, year], key=lambda row: -_decimal(row, "generated_t"))


def _downgrade(one: str, years: Years, sizes: Sizes) -> dict[str, str | None] | None:
    before = {str(row["waste_code"]): _decimal(row, "generated_t") for row in years[one, YEAR - 1]}
    for row in _rows_by_mass(one, years):
        code, mass = str(row["waste_code"]), _decimal(row, "generated_t")
        was = before.get(code, Decimal(0))
        if is_hazardous(code) and was > 6 and abs(mass - was) < was * Decimal("0.15"):
            if sizes.downgraded_share < 1:
                row = _part(row, sizes.downgraded_share, _FLOWS)  # the stock keeps its code
                years[one, YEAR].append(row)
            row["waste_code"], row["waste_name"] = _DOWNGRADED
            row["management_code"] = "011" if row["management_code"] else None
            note = f"{sizes.downgraded_share:.0%} of {code} became {_DOWNGRADED[0]}."
            return entry("hazard_downgrade", one, str(YEAR), f"{code}>{_DOWNGRADED[0]}", note)
    return None


def _use_last_resort(one: str, years: Years, sizes: Sizes) -> dict[str, str | None] | None:
    largest = _rows_by_mass(one, years)[0]
    code, mass, all_t = str(largest["waste_code"]), _decimal(largest, "generated_t"), generated(years[one, YEAR])
    last_resort = f"{code[:4]}99"
    if is_hazardous(code) or not _is_plain(last_resort) or all_t < 12 or mass < all_t * Decimal("0.55"):
        return None
    for (factory_id, _), rows in years.items():
        for row in list(rows):
            if factory_id == one and row.get("waste_code") == code:
                if sizes.last_resort_share < 1:
                    row = _part(row, sizes.last_resort_share, (*_STOCKS, *_FLOWS))
                    rows.append(row)
                row["waste_code"] = last_resort
    note = f"{sizes.last_resort_share:.0%} of {code} is called {last_resort}."
    return entry("last_resort_codes", one, str(YEAR), None, note)


def _part(row: dict[str, Cell], share: float, names: Iterable[str]) -> dict[str, Cell]:
    """Takes that share of these terms out of a row of an annual report into a new one; both balances close."""
    part: dict[str, Cell] = {**row, **dict.fromkeys((*_STOCKS, *_FLOWS), Decimal(0))}
    for name in names:
        part[name] = (_decimal(row, name) * Decimal(str(share))).quantize(Decimal("0.001"))
    gone = total(_decimal(part, name) for name in ("closing_stock_t", *_FLOWS)) - _decimal(part, "opening_stock_t")
    part["generated_t"] = gone
    for name in (*names, "generated_t"):
        row[name] = _decimal(row, name) - _decimal(part, name)
    return part


def _is_plain(code: str) -> bool:
    return any(line["code"] == code and line["is_hazardous"] == "0" for line in code_list("waste_code"))


def _send_more(one: str, years: Years, sizes: Sizes) -> dict[str, str | None] | None:
    if total(_decimal(row, "sent_off_site_t") for row in years[one, YEAR]) < 3:
        return None
    for row in years[one, YEAR]:
        more = _more(row, "sent_off_site_t", sizes)
        row["sent_off_site_t"] = _decimal(row, "sent_off_site_t") + more
        row["generated_t"] = _decimal(row, "generated_t") + more
    note = f"{sizes.overstated_share:.0%} more than the manifests say."
    return entry("annual_disagrees_with_manifests", one, str(YEAR), None, note)


def _lose_stock(one: str, years: Years, sizes: Sizes) -> dict[str, str | None] | None:
    row = _rows_by_mass(one, years)[0]
    more = Decimal(str(sizes.stock_found_t[0]))
    if _decimal(row, "generated_t") < 2 * more or _decimal(row, "opening_stock_t") > 100:
        return None
    row["opening_stock_t"] = _decimal(row, "opening_stock_t") + more
    row["generated_t"] = _decimal(row, "generated_t") - more
    note = f"{more} t more than the year before left."
    return entry("stock_does_not_carry_over", one, str(YEAR), str(row["waste_code"]), note)


def _report_nothing(one: str, years: Years, _: Sizes) -> dict[str, str | None] | None:
    if not total(_decimal(row, "sent_off_site_t") for row in years[one, YEAR]):
        return None
    years[one, YEAR] = [{"factory_id": one, "report_year": YEAR, "nil_report": "yes"}]
    return entry("nil_report_contradicted", one, str(YEAR), "annual", "Loads were sent.")
