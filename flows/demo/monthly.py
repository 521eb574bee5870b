"""Monthly reports of the processors: what came in goes through the process or waits for the next month."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flows.demo.catalogue import PRODUCTS, RESIDUES
from flows.demo.loads import Load
from flows.demo.register import Factory
from flows.demo.table import Cell
from flows.demo.timetable import FIRST_MONTH, LAST_MONTH, months

CLEARED_SHARE = 0.5  # of codes and months end with an empty yard


@dataclass(frozen=True)
class Months:
    """Rows by (factory_id, month), and tonnes of residue by (factory_id, year)."""

    rows: Mapping[tuple[str, date], list[dict[str, Cell]]]
    residue_t: Mapping[tuple[str, int], Decimal]


def processing_reports(
    rng: random.Random, processors: list[Factory], loads: list[Load], skipped: frozenset[tuple[str, date]]
) -> Months:
    """Every processor's months, also those that it will not send.

    In a skipped month the stock stays what it was, so that the months around the gap still fit together.
    """
    received: dict[tuple[str, date, str], Decimal] = defaultdict(Decimal)
    methods: dict[str, dict[str, str]] = defaultdict(dict)
    for load in loads:
        if load.received_date is not None:
            factory_id = load.stream.processor.factory_id
            received[factory_id, load.received_date.replace(day=1), load.received_code] += load.received_t
            methods[factory_id].setdefault(load.received_code, load.stream.kind.management_code)
    rows: dict[tuple[str, date], list[dict[str, Cell]]] = {}
    residue_t: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    for processor in processors:
        own = methods[processor.factory_id]
        stock = {code: _tonnes(rng.choice((0.0, rng.uniform(0.5, 4)))) for code in sorted(own)}
        for month in months(FIRST_MONTH, LAST_MONTH):
            key = (processor.factory_id, month)
            rows[key] = []
            for code, opening in stock.items():
                arrived = received[*key, code]
                closing = opening if key in skipped else _closing(rng, opening + arrived)
                if opening or arrived:
                    row = _row(processor, month, code, own[code], opening, arrived, closing)
                    rows[key].append(row)
                    assert isinstance(row["residue_t"], Decimal)
                    residue_t[processor.factory_id, month.year] += row["residue_t"]
                stock[code] = closing
            rows[key] = rows[key] or [
                {"factory_id": processor.factory_id, "report_month": month, "nil_report": "yes"}
            ]  # fmt: skip
    return Months(rows, residue_t)


def _closing(rng: random.Random, available: Decimal) -> Decimal:
    return Decimal(0) if rng.random() < CLEARED_SHARE else _tonnes(float(available) * rng.uniform(0.02, 0.25))


def _tonnes(value: float) -> Decimal:
    return Decimal(f"{value:.3f}")


def _row(
    processor: Factory, month: date, code: str, method: str, opening: Decimal, arrived: Decimal, closing: Decimal
) -> dict[str, Cell]:
    processed = opening + arrived - closing
    product, product_share = PRODUCTS.get(method, ("", 0.0))
    makes_product = bool(product_share and processed)
    return {
        "factory_id": processor.factory_id,
        "report_month": month,
        "nil_report": None,
        "waste_code": code,
        "opening_stock_t": opening,
        "received_t": arrived,
        "processed_t": processed,
        "management_code": method,
        "product_name": product if makes_product else None,
        "product_t": _tonnes(float(processed) * product_share) if makes_product else None,
        "residue_t": _tonnes(float(processed) * RESIDUES[processor.class_no][3]),
        "closing_stock_t": closing,
    }
