"""The file can be read as a report.

For the whole file: format, encoding, header, protection. What could not be read is named in the hint.
"""

from schemas.records import Check

CHECK = Check(
    id="file_is_readable",
    severity="error",
    ground="[policy]",
    title_en="The file can be read as a report",
    title_th="อ่านไฟล์เป็นรายงานได้",
    message_en="The file could not be taken: {hint}",
    message_th="ไม่สามารถรับไฟล์นี้ได้: {hint}",
    judged_by="read",
)
