"""No column is unknown.

For the whole file, once per column. An empty column without a header is not a column.
"""

from schemas.records import Check

CHECK = Check(
    id="column_is_known",
    severity="warning",
    ground="layout",
    title_en="No column is unknown",
    title_th="ทุกคอลัมน์เป็นคอลัมน์ที่รู้จัก",
    message_en='Column "{found}" is none of this report\'s columns. Its cells are kept as received but not used; rename or remove it if it was meant otherwise.',
    message_th='คอลัมน์ "{found}" ไม่อยู่ในแบบรายงานนี้ ระบบเก็บข้อมูลไว้ตามที่ส่งแต่ไม่นำไปใช้ หากตั้งใจเป็นอย่างอื่นกรุณาแก้ชื่อหรือลบออก',
    judged_by="read",
)
