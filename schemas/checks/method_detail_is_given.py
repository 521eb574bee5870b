"""A method that needs a detail has one.

Not applicable when the code is unknown.
"""

from collections.abc import Iterable

from schemas.records import Check, Report, Rule


def rules(report: Report) -> Iterable[Rule]:
    """The ways in which this report type can break it."""
    if report.has("management_code", "method_detail"):
        yield Rule("method_detail", "method.detail_required AND r.method_detail IS NULL")


CHECK = Check(
    id="method_detail_is_given",
    severity="warning",
    ground="Annex 3",
    title_en="A method that needs a detail has one",
    title_th="วิธีการจัดการที่ต้องมีรายละเอียดได้ระบุรายละเอียดแล้ว",
    message_en="{cell} is empty, but this management code asks for a detail. Say where or how.",
    message_th="{cell} ว่าง แต่รหัสวิธีการจัดการนี้ต้องระบุรายละเอียด กรุณาระบุ",
    rules=rules,
)
