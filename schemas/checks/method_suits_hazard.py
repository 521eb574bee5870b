"""A hazardous waste has no non-hazardous-only method, and 048 no non-hazardous waste.

Not applicable when either code is unknown.
"""

from collections.abc import Iterable

from schemas.records import Check, Report, Rule


def rules(report: Report) -> Iterable[Rule]:
    """The ways in which this report type can break it."""
    if report.has("waste_code", "management_code"):
        yield Rule(
            "management_code",
            "(waste.is_hazardous AND method.waste_scope = 'non_hazardous_only')"
            " OR (NOT waste.is_hazardous AND method.waste_scope = 'hazardous_only')",
        )


CHECK = Check(
    id="method_suits_hazard",
    severity="error",
    ground="Annex 3",
    title_en="A hazardous waste has no non-hazardous-only method, and 048 no non-hazardous waste",
    title_th="วิธีการจัดการเหมาะกับความเป็นอันตรายของของเสีย",
    message_en="{cell}: method {found} does not suit this waste: it is for the other kind (hazardous or not) only. Check the waste code and the method.",
    message_th="{cell}: วิธี {found} ใช้กับของเสียนี้ไม่ได้ เพราะกำหนดไว้เฉพาะอีกประเภท (อันตรายหรือไม่อันตราย) กรุณาตรวจรหัสของเสียและวิธีการจัดการ",
    rules=rules,
)
