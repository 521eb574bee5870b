"""Loads of a year and a half: streams from generators to processors, each load sent, received and completed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from flows.demo.catalogue import Kind, kinds
from flows.demo.register import Factory
from flows.demo.table import tonnes
from flows.demo.timetable import FIRST_SENT_DATE, LAST_SENT_DATE, NIGHTS, next_month

NIL_SHARE = 0.06  # generators that throw nothing away
PAIRED_SHARE = 0.12  # generators whose first two wastes travel on one manifest, as two lines
INTERVALS_DAYS = (28, 35, 42, 49, 63)
SIGMA = 0.2  # of the logarithm of a stream's loads
HEAVIEST_T = 26.0  # a lorry's net load; the house calls 40 t too heavy for the road
LEAST_T = 0.25
RUNNING_SINCE = date(2026, 5, 20)  # some non-hazardous loads of after it are still worked on: 60 days are not over
CLOSED_SENT_DATE = date(2025, 3, 12)  # a load from a factory that closed in 2024


@dataclass(frozen=True)
class Stream:
    """One waste of one generator, sent to one processor. `filer` writes its manifests: a factory_id or `desk`."""

    generator: Factory
    processor: Factory
    kind: Kind
    unit: str
    load_t: float
    filer: str


@dataclass(frozen=True)
class Load:
    """One line of a manifest and its answer. No `received_date`: not answered yet."""

    manifest_no: str
    line_no: int
    stream: Stream
    sent_date: date
    quantity: Decimal
    vehicle_no: str
    received_date: date | None
    completed_date: date | None
    received_quantity: Decimal
    received_unit: str
    received_code: str

    @property
    def sent_t(self) -> Decimal:
        """Tonnes sent."""
        return tonnes(self.quantity, self.stream.unit, self.stream.kind.density_kg_per_l)

    @property
    def received_t(self) -> Decimal:
        """Tonnes received."""
        return tonnes(self.received_quantity, self.received_unit, self.stream.kind.density_kg_per_l)


def make_streams(rng: random.Random, factories: list[Factory]) -> list[list[Stream]]:
    """One to four streams for most open generators, in groups that travel together.

    A group is one stream alone or, for some generators, two that go to the same processor on one manifest.
    """
    receivers = _receivers(factories)
    groups: list[list[Stream]] = []
    for n, generator in enumerate(factory for factory in factories if not factory.is_processor and factory.is_open):
        if n == 1 or (n > 6 and rng.random() < NIL_SHARE):
            continue
        choices = [kind for kind in kinds() if generator.industry in kind.industries]
        counts = (2, 3, 4) if n < 6 else (1, 2, 2, 3, 3, 4)  # the first few carry what every demo must have
        habit = "desk" if n == 2 or rng.random() < 0.05 else "mixed"
        if n == 0:  # one pair of wastes on one manifest at least, in a file of the generator's own
            choices, habit = _of_one_class(choices), "own"
        size = rng.lognormvariate(0, 0.3)
        own = [
            _stream(rng, generator, kind, size, receivers, habit)
            for kind in rng.sample(choices, min(len(choices), rng.choice(counts)))
        ]
        groups += _paired(own) if n < 12 or rng.random() < PAIRED_SHARE else [[stream] for stream in own]
    return groups


def _receivers(factories: list[Factory]) -> list[Factory]:
    """Processors that receive anything: one in 22 stands idle, and reports that it does."""
    processors = [factory for factory in factories if factory.is_processor]
    return [processor for n, processor in enumerate(processors) if n % 22 != 3]


def _of_one_class(choices: list[Kind]) -> list[Kind]:
    """Those that go to the class of processor that takes most of them."""
    classes = [kind.processor_class for kind in choices]
    return [kind for kind in choices if kind.processor_class == max(classes, key=classes.count)]


def _stream(
    rng: random.Random, generator: Factory, kind: Kind, size: float, receivers: list[Factory], habit: str
) -> Stream:
    candidates = [processor for processor in receivers if processor.class_no == kind.processor_class]
    near = [one for one in candidates if one.province_code[0] == generator.province_code[0]]
    processor = rng.choice(near if near and rng.random() < 0.7 else candidates)
    # Most manifests are filled in by processors for their clients, says the press; here it is a part, to show both.
    filer = processor.factory_id if habit == "mixed" and rng.random() < 0.15 else generator.factory_id
    unit = rng.choice(("t", "kg")) if kind.unit in ("t", "kg") else kind.unit
    return Stream(generator, processor, kind, unit, kind.load_t * size, "desk" if habit == "desk" else filer)


def _paired(own: list[Stream]) -> list[list[Stream]]:
    first, *rest = own
    mate = next((one for one in rest if one.kind.processor_class == first.kind.processor_class), None)
    if mate is None:
        return [[stream] for stream in own]
    pair = [first, replace(mate, processor=first.processor, filer=first.filer)]
    return [pair, *([stream] for stream in rest if stream is not mate)]


def closed_stream(rng: random.Random, factories: list[Factory]) -> Stream:
    """The stream of a generator that closed in 2024 and sends once more."""
    generator = next(factory for factory in factories if not factory.is_open)
    kind = next(kind for kind in kinds() if generator.industry in kind.industries)
    choices = [one for one in _receivers(factories) if one.class_no == kind.processor_class]
    return Stream(generator, rng.choice(choices), kind, kind.unit, kind.load_t, generator.factory_id)


class _Fleet:
    """Lorries of the processors: no lorry makes two trips on one day, none serves two processors."""

    def __init__(self) -> None:
        self._owners: dict[str, int] = {}
        self._trips: dict[tuple[str, date], int] = {}

    def lorry(self, processor: Factory, day: date) -> str:
        """A plate such as 70-1201 that has not been out on that day."""
        owner = self._owners.setdefault(processor.factory_id, len(self._owners))
        trip = self._trips[processor.factory_id, day] = self._trips.get((processor.factory_id, day), 0) + 1
        return f"{70 + owner // 40}-{1000 + owner % 40 * 200 + trip}"


def make_loads(rng: random.Random, groups: list[list[Stream]], closed: Stream) -> list[Load]:
    """All loads, in order of group and day; the last ones are on the road at the last night."""
    fleet, numbers = _Fleet(), count(1)
    loads: list[Load] = []
    for group in groups:
        interval = rng.choice(INTERVALS_DAYS)
        for sent in _days(rng, FIRST_SENT_DATE + timedelta(days=rng.randrange(interval)), interval):
            loads += _manifest(rng, fleet, next(numbers), sent, group)
    loads += _manifest(rng, fleet, next(numbers), CLOSED_SENT_DATE, [closed])
    for group in rng.sample(groups, max(1, len(groups) // 80)):
        sent = NIGHTS[-1] - timedelta(days=rng.randint(3, 8))
        lines = _manifest(rng, fleet, next(numbers), sent, group)
        loads += [replace(line, received_date=None, completed_date=None) for line in lines]
    return loads


def _days(rng: random.Random, first: date, interval: int) -> Iterator[date]:
    day = first
    while day <= LAST_SENT_DATE:
        yield day
        day += timedelta(days=interval + rng.randint(-4, 4))
        day += timedelta(days=day.weekday() == 6)  # nobody drives on a Sunday


def _manifest(rng: random.Random, fleet: _Fleet, number: int, sent: date, streams: list[Stream]) -> list[Load]:
    received = sent + timedelta(days=rng.choice((0, 0, 0, 1, 1, 2, 3, 5)))
    vehicle_no = fleet.lorry(streams[0].processor, sent)
    manifest_no = f"MN{(sent.year + 543) % 100}-{number:06d}"
    heaviest = HEAVIEST_T / len(streams)
    lines: list[Load] = []
    for n, stream in enumerate(streams, 1):
        mass = min(heaviest * rng.uniform(0.9, 1), max(LEAST_T, stream.load_t * rng.lognormvariate(0, SIGMA)))
        lines.append(_line(rng, manifest_no, n, stream, sent, received, mass, vehicle_no))
    return lines


def _line(
    rng: random.Random, manifest_no: str, line_no: int, stream: Stream, sent: date, received: date, mass: float,
    vehicle_no: str,
) -> Load:  # fmt: skip
    kind = stream.kind
    quantity = quantity_of(rng, mass, stream.unit, kind.density_kg_per_l)
    sent_t = tonnes(quantity, stream.unit, kind.density_kg_per_l)
    own_unit = ("t", "kg")[int(stream.processor.factory_id) % 2]  # the processor's scale; a tank shows the volume
    unit = stream.unit if kind.density_kg_per_l and rng.random() < 0.5 else own_unit
    answer = quantity
    while tonnes(answer, unit, kind.density_kg_per_l) == sent_t or answer == quantity:
        drift = rng.choice((-1, 1)) * rng.uniform(0.002, 0.027)  # two scales never agree to the kilogram
        answer = quantity_of(rng, float(sent_t) * (1 + drift), unit, kind.density_kg_per_l)
    completed: date | None = min(
        received + timedelta(days=rng.randint(0, 16)), next_month(sent.replace(day=1)) + timedelta(days=7)
    )
    if received > RUNNING_SINCE and not kind.is_hazardous and rng.random() < 0.5:
        completed = None
    return Load(
        manifest_no, line_no, stream, sent, quantity, vehicle_no, received, completed, answer, unit, kind.waste_code
    )


def quantity_of(rng: random.Random, mass_t: float, unit: str, density_kg_per_l: Decimal | None) -> Decimal:
    """About so many tonnes in that unit, to the digit that a scale or a tank shows; never a round figure by design."""
    volume = mass_t / float(density_kg_per_l) if unit in ("L", "m3") and density_kg_per_l else mass_t
    if unit == "kg":
        return Decimal(f"{mass_t * 1000:.{rng.choice((0, 0, 1))}f}")
    return Decimal(f"{volume * 1000:.0f}") if unit == "L" else Decimal(f"{volume:.3f}")
