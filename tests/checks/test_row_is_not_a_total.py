import pytest

from schemas.checks.row_is_not_a_total import is_total
from schemas.reports import all_reports
from tests.helpers_reading import assert_judged, assert_words, cells_of

MANIFEST = all_reports()["manifest"]
BLANK = dict.fromkeys(cells_of("manifest"), "")


def test_a_total_is_named_once_and_nothing_else_is_said_of_it():
    night = assert_judged("annual", """
        | factory_id | report_year | waste_code | opening_stock_t | generated_t | managed_on_site_t | sent_off_site_t | closing_stock_t | finds              |
        | G1         | 2568        | 010101     | 0               | 10          | 0                 | 10              | 0               | ok                 |
        | G1         | 2568        | 010102     | 0               | 5           | 0                 | 5               | 0               | ok                 |
        | รวม        |             |            | 0               | 15          | 0                 | 15              | 0               | row_is_not_a_total |
    """)  # fmt: skip
    (held,) = night.quarantine
    assert held["cells"]["generated_t"] == "15"


@pytest.mark.parametrize(
    "word",
    ["รวม", "รวมทั้งสิ้น", "รวมทั้งหมด", "ยอดรวม", "ผลรวม", "Total", "TOTAL:", "Grand total", "sub-total", "Sum", "รวม (ตัน)",
     "รวม 2 รายการ", "Total 15.5 t"],
)  # fmt: skip
def test_words_for_a_total(word: str):
    assert is_total({"manifest_no": word, "quantity": "15"}, MANIFEST)
    assert is_total({"waste_name": word, "quantity": "1,500.25", "unit": "ตัน"}, MANIFEST)
    assert is_total({"manifest_no": "M1", "waste_name": word, "quantity": "15"}, MANIFEST), "of one manifest"


@pytest.mark.parametrize(
    "cells",
    [
        {"manifest_no": "รวมมิตร", "quantity": "15"},  # a name that begins like it
        {"manifest_no": "Total", "quantity": "15", "sent_date": "2026-03-01"},  # it says when
        {"manifest_no": "M1", "factory_id": "10100000125551", "waste_name": "รวม", "quantity": "15"},  # it has its key
        {"manifest_no": "รวม", "waste_name": "Total", "quantity": "15"},  # two words
        {"quantity": "15"},  # no word
        {"manifest_no": "รวม", "quantity": "1,5"},  # not a number
    ],
)
def test_what_is_no_total(cells: dict[str, str]):
    assert not is_total(cells, MANIFEST)


def test_a_waste_that_is_called_total_is_a_waste():
    """Every cell of this row but its waste's name is a number, and it has its key."""
    assert_judged("annual", """
        | waste_name | finds |
        | รวม        | ok    |
    """)  # fmt: skip


def test_its_numbers_disturb_no_other_row():
    """Were the total a row, G1's balance would be judged with it, and its key would stand there twice."""
    assert_judged("annual", """
        | factory_id | report_year | waste_code | opening_stock_t | generated_t | managed_on_site_t | sent_off_site_t | closing_stock_t | finds              |
        | G1         | 2568        | 010101     | 0               | 10          | 0                 | 10              | 0               | ok                 |
        | G1         | 2568        | รวม        | 0               | 99          | 0                 | 10              | 0               | row_is_not_a_total |
        | G1         | 2568        | รวม        | 0               | 99          | 0                 | 10              | 0               | row_is_not_a_total |
    """)  # fmt: skip


def test_words():
    assert_words(
        "row_is_not_a_total",
        "manifest",
        rows=[BLANK | {"manifest_no": "รวม", "quantity": "15", "unit": "t"}],
        en="Row 2: this row is a total, not a report of its own, so it is left out and nothing is lost. Leave totals out next"
        " time.",
        th="แถว 2: แถวนี้เป็นยอดรวม ไม่ใช่รายการ ระบบจึงไม่นำเข้าและข้อมูลอื่นยังครบถ้วน ครั้งต่อไปกรุณาไม่ใส่แถวยอดรวม",
    )
