"""What a correction does to the earlier version is tested in tests/steps/test_load.py."""

from tests.helpers_reading import Warehouse, assert_judged, given

FIRST = given("manifest", """
    | manifest_no | line_no | quantity |
    | M1          | 1       | 10       |
    | M1          | 2       | 20       |
""", at="2026-03-10 10:00")  # fmt: skip


def after_first() -> Warehouse:
    warehouse = Warehouse()
    warehouse.night(FIRST)
    return warehouse


def test_sound_rows_of_a_faulty_correction_wait():
    assert_judged("manifest", """
        | manifest_no | line_no | quantity | finds                       | why                                |
        | M1          | 1       | 11       | correction_is_complete      | sound, but its neighbour is not    |
        | M1          | 2       | 1,5      | value_is_readable: quantity | the fault                          |
        | M2          | 1       | 7        | ok                          | another manifest                   |
    """, warehouse=after_first())  # fmt: skip


def test_a_sound_correction_says_nothing():
    assert_judged("manifest", """
        | manifest_no | line_no | quantity | finds |
        | M1          | 1       | 11       | ok    |
    """, warehouse=after_first())  # fmt: skip


def test_a_warning_does_not_hold_a_correction():
    assert_judged("manifest", """
        | manifest_no | line_no | waste_code | management_code | finds                                |
        | M1          | 1       | 010101     | 079             | method_detail_is_given: method_detail |
    """.replace("| waste_code |", "| waste_code | method_detail |").replace("| 010101     |", "| 010101     | |"),
        warehouse=after_first())  # fmt: skip


def test_a_first_version_is_no_correction():
    assert_judged("manifest", """
        | manifest_no | line_no | quantity | finds                       |
        | M9          | 1       | 11       | ok                          |
        | M9          | 2       | 1,5      | value_is_readable: quantity |
    """, warehouse=after_first())  # fmt: skip


def test_a_row_that_may_belong_to_the_correction_holds_it():
    """Its manifest number is missing: it may be a line of M1, and a good report is never destroyed by chance."""
    assert_judged("manifest", """
        | manifest_no | line_no | factory_id | quantity | finds                         |
        | M1          | 1       | G1         | 11       | correction_is_complete        |
        |             | 2       | G1         | 20       | value_is_present: manifest_no |
        | M3          | 1       | G1         | 5        | ok                            |
    """, warehouse=after_first())  # fmt: skip
    assert_judged("manifest", """
        | manifest_no | line_no | factory_id | quantity | finds                         | why                        |
        | M1          | 1       | G1         | 11       | ok                            |                            |
        |             | 2       | G2         | 20       | value_is_present: manifest_no | it is another factory's    |
    """, warehouse=after_first())  # fmt: skip


def test_a_total_below_a_correction_is_named_and_holds_nothing():
    assert_judged("manifest", """
        | manifest_no | line_no | factory_id | processor_id | waste_code | management_code | quantity | unit | sent_date  | finds              |
        | M1          | 1       | G1         | P1           | 010101     | 011             | 11       | t    | 2026-03-01 | ok                 |
        | รวม         |         |            |              |            |                 | 11       | ตัน  |            | row_is_not_a_total |
    """, warehouse=after_first())  # fmt: skip


def test_words():
    warehouse = after_first()
    night = warehouse.night(given("manifest", """
        | manifest_no | line_no | quantity |
        | M1          | 1       | 11       |
        | M1          | 2       | 1,5      |
    """))  # fmt: skip
    (found,) = [each for each in night.findings if each["check_id"] == "correction_is_complete"]
    assert (found["source_row"], found["column_name"], found["severity"]) == (2, None, "error")
    assert found["message_en"] == (
        "Row 2: this row is sound, but other rows of the same corrected report are not, so the earlier report stays in force."
        " Mend those and send the whole report again."
    )
    assert found["message_th"] == (
        "แถว 2: แถวนี้ถูกต้อง แต่แถวอื่นของรายงานฉบับแก้ไขเดียวกันยังไม่ถูกต้อง รายงานฉบับก่อนจึงยังมีผลอยู่ กรุณาแก้แถวเหล่านั้นแล้วส่งรายงานทั้งฉบับใหม่"
    )
