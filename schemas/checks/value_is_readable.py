"""The cell can be read as its type.

Numbers, dates, years, months, integers, e-mail addresses. Nothing is guessed: see schemas/fields/cells.py.
"""

from schemas.fields.cells import hint_of
from schemas.records import Check

CHECK = Check(
    id="value_is_readable",
    severity="error",
    ground="layout",
    title_en="The cell can be read as its type",
    title_th="อ่านค่าในช่องตามชนิดข้อมูลได้",
    message_en='{cell}: "{found}" cannot be read. {hint}',
    message_th='{cell}: อ่านค่า "{found}" ไม่ได้ {hint}',
    judged_by="convert",
    hint=hint_of,
)
