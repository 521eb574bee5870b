"""An independent, slow oracle: the officials' tables in plain Python, from accepted rows and code lists.

Written from the regime and from what each summary's head says its columns mean, not from its SQL: one row at a time, exact
decimals, no database. Every function takes a `World` and gives the rows of one summary with every column.
"""

from __future__ import annotations

import calendar
import csv
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

Row = dict[str, Any]
CODES = Path(__file__).parents[2] / "schemas" / "codes"
BANGKOK = timedelta(hours=7)
TOLERANCE_PCT, ANSWER_DAYS = 10, 15  # [borrowed: US 40 CFR 264.72]
STOCK_PCT, STOCK_T = Decimal("0.5"), Decimal("0.01")  # [policy] check stock_balances
FLOWS = ("sent", "received", "completed")
PARTS = (
    "hazardous", "non_hazardous", "sorting", "storage", "reuse", "recycle", "recovery", "treatment", "disposal", "other",
    "no_method",
)  # fmt: skip
FLOW_COLUMNS = [f"{flow}{part}_t" for flow in FLOWS for part in ("", *(f"_{each}" for each in PARTS))]
ANNUAL_COLUMNS = ["generated_t", "generated_hazardous_t", "generated_non_hazardous_t", "managed_on_site_t"]
REPORTED = ("on_time", "late", "nil")
OWED = (*REPORTED, "missing")
DAYS_BACK, NEAR_KM, EARTH_KM = timedelta(days=365), 5, 6371  # [policy] inspection_priority
BREACHES_BY_RULE = ("report_missing", "sent_received_mismatch", "manifest_unanswered", "receipt_without_manifest")
CONFIRMED, REFUTED, FACTOR_FROM, FACTOR_TO = map(Decimal, ("1.5", "0.5", "0.25", "4"))  # [policy] anomaly_verdict


@dataclass(frozen=True)
class World:
    """Accepted rows by report type, current and replaced, the night by which clocks are judged, held manifests' numbers, anomalies."""

    core: dict[str, list[Row]]
    history: dict[str, list[Row]]
    night: date
    obligations_from: date
    held_manifest_nos: frozenset[str] = frozenset()
    found: list[Row] = field(default_factory=list)


