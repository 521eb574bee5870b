"""Annual reports: 2025 as the manifests say, the two years before it much like it, every balance exact."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from flows.demo.catalogue import RESIDUES, is_hazardous, kinds
from flows.demo.loads import Load
from flows.demo.register import Factory
from flows.demo.table import Cell, total
from flows.demo.timetable import ANNUAL_YEARS

LAST_YEAR = ANNUAL_YEARS[-1]
ON_SITE_SHARE = 0.25  # of rows manage a part inside the factory
DRIFT = 0.06  # of a year against the last one, either way

AnnualRow = dict[str, Cell]
Years = dict[tuple[str, int], list[AnnualRow]]


def annual_reports(
    rng: random.Random,
    factories: list[Factory],
    loads: list[Load],
    residue_t: Mapping[tuple[str, int], Decimal],
    jumps: Mapping[str, float],
) -> Years:
    """Rows by (factory_id, year); a factory that closed in 2024 has reported 2023 only."""
    sent: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    names: dict[str, str] = {kind.waste_code: kind.waste_name for kind in kinds()}
    for load in loads:
        if load.sent_date.year == LAST_YEAR:
            sent[load.stream.generator.factory_id][load.stream.kind.waste_code] += load.sent_t
    years: Years = {}
    for factory in factories:
        for year in ANNUAL_YEARS if factory.is_open else ANNUAL_YEARS[:1]:
            years[factory.factory_id, year] = []
        if factory.is_processor:
            code, name, method, _ = RESIDUES[factory.class_no]
            made = residue_t.get((factory.factory_id, LAST_YEAR), Decimal(0))
            if made:
                _add(years, factory, code, name, _balances(rng, Decimal(0), made), method)
        elif factory.is_open:
            for code, amount in sent[factory.factory_id].items():
                inside = amount * _share(rng, 0.05, 0.3) if rng.random() < ON_SITE_SHARE else Decimal(0)
                method = "063" if is_hazardous(code) else "011"
                _add(years, factory, code, names[code], _balances(rng, amount, inside), method)
        else:
            code, amount = next(k.waste_code for k in kinds() if factory.industry in k.industries), Decimal(36)
            _add(years, factory, code, names[code], _balances(rng, amount, Decimal(0)), "011")
    for (factory_id, year), rows in years.items():
        if not rows:
            rows.append({"factory_id": factory_id, "report_year": year, "nil_report": "yes"})
    for factory_id, factor in jumps.items():
        _jump(years, factory_id, factor)
    return years


def _share(rng: random.Random, low: float, high: float) -> Decimal:
    return Decimal(f"{rng.uniform(low, high):.3f}")


def _grams(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.001"))


def _balances(rng: random.Random, sent: Decimal, inside: Decimal) -> list[dict[str, Decimal]]:
    """Balance terms of each year: the last one sends exactly `sent`, every closing stock is the next opening stock."""
    opening = _grams((sent + inside) * _share(rng, 0.005, 0.03))
    terms: list[dict[str, Decimal]] = []
    for year in ANNUAL_YEARS:
        is_last = year == LAST_YEAR
        sent_t = sent if is_last else _grams(sent * _share(rng, 1 - DRIFT, 1 + DRIFT))
        inside_t = _grams(inside if is_last else inside * _share(rng, 1 - DRIFT, 1 + DRIFT))
        closing = _grams((sent + inside) * _share(rng, 0.005, 0.03))
        terms.append({
            "opening_stock_t": opening, "generated_t": sent_t + inside_t + closing - opening,
            "managed_on_site_t": inside_t, "sent_off_site_t": sent_t, "closing_stock_t": closing,
        })  # fmt: skip
        opening = closing
    return terms


def _add(years: Years, factory: Factory, code: str, name: str, terms: list[dict[str, Decimal]], method: str) -> None:
    for year, term in zip(ANNUAL_YEARS, terms, strict=True):
        if (factory.factory_id, year) in years:
            years[factory.factory_id, year].append({
                "factory_id": factory.factory_id, "report_year": year, "nil_report": None, "waste_code": code,
                "waste_name": name, **term, "management_code": method if term["managed_on_site_t"] else None,
            })  # fmt: skip


def generated(rows: list[AnnualRow]) -> Decimal:
    """Tonnes generated over the rows of a report."""
    return total(value for row in rows if isinstance(value := row.get("generated_t"), Decimal))


def _jump(years: Years, factory_id: str, factor: float) -> None:
    """Raises the largest row of the last year, and what is managed inside with it: balance and manifests still fit."""
    before = [generated(years[factory_id, year]) for year in ANNUAL_YEARS[:-1]]
    rows = years[factory_id, LAST_YEAR]
    more = _grams(Decimal(factor) * total(before) / len(before) - generated(rows))
    largest = max(rows, key=lambda row: generated([row]))
    for name in ("generated_t", "managed_on_site_t"):
        value = largest[name]
        assert isinstance(value, Decimal)
        largest[name] = value + more
    largest["management_code"] = "063" if is_hazardous(str(largest["waste_code"])) else "011"
