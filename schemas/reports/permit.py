"""Removal permission (form กอ.1): one row is one line of a removal permission."""

from decimal import Decimal

from schemas.fields.party import GENERATOR_ID, PROCESSOR_ID
from schemas.fields.waste import LINE_NO, MANAGEMENT_CODE, METHOD_DETAIL, PERMIT_NO, WASTE_CODE, WASTE_NAME
from schemas.records import Field, Report

REPORT = Report(
    name="permit",
    title_en="Removal permission (form กอ.1)",
    title_th="ใบอนุญาตนำของเสียออกนอกโรงงาน (กอ.1)",
    one_row_is="one line of a removal permission",
    fields=(
        PERMIT_NO.but(required="yes"),
        LINE_NO,
        GENERATOR_ID,
        WASTE_CODE,
        WASTE_NAME,
        MANAGEMENT_CODE,
        METHOD_DETAIL,
        PROCESSOR_ID,
        Field(
            "permitted_t",
            "decimal",
            "ปริมาณที่อนุญาต (ตัน)",
            "tonnes allowed over the whole period",
            required="yes",
            unit="t",
            above=Decimal("0"),
        ),
        Field("valid_from_date", "date", "อนุญาตตั้งแต่วันที่", "first day", required="yes"),
        Field("valid_to_date", "date", "อนุญาตถึงวันที่", "last day", required="yes"),
        Field(
            "processor_answer",
            "enum",
            "ผลการตอบรับ",
            "the processor's consent",
            words=("accepted", "rejected", "pending"),
        ),
    ),
    row_key=("permit_no", "line_no"),
    version_key=("permit_no",),
    party_columns=(),
    judged_day_sql="r.valid_from_date",
    load_order=2,
)