@cache
def code_list(name: str) -> tuple[Row, ...]:
    with (CODES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def in_force(line: Row, day: date) -> bool:
    until = date.fromisoformat(line["valid_to"]) if line["valid_to"] else date.max
    return date.fromisoformat(line["valid_from"]) <= day <= until


@cache
def code(name: str, value: str | None, day: date) -> Row | None:
    return next((line for line in code_list(name) if line["code"] == value and in_force(line, day)), None)


def is_hazardous(waste_code: str | None, day: date) -> bool:
    """HA and HM both count; a code that the list does not know counts until it is known."""
    line = code("waste_code", waste_code, day)
    return line is None or line["is_hazardous"] == "1"


def method_group(management_code: str | None, day: date) -> str:
    line = code("management_code", management_code, day)
    return line["group_en"] if line else "no_method"


def total(values: Iterable[Any]) -> Any:
    """The sum of what is there; nothing when nothing is."""
    there = [value for value in values if value is not None]
    return sum(there) if there else None


def share(part: Any, whole: Any) -> Any:
    return None if part is None or not whole else 100 * Decimal(part) / Decimal(whole)


def last_day(month: date) -> date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def periods(world: World, kind: str) -> list[tuple[str, date, date]]:
    """Every year or month that has ended by the night, from the first that is owed: name, first and last day."""
    found = []
    if kind == "year":
        for year in range(world.obligations_from.year, world.night.year):
            found.append((str(year), date(year, 1, 1), date(year, 12, 31)))
    else:
        first = world.obligations_from.replace(day=1)
        while last_day(first) < world.night.replace(day=1):
            found.append((first.strftime("%Y-%m"), first, last_day(first)))
            first = last_day(first) + timedelta(days=1)
    return found


def due_date(duty: Row, last: date) -> date:
    if duty["deadline_kind"] == "month_day_next_year":
        month, day = map(int, duty["deadline_value"].split("-"))
        first = date(last.year + 1, month, 1)
    else:
        first, day = last + timedelta(days=1), int(duty["deadline_value"])
    return first.replace(day=min(day, last_day(first).day))


def is_processor(factory: Row, day: date) -> bool:
    digits = "".join(letter for letter in factory["factory_class"].split("(")[0] if letter.isdigit())
    line = code("factory_class", digits, day)
    return line is not None and line["waste_role"] == "processor"


def period_of(report_type: str, row: Row) -> str:
    return str(row["report_year"]) if report_type == "annual" else row["report_month"].strftime("%Y-%m")


def obligation(world: World) -> list[Row]:
    versions: dict[tuple[str, str, str], list[tuple[Row, bool]]] = defaultdict(list)
    for report_type in ("annual", "processing"):
        for rows, is_current in ((world.core, True), (world.history, False)):
            for row in rows[report_type]:
                versions[report_type, row["factory_id"], period_of(report_type, row)].append((row, is_current))
    found = []
    for duty in code_list("duty"):
        for period, first, last in periods(world, duty["period_kind"]):
            if not in_force(duty, last):
                continue
            for factory in world.core["factory"]:
                if duty["who"] == "every_factory" or is_processor(factory, last):
                    told = versions[duty["report_type"], factory["factory_id"], period]
                    found.append(_owed(world, duty, factory, period, first, last, told))
    return found


def _owed(world: World, duty: Row, factory: Row, period: str, first: date, last: date, told: list[tuple[Row, bool]]) -> Row:
    due = due_date(duty, last)
    opened, closed = factory["opened_date"], factory["closed_date"]
    was_closed = closed < first if closed else factory["status"] == "closed"
    earliest = min(told, key=lambda each: (each[0]["received_at"], each[0]["submission_id"]))[0] if told else None
    is_nil = any(row["nil_report"] == "yes" for row, is_current in told if is_current)
    received = (earliest["received_at"] + BANGKOK).date() if earliest else None
    if was_closed or (opened is not None and opened > last):
        status = "exempt"
    elif received is None:
        status = "missing" if world.night > due else "not_yet_due"
    elif received > due:
        status = "late"
    else:
        status = "nil" if is_nil else "on_time"
    return {
        "factory_id": factory["factory_id"], "report_type": duty["report_type"], "period": period, "due_date": due,
        "status": status, "received_at": earliest and earliest["received_at"],
        "submission_id": earliest and earliest["submission_id"], "is_nil": is_nil if told else None,
        "days_late": ((received or world.night) - due).days if status in ("late", "missing") else None,
        "clause": duty["clause"], "province_code": factory["province_code"],
    }  # fmt: skip


def reconciliation(world: World) -> list[Row]:
    receipts = {(row["processor_id"], row["manifest_no"], row["line_no"]): row for row in world.core["receipt"]}
    claims: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in world.core["manifest"]:
        claims[row["processor_id"], row["manifest_no"], row["line_no"]].append(row)
    found = []
    for key in claims.keys() | receipts.keys():
        receipt = receipts.get(key)
        lines = claims.get(key, [])
        if receipt:  # of several generators with one number, the answer is to the line that it fits best
            wanted = receipt
            lines = sorted(lines, key=lambda line: (
                line["waste_code"] != wanted["waste_code"], abs(line["mass_t"] - wanted["mass_t"]), line["factory_id"]
            ))  # fmt: skip
        for place, manifest in enumerate(lines or [None]):
            found.append(_matched(world, manifest, receipt if place == 0 else None))
    return found


def _matched(world: World, manifest: Row | None, receipt: Row | None) -> Row:
    sent, received = manifest and manifest["mass_t"], receipt and receipt["mass_t"]
    both = manifest is not None and receipt is not None
    answer_due = manifest["sent_date"] + timedelta(days=ANSWER_DAYS) if manifest else None
    difference = received - sent if both else None
    if receipt is None:
        state = "awaiting" if world.night <= answer_due else "unanswered"
    elif manifest is None:
        state = "without_manifest"
    elif receipt["decision"] == "rejected":
        state = "rejected"
    elif receipt["waste_code"] != manifest["waste_code"]:
        state = "code_differs"
    else:
        state = "quantity_differs" if abs(difference) * 100 > TOLERANCE_PCT * sent else "matched"
    either = manifest or receipt or {}
    of_receipt = {
        name: receipt and receipt[column] for name, column in {
            "received_date": "received_date", "received_waste_code": "waste_code", "decision": "decision",
            "received_management_code": "management_code", "completed_date": "completed_date",
        }.items()
    }  # fmt: skip
    places = {
        f"{side}_{name}": row and row[name]
        for side, row in (("manifest", manifest), ("receipt", receipt))
        for name in ("submission_id", "source_sheet", "source_row")
    }
    return {
        **{name: either[name] for name in ("manifest_no", "line_no", "processor_id", "waste_code")},
        "factory_id": manifest and manifest["factory_id"], "sent_date": manifest and manifest["sent_date"],
        "sent_t": sent, "received_t": received, "difference_t": difference, "difference_pct": share(difference, sent),
        "is_independent": manifest["submitted_by"] != receipt["submitted_by"] if manifest and receipt else None,
        "is_manifest_held": manifest is None and either["manifest_no"] in world.held_manifest_nos,
        "state": state, "tolerance_pct": TOLERANCE_PCT, "answer_due_date": answer_due,
        "management_code": manifest and manifest["management_code"],
        "is_extended": receipt["extended"] == "yes" if receipt else None, **of_receipt, **places,
    }  # fmt: skip


def accepted_loads(world: World) -> list[Row]:
    return [load for load in reconciliation(world) if load["decision"] not in (None, "rejected")]


def really_used_method(load: Row) -> str | None:
    return load["received_management_code"] or load["management_code"]


def completion(world: World) -> list[Row]:
    found = []
    for load in accepted_loads(world):
        day, method = load["received_date"], really_used_method(load)
        scope = "hazardous" if is_hazardous(load["received_waste_code"], day) else "non_hazardous"
        clocks = [line for line in code_list("completion_clock") if line["waste_scope"] == scope and in_force(line, day)]
        own = [line for line in clocks if line["management_code"] == (method or "?")]
        clock = (own or [line for line in clocks if not line["management_code"]])[0]
        due = day + timedelta(days=int(clock["extended_days" if load["is_extended"] else "days"]))
        done = load["completed_date"]
        in_time, too_late = ("completed", "completed_late") if done else ("running", "overdue")
        late = ((done or world.night) - due).days
        found.append({
            **{name: load[name] for name in (
                "manifest_no", "line_no", "processor_id", "factory_id", "received_t", "received_date", "is_extended",
                "completed_date",
            )},
            "waste_code": load["received_waste_code"], "management_code": method, "due_date": due,
            "state": in_time if (done or world.night) <= due else too_late, "days_late": late if late > 0 else None,
        })  # fmt: skip
    return found


def removal(world: World) -> list[Row]:
    lines: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for permit in world.core["permit"]:
        lines[_stream(permit)].append(permit)
    found = []
    for load in world.core["manifest"]:
        covering = [p for p in lines[_stream(load)] if p["valid_from_date"] <= load["sent_date"] <= p["valid_to_date"]]
        named = load["permit_no"]
        used = min(
            covering, key=lambda p: (p["permit_no"] != named, p["valid_to_date"], p["permit_no"], p["line_no"]), default=None
        )
        found.append({
            **{name: load[name] for name in (
                "factory_id", "manifest_no", "line_no", "processor_id", "waste_code", "management_code", "sent_date"
            )},
            "sent_t": load["mass_t"], "named_permit_no": named,
            "permit_no": used and used["permit_no"], "permit_line_no": used and used["line_no"],
            **{f"manifest_{name}": load[name] for name in ("submission_id", "source_sheet", "source_row")},
        })  # fmt: skip
    return found


def _stream(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("factory_id", "waste_code", "management_code", "processor_id"))


def permit_use(world: World) -> list[Row]:
    loads: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for load in removal(world):
        loads[load["permit_no"], load["permit_line_no"]].append(load)
    found = []
    for permit in world.core["permit"]:
        under = loads[permit["permit_no"], permit["line_no"]]
        sent = sum((load["sent_t"] for load in under), Decimal(0))
        unexceeded = "expired" if permit["valid_to_date"] < world.night else "within"
        overlaps = [
            other for other in world.core["permit"]
            if (other["permit_no"], other["line_no"]) != (permit["permit_no"], permit["line_no"])
            and _stream(other) == _stream(permit)
            and max(other["valid_from_date"], permit["valid_from_date"]) <= min(other["valid_to_date"], permit["valid_to_date"])
        ]  # fmt: skip
        found.append({
            **{name: permit[name] for name in (
                "permit_no", "line_no", "factory_id", "processor_id", "waste_code", "management_code", "valid_from_date",
                "valid_to_date", "permitted_t",
            )},
            "sent_t": sent, "used_pct": share(sent, permit["permitted_t"]), "loads": len(under),
            "state": "exceeded" if sent > permit["permitted_t"] else unexceeded,
            "named_t": sum((load["sent_t"] for load in under if load["named_permit_no"] == permit["permit_no"]), Decimal(0)),
            "last_sent_date": max((load["sent_date"] for load in under), default=None), "is_shared": bool(overlaps),
        })  # fmt: skip
    return found


def stock_balance(world: World) -> list[Row]:
    groups: dict[tuple[str, str, str, str], list[Row]] = defaultdict(list)
    for report_type in ("annual", "processing"):
        for row in world.core[report_type]:
            if row["waste_code"] is not None:
                groups[row["factory_id"], report_type, period_of(report_type, row), row["waste_code"]].append(row)
    found = []
    for (factory_id, report_type, period, waste_code), rows in groups.items():
        before = groups.get((factory_id, report_type, _period_before(period), waste_code), [])
        found.append({
            "factory_id": factory_id, "report_type": report_type, "period": period, "waste_code": waste_code,
            **_balance(report_type, rows), **_carried(rows, before),
        })  # fmt: skip
    return found


def _period_before(period: str) -> str:
    if len(period) == 4:
        return str(int(period) - 1)
    return (date.fromisoformat(f"{period}-01") - timedelta(days=1)).strftime("%Y-%m")


def _balance(report_type: str, rows: list[Row]) -> Row:
    came, went = (
        ("generated_t", ("managed_on_site_t", "sent_off_site_t")) if report_type == "annual" else ("received_t", ("processed_t",))
    )

    def gap(row: Row) -> Any:
        terms = [row["opening_stock_t"], row[came], *(row[name] for name in went), row["closing_stock_t"]]
        if None in terms:
            return None
        return terms[0] + terms[1] - sum(terms[2:])

    def allowed(some: list[Row]) -> Decimal:
        return max(sum(row["opening_stock_t"] + row[came] for row in some) * STOCK_PCT / 100, STOCK_T)

    gaps = [gap(row) for row in rows]
    is_whole = None not in gaps
    columns = ("generated_t", "received_t", "managed_on_site_t", "processed_t", "sent_off_site_t")
    return {
        **{name: total(row.get(name) for row in rows) if name in (came, *went) else None for name in columns},
        "opening_stock_t": total(row["opening_stock_t"] for row in rows),
        "closing_stock_t": total(row["closing_stock_t"] for row in rows),
        "gap_t": sum(gaps) if is_whole else None,
        "closes": abs(sum(gaps)) <= allowed(rows) or all(abs(gap(row)) <= allowed([row]) for row in rows) if is_whole else None,
    }


def _carried(rows: list[Row], before: list[Row]) -> Row:
    opening, closing = total(row["opening_stock_t"] for row in rows), total(row["closing_stock_t"] for row in before)
    if opening is None or closing is None:
        return {"previous_closing_stock_t": closing, "carry_gap_t": None, "carries_over": None}
    allowed = max(max(opening, closing) * STOCK_PCT / 100, STOCK_T)
    gap = opening - closing
    return {"previous_closing_stock_t": closing, "carry_gap_t": gap, "carries_over": abs(gap) <= allowed}


def movements(world: World) -> list[Row]:
    """Every tonnage that was sent, received or completed: flow, factory, day, amount and the parts that it falls into."""
    found = []

    def add(flow: str, factory_id: str, day: date, judged: date, waste_code: str, method: str | None, amount: Decimal) -> None:
        parts = ("hazardous" if is_hazardous(waste_code, judged) else "non_hazardous", method_group(method, judged))
        columns = [f"{flow}_t", *(f"{flow}_{part}_t" for part in parts)]
        found.append({"factory_id": factory_id, "day": day, "columns": columns, "amount": amount})

    for row in world.core["manifest"]:
        day = row["sent_date"]
        add("sent", row["factory_id"], day, day, row["waste_code"], row["management_code"], row["mass_t"])
    for load in accepted_loads(world):
        day, method = load["received_date"], really_used_method(load)
        what = (load["received_waste_code"], method, load["received_t"])
        add("received", load["processor_id"], day, day, *what)
        if load["completed_date"]:
            add("completed", load["processor_id"], load["completed_date"], day, *what)
    return found


def moved_by(world: World, key: Callable[[Row], Any]) -> dict[Any, Row]:
    found: dict[Any, Row] = defaultdict(lambda: dict.fromkeys(FLOW_COLUMNS, Decimal(0)))
    for movement in movements(world):
        for column in movement["columns"]:
            found[key(movement)][column] += movement["amount"]
    return found


def waste_by_factory_month(world: World) -> list[Row]:
    moved = moved_by(world, lambda movement: (movement["factory_id"], movement["day"].replace(day=1)))
    return [{"factory_id": factory_id, "month": month, **row} for (factory_id, month), row in moved.items()]


def duties(world: World, report_type: str, key: Callable[[Row], Any]) -> dict[Any, list[str]]:
    found: dict[Any, list[str]] = defaultdict(list)
    for row in obligation(world):
        if row["report_type"] == report_type and row["status"] != "exempt":
            found[key(row)].append(row["status"])
    return found


def coverage(statuses: list[str]) -> Row:
    obliged = sum(status in OWED for status in statuses)
    reporting = sum(status in REPORTED for status in statuses)
    return {"factories_obliged": obliged, "factories_reporting": reporting, "coverage_pct": share(reporting, obliged)}


def generated(rows: list[Row]) -> Row:
    """What annual reports say; a nil row says 0, no row says nothing."""
    if not rows:
        return dict.fromkeys(ANNUAL_COLUMNS)
    found = dict.fromkeys(ANNUAL_COLUMNS, Decimal(0))
    for row in rows:
        part = "hazardous" if is_hazardous(row["waste_code"], date(row["report_year"], 12, 31)) else "non_hazardous"
        found["generated_t"] += row["generated_t"] or 0
        found[f"generated_{part}_t"] += row["generated_t"] or 0
        found["managed_on_site_t"] += row["managed_on_site_t"] or 0
    return found


def waste_by_factory_year(world: World) -> list[Row]:
    reports: dict[Any, list[Row]] = defaultdict(list)
    for row in world.core["annual"]:
        reports[row["factory_id"], row["report_year"]].append(row)
    moved = moved_by(world, lambda movement: (movement["factory_id"], movement["day"].year))
    owed = duties(world, "annual", lambda row: (row["factory_id"], int(row["period"])))
    return [
        {
            "factory_id": factory_id, "year": year, **generated(reports.get((factory_id, year), [])),
            **moved[factory_id, year], **coverage(owed.get((factory_id, year), [])),
        }
        for factory_id, year in reports.keys() | set(moved) | owed.keys()
    ]  # fmt: skip


def waste_by_province_month(world: World) -> list[Row]:
    province = {factory["factory_id"]: factory["province_code"] for factory in world.core["factory"]}
    moved = moved_by(world, lambda movement: (province.get(movement["factory_id"]), movement["day"].replace(day=1)))
    owed = duties(world, "processing", lambda row: (row["province_code"], date.fromisoformat(f"{row['period']}-01")))
    return [
        {
            "province_code": code_, "month": month, "generated_t": None, **moved[code_, month],
            **coverage(owed.get((code_, month), [])),
        }
        for code_, month in set(moved) | owed.keys()
    ]  # fmt: skip


def factory_compliance(world: World) -> list[Row]:
    owed, loads = obligation(world), reconciliation(world)
    last: dict[str, datetime] = {}
    for report_type in ("annual", "processing", "manifest", "receipt"):
        for row in [*world.core[report_type], *world.history[report_type]]:
            for party in (row["processor_id" if report_type == "receipt" else "factory_id"], row["submitted_by"]):
                last[party] = max(row["received_at"], last.get(party, row["received_at"]))
    found = []
    for factory in world.core["factory"]:
        own = factory["factory_id"]
        breaches = {
            "missing_reports": [row["due_date"] for row in owed if row["factory_id"] == own and row["status"] == "missing"],
            "mismatched_loads": [
                load["received_date"] for load in loads
                if load["factory_id"] == own and load["state"] in ("quantity_differs", "code_differs")
            ],
            "unanswered_loads": [
                load["answer_due_date"] for load in loads if load["processor_id"] == own and load["state"] == "unanswered"
            ],
            "receipts_without_manifest": [
                load["received_date"] for load in loads
                if load["processor_id"] == own and load["state"] == "without_manifest" and not load["is_manifest_held"]
            ],
        }  # fmt: skip
        days = [day for kind in breaches.values() for day in kind]
        found.append({
            **{name: factory[name] for name in ("factory_id", "factory_name", "province_code", "factory_class")},
            **{name: len(kind) for name, kind in breaches.items()},
            "open_breaches": len(days), "oldest_open_breach_date": min(days, default=None), "last_report_at": last.get(own),
            "late_reports": sum(row["factory_id"] == own and row["status"] == "late" for row in owed),
            "sent_loads_unanswered": sum(load["factory_id"] == own and load["state"] == "unanswered" for load in loads),
        })  # fmt: skip
    found.sort(key=lambda row: (
        -row["open_breaches"], row["oldest_open_breach_date"] or date.max, -row["late_reports"], row["factory_id"]
    ))  # fmt: skip
    return [{**row, "rank": rank} for rank, row in enumerate(found, start=1)]


def national(world: World) -> list[Row]:
    by_year: dict[int, list[Row]] = defaultdict(list)
    for row in waste_by_factory_year(world):
        by_year[row["year"]].append(row)
    loads: dict[int, list[Row]] = defaultdict(list)
    for load in reconciliation(world):
        loads[(load["sent_date"] or load["received_date"]).year].append(load)
    owed: dict[int, list[str]] = defaultdict(list)
    for row in obligation(world):
        if row["report_type"] == "annual":
            owed[int(row["period"])].append(row["status"])
    return [
        _country(world, year, by_year[year], loads[year], owed[year])
        for year in by_year.keys() | loads.keys() | owed.keys()
    ]  # fmt: skip


def _country(world: World, year: int, factories: list[Row], loads: list[Row], statuses: list[str]) -> Row:
    answered = [load for load in loads if load["difference_t"] is not None]
    sent = sum((load["sent_t"] for load in answered), Decimal(0))
    received = sum((load["received_t"] for load in answered), Decimal(0))
    states = ("matched", "quantity_differs", "code_differs", "rejected", "awaiting", "unanswered", "without_manifest")
    operated = [
        factory for factory in world.core["factory"]
        if (factory["opened_date"] is None or factory["opened_date"].year <= year)
        and (factory["closed_date"].year >= year if factory["closed_date"] else factory["status"] != "closed")
    ]  # fmt: skip
    return {
        "year": year, "factories_registered": len(operated), **coverage(statuses),
        **{f"factories_{status}": statuses.count(status) for status in ("missing", "late", "nil")},
        **{name: total(row[name] for row in factories) for name in ANNUAL_COLUMNS},
        **{name: total(row[name] for row in factories) or Decimal(0) for name in FLOW_COLUMNS},
        "loads_sent": sum(load["sent_date"] is not None for load in loads),
        **{f"loads_{state}": sum(load["state"] == state for load in loads) for state in states},
        "loads_independent": sum(load["is_independent"] is True for load in loads),
        "answered_sent_t": sent, "answered_received_t": received, "difference_t": received - sent,
        "difference_pct": share(received - sent, sent),
    }  # fmt: skip


def anomaly_verdict(world: World) -> list[Row]:
    decisions = [*world.core["disposition"], *world.history["disposition"]]
    last: dict[str, str] = {}
    for decision in sorted(decisions, key=lambda row: (row["received_at"], row["submission_id"])):
        if decision["action"] in ("confirm", "refute", "reopen"):  # a close or a silence says nothing of who was right
            last[decision["anomaly_id"]] = decision["action"]
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for anomaly in world.found:
        verdict = last.get(anomaly["anomaly_id"], "reopen")
        if verdict != "reopen":
            counts[anomaly["rule"], anomaly["factory_id"]][verdict] += 1
    found = []
    for (rule, factory_id), count in counts.items():
        factor = CONFIRMED ** count["confirm"] * REFUTED ** count["refute"]
        found.append({
            "rule": rule, "factory_id": factory_id, "confirmed": count["confirm"], "refuted": count["refute"],
            "rank_factor": min(max(factor, FACTOR_FROM), FACTOR_TO),
        })  # fmt: skip
    return found


def inspection_priority(world: World) -> list[Row]:
    breaches = {row["factory_id"]: row["open_breaches"] for row in factory_compliance(world)}
    factors = {(row["rule"], row["factory_id"]): row["rank_factor"] for row in anomaly_verdict(world)}
    first_day = world.night - DAYS_BACK
    hazardous: dict[str, Decimal] = defaultdict(Decimal)
    for row in waste_by_factory_month(world):
        if last_day(row["month"]) >= first_day:
            hazardous[row["factory_id"]] += row["sent_hazardous_t"] + row["received_hazardous_t"]
    complaints = [row for row in world.core["complaint"] if row["status"] != "closed" or row["received_date"] >= first_day]
    found = [
        _priority(world, factory, breaches[factory["factory_id"]], factors, complaints, hazardous[factory["factory_id"]])
        for factory in world.core["factory"]
    ]  # fmt: skip
    found.sort(key=lambda row: (-row["score"], row["factory_id"]))
    so_far: Counter[str] = Counter()
    for rank, row in enumerate(found, start=1):
        so_far[row["province_code"]] += 1
        row |= {"rank": rank, "province_rank": so_far[row["province_code"]]}
    return found


def _priority(
    world: World, factory: Row, breaches: int, factors: dict[tuple[str, str], Decimal], complaints: list[Row], hazardous: Decimal
) -> Row:
    own = factory["factory_id"]
    rules = [
        each["rule"] for each in world.found
        if each["factory_id"] == own and each["state"] in ("new", "open") and each["rule"] not in BREACHES_BY_RULE
    ]  # fmt: skip
    about = sum(complaint["factory_id"] == own for complaint in complaints)
    close_by = somewhere = 0
    for complaint in complaints:
        if complaint["factory_id"] is None:
            distance = _distance_km(factory, complaint)
            close_by += distance is not None and distance <= NEAR_KM
            somewhere += distance is None and complaint["province_code"] == factory["province_code"]
    visits = [row for row in world.core["inspection"] if row["factory_id"] == own]
    overdue = [
        row for row in visits
        if row["result"] == "fail" and row["order_due_date"] and row["order_due_date"] < world.night and not row["resolved_date"]
    ]  # fmt: skip
    days = min(((world.night - row["inspected_date"]).days for row in visits), default=None)
    points = {
        "breaches": min(4 * breaches, 40),
        "anomalies": min(3 * sum(factors.get((rule, own), 1) for rule in rules), 30),
        "complaints": min(10 * about + 3 * close_by + somewhere * Decimal("0.5"), 30),
        "inspection": 15 if days is None else min(5 * Decimal(days) / 365, 15),
        "orders": min(10 * len(overdue), 40),
        "hazardous": min(4 * (1 + hazardous).log10(), 20),
    }
    parts = {name: Decimal(value).quantize(Decimal("0.001"), ROUND_HALF_UP) for name, value in points.items()}
    score = sum(parts.values(), Decimal(0))
    return {
        **{name: factory[name] for name in ("factory_id", "factory_name", "province_code", "status")}, "score": score,
        **{f"{name}_score": part for name, part in parts.items()},
        **{f"{name}_share_pct": share(part, score) for name, part in parts.items()},
        "open_breaches": breaches, "anomalies": len(rules), "complaints_about": about, "complaints_near": close_by + somewhere,
        "days_since_inspection": days, "orders_overdue": len(overdue), "hazardous_t": hazardous,
    }  # fmt: skip


def _distance_km(one: Row, other: Row) -> float | None:
    """Along the earth's surface, by the chord between the two places; None when either is not known."""
    if None in (one["latitude_deg"], one["longitude_deg"], other["latitude_deg"], other["longitude_deg"]):
        return None

    def place(row: Row) -> tuple[float, float, float]:
        north, east = math.radians(row["latitude_deg"]), math.radians(row["longitude_deg"])
        return math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)

    return 2 * EARTH_KM * math.asin(math.dist(place(one), place(other)) / 2)


TABLES: dict[str, Callable[[World], list[Row]]] = {
    each.__name__: each
    for each in (
        obligation, reconciliation, completion, removal, permit_use, stock_balance, waste_by_factory_month,
        waste_by_factory_year, waste_by_province_month, factory_compliance, national, anomaly_verdict, inspection_priority,
    )
}  # fmt: skip
