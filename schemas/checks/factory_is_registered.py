"""Generator and processor are in the register.

Not applicable to the register itself, nor to a number that is not well formed.
"""

from collections.abc import Iterable

from schemas.checks._sql import party_of
from schemas.records import Check, Report, Rule


def rules(report: Report) -> Iterable[Rule]:
    """The ways in which this report type can break it."""
    if report.name == "factory":
        return
    for field in report.of_kind("id14"):
        party = party_of(field.name)
        yield Rule(field.name, f"r.{field.name} IS NOT NULL AND {party}.factory_id IS NULL", needs_register=True)


CHECK = Check(
    id="factory_is_registered",
    severity="error",
    ground="cl. 4 to 6",
    title_en="Generator and processor are in the register",
    title_th="ผู้ก่อกำเนิดและผู้รับดำเนินการอยู่ในทะเบียนโรงงาน",
    message_en="{cell}: factory {found} is not in the register. Check the number; a new factory is first entered by the department.",
    message_th="{cell}: ไม่พบโรงงาน {found} ในทะเบียน กรุณาตรวจเลขทะเบียน โรงงานใหม่ต้องให้กรมฯ บันทึกในทะเบียนก่อน",
    rules=rules,
)
