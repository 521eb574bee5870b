"""A required cell is filled.

Not applicable to nil rows for columns that are required "unless nil".
"""

from schemas.records import Check

CHECK = Check(
    id="value_is_present",
    severity="error",
    ground="layout",
    title_en="A required cell is filled",
    title_th="ช่องที่จำเป็นต้องกรอกมีค่า",
    message_en="{cell} is empty but required. Fill it in.",
    message_th="{cell} ว่าง แต่เป็นช่องที่ต้องกรอก กรุณากรอกค่า",
    judged_by="model",
)
