"""How the figures of an anomaly's evidence are said in a mail: a short label in both languages, a value, a unit.

A key that is not listed here is said by its own name, so that a new anomaly needs no line in this file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flows.letters import english_date, number, thai_date

LABELS = {
    "report_type": ("รายงาน", "report"),
    "clause": ("ข้อ", "clause"),
    "due_date": ("กำหนดส่ง", "due"),
    "days_overdue": ("เลยกำหนด", "overdue"),
    "state": ("สถานะ", "state"),
    "kind": ("ชนิด", "kind"),
    "processor_id": ("ผู้รับดำเนินการ", "processor"),
    "sent_date": ("วันที่ส่ง", "sent on"),
    "received_date": ("วันที่รับ", "received on"),
    "waste_code": ("รหัสของเสีย", "waste code"),
    "sent_waste_code": ("รหัสที่ส่ง", "code sent"),
    "received_waste_code": ("รหัสที่รับ", "code received"),
    "sent_t": ("ส่ง", "sent"),
    "received_t": ("รับ", "received"),
    "difference_t": ("ต่างกัน", "difference"),
    "difference_pct": ("ต่างกันร้อยละ", "difference"),
    # The tolerance is borrowed from another country's rule: it must never read as Thai law (REGIME).
    "tolerance_pct": ("เกณฑ์ที่ยืมมาใช้ (ไม่ใช่กฎหมายไทย) ร้อยละ", "tolerance (borrowed, not Thai law)"),
    "is_independent": ("สองฝ่ายกรอกแยกกัน", "typed by two hands"),
    "mass_t": ("ปริมาณ", "quantity"),
    "lowest_t": ("ต่ำสุดของที่เทียบ", "lowest of the others"),
    "typical_t": ("ปกติ", "typical"),
    "highest_t": ("สูงสุดของที่เทียบ", "highest of the others"),
    "compared_with": ("เทียบกับ (รายการ)", "compared with (others)"),
    "times_typical": ("เท่าของปกติ", "times typical"),
    "looks_like_unit_slip": ("อาจสลับหน่วย กก./ตัน", "looks like kg/t mixed up"),
}  # fmt: skip
WORDS = {
    "annual": ("ประจำปี", "annual"),
    "processing": ("ประจำเดือนของผู้รับดำเนินการ", "processing (monthly)"),
    "quantity_differs": ("ปริมาณไม่ตรง", "quantity differs"),
    "code_differs": ("รหัสของเสียไม่ตรง", "waste code differs"),
    "year": ("ทั้งปี", "whole year"),
    "load": ("เที่ยวขน", "one load"),
}
# A column's name ends in its unit. The percentage's Thai label has the unit in it, as Thai says it in front.
UNITS = {"_t": (" ตัน", " t"), "_pct": ("", " %"), "_days": (" วัน", " days")}
_DAYS = "days_"


@dataclass(frozen=True)
class Figure:
    """One figure, ready for a letter: label and value with unit, in both languages."""

    label_th: str
    label_en: str
    value_th: str
    value_en: str


def figures_of(evidence: Mapping[str, object], order: Iterable[str]) -> tuple[Figure, ...]:
    """The figures of an anomaly's evidence: what is listed in `order` first, then the rest.

    Lists and objects (the rows that it comes from) are left to `waste explain`; what is null says nothing.
    """
    keys = dict.fromkeys([*(key for key in order if key in evidence), *evidence])
    return tuple(
        figure_of(key, evidence[key])
        for key in keys
        if evidence[key] is not None and not isinstance(evidence[key], (list, dict))
    )


def figure_of(key: str, value: object) -> Figure:
    """One figure; `key` ends in the unit, as a column's name does."""
    suffix = next((suffix for suffix in UNITS if key.endswith(suffix)), "")
    unit_th, unit_en = UNITS["_days"] if key.startswith(_DAYS) else UNITS.get(suffix, ("", ""))
    own_words = key.removesuffix(suffix).removesuffix("_date").removeprefix("is_").replace("_", " ")
    label_th, label_en = LABELS.get(key, (own_words, own_words))
    value_th, value_en = _value(key, value)
    return Figure(label_th, label_en, value_th + unit_th, value_en + unit_en)


def _value(key: str, value: object) -> tuple[str, str]:
    if isinstance(value, bool):
        return ("ใช่", "yes") if value else ("ไม่ใช่", "no")
    if isinstance(value, (int, float, Decimal)):
        figure = str(value) if key == "year" or key.endswith("_year") else number(value)
        return figure, figure
    text = str(value)
    if key.endswith("_date"):
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return text, text
        return thai_date(day), english_date(day)
    return WORDS.get(text, (text, text))
