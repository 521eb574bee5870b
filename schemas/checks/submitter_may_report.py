"""The channel that the file came through may report for this row's party.

The desk may send anything. Register, permits, inspections and complaints come only from the desk.
"""

from collections.abc import Iterable

from schemas.records import Check, Report, Rule


def rules(report: Report) -> Iterable[Rule]:
    """The ways in which this report type can break it."""
    parties = [f"r.{column} = r.submitted_by" for column in report.party_columns]
    is_party = " OR ".join(parties) or "false"
    column = report.party_columns[0] if report.party_columns else None
    yield Rule(column, f"r.submitted_by <> 'desk' AND NOT ({is_party})")


CHECK = Check(
    id="submitter_may_report",
    severity="error",
    ground="[policy]",
    title_en="The channel that the file came through may report for this row's party",
    title_th="ช่องทางที่ส่งไฟล์มีสิทธิรายงานแทนโรงงานในแถวนี้",
    message_en="{cell}: the channel that the file came through may not report this row ({found}). Send it through the channel of a party to the row, or through the department's desk.",
    message_th="{cell}: ช่องทางที่ส่งไฟล์ไม่มีสิทธิรายงานแถวนี้ ({found}) กรุณาส่งผ่านช่องทางของโรงงานที่เกี่ยวข้องหรือผ่านเจ้าหน้าที่กรมฯ",
    rules=rules,
)
