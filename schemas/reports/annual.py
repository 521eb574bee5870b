"""Annual report of the generator: one row is one waste code in a factory's year."""

from decimal import Decimal

from schemas.fields.party import FACTORY_ID
from schemas.fields.quantity import CLOSING_STOCK_T, OPENING_STOCK_T
from schemas.fields.waste import MANAGEMENT_CODE, NIL_REPORT, WASTE_CODE, WASTE_NAME
from schemas.records import Field, Report

REPORT = Report(
    name="annual",
    title_en="Annual report of the generator",
    title_th="รายงานประจำปีของผู้ก่อกำเนิดของเสีย",
    one_row_is="one waste code in a factory's year",
    fields=(
        FACTORY_ID,
        Field(
            "report_year",
            "year",
            "ปีที่รายงาน",
            "calendar year reported on (B.E. or C.E.; stored as C.E.)",
            required="yes",
        ),
        NIL_REPORT,
        WASTE_CODE.but(required="unless nil"),
        WASTE_NAME,
        OPENING_STOCK_T.but(meaning="in storage on 1 January"),
        Field(
            "generated_t",
            "decimal",
            "ปริมาณที่เกิดขึ้น (ตัน)",
            "generated in the year",
            required="unless nil",
            unit="t",
            at_least=Decimal("0"),
        ),
        Field(
            "managed_on_site_t",
            "decimal",
            "จัดการภายในโรงงาน (ตัน)",
            "managed inside the factory",
            required="unless nil",
            unit="t",
            at_least=Decimal("0"),
        ),
        MANAGEMENT_CODE.but(meaning="method used inside the factory; needed when managed_on_site_t is above 0", required="no"),
        Field(
            "sent_off_site_t",
            "decimal",
            "ส่งออกนอกโรงงาน (ตัน)",
            "sent out in the year",
            required="unless nil",
            unit="t",
            at_least=Decimal("0"),
        ),
        CLOSING_STOCK_T.but(meaning="in storage on 31 December"),
    ),
    row_key=("factory_id", "report_year", "waste_code", "management_code"),
    version_key=("factory_id", "report_year"),
    party_columns=("factory_id",),
    judged_day_sql="make_date(r.report_year, 12, 31)",
    load_order=5,
)
