"""What each kind of cell reads and refuses is tested text by text in tests/reports/test_cells.py; here, the finding."""

import pytest

from schemas.fields.cells import HINTS
from tests.helpers_reading import Given, Warehouse, assert_judged, assert_words, cells_of, csv_bytes

# A text for every way in which a cell can be unreadable, where it is no factory number (those have a check of their own)
UNREADABLE = {
    "decimal_comma": ("manifest", "quantity", "1,5"),
    "exponent": ("manifest", "quantity", "1e3"),
    "unit_inside": ("manifest", "quantity", "12 kg"),
    "not_a_number": ("manifest", "quantity", "N/A"),
    "negative_zero": ("annual", "generated_t", "-0"),
    "too_many_decimals": ("manifest", "quantity", "1.2345678"),
    "too_large": ("manifest", "quantity", "1234567890123"),
    "not_whole": ("manifest", "container_count", "1.5"),
    "not_a_date": ("manifest", "sent_date", "yesterday"),
    "no_such_day": ("manifest", "sent_date", "29/02/2568"),
    "short_year": ("manifest", "sent_date", "1/3/69"),
    "year_out_of_range": ("manifest", "sent_date", "2300-01-01"),
    "serial_date": ("manifest", "sent_date", "46112"),
    "not_a_month": ("processing", "report_month", "2569-13"),
    "not_a_year": ("annual", "report_year", "last year"),
    "not_an_address": ("factory", "contact_email", "a@b@c"),
}  # fmt: skip
# These come from JSON and workbooks only: tests/reading
ELSEWHERE = {"nested", "cell_error", "formula_without_value"}


def test_every_fault_has_an_example():
    ids = {name for name in HINTS if name.startswith("id_")}
    assert set(HINTS) == set(UNREADABLE) | ELSEWHERE | ids


@pytest.mark.parametrize("fault", UNREADABLE)
def test_each_fault_says_what_to_do_in_both_languages(fault: str):
    report, column, text = UNREADABLE[fault]
    night = Warehouse().night(Given(csv_bytes([cells_of(report, **{column: text})])))
    (found,) = night.findings
    assert (found["check_id"], found["column_name"], found["value"]) == ("value_is_readable", column, text)
    hint_en, hint_th = HINTS[fault]
    assert found["message_en"] == f'Row 2, column {column}: "{text}" cannot be read. {hint_en}'
    assert found["message_th"].endswith(f': อ่านค่า "{text}" ไม่ได้ {hint_th}')


def test_no_other_rule_judges_such_a_cell():
    assert_judged("receipt", """
        | quantity | unit | density_kg_per_l | received_date | completed_date | finds                               |
        | 0 t      | t    |                  | 2026-03-02    |                | value_is_readable: quantity         |
        | 1        | L    | thick            | 2026-03-02    |                | value_is_readable: density_kg_per_l |
        | 1        | t    |                  | soon          | 2020-01-01     | value_is_readable: received_date    |
    """)  # fmt: skip


def test_all_faults_of_a_row_are_told_at_once():
    assert_judged("receipt", """
        | quantity | received_date | line_no | finds                                                                                          |
        | 1,5      | 30/02/2569    | one     | value_is_readable: line_no; value_is_readable: quantity; value_is_readable: received_date |
    """)  # fmt: skip


def test_long_cells_are_kept_whole_and_shown_short():
    text = "ก" * 300
    night = Warehouse().night(Given(csv_bytes([cells_of("manifest", quantity=text)])))
    (found,) = night.findings
    assert found["value"] == text
    assert found["message_en"].startswith(f'Row 2, column quantity: "{"ก" * 100}" cannot be read.')


def test_words():
    assert_words(
        "value_is_readable",
        "manifest",
        quantity="1,5",
        en='Row 2, column quantity: "1,5" cannot be read. A comma only groups thousands here (1,234.5). For one and a half write'
        " 1.5.",
        th='แถว 2 คอลัมน์ ปริมาณ: อ่านค่า "1,5" ไม่ได้ เครื่องหมายจุลภาคใช้คั่นหลักพันเท่านั้น (1,234.5) หนึ่งจุดห้าให้เขียน 1.5',
    )
