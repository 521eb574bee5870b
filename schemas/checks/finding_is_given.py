"""A failed inspection item says what was seen."""

from collections.abc import Iterable

from schemas.records import Check, Report, Rule


def rules(report: Report) -> Iterable[Rule]:
    """The ways in which this report type can break it."""
    if report.has("result", "finding"):
        yield Rule("finding", "r.result = 'fail' AND r.finding IS NULL")


CHECK = Check(
    id="finding_is_given",
    severity="error",
    ground="[policy]",
    title_en="A failed inspection item says what was seen",
    title_th="รายการตรวจที่ไม่ผ่านได้ระบุข้อค้นพบ",
    message_en="{cell} is empty, but the item failed. Say what was seen.",
    message_th="{cell} ว่าง แต่ผลการตรวจไม่ผ่าน กรุณาระบุข้อค้นพบ",
    rules=rules,
)
