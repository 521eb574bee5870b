"""The factory was operating on the day, or in the period.

Judged by opened_date and closed_date of the register; where it gives none, nothing is said.
"""

from collections.abc import Iterable

from schemas.checks._sql import party_of
from schemas.records import Check, Report, Rule

# report: (column of the factory, first day, last day) of what it is said to have done
_DAYS = {
    "manifest": (("factory_id", "r.sent_date", "r.sent_date"), ("processor_id", "r.sent_date", "r.sent_date")),
    "receipt": (("processor_id", "r.received_date", "r.received_date"),),
    "annual": (("factory_id", "make_date(r.report_year, 1, 1)", "make_date(r.report_year, 12, 31)"),),
    "processing": (("factory_id", "r.report_month", "last_day(r.report_month)"),),
}


def rules(report: Report) -> Iterable[Rule]:
    """The ways in which this report type can break it."""
    for column, first_day, last_day in _DAYS.get(report.name, ()):
        party = party_of(column)
        yield Rule(column, f"{party}.opened_date > {last_day} OR {party}.closed_date < {first_day}", needs_register=True)


CHECK = Check(
    id="factory_was_operating",
    severity="warning",
    ground="[policy]",
    title_en="The factory was operating on the day, or in the period",
    title_th="โรงงานประกอบกิจการอยู่ในวันหรือช่วงเวลานั้น",
    message_en="{cell}: by the register, factory {found} was not operating then. Check the number and the date, or have the register corrected.",
    message_th="{cell}: ตามทะเบียน โรงงาน {found} ไม่ได้ประกอบกิจการในเวลานั้น กรุณาตรวจเลขทะเบียนและวันที่ หรือแจ้งแก้ไขทะเบียน",
    rules=rules,
)
