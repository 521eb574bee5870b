"""Who: factories, processors, transporters."""

from schemas.records import Field

FACTORY_ID = Field(
    "factory_id", "id14", "เลขทะเบียนโรงงาน", "14-digit factory registration number", required="yes",
)  # fmt: skip
GENERATOR_ID = FACTORY_ID.but(header_th="เลขทะเบียนโรงงานผู้ก่อกำเนิด", meaning="generator: 14-digit factory registration number")
PROCESSOR_ID = Field(
    "processor_id", "id14", "เลขทะเบียนโรงงานผู้รับดำเนินการ",
    "processor: 14-digit factory registration number", required="yes",
)  # fmt: skip
PROVINCE_CODE = Field("province_code", "code2", "รหัสจังหวัด", "two-digit province code", required="yes")
