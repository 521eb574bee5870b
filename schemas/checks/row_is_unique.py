"""A row key does not occur twice in one file.

Every such row is named. A line_no left out is 1. Not applicable to nil rows (see nil_report_is_empty) and where a cell of
the key is faulty.
"""

from collections.abc import Iterable

from schemas.records import Check, Report, Rule


def rules(report: Report) -> Iterable[Rule]:
    """The ways in which this report type can break it."""
    here, key = (", ".join([f"{prefix}file_no", *_key(report, prefix)]) for prefix in ("r.", ""))
    counts_here, counts = (f"NOT {prefix}is_key_faulty{_and_not_nil(report, prefix)}" for prefix in ("r.", ""))
    yield Rule(
        None,
        f"{counts_here} AND ({here}) IN (SELECT ({key}) FROM rows WHERE {counts} GROUP BY ALL HAVING count(*) > 1)",
    )


def _key(report: Report, prefix: str) -> list[str]:
    """The row key; a cell that may be empty is compared as empty text."""
    is_number = {field.name for field in report.of_kind("integer", "date", "month", "year")}
    return [f"{prefix}{name}" if name in is_number else f"coalesce({prefix}{name}, '')" for name in report.row_key]


def _and_not_nil(report: Report, prefix: str) -> str:
    return f" AND {prefix}nil_report IS DISTINCT FROM 'yes'" if report.has("nil_report") else ""


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
