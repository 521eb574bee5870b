"""What: waste codes, management codes, names and documents."""

from decimal import Decimal

from schemas.records import Field

WASTE_CODE = Field("waste_code", "code6", "รหัสของเสีย", "six-digit waste code", required="yes")
WASTE_NAME = Field("waste_name", "text", "ชื่อของเสีย", "the generator's own name for the waste")
MANAGEMENT_CODE = Field("management_code", "code3", "รหัสวิธีการจัดการ", "three-digit management code", required="yes")
METHOD_DETAIL = Field("method_detail", "text", "รายละเอียดวิธีการจัดการ", "needed for the codes whose detail_required is 1")
PERMIT_NO = Field("permit_no", "text", "เลขที่อนุญาต", "number of the removal permission (form กอ.1)")
MANIFEST_NO = Field("manifest_no", "text", "เลขที่เอกสารกำกับ", "number of the manifest", required="yes")
LINE_NO = Field("line_no", "integer", "ลำดับที่", "line of the document; 1 when left out", at_least=Decimal(1))
NIL_REPORT = Field(
    "nil_report", "enum", "ไม่มีของเสีย", "yes on a single row that has no other content: nothing to report",
    words=("yes", "no"),
)  # fmt: skip
