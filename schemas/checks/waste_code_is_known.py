"""The waste code is in the list valid on that day.

A zero that a spreadsheet took away is named, never put back by guess.
"""

from collections.abc import Iterable

from schemas.checks._sql import lost_zero_hint
from schemas.records import Check, Report, Rule


def hint(value: str, fault: str) -> tuple[str, str]:
    """Names the leading zero that is missing, when one is."""
    return lost_zero_hint("waste_code", value)


def rules(report: Report) -> Iterable[Rule]:
    """The ways in which this report type can break it."""
    if report.has("waste_code"):
        yield Rule("waste_code", "r.waste_code IS NOT NULL AND waste.code IS NULL")


CHECK = Check(
    id="waste_code_is_known",
    severity="error",
    ground="Annex 1",
    title_en="The waste code is in the list valid on that day",
    title_th="รหัสของเสียอยู่ในบัญชีที่ใช้ในวันนั้น",
    message_en='{cell}: "{found}" is not a waste code in force on that day (Annex 1). {hint}',
    message_th='{cell}: "{found}" ไม่ใช่รหัสของเสียที่ใช้ในวันนั้น (บัญชีแนบท้าย 1) {hint}',
    rules=rules,
    hint=hint,
)
