"""Waste managed on site names its management code."""

from collections.abc import Iterable

from schemas.records import Check, Report, Rule


def rules(report: Report) -> Iterable[Rule]:
    """The ways in which this report type can break it."""
    if report.has("managed_on_site_t", "management_code"):
        yield Rule("management_code", "r.managed_on_site_t > 0 AND r.management_code IS NULL")


CHECK = Check(
    id="on_site_method_is_given",
    severity="error",
    ground="cl. 13",
    title_en="Waste managed on site names its management code",
    title_th="ของเสียที่จัดการภายในโรงงานได้ระบุรหัสวิธีการจัดการ",
    message_en="{cell} is empty, but tonnes were managed inside the factory. Give the code of the method.",
    message_th="{cell} ว่าง แต่มีปริมาณที่จัดการภายในโรงงาน กรุณาระบุรหัสวิธีการจัดการ",
    rules=rules,
)
