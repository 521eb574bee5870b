"""What the demo's reports say adds up: every balance, every load, every permission, but for what was planted."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from flows.demo.catalogue import RESIDUES, is_hazardous, kinds, methods_with_detail
from flows.demo.table import tonnes
from flows.demo.timetable import NIGHTS
from schemas.codes import code_list

if TYPE_CHECKING:
    from tests.demo.conftest import Demo, Line

Sums = dict[tuple[Any, ...], Decimal]


def mass(line: Line) -> Decimal:
    return tonnes(line["quantity"], line["unit"], line["density_kg_per_l"])


def sums(lines: Iterable[Line], key: Callable[[Line], tuple[Any, ...]], value: Callable[[Line], Decimal]) -> Sums:
    result: Sums = defaultdict(Decimal)
    for line in lines:
        result[key(line)] += value(line)
    return result


def abuses(demo: Demo, rule: str) -> list[dict[str, str]]:
    return [abuse for abuse in demo.plan.planted["abuses"] if abuse["rule"] == rule]


def keys(demo: Demo, rule: str) -> set[tuple[str, str, str]]:
    return {(abuse["factory_id"], abuse["period"], abuse["key"]) for abuse in abuses(demo, rule)}


def filled(demo: Demo, report: str) -> list[Line]:
    return [line for line in demo.accepted(report) if line["nil_report"] != "yes"]


@pytest.fixture(scope="module")
def answers(demo: Demo) -> dict[tuple[str, str, int], Line]:
    return {(r["processor_id"], r["manifest_no"], r["line_no"]): r for r in demo.accepted("receipt")}


BALANCES = {
    "annual": (("opening_stock_t", "generated_t"), ("managed_on_site_t", "sent_off_site_t", "closing_stock_t")),
    "processing": (("opening_stock_t", "received_t"), ("processed_t", "closing_stock_t")),
}


@pytest.mark.parametrize("report", BALANCES)
def test_every_balance_closes_to_the_last_digit(demo: Demo, report: str) -> None:
    inflow, outflow = BALANCES[report]
    off = {
        (line.file.path, line.source_row)
        for line in filled(demo, report)
        if sum(line[name] for name in inflow) != sum(line[name] for name in outflow)
    }
    faults = [f for f in demo.plan.planted["faults"] if f["check_id"] == "stock_balances"]
    paths = {line.file.path for line in filled(demo, report)}
    assert off == {(f["file"], f["source_row"]) for f in faults if f["file"] in paths}


@pytest.mark.parametrize("report", BALANCES)
def test_stock_carries_over(demo: Demo, report: str) -> None:
    def period(line: Line) -> int:
        month = line["report_month"]
        return int(line["report_year"]) if report == "annual" else month.year * 12 + month.month

    stock = {(line["factory_id"], line["waste_code"], period(line)): line for line in filled(demo, report)}
    assert stock
    gaps = set()
    for (factory_id, code, number), line in stock.items():
        later = stock.get((factory_id, code, number + 1))
        if later is not None and later["opening_stock_t"] != line["closing_stock_t"]:
            gaps.add((factory_id, f"{later['report_month']:%Y-%m}" if report == "processing" else str(number + 1), code))
    length = len("2025-03") if report == "processing" else len("2025")
    assert gaps == {key for key in keys(demo, "stock_does_not_carry_over") if len(key[1]) == length}


def test_annual_reports_say_what_the_manifests_say(demo: Demo) -> None:
    year = [line for line in filled(demo, "annual") if line["report_year"] == 2025]
    reported = sums(year, lambda a: (a["factory_id"], a["waste_code"]), lambda a: a["sent_off_site_t"])
    loads = [load for load in demo.accepted("manifest") if load["sent_date"].year == 2025]
    sent = sums(loads, lambda m: (m["factory_id"], m["waste_code"]), mass)
    reporting = {factory_id for factory_id, _ in reported}
    recoded = {one for rule in ("hazard_downgrade", "last_resort_codes") for one, _, _ in keys(demo, rule)}
    off = {key[0] for key in {*reported, *sent} if key[0] in reporting and reported[key] != sent[key]}
    assert off == recoded | {one for one, _, _ in keys(demo, "annual_disagrees_with_manifests")}
    for one in recoded:
        assert sum(t for key, t in reported.items() if key[0] == one) == sum(t for key, t in sent.items() if key[0] == one)
    silent = {factory_id for factory_id, _ in sent} - reporting
    nil = {one for one, _, report in keys(demo, "nil_report_contradicted") if report == "annual"}
    assert nil <= silent
    # A factory that closed before the year owes no report of it.
    closed = {line["factory_id"] for line in demo.accepted("factory") if line["status"] == "closed"}
    assert silent - nil - closed <= {one for one, _, _ in keys(demo, "report_missing")}


def test_monthly_reports_say_what_the_receipts_say(demo: Demo) -> None:
    reported = sums(
        filled(demo, "processing"),
        lambda p: (p["factory_id"], p["report_month"], p["waste_code"]),
        lambda p: p["received_t"],
    )
    received = sums(
        demo.accepted("receipt"),
        lambda r: (r["processor_id"], r["received_date"].replace(day=1), r["waste_code"]),
        mass,
    )
    months = {(line["factory_id"], line["report_month"]) for line in demo.accepted("processing")}
    off = {
        (key[0], f"{key[1]:%Y-%m}")
        for key in {*reported, *received}
        if key[:2] in months and reported[key] != received[key]
    }
    nil = {key[:2] for key in keys(demo, "nil_report_contradicted") if key[2] == "processing"}
    assert off == nil | {key[:2] for key in keys(demo, "processing_disagrees_with_receipts")}


def test_every_load_is_answered_within_three_percent_but_the_planted_ones(
    demo: Demo, answers: dict[tuple[str, str, int], Line]
) -> None:
    changed, unanswered, overdue = set(), set(), set()
    perfect = {(processor_id, generator_id) for processor_id, _, generator_id in keys(demo, "too_perfect_agreement")}
    for load in demo.accepted("manifest"):
        answer = answers.get((load["processor_id"], load["manifest_no"], load["line_no"]))
        line = f"{load['manifest_no']}/{load['line_no']}"
        if answer is None:
            if NIGHTS[-1] - load["sent_date"] > timedelta(days=10):
                unanswered.add((load["processor_id"], f"{load['sent_date']:%Y-%m}", f"{line} {load['factory_id']}"))
            continue
        share = mass(answer) / mass(load) - 1
        if abs(share) > Decimal("0.1") or answer["waste_code"] != load["waste_code"]:
            changed.add((load["factory_id"], f"{load['sent_date']:%Y-%m}", line))
        elif (load["processor_id"], load["factory_id"]) in perfect and answer["received_date"].year == 2025:
            assert share == 0
        else:
            assert 0 < abs(share) <= Decimal("0.03")
        assert timedelta() <= answer["received_date"] - load["sent_date"] <= timedelta(days=5)
        if answer["completed_date"]:
            assert timedelta() <= answer["completed_date"] - answer["received_date"] <= timedelta(days=30)
        elif NIGHTS[-1] - answer["received_date"] < timedelta(days=60):
            assert not is_hazardous(answer["waste_code"])
        else:
            overdue.add((load["processor_id"], f"{answer['received_date']:%Y-%m}", line))
    assert changed == keys(demo, "sent_received_mismatch")
    assert unanswered == keys(demo, "manifest_unanswered")
    assert overdue == keys(demo, "completion_overdue")


@pytest.mark.parametrize("night", NIGHTS)
def test_at_no_night_a_load_waits_long_or_an_answer_has_no_manifest(demo: Demo, night: date) -> None:
    loads = {(m["processor_id"], m["manifest_no"], m["line_no"]): m for m in demo.accepted("manifest", by=night)}
    answered = {(r["processor_id"], r["manifest_no"], r["line_no"]) for r in demo.accepted("receipt", by=night)}
    ghosts = {(one, f"{number}/{line}") for one, number, line in answered - set(loads)}
    assert ghosts == {(one, key) for one, _, key in keys(demo, "receipt_without_manifest")}
    waiting = {load["manifest_no"] for key, load in loads.items() if key not in answered}
    planted = {key.split("/")[0] for _, _, key in keys(demo, "manifest_unanswered")}
    old = {load["manifest_no"] for load in loads.values() if night - load["sent_date"] > timedelta(days=10)}
    assert waiting & old == planted


def test_loads_are_believable(demo: Demo) -> None:
    loads = demo.accepted("manifest")
    heavy = {key for _, _, key in keys(demo, "road_load_too_heavy")}
    for load in loads:
        is_heavy = f"{load['manifest_no']}/{load['line_no']}" in heavy
        assert mass(load) > 40 if is_heavy else Decimal("0.1") < mass(load) < 30
    numbers = defaultdict(set)
    trips = defaultdict(set)
    streams = defaultdict(list)
    for load in loads:
        numbers[load["manifest_no"]].add(load["factory_id"])
        if load["vehicle_no"]:
            trips[load["vehicle_no"], load["sent_date"]].add(load["manifest_no"])
        streams[load["factory_id"], load["waste_code"]].append(math.log(mass(load)))
    clashes = {number for number, factories in numbers.items() if len(factories) > 1}
    assert clashes == {number for _, _, number in keys(demo, "manifest_number_clash")}
    busy = {f"{vehicle_no} {day}": len(manifests) for (vehicle_no, day), manifests in trips.items() if len(manifests) > 2}
    assert set(busy) == {key for _, _, key in keys(demo, "many_small_loads")}
    assert min(busy.values()) > 6
    # 0.2 each way, and no slip of units: that would be a factor of 1,000
    assert all(max(logs) - min(logs) < math.log(30) for logs in streams.values())


def test_every_load_has_a_permission_with_room(demo: Demo) -> None:
    def key(line: Line) -> tuple[str, ...]:
        return line["factory_id"], line["waste_code"], line["management_code"], line["processor_id"]

    permits = defaultdict(list)
    for permit in demo.accepted("permit"):
        permits[key(permit)].append(permit)
    used: Sums = defaultdict(Decimal)
    without = set()
    for load in demo.accepted("manifest"):
        own = [p for p in permits[key(load)] if p["valid_from_date"] <= load["sent_date"] <= p["valid_to_date"]]
        if not own:
            without.add((load["factory_id"], f"{load['sent_date']:%Y-%m}", "/".join(key(load)[1:])))
            continue
        assert len(own) == 1
        assert load["permit_no"] in (None, own[0]["permit_no"])
        used[own[0]["permit_no"], own[0]["line_no"], own[0]["permitted_t"]] += mass(load)
    assert without == keys(demo, "removal_without_permit")
    exceeded = {key for _, _, key in keys(demo, "permit_exceeded")}
    for (permit_no, line_no, permitted), sent in used.items():
        assert sent > permitted if f"{permit_no}/{line_no}" in exceeded else sent < Decimal("0.8") * permitted


def test_a_year_is_like_the_one_before_but_the_planted_ones(demo: Demo) -> None:
    made = sums(filled(demo, "annual"), lambda a: (a["factory_id"], a["report_year"]), lambda a: a["generated_t"])
    jumps = {abuse["factory_id"] for abuse in abuses(demo, "mass_jump")}
    assert jumps
    rules = ("annual_disagrees_with_manifests", "stock_does_not_carry_over")
    bent = {(one, int(period)) for rule in rules for one, period, _ in keys(demo, rule) if len(period) == 4}
    for (factory_id, year), now in made.items():
        before = made.get((factory_id, year - 1))
        if before and factory_id in jumps and year == 2025:
            assert now / before > 12
        elif before and (factory_id, year) not in bent:
            assert Decimal("0.75") < now / before < Decimal("1.25")


def test_capacity_is_used_up_where_planted(demo: Demo) -> None:
    capacity = {line["factory_id"]: line["intake_capacity_t"] for line in demo.accepted("factory")}
    intake = sums(demo.accepted("receipt"), lambda r: (r["processor_id"], str(r["received_date"].year)), mass)
    over = {(processor_id, year, None) for (processor_id, year), t in intake.items() if t > capacity[processor_id]}
    assert over == keys(demo, "capacity_exceeded")


def test_the_catalogue_agrees_with_the_law() -> None:
    codes = {line["code"] for line in code_list("waste_code")}
    methods = {line["code"]: line for line in code_list("management_code")}
    for kind in kinds():
        scope = methods[kind.management_code]["waste_scope"]
        assert kind.waste_code in codes
        assert scope != ("non_hazardous_only" if kind.is_hazardous else "hazardous_only")
        assert bool(kind.method_detail) == (kind.management_code in methods_with_detail())
        assert bool(kind.density_kg_per_l) == (kind.unit in ("L", "m3"))
        assert not kind.waste_code.startswith("16")
        assert not kind.waste_code.endswith("99")
    assert len({kind.waste_code for kind in kinds()}) == len(kinds())
    assert {code for code, *_ in RESIDUES.values()} <= codes
