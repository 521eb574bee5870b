"""Quantity is 0 exactly when the load was rejected."""

from collections.abc import Iterable

from schemas.records import Check, Report, Rule


def rules(report: Report) -> Iterable[Rule]:
    """The ways in which this report type can break it."""
    if report.has("quantity", "decision"):
        yield Rule("quantity", "(r.quantity = 0) <> (r.decision = 'rejected')")


CHECK = Check(
    id="decision_suits_quantity",
    severity="error",
    ground="layout",
    title_en="Quantity is 0 exactly when the load was rejected",
    title_th="ปริมาณเป็น 0 เฉพาะเมื่อปฏิเสธการรับ",
    message_en="{cell}: quantity {found} does not suit the decision: 0 only when the load was rejected, above 0 otherwise. Check both.",
    message_th="{cell}: ปริมาณ {found} ไม่ตรงกับผลการรับ (เป็น 0 เฉพาะเมื่อปฏิเสธการรับ) กรุณาตรวจทั้งสองช่อง",
    rules=rules,
)
