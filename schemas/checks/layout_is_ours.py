"""The file is in our own layout.

For a file that a layout card translates (see schemas/layouts): said once for everything that the card cannot map, or maps in
a way that its sender must know.
"""

from schemas.records import Check

CHECK = Check(
    id="layout_is_ours",
    severity="warning",
    ground="layout",
    title_en="The file is in our own layout",
    title_th="ไฟล์ใช้แบบรายงานของกรมฯ",
    message_en="Column {column} was read from another layout: {hint}",
    message_th="คอลัมน์ {header_th} อ่านจากแบบอื่น: {hint}",
    judged_by="read",
)
