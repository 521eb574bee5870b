"""The period lies on or after 1 November 2023; for the annual report, 2023 or later."""

from collections.abc import Iterable

from schemas.codes import REGIME_FIRST_YEAR, REGIME_START_DATE
from schemas.records import Check, Report, Rule

_PERIOD = {
    "permit": "valid_from_date", "manifest": "sent_date", "receipt": "received_date", "processing": "report_month",
}  # fmt: skip


def rules(report: Report) -> Iterable[Rule]:
    """The ways in which this report type can break it."""
    column = _PERIOD.get(report.name)
    if report.name == "annual":
        yield Rule("report_year", f"r.report_year < {REGIME_FIRST_YEAR}")
    elif column:
        yield Rule(column, f"r.{column} < DATE '{REGIME_START_DATE}'")


CHECK = Check(
    id="period_is_in_regime",
    severity="error",
    ground="commencement",
    title_en="The period lies on or after 1 November 2023; for the annual report, 2023 or later",
    title_th="ช่วงเวลาอยู่ในระยะบังคับใช้ประกาศ พ.ศ. 2566",
    message_en='{cell}: "{found}" lies before the Notification B.E. 2566 was in force (1 November 2023). Codes had other meanings then; such periods are not reported here.',
    message_th='{cell}: "{found}" เป็นช่วงก่อนประกาศ พ.ศ. 2566 ใช้บังคับ (1 พ.ย. 2566) ซึ่งรหัสมีความหมายต่างกัน จึงไม่รับรายงานช่วงนั้นที่นี่',
    rules=rules,
)
