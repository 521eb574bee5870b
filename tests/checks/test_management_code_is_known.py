from tests.helpers_reading import Warehouse, assert_judged, assert_words, changed_list


def test_codes_are_those_of_annex_3():
    assert_judged("manifest", """
        | management_code | finds                                     | why                              |
        | 011             | ok                                        |                                  |
        | ๐๑๑              | ok                                        | Thai digits                      |
        | 999             | management_code_is_known: management_code |                                  |
        | 11              | management_code_is_known: management_code | a zero is missing, not put back  |
        | 0011            | management_code_is_known: management_code |                                  |
        |                 | value_is_present: management_code         |                                  |
    """)  # fmt: skip


def test_where_no_method_is_needed_none_is_missed():
    assert_judged("receipt", """
        | management_code | finds                                     |
        |                 | ok                                        |
        | 999             | management_code_is_known: management_code |
    """)  # fmt: skip


def test_the_list_in_force_on_the_day_judges():
    warehouse = Warehouse()
    with changed_list(warehouse, "UPDATE ref.management_code SET valid_to = DATE '2025-12-31' WHERE code = '011'"):
        assert_judged("manifest", """
            | sent_date  | management_code | finds                                     |
            | 2025-12-31 | 011             | ok                                        |
            | 2026-01-01 | 011             | management_code_is_known: management_code |
        """, warehouse=warehouse)  # fmt: skip


def test_a_lost_zero_is_named():
    assert_words(
        "management_code_is_known",
        "manifest",
        management_code="11",
        en='Row 2, column management_code: "11" is not a management code in force on that day (Annex 3). A leading zero is'
        " missing, as spreadsheets do: format the column as text and write 011 if that is meant.",
        th='แถว 2 คอลัมน์ รหัสวิธีการจัดการ: "11" ไม่ใช่รหัสวิธีการจัดการที่ใช้ในวันนั้น (บัญชีแนบท้าย 3) เลขศูนย์นำหน้าหายไป'
        " (มักเกิดจากโปรแกรมตารางคำนวณ) กรุณากำหนดคอลัมน์เป็นข้อความ และเขียน 011 หากหมายถึงรหัสนั้น",
    )


def test_words():
    assert_words(
        "management_code_is_known",
        "manifest",
        management_code="999",
        en='Row 2, column management_code: "999" is not a management code in force on that day (Annex 3). Look the code up in'
        " the list.",
        th='แถว 2 คอลัมน์ รหัสวิธีการจัดการ: "999" ไม่ใช่รหัสวิธีการจัดการที่ใช้ในวันนั้น (บัญชีแนบท้าย 3) กรุณาตรวจรหัสในบัญชี',
    )
