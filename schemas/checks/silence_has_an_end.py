"""A silence says until which day, and nothing but a silence does.

Not applicable to other reports.
"""

from collections.abc import Iterable

from schemas.records import Check, Report, Rule


def rules(report: Report) -> Iterable[Rule]:
    """The ways in which this report type can break it."""
    if report.has("action", "until_date"):
        yield Rule("until_date", "(r.action = 'silence') = (r.until_date IS NULL)")


CHECK = Check(
    id="silence_has_an_end",
    severity="error",
    ground="[policy]",
    title_en="A silence says until which day, and nothing but a silence does",
    title_th="การพักข้อสังเกตระบุวันสิ้นสุด และผลการพิจารณาอื่นไม่ระบุ",
    message_en='{cell}: "{found}" does not suit the action: a silence needs its last day, any other decision has none.',
    message_th='{cell}: "{found}" ไม่สอดคล้องกับผลการพิจารณา การพักข้อสังเกตต้องระบุวันสิ้นสุด ผลการพิจารณาอื่นไม่ต้องระบุ',
    rules=rules,
)
