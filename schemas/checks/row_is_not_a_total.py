"""A row reports something of its own; it is not the total of the rows above.

A row is a total when one cell holds a word for it ("รวม", "Total"), every other filled cell is a number, a unit or says
whose report and of which period it is, and a required cell of its key is empty or holds that word. It is held back under this one name: what else is wrong with it is
not said. A row that names what it reports is no total, whatever its waste is called.
"""

import re
from collections.abc import Mapping

from schemas.fields.cells import read_decimal, read_unit
from schemas.records import Check, Report

# Behind the word may stand a bracket, a colon, the total itself: "รวมทั้งสิ้น (ตัน):", "Total 12.5 t".
TOTAL_PATTERN = (
    r"(?i)(?:(?:ยอด|ผล)?รวม(?:ทั้งสิ้น|ทั้งหมด|ทั้งปี|ทั้งเดือน|ยอด)?|(?:grand|sub)?[\s-]*totals?|sum)\s*(?:\([^()]{0,40}\))?"
    r"\s*[:=]?\s*(?:[0-9๐-๙.,]+\s*(?:ตัน|กก\.?|t|kg|รายการ|แถว|items?|lines?|rows?)?)?"
)
_TOTAL = re.compile(TOTAL_PATTERN)


def is_total(cells: Mapping[str, str], report: Report) -> bool:
    """Whether a row is a total.

    Args:
        cells: trimmed text of its filled cells, by column.
        report: its report type.
    """
    words = {column for column, text in cells.items() if _TOTAL.fullmatch(text)}
    if len(words) != 1:
        return False
    others = [text for column, text in cells.items() if column not in words and column not in report.version_key]
    key = [column for column in (*report.row_key, *report.version_key) if report.field(column).required != "no"]
    lacks_key = any(column not in cells or column in words for column in key)
    return lacks_key and all(read_decimal(text).value is not None or _is_unit(text) for text in others)


def _is_unit(text: str) -> bool:
    return read_unit(text).value in ("t", "kg", "L", "m3")


CHECK = Check(
    id="row_is_not_a_total",
    severity="error",
    ground="layout",
    title_en="A row reports something of its own; it is not the total of the rows above",
    title_th="แถวเป็นรายการของตนเอง ไม่ใช่ผลรวมของแถวข้างบน",
    message_en="{cell}: this row is a total, not a report of its own, so it is left out and nothing is lost. Leave totals out next time.",
    message_th="{cell}: แถวนี้เป็นยอดรวม ไม่ใช่รายการ ระบบจึงไม่นำเข้าและข้อมูลอื่นยังครบถ้วน ครั้งต่อไปกรุณาไม่ใส่แถวยอดรวม",
    judged_by="convert",
)
