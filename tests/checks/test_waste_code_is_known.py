from schemas.codes import code_list
from tests.helpers_reading import Warehouse, assert_judged, assert_words, changed_list


def test_the_list_is_that_of_annex_1():
    codes = code_list("waste_code")
    assert len(codes) == 861
    assert sum(line["mark"] == "HA" for line in codes) == 238
    assert sum(line["mark"] == "HM" for line in codes) == 184
    assert all(line["is_hazardous"] == str(int(bool(line["mark"]))) for line in codes)


def test_codes_are_text_of_six_digits():
    assert_judged("manifest", """
        | waste_code | finds                           | why                               |
        | 010101     | ok                              |                                   |
        | ๐๑๐๑๐๑       | ok                              | Thai digits                       |
        | 999999     | waste_code_is_known: waste_code |                                   |
        | 10101      | waste_code_is_known: waste_code | a zero is missing, not put back   |
        | 01 01 01   | waste_code_is_known: waste_code | the European way of writing       |
        | 010101*    | waste_code_is_known: waste_code |                                   |
        |            | value_is_present: waste_code    |                                   |
    """)  # fmt: skip


def test_the_list_in_force_on_the_judged_day_judges():
    """A code that ends with 2024, and one that begins with 2025."""
    warehouse = Warehouse()
    with changed_list(
        warehouse,
        "UPDATE ref.waste_code SET valid_to = DATE '2024-12-31' WHERE code = '010101'",
        "UPDATE ref.waste_code SET valid_from = DATE '2025-01-01' WHERE code = '010102'",
    ):
        assert_judged("manifest", """
            | waste_code | sent_date  | finds                           |
            | 010101     | 2024-12-31 | ok                              |
            | 010101     | 2025-01-01 | waste_code_is_known: waste_code |
            | 010102     | 2024-12-31 | waste_code_is_known: waste_code |
            | 010102     | 2025-01-01 | ok                              |
        """, warehouse=warehouse)  # fmt: skip
        assert_judged("annual", """
            | waste_code | report_year | finds                           | why                              |
            | 010101     | 2024        | ok                              | a year is judged by its last day |
            | 010102     | 2024        | waste_code_is_known: waste_code |                                  |
            | 010102     | 2025        | ok                              |                                  |
        """, warehouse=warehouse)  # fmt: skip
        assert_judged("processing", """
            | waste_code | report_month | finds                           | why                              |
            | 010101     | 2024-12      | ok                              | a month by its last day          |
            | 010101     | 2025-01      | waste_code_is_known: waste_code |                                  |
        """, warehouse=warehouse)  # fmt: skip


def test_where_the_day_is_not_certain_the_day_of_receipt_judges():
    assert_judged("manifest", """
        | waste_code | sent_date | finds                                                         |
        | 010101     | soon      | value_is_readable: sent_date                                  |
        | 999999     | soon      | value_is_readable: sent_date; waste_code_is_known: waste_code |
    """)  # fmt: skip


def test_a_lost_zero_is_named():
    assert_words(
        "waste_code_is_known",
        "manifest",
        waste_code="10101",
        en='Row 2, column waste_code: "10101" is not a waste code in force on that day (Annex 1). A leading zero is missing, as'
        " spreadsheets do: format the column as text and write 010101 if that is meant.",
        th='แถว 2 คอลัมน์ รหัสของเสีย: "10101" ไม่ใช่รหัสของเสียที่ใช้ในวันนั้น (บัญชีแนบท้าย 1) เลขศูนย์นำหน้าหายไป'
        " (มักเกิดจากโปรแกรมตารางคำนวณ) กรุณากำหนดคอลัมน์เป็นข้อความ และเขียน 010101 หากหมายถึงรหัสนั้น",
    )


def test_words():
    assert_words(
        "waste_code_is_known",
        "manifest",
        waste_code="999999",
        en='Row 2, column waste_code: "999999" is not a waste code in force on that day (Annex 1). Look the code up in the list.',
        th='แถว 2 คอลัมน์ รหัสของเสีย: "999999" ไม่ใช่รหัสของเสียที่ใช้ในวันนั้น (บัญชีแนบท้าย 1) กรุณาตรวจรหัสในบัญชี',
    )
