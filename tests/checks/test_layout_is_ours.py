import pytest

from schemas.layouts import all_layouts
from schemas.reports import all_reports
from tests.helpers_reading import Given, Warehouse, cells_of, csv_bytes, xlsx_bytes
from tests.layouts.uk_workbook import ITEMS, item, movement, uk_workbook

CELLS = cells_of("receipt")


@pytest.mark.parametrize("content", [csv_bytes([CELLS]), xlsx_bytes(list(CELLS), list(CELLS.values()))], ids=["csv", "xlsx"])
def test_a_file_in_our_own_layout_says_nothing(content: bytes):
    assert Warehouse().night(Given(content)).findings == []


def test_words_of_the_first_gap():
    night = Warehouse().night(Given(uk_workbook([movement()], [item()])))
    finding = next(each for each in night.findings if each["column_name"] == "decision")
    assert (finding["check_id"], finding["severity"], finding["source_sheet"], finding["source_row"]) == (
        "layout_is_ours", "warning", ITEMS, None,
    )  # fmt: skip
    assert finding["message_en"] == (
        "Column decision was read from another layout: United Kingdom: Report receipt of waste, spreadsheet v.1. The workbook is for"
        " waste that was received and has no place for a refusal: every row says accepted. Report a rejected or partly accepted load"
        " in our own layout."
    )
    assert finding["message_th"] == (
        "คอลัมน์ ผลการรับ อ่านจากแบบอื่น: สหราชอาณาจักร: แบบรายงานการรับของเสีย (สมุดงานรุ่น 1) สมุดงานนี้มีเฉพาะของเสียที่รับไว้ ทุกแถวจึงถือว่ารับ"
        " (accepted) เที่ยวที่ปฏิเสธหรือรับบางส่วนต้องรายงานด้วยแบบของกรมฯ"
    )


@pytest.mark.parametrize("card", all_layouts().values(), ids=lambda card: card.name)
def test_every_gap_is_about_a_column_of_the_report(card):
    assert all(all_reports()[card.report].has(gap.column) for gap in card.gaps)
