"""Every row has exactly one row of the same reference on each sheet that belongs to it.

Only for files in a layout of several sheets (see schemas/layouts). A row of one of these other sheets that no row belongs to
breaks it too. The row is held back and judged no further.
"""

from schemas.records import Check

CHECK = Check(
    id="row_is_joined",
    severity="error",
    ground="layout",
    title_en="Every row has exactly one partner on each sheet that belongs to it",
    title_th="ทุกแถวมีแถวคู่กันหนึ่งแถวในแผ่นงานที่เกี่ยวข้อง",
    message_en="{cell}: the sheets do not fit together ({found}). The same reference must stand on both sheets, and once on the sheet of loads.",
    message_th="{cell}: ข้อมูลระหว่างแผ่นงานไม่ตรงกัน ({found}) เลขอ้างอิงเดียวกันต้องมีทั้งสองแผ่นงาน และมีเพียงครั้งเดียวในแผ่นงานของเที่ยวขนส่ง",
    judged_by="read",
)
