"""A row key does not occur twice in one file.

Every such row is named. Not applicable to nil rows (see nil_report_is_empty) and where a cell of the key is faulty.
"""

from collections.abc import Iterable

from schemas.records import Check, Report, Rule


def rules(report: Report) -> Iterable[Rule]:
    """The ways in which this report type can break it."""
    must = [column for column in report.row_key if report.field(column).required == "yes" or column == "line_no"]
    may = [column for column in report.row_key if column not in must]
    is_nil = "nil_report IS NOT DISTINCT FROM 'yes'" if report.has("nil_report") else "false"
    key = ", ".join(["file_no", *must, *(f"coalesce({column}, '')" for column in may)])
    here = ", ".join(["r.file_no", *(f"r.{c}" for c in must), *(f"coalesce(r.{c}, '')" for c in may)])
    yield Rule(
        None,
        f"NOT (r.{is_nil if report.has('nil_report') else 'file_no IS NULL'}) AND ({here}) IN"
        f" (SELECT ({key}) FROM rows WHERE NOT ({is_nil}) GROUP BY ALL HAVING count(*) > 1)",
    )


CHECK = Check(
    id="row_is_unique",
    severity="error",
    ground="layout",
    title_en="A row key does not occur twice in one file",
    title_th="ไม่มีแถวที่มีกุญแจซ้ำกันในไฟล์เดียว",
    message_en="{cell}: another row of this file has the same key ({found}). Keep one of them, or give them different line numbers.",
    message_th="{cell}: มีแถวอื่นในไฟล์นี้ที่มีกุญแจเดียวกัน ({found}) กรุณาเหลือแถวเดียวหรือใช้ลำดับที่ต่างกัน",
    rules=rules,
)
