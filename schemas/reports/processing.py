"""Monthly report of the processor: one row is one waste code and product in a processor's month."""

from decimal import Decimal

from schemas.fields.party import FACTORY_ID
from schemas.fields.quantity import CLOSING_STOCK_T, OPENING_STOCK_T
from schemas.fields.waste import MANAGEMENT_CODE, NIL_REPORT, WASTE_CODE
from schemas.records import Field, Report

REPORT = Report(
    name="processing",
    title_en="Monthly report of the processor",
    title_th="รายงานประจำเดือนของผู้รับดำเนินการ",
    one_row_is="one waste code and product in a processor's month",
    fields=(
        FACTORY_ID,
        Field(
            "report_month",
            "month",
            "เดือนที่รายงาน",
            "calendar month, 2026-03 or 2569-03; stored as the first day, C.E.",
            required="yes",
        ),
        NIL_REPORT.but(header_th="ไม่มีการรับของเสีย", meaning="yes on a single row that has no other content"),
        WASTE_CODE.but(required="unless nil"),
        OPENING_STOCK_T.but(meaning="in storage on the first day of the month"),
        Field(
            "received_t",
            "decimal",
            "ปริมาณที่รับ (ตัน)",
            "received in the month",
            required="unless nil",
            unit="t",
            at_least=Decimal("0"),
        ),
        Field(
            "processed_t",
            "decimal",
            "ปริมาณที่จัดการ (ตัน)",
            "put through the process in the month",
            required="unless nil",
            unit="t",
            at_least=Decimal("0"),
        ),
        MANAGEMENT_CODE.but(meaning="method used", required="unless nil"),
        Field("product_name", "text", "ชื่อผลิตภัณฑ์", "what came out"),
        Field("product_t", "decimal", "ปริมาณผลิตภัณฑ์ (ตัน)", "product made", unit="t", at_least=Decimal("0")),
        Field(
            "residue_t",
            "decimal",
            "กากเหลือ (ตัน)",
            "residue left: the processor's own new waste",
            unit="t",
            at_least=Decimal("0"),
        ),
        CLOSING_STOCK_T.but(meaning="in storage on the last day of the month"),
    ),
    row_key=("factory_id", "report_month", "waste_code", "management_code", "product_name"),
    version_key=("factory_id", "report_month"),
    party_columns=("factory_id",),
    judged_day_sql="last_day(r.report_month)",
    load_order=6,
)
