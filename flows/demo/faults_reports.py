"""Faults in annual and monthly reports, permissions, the register, inspections, and files that cannot be read."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from flows.clock import BANGKOK
from flows.demo.desk import complaint_rows, inspection_rows
from flows.demo.filing import DESK
from flows.demo.planting import Planter, last_night_instant
from flows.demo.register import factory_number
from flows.demo.table import Cell, Draft, Row, Style, Verbatim

_NOT_OWED = 2024  # faults stand in a year before the first one that is owed
_BALANCED: dict[str, Cell] = {
    "nil_report": None, "opening_stock_t": Decimal("0.2"), "generated_t": Decimal("5.1"),
    "managed_on_site_t": Decimal(3), "management_code": "011", "sent_off_site_t": Decimal(2),
    "closing_stock_t": Decimal("0.3"),
}  # fmt: skip
# waste code that no factory of the demo has otherwise, check, column named, changes, what is wrong
_ANNUAL_FAULTS: tuple[tuple[str, str, str, dict[str, Cell], str], ...] = (
    ("150104", "on_site_method_is_given", "management_code", {"management_code": None}, "Managed inside, but how?"),
    ("191202", "value_is_readable", "generated_t", {"generated_t": Verbatim("ประมาณ 12")}, "About 12 is no number."),
    ("070514", "value_is_present", "closing_stock_t", {"closing_stock_t": None}, "The closing stock is empty."),
    ("190802", "period_is_in_regime", "report_year", {"report_year": 2022}, "The year lies before the regime."),
    ("190902", "value_is_allowed", "opening_stock_t", {"opening_stock_t": Decimal(-1)}, "A negative stock."),
)  # fmt: skip


def plant_report_faults(planter: Planter) -> None:
    """Plants everything that can be wrong with the other reports, and files that are no report at all."""
    _plant_annual(planter)
    _plant_processing(planter)
    _plant_permits(planter)
    _plant_register(planter)
    _plant_desk_reports(planter)
    _plant_unreadable(planter)


def _plant_annual(planter: Planter) -> None:
    def suits(draft: Draft) -> bool:
        return draft.rows[0]["report_year"] == _NOT_OWED and draft.rows[0]["nil_report"] != "yes"

    for code, check_id, column, changes, note in _ANNUAL_FAULTS:
        draft = planter.pick("annual", "generator", suits, shared=True)
        row = planter.put(draft, {**_BALANCED, "waste_code": code, "waste_name": "ของเสียอื่น", **changes})
        planter.fault(draft, row, column, check_id, note)

    # In 2023 the opening stock is out: nothing carries over into it, and the years after stay what they are.
    sound = {one.factory_id for one in planter.generators()}

    def of_2023(draft: Draft) -> list[Row]:
        rows = [row for row in draft.rows if row["report_year"] == 2023 and row["nil_report"] != "yes"]
        return [row for row in rows if row["factory_id"] in sound]

    draft = planter.pick("annual", DESK, lambda draft: bool(of_2023(draft)), shared=True)
    base = planter.rng.choice(of_2023(draft))
    opening, generated = base["opening_stock_t"], base["generated_t"]
    assert isinstance(opening, Decimal)
    assert isinstance(generated, Decimal)
    more = (generated / 20).quantize(Decimal("0.001")) + 1
    row = planter.swap(draft, base, {"opening_stock_t": opening + more})
    planter.fault(draft, row, "closing_stock_t", "stock_balances", f"{more} t came from nowhere.")

    years = planter.world.years
    nil = next(one for one in planter.generators() if years[one.factory_id, 2025][0]["nil_report"] == "yes")
    row = {"factory_id": nil.factory_id, "report_year": _NOT_OWED, "nil_report": "yes", "generated_t": Decimal("5.25")}
    draft = planter.new("annual", nil.factory_id, "2024 again", [row], last_night_instant(10), Style())
    planter.fault(draft, row, "nil_report", "nil_report_is_empty", "Nothing to report, but 5.25 t generated.")


def _plant_processing(planter: Planter) -> None:
    def has_stock(row: Row) -> bool:
        return isinstance(row.get("opening_stock_t"), Decimal)

    draft = planter.pick(
        "processing", "processor",
        lambda draft: draft.rows[0]["report_month"] == date(2025, 1, 1) and has_stock(draft.rows[0]),
    )  # fmt: skip
    base = draft.rows[0]
    opening = base["opening_stock_t"]
    assert isinstance(opening, Decimal)
    row = planter.swap(draft, base, {"opening_stock_t": opening + 5})
    planter.fault(draft, row, "closing_stock_t", "stock_balances", "The opening stock is 5 t too high.")

    one = planter.rng.choice(planter.processors()).factory_id
    row = {"factory_id": one, "report_month": date(2024, 12, 1), "nil_report": "yes", "received_t": Decimal(5)}
    filed_at = datetime(2025, 1, 10, 11, 5, tzinfo=BANGKOK)
    draft = planter.new("processing", one, "2024-12", [row], filed_at, Style(has_thai_headers=True, has_be_years=True))
    planter.fault(draft, row, "nil_report", "nil_report_is_empty", "Nothing received, but 5 t received.")

    source = planter.pick("processing", "processor", lambda draft: has_stock(draft.rows[0]), shared=True)
    row = {**source.rows[0], "report_month": date(2023, 9, 1)}
    style = Style(form="xlsx", sheet="รายงาน", has_be_years=True)
    draft = planter.new("processing", source.channel, "2023-09", [row], filed_at + timedelta(hours=1), style)
    planter.fault(draft, row, "report_month", "period_is_in_regime", "The month lies before 1 November 2023.")


def _plant_permits(planter: Planter) -> None:
    other = planter.rng.choice(planter.generators())
    for check_id, column, changes, note in (
        ("processor_may_receive", "processor_id", {"processor_id": other.factory_id}, "The receiver is a generator."),
        (
            "validity_is_ordered", "valid_to_date",
            {"valid_from_date": date(2025, 9, 1), "valid_to_date": date(2025, 8, 1)}, "It ends before it begins.",
        ),
        ("value_is_allowed", "permitted_t", {"permitted_t": Decimal(0)}, "Nothing is permitted."),
    ):  # fmt: skip
        draft = planter.pick("permit", DESK, shared=True)
        row = planter.put(draft, {"permit_no": planter.permit_no(), "line_no": 1, **changes})
        planter.fault(draft, row, column, check_id, note)


def _plant_register(planter: Planter) -> None:
    ill_formed = factory_number(planter.rng, "20", 99_993, 2333)
    for check_id, column, changes, note in (
        ("factory_id_is_well_formed", "factory_id", {"factory_id": ill_formed}, "The year is before 2400."),
        ("value_is_allowed", "latitude_deg", {"latitude_deg": Decimal("95.1")}, "No such latitude in Thailand."),
        ("value_is_allowed", "factory_class", {"factory_class": "999"}, "No such class."),
        ("value_is_readable", "contact_email", {"contact_email": Verbatim("ไม่มี")}, "No e-mail address."),
    ):
        draft = planter.pick("factory", DESK, shared=True)
        new_id = factory_number(planter.rng, "20", planter.number(), 2560)
        row = planter.put(draft, {"factory_id": new_id, "old_factory_no": None, **changes})
        planter.fault(draft, row, column, check_id, note)


def _plant_desk_reports(planter: Planter) -> None:
    visited = planter.rng.sample(planter.generators(), 3)
    style = Style(form="xlsx", sheet="ผลตรวจ", has_thai_headers=True, date_form="cell")
    filed_at = datetime(2026, 4, 8, 10, 30, tzinfo=BANGKOK)
    draft = planter.new("inspection", DESK, "2569-03", inspection_rows(planter.rng, visited), filed_at, style)
    failed = next(row for row in draft.rows if row["result"] == "fail")
    row = planter.swap(draft, failed, {"finding": None})
    planter.fault(draft, row, "finding", "finding_is_given", "Failed, but what was seen?")

    filed_at = datetime(2026, 6, 2, 15, 0, tzinfo=BANGKOK)
    style = Style(encoding="cp874", has_thai_headers=True, date_form="thai")
    planter.new("complaint", DESK, "2569-05", complaint_rows(planter.rng, visited), filed_at, style)


def _plant_unreadable(planter: Planter) -> None:
    noise = b"\x8b\xff" + bytes(planter.rng.randrange(128, 256) for _ in range(1200))
    somebody = planter.rng.choice(planter.generators()).factory_id
    for path, content, note in (
        ("report.csv", noise, "Bytes without meaning."),
        (f"by/{somebody}/ส่งใหม่.csv", b"", "An empty file."),
    ):
        draft = Draft(path, "manifest", [], last_night_instant(7), content=content, is_taken=True)
        planter.drafts.append(draft)
        planter.fault(draft, None, None, "file_is_readable", note)
