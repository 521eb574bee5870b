"""The receiver is of a class that receives waste on that day: 101, 105 or 106.

Not applicable to a receiver that the register does not have.
"""

from collections.abc import Iterable

from schemas.checks._sql import is_processor_sql, party_of
from schemas.records import Check, Report, Rule


def rules(report: Report) -> Iterable[Rule]:
    """The ways in which this report type can break it."""
    column = "processor_id" if report.has("processor_id") else "factory_id"
    if report.name in ("permit", "manifest", "receipt", "processing"):
        yield Rule(column, f"NOT ({is_processor_sql(party_of(column), report.in_force_day_sql)})", needs_register=True)


CHECK = Check(
    id="processor_may_receive",
    severity="error",
    ground="[press]",
    title_en="The receiver is of class 101, 105 or 106",
    title_th="ผู้รับดำเนินการเป็นโรงงานลำดับที่ 101 105 หรือ 106",
    message_en="{cell}: factory {found} is not of class 101, 105 or 106, so it may not receive waste. Check the receiver's number.",
    message_th="{cell}: โรงงาน {found} ไม่ใช่โรงงานลำดับที่ 101 105 หรือ 106 จึงรับของเสียไม่ได้ กรุณาตรวจเลขทะเบียนผู้รับ",
    rules=rules,
)
