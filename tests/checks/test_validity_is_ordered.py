from tests.helpers_reading import assert_judged, assert_words


def test_a_permit_ends_on_or_after_its_first_day():
    assert_judged("permit", """
        | valid_from_date | valid_to_date | finds                              |
        | 2026-01-01      | 2026-12-31    | ok                                 |
        | 2026-01-01      | 2026-01-01    | ok                                 |
        | 2026-01-02      | 2026-01-01    | validity_is_ordered: valid_to_date |
        | 2026-01-02      |               | value_is_present: valid_to_date    |
        | 2026-02-30      | 2026-01-01    | value_is_readable: valid_from_date |
    """)  # fmt: skip


def test_every_pair_of_days():
    assert_judged("receipt", """
        | received_date | completed_date | finds                               |
        | 2026-03-02    | 2026-03-02     | ok                                  |
        | 2026-03-02    | 2026-03-01     | validity_is_ordered: completed_date |
        | 2026-03-02    |                | ok                                  |
    """)  # fmt: skip
    assert_judged("factory", """
        | opened_date | closed_date | finds                            |
        | 2012-01-01  | 2011-12-31  | validity_is_ordered: closed_date |
        |             | 2011-12-31  | ok                               |
    """)  # fmt: skip
    assert_judged("inspection", """
        | result | finding | inspected_date | order_due_date | resolved_date | finds                               |
        | fail   | leak    | 2026-03-02     | 2026-03-01     |               | validity_is_ordered: order_due_date |
        | fail   | leak    | 2026-03-02     |                | 2026-03-01    | validity_is_ordered: resolved_date  |
    """)  # fmt: skip
    assert_judged("complaint", """
        | received_date | status | closed_date | finds                            |
        | 2026-03-02    | closed | 2026-03-01  | validity_is_ordered: closed_date |
        | 2026-03-02    | closed | 2026-03-02  | ok                               |
    """)  # fmt: skip


def test_days_of_two_calendars_are_compared_as_days():
    assert_judged("permit", """
        | valid_from_date | valid_to_date | finds                              |
        | 2569-01-02      | 2026-01-02    | ok                                 |
        | 2569-01-02      | 2026-01-01    | validity_is_ordered: valid_to_date |
    """)  # fmt: skip


def test_words():
    assert_words(
        "validity_is_ordered",
        "permit",
        valid_from_date="2026-01-02",
        valid_to_date="2026-01-01",
        en='Row 2, column valid_to_date: "2026-01-01" lies before the day on which it began. Check both days.',
        th='แถว 2 คอลัมน์ อนุญาตถึงวันที่: "2026-01-01" อยู่ก่อนวันเริ่มต้น กรุณาตรวจวันที่ทั้งสอง',
    )
