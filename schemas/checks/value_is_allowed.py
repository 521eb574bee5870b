"""The value is one of the allowed words or within the allowed bounds.

Not applicable to a cell that is empty or cannot be read.
"""

from schemas.records import Check

CHECK = Check(
    id="value_is_allowed",
    severity="error",
    ground="layout",
    title_en="The value is one of the allowed words or within the allowed bounds",
    title_th="ค่าอยู่ในรายการหรือช่วงที่กำหนด",
    message_en='{cell}: "{found}" is not allowed. Allowed: {allowed}.',
    message_th='{cell}: ค่า "{found}" ไม่อยู่ในที่กำหนด ที่ใช้ได้คือ {allowed}',
    judged_by="model",
)
