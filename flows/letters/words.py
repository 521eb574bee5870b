"""How numbers, days, periods and figures are said in a letter, in Thai and in English.

A key of an anomaly's evidence that is not listed here is said by its own name, so that a new anomaly needs no line here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

_BUDDHIST_ERA = 543  # B.E. = C.E. + 543; so for every day since the year's start moved to 1 January, in B.E. 2484 (1941)
_THAI_MONTHS = (
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
    "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
)  # fmt: skip
_SHORT_THAI_MONTHS = (
    "ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.",
)  # fmt: skip
_ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_YEAR = re.compile(r"[0-9]{4}")
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")

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
    "is_independent": ("กรอกโดยคนละฝ่าย", "typed by different hands"),
    "mass_t": ("ปริมาณ", "quantity"),
    "lowest_t": ("ต่ำสุดของที่เทียบ", "lowest of the others"),
    "typical_t": ("ปกติ", "typical"),
    "highest_t": ("สูงสุดของที่เทียบ", "highest of the others"),
    "compared_with": ("เทียบกับ (รายการ)", "compared with (others)"),
    "times_typical": ("เท่าของปกติ", "times typical"),
    "last_t": ("ปีก่อนหน้าล่าสุด", "latest year before"),
    "times_same_codes": ("เท่าของเดิม เฉพาะรหัสที่มีทั้งสองปี", "times before, codes of both years only"),
    "times_of_peers": ("เท่าของปีก่อน ค่ากลางของโรงงานจำพวกเดียวกัน", "times the year before, median of its peers"),
    "peers_kept": ("ในจำนวนนั้นยังรายงานรหัสเดิม", "of them still with the hazardous code"),
    "peers": ("จำนวนโรงงานจำพวกเดียวกันที่เทียบ", "peers compared with"),
    "generator_id": ("ผู้ก่อกำเนิด", "generator"),
    "other_factory_id": ("โรงงานอื่นที่ใช้เลขเดียวกัน", "other factory with the number"),
    "same_number_factory_id": ("ผู้ใช้เลขเดียวกัน", "used by"),
    "answer_due_date": ("กำหนดตอบรับที่ยืมมาใช้ (ไม่ใช่กฎหมายไทย)", "answer due (borrowed, not Thai law)"),
    "reported_date": ("วันที่ได้รับรายงาน", "report received on"),
    "days_late": ("ล่าช้า", "late"),
    "management_code": ("วิธีการจัดการ", "method"),
    "generators": ("จำนวนผู้ก่อกำเนิด", "generators"),
    "is_one_hand": ("กรอกโดยฝ่ายเดียว", "typed by one hand"),
    "decision": ("ผลการรับ", "decision"),
    "lacks": ("ใบอนุญาตไม่ครอบคลุม", "permission lacks"),
    "loads": ("จำนวนเที่ยว", "loads"),
    "permitted_t": ("อนุญาต", "permitted"),
    "excess_t": ("เกิน", "excess"),
    "used_pct": ("ใช้ไปร้อยละ", "used"),
    "last_sent_date": ("ส่งครั้งสุดท้าย", "last sent on"),
    "is_extended": ("ขยายเวลาแล้ว", "extended"),
    "reported_t": ("รายงานไว้", "reported"),
    "rejected_t": ("ถูกปฏิเสธ", "rejected"),
    "first_date": ("เที่ยวแรก", "first on"),
    "previous_closing_stock_t": ("คงเหลือสิ้นงวดก่อน", "closing stock before"),
    "opening_stock_t": ("ยอดยกมา", "opening stock"),
    "carry_gap_t": ("ผลต่างยอดยกมา", "gap"),
    "vehicle_no": ("ทะเบียนรถ", "vehicle"),
    # Another country's weight: it must never read as Thai law (REGIME).
    "limit_t": ("เกณฑ์ที่ยืมมาใช้ (ไม่ใช่กฎหมายไทย)", "limit (borrowed, not Thai law)"),
    "lines": ("จำนวนรายการ", "lines"),
    "trips": ("เที่ยวทั้งหมดในวัน", "trips in the day"),
    "own_trips": ("เที่ยวของโรงงานนี้", "own trips"),
    "trips_at_most": ("เที่ยวที่เป็นไปได้ (นโยบาย)", "trips believed at most (policy)"),
    "suspect_loads": ("เที่ยวที่น่าสงสัย", "suspect loads"),
    "suspect_pct": ("เที่ยวที่น่าสงสัยร้อยละ", "suspect"),
    "months": ("จำนวนเดือน", "months"),
    "last_resort_t": ("รหัสกลุ่มสุดท้าย", "codes of last resort"),
    "last_resort_pct": ("รหัสกลุ่มสุดท้ายร้อยละ", "codes of last resort"),
    "peers_last_resort_pct": ("ค่ากลางของโรงงานจำพวกเดียวกัน ร้อยละ", "median of its peers"),
    "generated_t": ("เกิดขึ้น", "generated"),
    "hazardous_code": ("รหัสอันตราย", "hazardous code"),
    "non_hazardous_code": ("รหัสไม่อันตราย", "non-hazardous code"),
    "hazardous_before_t": ("อันตราย ปีก่อน", "hazardous, year before"),
    "hazardous_after_t": ("อันตราย ปีนี้", "hazardous, this year"),
    "non_hazardous_before_t": ("ไม่อันตราย ปีก่อน", "non-hazardous, year before"),
    "non_hazardous_after_t": ("ไม่อันตราย ปีนี้", "non-hazardous, this year"),
    "intake_capacity_t": ("กำลังการรับต่อปี", "capacity a year"),
    "looks_like_unit_slip": ("อาจสลับหน่วย กก./ตัน", "looks like kg/t mixed up"),
}  # fmt: skip
WORDS = {
    "annual": ("ประจำปี", "annual"),
    "processing": ("ประจำเดือนของผู้รับดำเนินการ", "processing (monthly)"),
    "quantity_differs": ("ปริมาณไม่ตรง", "quantity differs"),
    "code_differs": ("รหัสของเสียไม่ตรง", "waste code differs"),
    "year": ("ทั้งปี", "whole year"),
    "load": ("เที่ยวขน", "one load"),
    "accepted": ("รับ", "accepted"),
    "partly_accepted": ("รับบางส่วน", "partly accepted"),
    "rejected": ("ปฏิเสธ", "rejected"),
    "waste": ("ของเสียนี้", "this waste"),
    "method_or_receiver": ("วิธีการหรือผู้รับนี้", "this method or receiver"),
    "day": ("วันที่ส่ง", "the day"),
    "equal": ("ตรงกันทุกกิโลกรัม", "equal to the kilogram"),
    "round": ("เลขกลม", "round figures"),
}
# A column's name ends in its unit. The percentage's Thai label has the unit in it, as Thai says it in front.
UNITS = {"_t": (" ตัน", " t"), "_pct": ("", " %"), "_days": (" วัน", " days")}
_DAYS = "days_"
# Figures of the front page: columns of summary.national, in the order of reading; indented when part of the one above.
FRONT_PAGE = (
    ("factories_obliged", "โรงงานที่ต้องส่งรายงานประจำปี", "factories that owed an annual report", False),
    ("factories_reporting", "ส่งแล้ว", "that reported", True),
    ("coverage_pct", "ความครบถ้วน (%)", "coverage (%)", True),
    ("generated_t", "ของเสียที่เกิดขึ้น ตามรายงานประจำปี (ตัน)", "generated, by annual reports (t)", False),
    ("generated_hazardous_t", "เป็นของเสียอันตราย (ตัน)", "hazardous (t)", True),
    ("sent_t", "ส่งออกนอกโรงงาน (ตัน)", "sent off site (t)", False),
    ("received_t", "ผู้รับดำเนินการรับไว้ (ตัน)", "received by processors (t)", False),
    ("completed_t", "จัดการแล้วเสร็จ (ตัน)", "management completed (t)", False),
)
BREACHES = {
    "missing_reports": ("รายงานที่ยังไม่ส่ง", "reports missing"),
    "mismatched_loads": ("เที่ยวที่ยอดไม่ตรง", "loads that differ"),
    "unanswered_loads": ("เที่ยวที่ไม่ตอบรับ", "loads not answered"),
    "receipts_without_manifest": ("ตอบรับโดยไม่มีใบกำกับ", "receipts without manifest"),
}
NO_FIGURE = "–"


def number(value: Decimal | float, decimals: int = 3) -> str:
    """With thousands groups and no more decimals than it has: `1,234.5`. What is not zero never reads as zero.

    Args:
        decimals: most decimals; 3 are a kilogram of a tonne.
    """
    exact = Decimal(str(value))
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    if exact and not rounded:
        return f"{exact:.2g}"
    text = f"{rounded:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def thai_date(day: date) -> str:
    """`2 มีนาคม พ.ศ. 2569 (ค.ศ. 2026)`."""
    return f"{day.day} {_THAI_MONTHS[day.month - 1]} {thai_year(day.year)}"


def short_thai_date(day: date) -> str:
    """`2 มี.ค. 2569 (2026)`, where room is short."""
    return f"{day.day} {_SHORT_THAI_MONTHS[day.month - 1]} {day.year + _BUDDHIST_ERA} ({day.year})"


def thai_year(year: int) -> str:
    """`พ.ศ. 2569 (ค.ศ. 2026)`."""
    return f"พ.ศ. {year + _BUDDHIST_ERA} (ค.ศ. {year})"


def english_date(day: date) -> str:
    """`2 March 2026`."""
    return f"{day.day} {_ENGLISH_MONTHS[day.month - 1]} {day.year}"


def both_dates(day: date) -> str:
    """`2 มี.ค. 2569 / 2 March 2026`, for a subject line."""
    return f"{day.day} {_SHORT_THAI_MONTHS[day.month - 1]} {day.year + _BUDDHIST_ERA} / {english_date(day)}"


def thai_period(period: str) -> str:
    """`ปี พ.ศ. 2568 (ค.ศ. 2025)` of `2025`, `มีนาคม พ.ศ. 2569 (ค.ศ. 2026)` of `2026-03`, anything else as it is."""
    if _YEAR.fullmatch(period):
        return f"ปี {thai_year(int(period))}"
    if month := _MONTH.fullmatch(period):
        return f"{_THAI_MONTHS[int(month[2]) - 1]} {thai_year(int(month[1]))}"
    return period


def english_period(period: str) -> str:
    """`year 2025` of `2025`, `March 2026` of `2026-03`, anything else as it is."""
    if _YEAR.fullmatch(period):
        return f"year {period}"
    if month := _MONTH.fullmatch(period):
        return f"{_ENGLISH_MONTHS[int(month[2]) - 1]} {month[1]}"
    return period


@dataclass(frozen=True)
class Figure:
    """One figure, ready for a letter: label and value with unit, in both languages.

    Attributes:
        is_quantity: a number that is compared, not a name or a day.
    """

    label_th: str
    label_en: str
    value_th: str
    value_en: str
    is_quantity: bool


@dataclass(frozen=True)
class Line:
    """One line of a table: its label in both languages and a value for each column."""

    label_th: str
    label_en: str
    values: tuple[str, ...]
    is_part: bool


def figures_of(evidence: Mapping[str, object]) -> tuple[Figure, ...]:
    """The figures of an anomaly's evidence: quantities first, else in its own order.

    Lists and objects (the rows that it comes from) are left to `waste explain`; what is null says nothing.
    """
    figures = (
        figure_of(key, value) for key, value in evidence.items() if value is not None and not isinstance(value, (list, dict))
    )
    return tuple(sorted(figures, key=lambda figure: not figure.is_quantity))


def figure_of(key: str, value: object) -> Figure:
    """One figure; `key` ends in the unit, as a column's name does."""
    suffix = next((suffix for suffix in UNITS if key.endswith(suffix)), "")
    unit_th, unit_en = UNITS["_days"] if key.startswith(_DAYS) else UNITS.get(suffix, ("", ""))
    own_words = key.removesuffix(suffix).removesuffix("_date").removeprefix("is_").replace("_", " ")
    label_th, label_en = LABELS.get(key, (own_words, own_words))
    value_th, value_en = _value(key, value)
    is_quantity = isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
    return Figure(label_th, label_en, value_th + unit_th, value_en + unit_en, is_quantity)


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
        return short_thai_date(day), english_date(day)
    return WORDS.get(text, (text, text))


def front_page(years: Sequence[Mapping[str, Any]]) -> tuple[Line, ...]:
    """The front page's table, a column for each year."""
    return tuple(
        Line(
            label_th,
            label_en,
            tuple(NO_FIGURE if year[key] is None else number(year[key], decimals=1) for year in years),
            is_part,
        )
        for key, label_th, label_en, is_part in FRONT_PAGE
    )


def thai_breaches(row: Mapping[str, Any]) -> str:
    """Open breaches of one factory by kind, those that it has."""
    return " · ".join(f"{thai} {row[kind]:,}" for kind, (thai, _) in BREACHES.items() if row[kind])


def english_breaches(row: Mapping[str, Any]) -> str:
    """The same in English."""
    return " · ".join(f"{english} {row[kind]:,}" for kind, (_, english) in BREACHES.items() if row[kind])


FILTERS = (
    number, thai_date, short_thai_date, thai_year, english_date, thai_period, english_period, front_page, thai_breaches,
    english_breaches,
)  # fmt: skip
