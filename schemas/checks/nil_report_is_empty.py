"""A nil row has no content, and is the only row of its factory and period.

The nil row is named, not the others.
"""

from collections.abc import Iterable

from schemas.records import Check, Report, Rule


def rules(report: Report) -> Iterable[Rule]:
    """The ways in which this report type can break it."""
    if not report.has("nil_report"):
        return
    content = [field.name for field in report.fields if field.name not in (*report.version_key, "nil_report")]
    has_content = " OR ".join(f"r.{column} IS NOT NULL" for column in content)
    here, key = (", ".join(f"{prefix}{column}" for column in ("file_no", *report.version_key)) for prefix in ("r.", ""))
    has_key, has_key_here = (
        " AND ".join(f"{prefix}{column} IS NOT NULL" for column in report.version_key) for prefix in ("", "r.")
    )
    has_company = f"{has_key_here} AND ({here}) IN (SELECT ({key}) FROM rows WHERE {has_key} GROUP BY ALL HAVING count(*) > 1)"
    yield Rule("nil_report", f"r.nil_report = 'yes' AND (({has_content}) OR ({has_company}))")


CHECK = Check(
    id="nil_report_is_empty",
    severity="error",
    ground="cl. 13, 22",
    title_en="A nil row has no content, and is the only row of its factory and period",
    title_th="แถวที่แจ้งว่าไม่มีของเสียไม่มีข้อมูลอื่น และเป็นแถวเดียวของโรงงานและช่วงเวลานั้น",
    message_en="{cell}: the row says that there is nothing to report, but it has content or stands beside other rows of the same factory and period. Keep one or the other.",
    message_th="{cell}: แถวนี้แจ้งว่าไม่มีข้อมูลจะรายงาน แต่มีข้อมูลอื่นหรือมีแถวอื่นของโรงงานและช่วงเวลาเดียวกัน กรุณาเลือกอย่างใดอย่างหนึ่ง",
    rules=rules,
)
