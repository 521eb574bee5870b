"""A factory number has 14 digits, a known office, a known province and a credible year.

A B CC DDDDD EEEE F: office 1, 2 or 7; CC a province; EEEE a Buddhist-era year from 2400 to the current one. F is unknown:
there is no check digit to test. An old number that the register knows is resolved before and is no fault.
"""

from schemas.fields.cells import hint_of
from schemas.records import Check

CHECK = Check(
    id="factory_id_is_well_formed",
    severity="error",
    ground="[press]",
    title_en="A factory number has 14 digits, a known office, a known province and a credible year",
    title_th="เลขทะเบียนโรงงานมี 14 หลัก รหัสหน่วยงาน จังหวัด และปีถูกต้อง",
    message_en='{cell}: "{found}" is not a factory number. {hint}',
    message_th='{cell}: "{found}" ไม่ใช่เลขทะเบียนโรงงาน {hint}',
    judged_by="convert",
    hint=hint_of,
)
