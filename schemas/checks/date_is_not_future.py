"""No day lies after the day of receipt of the file.

A year or month counts from its first day. Days that lie ahead by their nature (validity, an order's due day,
the end of a silence) are exempt.
"""

from collections.abc import Iterable

from schemas.records import Check, Report, Rule

_MAY_LIE_AHEAD = ("valid_from_date", "valid_to_date", "order_due_date", "until_date")


def rules(report: Report) -> Iterable[Rule]:
    """The ways in which this report type can break it."""
    for field in report.of_kind("date", "month", "year"):
        if field.name not in _MAY_LIE_AHEAD:
            day = f"make_date(r.{field.name}, 1, 1)" if field.kind == "year" else f"r.{field.name}"
            yield Rule(field.name, f"{day} > r.received_day")


CHECK = Check(
    id="date_is_not_future",
    severity="error",
    ground="[policy]",
    title_en="No day lies after the day of receipt of the file",
    title_th="ไม่มีวันที่หลังวันที่รับไฟล์",
    message_en='{cell}: "{found}" lies after the day on which the file was received. Check day, month and year (B.E. or C.E.).',
    message_th='{cell}: "{found}" เป็นวันหลังจากวันที่รับไฟล์ กรุณาตรวจวัน เดือน และปี (พ.ศ. หรือ ค.ศ.)',
    rules=rules,
)
