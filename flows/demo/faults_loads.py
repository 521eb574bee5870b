"""Faults in manifests and receipts. A faulty row has a number of its own, so no load goes missing with it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from flows.demo.filing import DESK
from flows.demo.planting import Planter, last_night_instant
from flows.demo.register import factory_number
from flows.demo.table import Cell, Row, Style, Verbatim

_PLATING_SLUDGE: dict[str, Cell] = {"waste_code": "110109", "waste_name": "กากตะกอนโลหะ", "method_detail": None}
_CARDBOARD: dict[str, Cell] = {"waste_code": "150101", "waste_name": "กล่องกระดาษใช้แล้ว", "method_detail": None}

# check, column named, what the row says, what is wrong: each in another factory's own file
_MANIFEST_FAULTS: tuple[tuple[str, str, dict[str, Cell], str], ...] = (
    ("value_is_readable", "quantity", {"quantity": Verbatim("1,5")}, "A decimal comma."),
    ("value_is_readable", "quantity", {"quantity": Verbatim("12 ตัน")}, "The unit stands in the quantity."),
    ("value_is_readable", "sent_date", {"sent_date": Verbatim("31/02/2569")}, "There is no such day."),
    ("value_is_present", "quantity", {"quantity": None}, "The quantity is empty."),
    ("value_is_allowed", "unit", {"unit": Verbatim("lb")}, "Pounds are no unit of ours."),
    ("value_is_allowed", "quantity", {"quantity": Decimal(-5)}, "A negative quantity."),
    ("waste_code_is_known", "waste_code", {"waste_code": "999999"}, "No such waste code."),
    ("management_code_is_known", "management_code", {"management_code": "099"}, "No such management code."),
    (
        "method_suits_hazard", "management_code", _PLATING_SLUDGE | {"management_code": "071"},
        "Hazardous sludge to a sanitary landfill.",
    ),
    (
        "method_suits_hazard", "management_code", _CARDBOARD | {"management_code": "048"},
        "A method for hazardous waste only, for cardboard.",
    ),
    (
        "density_is_given", "density_kg_per_l",
        {"quantity": Decimal(1834), "unit": "L", "density_kg_per_l": None}, "Litres without a density.",
    ),
    ("period_is_in_regime", "sent_date", {"sent_date": date(2023, 10, 16)}, "Sent before 1 November 2023."),
)  # fmt: skip


def plant_load_faults(planter: Planter) -> None:
    """Plants everything that can be wrong with manifests and receipts."""
    _plant_warnings(planter)  # first: few files suit
    for check_id, column, changes, note in _MANIFEST_FAULTS:
        draft = planter.pick("manifest", "generator")
        row = planter.put(draft, {"manifest_no": planter.manifest_no(), **changes})
        planter.fault(draft, row, column, check_id, note)
    _plant_in_own_files(planter)
    _plant_parties(planter)
    _plant_small_files(planter)
    _plant_receipts(planter)


def _plant_in_own_files(planter: Planter) -> None:
    draft = planter.pick("manifest", "generator")
    later = draft.filed_at.date() + timedelta(days=5)
    row = planter.put(draft, {"manifest_no": planter.manifest_no(), "sent_date": later})
    planter.fault(draft, row, "sent_date", "date_is_not_future", "Sent five days after the file came in.")

    draft = planter.pick("manifest", "generator")
    load: Row = {"manifest_no": planter.manifest_no(), "line_no": 1, "quantity": Decimal("4.217"), "unit": "t"}
    first = planter.put(draft, load)
    for row in (first, planter.put(draft, {"quantity": Decimal("4.712")}, like=first)):
        planter.fault(draft, row, None, "row_is_unique", "The same line of one manifest stands twice in the file.")

    draft = planter.pick("manifest", "generator", lambda draft: draft.filed_at.year == 2026)
    other = planter.pick(
        "manifest", "generator",
        lambda other: other.channel != draft.channel and other.filed_at < draft.filed_at, shared=True,
    )  # fmt: skip
    row = planter.put(draft, {"manifest_no": planter.manifest_no()}, like=planter.sound_row(other))
    note = f"A load of {other.channel} in the channel of {draft.channel}, which is no party to it."
    planter.fault(draft, row, "factory_id", "submitter_may_report", note)


def _plant_parties(planter: Planter) -> None:
    """Wrong factory numbers, in files of the desk: in a factory's own channel a second rule would speak."""
    wrong, other = planter.rng.sample(planter.generators(), 2)
    nobody = factory_number(planter.rng, "20", 99_991, 2561)
    nobody_else = factory_number(planter.rng, "21", 99_992, 2559)
    no_province = "1198" + wrong.factory_id[4:]
    ill_formed, registered = "factory_id_is_well_formed", "factory_is_registered"
    for check_id, column, value, note in (
        (ill_formed, "factory_id", Verbatim("2.01903E+13"), "A spreadsheet made the number unreadable."),
        (ill_formed, "processor_id", no_province, "Digits 3 and 4 are no province."),
        (ill_formed, "factory_id", wrong.factory_id[:-1], "13 digits only."),
        (registered, "factory_id", nobody, "The generator is not in the register."),
        (registered, "processor_id", nobody_else, "The processor is not in the register."),
        ("processor_may_receive", "processor_id", other.factory_id, f"The receiver is of class {other.factory_class}."),
    ):
        draft = planter.pick("manifest", DESK, shared=True)
        row = planter.put(draft, {"manifest_no": planter.manifest_no(), column: value})
        planter.fault(draft, row, column, check_id, note)


