"""Receipt of waste: one row is the answer to one line of a manifest."""

from decimal import Decimal

from schemas.fields.party import PROCESSOR_ID
from schemas.fields.quantity import DENSITY_KG_PER_L, QUANTITY, UNIT
from schemas.fields.waste import LINE_NO, MANAGEMENT_CODE, MANIFEST_NO, WASTE_CODE
from schemas.records import Field, Report

REPORT = Report(
    name="receipt",
    title_en="Receipt of waste",
    title_th="การตอบรับของเสีย",
    one_row_is="the answer to one line of a manifest",
    fields=(
        MANIFEST_NO.but(meaning="manifest being answered"),
        LINE_NO,
        PROCESSOR_ID.but(meaning="processor that answers"),
        Field("received_date", "date", "วันที่รับ", "day the load arrived", required="yes"),
        WASTE_CODE.but(meaning="waste code as found on arrival"),
        QUANTITY.but(meaning="net quantity received; 0 only when the load was rejected", at_least=Decimal("0"), above=None),
        UNIT.but(meaning="unit of quantity"),
        DENSITY_KG_PER_L,
        Field(
            "decision",
            "enum",
            "ผลการรับ",
            "the processor's decision",
            required="yes",
            words=("accepted", "partly_accepted", "rejected"),
        ),
        MANAGEMENT_CODE.but(meaning="method really used", required="no"),
        Field("completed_date", "date", "วันที่จัดการเสร็จ", "day the management was completed; empty while it runs"),
        Field(
            "extended",
            "enum",
            "ขยายเวลา",
            "an extension of the completion clock was notified in time",
            words=("yes", "no"),
        ),
    ),
    row_key=("processor_id", "manifest_no", "line_no"),
    version_key=("processor_id", "manifest_no"),
    party_columns=("processor_id",),
    judged_day_sql="r.received_date",
    load_order=4,
)
