"""What mended rows do to the report that they mend is tested in tests/feedback/test_mend.py; here, when they are refused."""

import pytest

from flows.mends import mention
from flows.reading.headers import MEND_COLUMN
from tests.helpers_reading import Given, Warehouse, cells_of, csv_bytes

FIRST = Given(csv_bytes([cells_of("manifest", manifest_no="M1", line_no=line, quantity=q) for line, q in (("1", "10"), ("2", "1,5"))]),
              at="2026-03-10 08:00")  # fmt: skip


def mended(line: str = "2", of: Given = FIRST, row: int = 3) -> Given:
    cells = cells_of("manifest", manifest_no="M1", line_no=line, quantity="20") | {
        MEND_COLUMN: mention(of.submission_id, None, row)
    }
    return Given(csv_bytes([cells]), at="2026-03-12 08:00")


def findings(*files: Given) -> list[tuple[str, int]]:
    """(check, row) of what the last file finds, each file in a night of its own."""
    warehouse = Warehouse()
    for file in files:
        night = warehouse.night(file)
    return [(f["check_id"], f["source_row"]) for f in night.findings if f["submission_id"] == files[-1].submission_id]


def test_a_row_that_mends_what_stands_is_added_to_it():
    warehouse = Warehouse()
    warehouse.night(FIRST)
    night = warehouse.night(mended())
    assert {(row["line_no"], str(int(row["quantity"]))) for row in night.core("manifest")} == {(1, "10"), (2, "20")}
    assert findings(FIRST, mended()) == []


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ([mended()], "never received"),
        ([FIRST, Given(csv_bytes([cells_of("manifest", manifest_no="M1")]), at="2026-03-11 08:00"), mended()], "changed since"),
        ([FIRST, mended(line="1", row=2)], "the row is there already"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_a_row_that_mends_anything_else_is_refused(files: list[Given], why: str):
    assert findings(*files) == [("mend_is_current", 2)]


def test_a_row_that_mends_nothing_is_no_business_of_this_check():
    assert findings(FIRST) == [("value_is_readable", 3)]


def test_words():
    (found,) = Warehouse().night(mended()).findings
    assert (found["severity"], found["column_name"]) == ("error", None)
    assert found["message_en"] == (
        "Row 2: this row mends a report that has changed since the mend-me file was made, that was never received, or that has"
        " this row already. Ask for a new mend-me file, or send the whole report again."
    )
    assert found["message_th"] == (
        "แถว 2: แถวนี้แก้ไขรายงานที่เปลี่ยนแปลงไปแล้วหลังออกไฟล์แก้ไข หรือรายงานที่ไม่เคยได้รับ หรือมีแถวนี้อยู่แล้ว กรุณาขอไฟล์แก้ไขใหม่หรือส่งรายงานทั้งฉบับใหม่"
    )
