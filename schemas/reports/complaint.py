"""Complaint of a citizen: one row is one complaint."""

from schemas.fields.party import FACTORY_ID, PROVINCE_CODE
from schemas.fields.quantity import LATITUDE_DEG, LONGITUDE_DEG
from schemas.records import Field, Report

REPORT = Report(
    name="complaint",
    title_en="Complaint of a citizen",
    title_th="เรื่องร้องเรียน",
    one_row_is="one complaint",
    fields=(
        Field("complaint_no", "text", "เลขที่เรื่องร้องเรียน", "number of the complaint", required="yes"),
        Field("received_date", "date", "วันที่รับเรื่อง", "day it came in", required="yes"),
        Field("channel", "text", "ช่องทาง", "hotline / web / office ..."),
        Field(
            "category",
            "enum",
            "ประเภทเรื่อง",
            "what it is about",
            required="yes",
            words=("odour", "wastewater", "dust_smoke", "noise", "illegal_dumping", "other"),
        ),
        Field(
            "description",
            "text",
            "รายละเอียด",
            "as the citizen wrote it: personal data; never published",
            is_personal=True,
        ),
        FACTORY_ID.but(meaning="factory complained about when known", required="no"),
        PROVINCE_CODE.but(meaning="where"),
        LATITUDE_DEG,
        LONGITUDE_DEG,
        Field("status", "enum", "สถานะเรื่อง", "where it stands", required="yes", words=("open", "investigating", "closed")),
        Field("closed_date", "date", "วันที่ปิดเรื่อง", "day it was closed"),
        Field("outcome", "text", "ผลการดำเนินการ", "what was found"),
    ),
    row_key=("complaint_no",),
    version_key=("complaint_no",),
    party_columns=(),
    judged_day_sql="r.received_date",
    load_order=8,
)
