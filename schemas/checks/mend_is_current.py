"""A mended row belongs to a report that still stands as it was when the mend-me file was made.

Not applicable to rows that mend nothing. Judged when loading: only there it is known what stands.
"""

from schemas.records import Check

CHECK = Check(
    id="mend_is_current",
    severity="error",
    ground="[policy]",
    title_en="A mended row belongs to a report that has not changed since, and is not in it yet",
    title_th="แถวที่แก้ไขเป็นของรายงานที่ยังไม่เปลี่ยนแปลง และยังไม่มีอยู่ในรายงานนั้น",
    message_en="{cell}: this row mends a report that has changed since the mend-me file was made, that was never received, or that has this row already. Ask for a new mend-me file, or send the whole report again.",
    message_th="{cell}: แถวนี้แก้ไขรายงานที่เปลี่ยนแปลงไปแล้วหลังออกไฟล์แก้ไข หรือรายงานที่ไม่เคยได้รับ หรือมีแถวนี้อยู่แล้ว กรุณาขอไฟล์แก้ไขใหม่หรือส่งรายงานทั้งฉบับใหม่",
    judged_by="load",
)
