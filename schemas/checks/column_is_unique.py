"""No column stands in the file twice.

For the whole file: which of the two is meant is not guessed.
"""

from schemas.records import Check

CHECK = Check(
    id="column_is_unique",
    severity="error",
    ground="layout",
    title_en="No column stands in the file twice",
    title_th="ไม่มีคอลัมน์ซ้ำกันในไฟล์",
    message_en="Column {column} ({header_th}) stands in the file more than once ({found}), so its cells contradict each other. Keep one and send the file again.",
    message_th="คอลัมน์ {header_th} ({column}) มีมากกว่าหนึ่งครั้งในไฟล์ ({found}) จึงไม่ทราบว่าจะใช้ค่าใด กรุณาเหลือไว้คอลัมน์เดียวแล้วส่งใหม่",
    judged_by="read",
)
