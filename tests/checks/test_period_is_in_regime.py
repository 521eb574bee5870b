from tests.helpers_reading import assert_judged, assert_words


def test_the_notification_came_into_force_on_1_november_2023():
    assert_judged("manifest", """
        | sent_date  | finds                           |
        | 2023-11-01 | ok                              |
        | 2023-10-31 | period_is_in_regime: sent_date  |
        |            | value_is_present: sent_date     |
        | 31/11/2566 | value_is_readable: sent_date    |
    """)  # fmt: skip
    assert_judged("manifest", """
        | sent_date  | finds                           |
        | 1/11/2566  | ok                              |
        | 31/10/2566 | period_is_in_regime: sent_date  |
    """)  # fmt: skip


def test_the_first_annual_report_is_that_of_2023():
    assert_judged("annual", """
        | report_year | finds                            |
        | 2566        | ok                               |
        | 2565        | period_is_in_regime: report_year |
    """)  # fmt: skip


def test_each_report_has_its_period():
    assert_judged("processing", """
        | report_month | finds                             |
        | 2023-11      | ok                                |
        | 2023-10      | period_is_in_regime: report_month |
    """)  # fmt: skip
    assert_judged("receipt", """
        | received_date | finds                              |
        | 2023-10-31    | period_is_in_regime: received_date |
    """)  # fmt: skip
    assert_judged("permit", """
        | valid_from_date | finds                                |
        | 2023-10-31      | period_is_in_regime: valid_from_date |
    """)  # fmt: skip


def test_the_register_and_the_field_have_no_period():
    assert_judged("factory", """
        | opened_date | finds |
        | 1975-01-01  | ok    |
    """)  # fmt: skip
    assert_judged("inspection", """
        | inspected_date | finds |
        | 2020-01-01     | ok    |
    """)  # fmt: skip


def test_codes_of_such_a_period_are_judged_by_the_first_list():
    """A fault of its own: codes known to the 2566 tables do not become unknown by it."""
    assert_judged("manifest", """
        | sent_date  | waste_code | finds                                                          |
        | 2023-10-31 | 010101     | period_is_in_regime: sent_date                                 |
        | 2023-10-31 | 999999     | period_is_in_regime: sent_date; waste_code_is_known: waste_code |
    """)  # fmt: skip


def test_words():
    assert_words(
        "period_is_in_regime",
        "manifest",
        sent_date="2023-10-31",
        en='Row 2, column sent_date: "2023-10-31" lies before the Notification B.E. 2566 was in force (1 November 2023). Codes'
        " had other meanings then; such periods are not reported here.",
        th='แถว 2 คอลัมน์ วันที่ขนส่ง: "2023-10-31" เป็นช่วงก่อนประกาศ พ.ศ. 2566 ใช้บังคับ (1 พ.ย. 2566) ซึ่งรหัสมีความหมายต่างกัน'
        " จึงไม่รับรายงานช่วงนั้นที่นี่",
    )
