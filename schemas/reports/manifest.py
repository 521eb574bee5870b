"""Waste manifest: one row is one line of a load sent."""

from decimal import Decimal

from schemas.fields.party import GENERATOR_ID, PROCESSOR_ID
from schemas.fields.quantity import DENSITY_KG_PER_L, QUANTITY, UNIT
from schemas.fields.waste import LINE_NO, MANAGEMENT_CODE, MANIFEST_NO, METHOD_DETAIL, PERMIT_NO, WASTE_CODE, WASTE_NAME
from schemas.records import Field, Report

REPORT = Report(
    name="manifest",
    title_en="Waste manifest",
    title_th="เอกสารกำกับการขนส่งของเสีย",
    one_row_is="one line of a load sent",
    fields=(
        MANIFEST_NO,
        LINE_NO,
        GENERATOR_ID,
        PERMIT_NO.but(meaning="permission that this removal uses"),
        Field("transporter_id", "text", "เลขประจำตัวผู้ขนส่ง", "transporter"),
        Field("vehicle_no", "text", "ทะเบียนรถ", "registration of the vehicle"),
        PROCESSOR_ID,
        WASTE_CODE,
        WASTE_NAME,
        MANAGEMENT_CODE,
        METHOD_DETAIL,
        QUANTITY.but(meaning="net quantity sent"),
        UNIT,
        DENSITY_KG_PER_L,
        Field("container_count", "integer", "จำนวนภาชนะ", "number of containers", at_least=Decimal("0")),
        Field("container_type", "text", "ชนิดภาชนะ", "drum / tank / bag ..."),
        Field("sent_date", "date", "วันที่ขนส่ง", "day the load left the generator", required="yes"),
    ),
    row_key=("factory_id", "manifest_no", "line_no"),
    version_key=("factory_id", "manifest_no"),
    party_columns=("factory_id", "processor_id"),
    judged_day_sql="r.sent_date",
    load_order=3,
)
