"""A later version has no faulty row under its key.

Judged when loading: only there it is known whether an earlier version stands.
"""

from schemas.records import Check

CHECK = Check(
    id="correction_is_complete",
    severity="error",
    ground="[policy]",
    title_en="A later version has no faulty row under its key",
    title_th="ฉบับแก้ไขไม่มีแถวที่ผิดภายใต้กุญแจเดียวกัน",
    message_en="{cell}: this row is sound, but other rows of the same corrected report are not, so the earlier report stays in force. Mend those and send the whole report again.",
    message_th="{cell}: แถวนี้ถูกต้อง แต่แถวอื่นของรายงานฉบับแก้ไขเดียวกันยังไม่ถูกต้อง รายงานฉบับก่อนจึงยังมีผลอยู่ กรุณาแก้แถวเหล่านั้นแล้วส่งรายงานทั้งฉบับใหม่",
    judged_by="load",
)