def _plant_warnings(planter: Planter) -> None:
    """Rows that are accepted all the same: real loads, with their answers."""
    draft = planter.pick(
        "manifest", "generator", lambda draft: any(row["method_detail"] for row in draft.rows), or_accused=True
    )
    row = planter.swap(draft, next(row for row in draft.rows if row["method_detail"]), {"method_detail": None})
    planter.fault(draft, row, "method_detail", "method_detail_is_given", "The method needs a detail.")

    closed = {one.factory_id for one in planter.world.factories if not one.is_open}
    draft = next(draft for draft in planter.drafts if draft.report == "manifest" and draft.channel in closed)
    draft.is_taken = True
    note = "A load from a factory that closed in 2024."
    planter.fault(draft, draft.rows[0], "factory_id", "factory_was_operating", note)

    for header in ("หมายเหตุ", "remark"):
        draft = planter.pick("manifest", "generator", lambda draft: draft.style.form != "xlsx")
        draft.extra = header
        planter.fault(draft, None, header, "column_is_known", "A column that is none of ours.")


def _plant_small_files(planter: Planter) -> None:
    """Files that hold nothing but the fault."""
    source = planter.pick("manifest", "generator", shared=True)
    base = planter.sound_row(source)
    days = ("2026-06-01", "2569-06-02", "2026-06-03")
    draft = planter.new(
        "manifest", source.channel, "2026-06 mixed",
        [{**base, "manifest_no": planter.manifest_no(), "line_no": 1, "sent_date": Verbatim(day)} for day in days],
        last_night_instant(9, 10), Style(),
    )  # fmt: skip
    for row in draft.rows:
        planter.fault(draft, row, "sent_date", "calendar_is_consistent", "The column mixes B.E. and C.E.")

    source = planter.pick("manifest", "generator", shared=True)
    base = planter.sound_row(source)
    rows: list[Row] = [{**base, "manifest_no": planter.manifest_no(), "line_no": 1} for _ in range(2)]
    style = Style(delimiter=";", encoding="utf-8-sig", has_thai_headers=True, date_form="dmy_be")
    draft = planter.new("manifest", source.channel, "2026-06 short", [*rows], last_night_instant(9, 40), style)
    draft.lacks.add("quantity")
    planter.fault(draft, None, "quantity", "column_is_present", "The column quantity is missing.")


def _plant_receipts(planter: Planter) -> None:
    for check_id, column, value, note in (
        ("decision_suits_quantity", "quantity", Decimal(0), "Accepted, but nothing received."),
        ("value_is_allowed", "decision", Verbatim("maybe"), "No such decision."),
        ("value_is_present", "decision", None, "The decision is empty."),
        ("value_is_readable", "received_date", Verbatim("5/3/69"), "A year of two digits."),
    ):
        draft = planter.pick("receipt", "processor", shared=True)
        row = planter.put(draft, {"manifest_no": planter.manifest_no(), column: value})
        planter.fault(draft, row, column, check_id, note)

    draft = planter.pick("receipt", "processor", shared=True)
    base = planter.sound_row(draft)
    arrived = base["received_date"]
    assert isinstance(arrived, date)
    early: Row = {"manifest_no": planter.manifest_no(), "completed_date": arrived - timedelta(days=3)}
    row = planter.put(draft, early, like=base)
    planter.fault(draft, row, "completed_date", "validity_is_ordered", "Completed three days before it arrived.")

    draft, other = planter.pick("receipt", "processor", shared=True), planter.rng.choice(planter.world.processors)
    while other.factory_id == draft.channel:
        other = planter.rng.choice(planter.world.processors)
    row = planter.put(draft, {"manifest_no": planter.manifest_no(), "processor_id": other.factory_id})
    note = f"The answer of {other.factory_id} in the channel of {draft.channel}."
    planter.fault(draft, row, "processor_id", "submitter_may_report", note)
