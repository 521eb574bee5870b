"""The file is within the limits of size.

For the whole file. The hint says which limit and what to do.
"""

from schemas.records import Check

CHECK = Check(
    id="file_is_within_limits",
    severity="error",
    ground="[policy]",
    title_en="The file is within the limits of size",
    title_th="ไฟล์มีขนาดไม่เกินที่กำหนด",
    message_en="The file could not be taken: {hint}",
    message_th="ไม่สามารถรับไฟล์นี้ได้: {hint}",
    judged_by="read",
)
