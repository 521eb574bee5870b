"""The anomaly that a decision is about was found on an earlier night.

Also one that is closed by now. Not applicable to other reports.
"""

from collections.abc import Iterable

from schemas.records import Check, Report, Rule


def rules(report: Report) -> Iterable[Rule]:
    """The ways in which this report type can break it."""
    if report.has("anomaly_id"):
        yield Rule("anomaly_id", "r.anomaly_id IS NOT NULL AND anomaly.anomaly_id IS NULL", needs_register=True)


CHECK = Check(
    id="anomaly_is_known",
    severity="error",
    ground="[policy]",
    title_en="The anomaly that a decision is about was found on an earlier night",
    title_th="ข้อสังเกตที่พิจารณามีอยู่ในระบบ",
    message_en='{cell}: no anomaly "{found}" was found on any night before this one. Copy the id from anomaly.found (`waste anomaly list`).',
    message_th='{cell}: ไม่พบข้อสังเกตรหัส "{found}" ในคืนก่อนหน้านี้ กรุณาคัดลอกรหัสจากตาราง anomaly.found (`waste anomaly list`)',
    rules=rules,
)
