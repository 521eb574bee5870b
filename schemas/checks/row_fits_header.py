"""Every row has as many cells as the header.

Empty cells after the last column do not count. Not applicable to JSON, where cells carry their names.
"""

from schemas.records import Check

CHECK = Check(
    id="row_fits_header",
    severity="error",
    ground="layout",
    title_en="Every row has as many cells as the header",
    title_th="ทุกแถวมีจำนวนช่องเท่ากับหัวตาราง",
    message_en="{cell}: the row does not fit the header ({found}), so it is not known which cell belongs to which column. Check separators and quotes in this row.",
    message_th="{cell}: จำนวนช่องไม่ตรงกับหัวตาราง ({found}) จึงไม่ทราบว่าค่าใดอยู่คอลัมน์ใด กรุณาตรวจตัวคั่นและเครื่องหมายคำพูดของแถวนี้",
    judged_by="read",
)
