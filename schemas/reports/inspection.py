"""Inspection of a factory: one row is one checklist item of a visit."""

from schemas.fields.party import FACTORY_ID
from schemas.records import Field, Report

REPORT = Report(
    name="inspection",
    title_en="Inspection of a factory",
    title_th="การตรวจโรงงาน",
    one_row_is="one checklist item of a visit",
    fields=(
        Field("inspection_no", "text", "เลขที่การตรวจ", "number of the inspection", required="yes"),
        FACTORY_ID.but(meaning="factory inspected"),
        Field("inspected_date", "date", "วันที่ตรวจ", "day of the visit", required="yes"),
        Field("inspector", "text", "ผู้ตรวจ", "office or officer", is_personal=True),
        Field(
            "item_code",
            "text",
            "รหัสรายการตรวจ",
            "item of the checklist; names an obligation where there is one (obligation_id)",
            required="yes",
        ),
        Field(
            "result",
            "enum",
            "ผลการตรวจ",
            "result of that item",
            required="yes",
            words=("pass", "fail", "not_applicable"),
        ),
        Field("finding", "text", "ข้อค้นพบ", "what was seen; needed when the result is fail"),
        Field("order_due_date", "date", "กำหนดแก้ไข", "day by which the factory must have put it right"),
        Field("resolved_date", "date", "วันที่แก้ไขแล้ว", "day it was found put right"),
    ),
    row_key=("inspection_no", "item_code"),
    version_key=("inspection_no",),
    party_columns=(),
    judged_day_sql="r.inspected_date",
    load_order=7,
)
