import pytest

from schemas.records import Report
from schemas.reports import all_reports
from tests.helpers_reading import Given, Warehouse, assert_judged, assert_words, cells_of, csv_bytes

COLUMNS = [(report, field) for report in all_reports().values() for field in report.fields]


@pytest.mark.parametrize("report", all_reports().values(), ids=lambda report: report.name)
def test_every_column_is_missed_exactly_when_it_is_required(report: Report):
    """One row per column of the layout, each with that one cell empty; the other parts of its key stay its own."""
    rows, expected = [], {}
    for number, field in enumerate(report.fields, start=1):
        rows.append({**cells_of(report.name, number), field.name: ""})
        if field.required != "no":
            expected[number + 1] = field.name
    night = Warehouse().night(Given(csv_bytes(rows)))
    found = {each["source_row"]: each["column_name"] for each in night.findings if each["check_id"] == "value_is_present"}
    assert found == expected
    assert {each["check_id"] for each in night.findings} <= {"value_is_present", "row_is_unique"}


def test_0_is_not_empty_and_blanks_are():
    assert_judged("annual", """
        | generated_t | sent_off_site_t | finds                           |
        | 0           | 0               | ok                              |
        |             | 0               | value_is_present: generated_t   |
    """)  # fmt: skip
    blank = cells_of("annual", generated_t="\u00a0\u200b ")
    assert [f["check_id"] for f in Warehouse().night(Given(csv_bytes([blank]))).findings] == ["value_is_present"]


def test_a_dash_or_na_is_not_empty_but_cannot_be_read():
    assert_judged("annual", """
        | generated_t | finds                          |
        | -           | value_is_readable: generated_t |
        | N/A         | value_is_readable: generated_t |
        | ไม่มี         | value_is_readable: generated_t |
    """)  # fmt: skip


def test_nil_rows_need_only_factory_and_period():
    empty = dict.fromkeys(("waste_code", "opening_stock_t", "generated_t", "managed_on_site_t", "sent_off_site_t"), "")
    nil = cells_of("annual", nil_report="yes", closing_stock_t="", **empty)
    night = Warehouse().night(Given(csv_bytes([nil, {**nil, "factory_id": ""}])))
    assert [(f["source_row"], f["column_name"]) for f in night.findings] == [(3, "factory_id")]


def test_where_it_cannot_be_read_whether_a_row_is_nil_its_empty_cells_are_not_missed():
    empty = dict.fromkeys(("waste_code", "opening_stock_t", "generated_t", "managed_on_site_t", "sent_off_site_t"), "")
    unclear = cells_of("annual", nil_report="ใช่", closing_stock_t="", **empty)
    night = Warehouse().night(Given(csv_bytes([unclear])))
    assert [(f["check_id"], f["column_name"]) for f in night.findings] == [("value_is_allowed", "nil_report")]


def test_words():
    assert_words(
        "value_is_present",
        "manifest",
        quantity="",
        en="Row 2, column quantity is empty but required. Fill it in.",
        th="แถว 2 คอลัมน์ ปริมาณ ว่าง แต่เป็นช่องที่ต้องกรอก กรุณากรอกค่า",
    )
