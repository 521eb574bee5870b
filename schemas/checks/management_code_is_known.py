"""The management code is in the list valid on that day.

A zero that a spreadsheet took away is named, never put back by guess.
"""

from collections.abc import Iterable

from schemas.checks._sql import lost_zero_hint
from schemas.records import Check, Report, Rule


def hint(value: str, fault: str) -> tuple[str, str]:
    """Names the leading zero that is missing, when one is."""
    return lost_zero_hint("management_code", value)


def rules(report: Report) -> Iterable[Rule]:
    """The ways in which this report type can break it."""
    if report.has("management_code"):
        yield Rule("management_code", "r.management_code IS NOT NULL AND method.code IS NULL")


CHECK = Check(
    id="management_code_is_known",
    severity="error",
    ground="Annex 3",
    title_en="The management code is in the list valid on that day",
    title_th="รหัสวิธีการจัดการอยู่ในบัญชีที่ใช้ในวันนั้น",
    message_en='{cell}: "{found}" is not a management code in force on that day (Annex 3). {hint}',
    message_th='{cell}: "{found}" ไม่ใช่รหัสวิธีการจัดการที่ใช้ในวันนั้น (บัญชีแนบท้าย 3) {hint}',
    rules=rules,
    hint=hint,
)
