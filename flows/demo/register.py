"""Who: the factories of the demo's register."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from flows.demo.catalogue import FIRST_WORDS, INDUSTRIES, PROCESSOR_WORDS, PROVINCES, SECOND_WORDS
from flows.demo.table import Row
from schemas.codes import PROCESSOR_CLASSES, code_list

PROCESSOR_SHARE = 0.15
CLOSED_SHARE = 0.012
SUB_CLASS_SHARE = 0.25
NAME_ENDS = (" จำกัด", " จำกัด", " จำกัด", " (ประเทศไทย) จำกัด", " จำกัด (มหาชน)")


@dataclass(frozen=True)
class Factory:
    """One factory; `class_no` is the class without a sub-class, `industry` is empty for a processor."""

    factory_id: str
    old_factory_no: str
    name: str
    class_no: str
    factory_class: str
    province_code: str
    latitude_deg: Decimal
    longitude_deg: Decimal
    industry: str
    opened_date: date
    closed_date: date | None
    email: str

    @property
    def is_processor(self) -> bool:
        """Whether its class may receive waste."""
        return self.class_no in PROCESSOR_CLASSES

    @property
    def is_open(self) -> bool:
        """Whether it still works, and so owes reports."""
        return self.closed_date is None


def make_factories(rng: random.Random, count: int) -> list[Factory]:
    """A register of `count` factories: about 15 % processors of all three classes, a few generators closed in 2024."""
    processors = max(len(PROCESSOR_CLASSES), round(PROCESSOR_SHARE * count))
    closed = max(2, round(CLOSED_SHARE * count))
    serials = rng.sample(range(1, 90_000), count)
    return [
        _factory(rng, serial, n, is_processor=n < processors, is_closed=n >= count - closed)
        for n, serial in enumerate(serials)
    ]


def _factory(rng: random.Random, serial: int, n: int, *, is_processor: bool, is_closed: bool) -> Factory:
    codes = list(PROVINCES)
    province_code = rng.choices(codes, [PROVINCES[code][2] for code in codes])[0]
    latitude, longitude, _ = PROVINCES[province_code]
    industry = "" if is_processor else rng.choice(list(INDUSTRIES))
    class_no = PROCESSOR_CLASSES[n % 3] if is_processor else rng.choice(INDUSTRIES[industry][0])
    has_sub_class = class_no != "101" and rng.random() < SUB_CLASS_SHARE
    year_be = rng.randint(2520, 2562)
    word = PROCESSOR_WORDS[class_no] if is_processor else INDUSTRIES[industry][1]
    abbreviation = next(line["abbr_th"] for line in code_list("province") if line["code"] == province_code)
    return Factory(
        factory_id=factory_number(rng, province_code, serial, year_be),
        old_factory_no=f"3-{class_no}-{n + 1}/{year_be % 100:02d}{abbreviation}",
        name=f"บริษัท {rng.choice(FIRST_WORDS)}{rng.choice(SECOND_WORDS)}{word}{rng.choice(NAME_ENDS)}",
        class_no=class_no,
        factory_class=f"{class_no}({rng.randint(1, 4)})" if has_sub_class else class_no,
        province_code=province_code,
        latitude_deg=Decimal(f"{latitude + rng.uniform(-0.12, 0.12):.5f}"),
        longitude_deg=Decimal(f"{longitude + rng.uniform(-0.12, 0.12):.5f}"),
        industry=industry,
        opened_date=date(year_be - 543, 1, 1) + timedelta(days=rng.randrange(60, 360)),
        closed_date=date(2024, 6, 1) + timedelta(days=rng.randrange(180)) if is_closed else None,
        email=f"ehs@f{serial:05d}.example" if n % 3 else f"env.f{serial:05d}@example.org",
    )


def factory_number(rng: random.Random, province_code: str, serial: int, year_be: int) -> str:
    """14 digits `A B CC DDDDD EEEE F`; the serial makes it unique."""
    return f"{rng.choice('1127')}{rng.randrange(10)}{province_code}{serial:05d}{year_be}{rng.randrange(10)}"


def register_row(factory: Factory, intake_capacity_t: Decimal | None) -> Row:
    """The factory as the register writes it."""
    return {
        "factory_id": factory.factory_id,
        "old_factory_no": factory.old_factory_no,
        "factory_name": factory.name,
        "factory_class": factory.factory_class,
        "province_code": factory.province_code,
        "latitude_deg": factory.latitude_deg,
        "longitude_deg": factory.longitude_deg,
        "status": "operating" if factory.is_open else "closed",
        "opened_date": factory.opened_date,
        "closed_date": factory.closed_date,
        "contact_email": factory.email,
        "intake_capacity_t": intake_capacity_t,
    }
