"""Every required column is there.

For the whole file: every row waits in quarantine until the column is there.
"""

from schemas.records import Check

CHECK = Check(
    id="column_is_present",
    severity="error",
    ground="layout",
    title_en="Every required column is there",
    title_th="มีคอลัมน์ที่จำเป็นครบทุกคอลัมน์",
    message_en="Column {column} ({header_th}) is missing. Add it with this header and send the file again; no row of it could be taken.",
    message_th="ไม่พบคอลัมน์ {header_th} ({column}) กรุณาเพิ่มคอลัมน์นี้แล้วส่งไฟล์ใหม่ ยังไม่มีแถวใดถูกรับเข้า",
    judged_by="read",
)
