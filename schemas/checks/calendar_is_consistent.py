"""One column uses one calendar.

Every row with a readable day in such a column is named: which calendar was meant is never guessed, and no other rule
judges by these days.
"""

from collections.abc import Iterable

from schemas.records import Check, Report, Rule


def rules(report: Report) -> Iterable[Rule]:
    """The ways in which this report type can break it."""
    for field in report.of_kind("date", "month", "year"):
        calendar = f"{field.name}_calendar"
        yield Rule(
            field.name,
            f"r.{calendar} IS NOT NULL AND (r.file_no, coalesce(r.source_sheet, '')) IN (SELECT (file_no,"
            f" coalesce(source_sheet, '')) FROM rows GROUP BY ALL HAVING min({calendar}) <> max({calendar}))",
            comes_first=True,
        )


CHECK = Check(
    id="calendar_is_consistent",
    severity="error",
    ground="[policy]",
    title_en="One column uses one calendar",
    title_th="หนึ่งคอลัมน์ใช้ปฏิทินเดียว",
    message_en='{cell}: "{found}": this column mixes Buddhist-era and Christian-era years, so none of its days is certain. Use one calendar in the whole column.',
    message_th='{cell}: "{found}": คอลัมน์นี้ใช้ทั้ง พ.ศ. และ ค.ศ. ปนกัน จึงไม่แน่ใจวันที่ กรุณาใช้ปฏิทินเดียวทั้งคอลัมน์',
    rules=rules,
)
