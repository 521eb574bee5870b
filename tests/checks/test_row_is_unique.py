from tests.helpers_reading import Warehouse, assert_judged, assert_words, cells_of, given


def test_every_row_with_the_same_key_is_named():
    assert_judged("manifest", """
        | manifest_no | line_no | factory_id | quantity | finds         | why                       |
        | M1          | 1       | G1         | 10       | row_is_unique |                           |
        | M1          | 1       | G1         | 12       | row_is_unique | whatever else it says     |
        | M1          | 2       | G1         | 10       | ok            | another line              |
        | M1          | 1       | G2         | 10       | ok            | another generator         |
        | M2          | 1       | G1         | 10       | ok            | another manifest          |
    """)  # fmt: skip


def test_a_line_number_left_out_is_1():
    assert_judged("manifest", """
        | manifest_no | line_no | finds         |
        | M1          |         | row_is_unique |
        | M1          | 1       | row_is_unique |
        | M1          | 2       | ok            |
        | M2          |         | ok            |
    """)  # fmt: skip


def test_a_part_of_the_key_that_may_be_empty_is_compared_as_empty():
    assert_judged("processing", """
        | waste_code | management_code | product_name | finds         |
        | 010101     | 011             |              | row_is_unique |
        | 010101     | 011             |              | row_is_unique |
        | 010101     | 011             | gravel       | ok            |
        | 010101     | 021             |              | ok            |
    """)  # fmt: skip
    assert_judged("annual", """
        | waste_code | management_code | finds         |
        | 010101     |                 | row_is_unique |
        | 010101     |                 | row_is_unique |
        | 010101     | 011             | ok            |
    """)  # fmt: skip


def test_it_is_silent_where_a_cell_of_the_key_is_faulty():
    """Two numbers that cannot be read are not the same number."""
    assert_judged("manifest", """
        | manifest_no | line_no | factory_id | finds                                 |
        | M1          | 1       | 123        | factory_id_is_well_formed: factory_id |
        | M1          | 1       | 456        | factory_id_is_well_formed: factory_id |
        | M2          | one     | G1         | value_is_readable: line_no            |
        | M2          | 1       | G1         | ok                                    |
        |             | 1       | G1         | value_is_present: manifest_no         |
        |             | 1       | G1         | value_is_present: manifest_no         |
    """)  # fmt: skip


def test_nil_rows_are_judged_by_nil_report_is_empty():
    nil = ("waste_code | opening_stock_t | generated_t | managed_on_site_t | sent_off_site_t | closing_stock_t", "| | | | | ")
    assert_judged("annual", f"""
        | factory_id | nil_report | {nil[0]} | finds                           |
        | G1         | yes        | {nil[1]} | nil_report_is_empty: nil_report |
        | G1         | yes        | {nil[1]} | nil_report_is_empty: nil_report |
    """)  # fmt: skip


def test_the_same_key_in_two_files_is_a_correction_and_no_double():
    warehouse = Warehouse()
    first = given("manifest", "| manifest_no | quantity |\n| M1 | 10 |", at="2026-03-20 08:00")
    second = given("manifest", "| manifest_no | quantity |\n| M1 | 12 |", at="2026-03-20 09:00")
    assert warehouse.night(first, second).findings == []


def test_words():
    assert_words(
        "row_is_unique",
        "manifest",
        rows=[cells_of("manifest"), cells_of("manifest")],
        en="Row 2: another row of this file has the same key (10100000125551 / M1 / 1). Keep one of them, or give them"
        " different line numbers.",
        th="แถว 2: มีแถวอื่นในไฟล์นี้ที่มีกุญแจเดียวกัน (10100000125551 / M1 / 1) กรุณาเหลือแถวเดียวหรือใช้ลำดับที่ต่างกัน",
    )
