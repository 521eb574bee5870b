"""Files that speak of the same thing twice: corrections good and bad, copies, and old factory numbers."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from flows.clock import BANGKOK
from flows.demo.planting import Planter, last_night_instant
from flows.demo.table import Draft, Row, Style, Verbatim

ALIASES = 3


def plant_versions(planter: Planter) -> None:
    """Plants aliases, a copy, a good correction, and two bad ones."""
    _plant_aliases(planter)
    _plant_copy(planter)
    _plant_good_correction(planter)
    _plant_bad_annual(planter)
    _plant_bad_manifest(planter)


def _plant_aliases(planter: Planter) -> None:
    for _ in range(ALIASES):
        draft = planter.pick("manifest", "generator", lambda draft: draft.style.form == "csv")
        factory = planter.world.by_id[draft.channel]
        for row in list(draft.rows):
            planter.swap(draft, row, {"factory_id": factory.old_factory_no})
        planter.aliases.append((draft, factory))


def _plant_copy(planter: Planter) -> None:
    draft = planter.pick("manifest", "generator", lambda draft: draft.filed_at.year == 2026)
    stem, _, suffix = draft.path.rpartition(".")
    planter.copies.append((draft, f"{stem} (1).{suffix}", last_night_instant(13, 20)))


def _plant_good_correction(planter: Planter) -> None:
    """Both versions come in time: whichever of them is asked, the report is not late."""

    def suits(draft: Draft) -> bool:
        closing = draft.rows[0].get("closing_stock_t")
        return draft.rows[0]["report_year"] == 2025 and isinstance(closing, Decimal) and closing > Decimal("0.1")

    former = planter.pick("annual", "generator", suits)
    former.filed_at = datetime(2026, 2, 5, 10, 15, tzinfo=BANGKOK)
    right = list(former.rows)
    generated, closing = right[0]["generated_t"], right[0]["closing_stock_t"]
    assert isinstance(generated, Decimal)
    assert isinstance(closing, Decimal)
    planter.swap(former, right[0], {"generated_t": generated - closing, "closing_stock_t": Decimal(0)})
    filed_at = datetime(2026, 4, 21, 16, 45, tzinfo=BANGKOK)
    draft = planter.new("annual", former.channel, "2025 corrected", right, filed_at, Style(form="xlsx", sheet="แก้ไข"))
    planter.corrections.append((draft, former, former.channel, "2025"))


def _plant_bad_annual(planter: Planter) -> None:
    years = planter.world.years
    generator = next(one.factory_id for one in planter.generators() if len(years[one.factory_id, 2024]) > 1)
    rows: list[Row] = [*years[generator, 2024]]
    rows[1] = {**rows[1], "generated_t": Verbatim("12,5")}
    draft = planter.new("annual", generator, "2024 corrected", rows, last_night_instant(14), Style(date_form="iso_be"))
    _note(planter, draft, rows[1], "generated_t", "value_is_readable", "A decimal comma.")


def _plant_bad_manifest(planter: Planter) -> None:
    def pair(draft: Draft) -> list[Row]:
        second = next((row for row in draft.rows if row["line_no"] == 2), None)
        return [row for row in draft.rows if second and row["manifest_no"] == second["manifest_no"]]

    former = planter.pick("manifest", "generator", lambda draft: len(pair(draft)) == 2)
    rows = pair(former)
    rows[1] = {**rows[1], "unit": Verbatim("lb")}
    style = Style(form="json", has_thai_headers=True)
    draft = planter.new("manifest", former.channel, "corrected", rows, last_night_instant(14, 30), style)
    _note(planter, draft, rows[1], "unit", "value_is_allowed", "Pounds are no unit of ours.")


def _note(planter: Planter, draft: Draft, faulty: Row, column: str, check_id: str, note: str) -> None:
    for row in draft.rows:
        if row is faulty:
            planter.fault(draft, row, column, check_id, note)
        else:
            planter.fault(draft, row, None, "correction_is_complete", "Sound, but the corrected report is not.")
