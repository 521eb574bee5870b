"""What ends does not end before it begins.

Validity of a permit, completion after receipt, closing after opening, resolution after the visit, the end of a
silence after the decision.
"""

from collections.abc import Iterable

from schemas.records import Check, Report, Rule

_PAIRS = (
    ("valid_from_date", "valid_to_date"), ("received_date", "completed_date"), ("opened_date", "closed_date"),
    ("inspected_date", "order_due_date"), ("inspected_date", "resolved_date"), ("received_date", "closed_date"),
    ("decided_date", "until_date"),
)  # fmt: skip


def rules(report: Report) -> Iterable[Rule]:
    """The ways in which this report type can break it."""
    for first, last in _PAIRS:
        if report.has(first, last):
            yield Rule(last, f"r.{last} < r.{first}")


CHECK = Check(
    id="validity_is_ordered",
    severity="error",
    ground="[policy]",
    title_en="What ends does not end before it begins",
    title_th="วันสิ้นสุดไม่อยู่ก่อนวันเริ่มต้น",
    message_en='{cell}: "{found}" lies before the day on which it began. Check both days.',
    message_th='{cell}: "{found}" อยู่ก่อนวันเริ่มต้น กรุณาตรวจวันที่ทั้งสอง',
    rules=rules,
)
