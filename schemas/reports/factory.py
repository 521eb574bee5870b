"""Register of factories: one row is one factory of the register."""

from decimal import Decimal

from schemas.fields.party import FACTORY_ID, PROVINCE_CODE
from schemas.fields.quantity import LATITUDE_DEG, LONGITUDE_DEG
from schemas.records import Field, Report

REPORT = Report(
    name="factory",
    title_en="Register of factories",
    title_th="ทะเบียนโรงงาน",
    one_row_is="one factory of the register",
    fields=(
        FACTORY_ID,
        Field(
            "old_factory_no",
            "text",
            "เลขทะเบียนโรงงานเดิม",
            "old-style number such as 3-106-33/50สบ; an alias, never a key",
        ),
        Field("factory_name", "text", "ชื่อโรงงาน", "name on the licence", required="yes"),
        Field(
            "factory_class",
            "factory_class",
            "ลำดับประเภทโรงงาน",
            "class 1-107 of the Factory Act list, with an optional sub-class in brackets, e.g. 106(1);"
            " 101, 105 and 106 are processors",
            required="yes",
        ),
        PROVINCE_CODE,
        LATITUDE_DEG,
        LONGITUDE_DEG,
        Field(
            "status",
            "enum",
            "สถานะโรงงาน",
            "licence status today",
            required="yes",
            words=("operating", "stopped", "closed"),
        ),
        Field("opened_date", "date", "วันที่เริ่มประกอบกิจการ", "first day of operation"),
        Field("closed_date", "date", "วันที่เลิกกิจการ", "last day of operation"),
        Field(
            "contact_email",
            "email",
            "อีเมล",
            "the registered address: all feedback goes here and never to an address found inside a report",
            is_personal=True,
        ),
        Field(
            "intake_capacity_t",
            "decimal",
            "กำลังการรับ (ตัน/ปี)",
            "what a processor is licensed to take in",
            unit="t/year",
            at_least=Decimal("0"),
        ),
    ),
    row_key=("factory_id",),
    version_key=("factory_id",),
    party_columns=(),
    judged_day_sql="NULL",
    load_order=1,
)
