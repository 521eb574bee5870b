from tests.helpers_reading import assert_judged, assert_words


def test_the_day_of_receipt_itself_is_not_future():
    """Received on 20 March 2026 at 10:00 in Bangkok."""
    assert_judged("manifest", """
        | sent_date  | finds                          |
        | 2026-03-20 | ok                             |
        | 2026-03-21 | date_is_not_future: sent_date  |
        | 2026-03-01 | ok                             |
        |            | value_is_present: sent_date    |
        | 2026-02-30 | value_is_readable: sent_date   |
    """)  # fmt: skip


def test_the_day_is_that_of_bangkok():
    """At 00:30 in Bangkok it is still the day before in UTC."""
    assert_judged("manifest", """
        | sent_date  | finds |
        | 2026-03-21 | ok    |
    """, at="2026-03-21 00:30")  # fmt: skip


def test_buddhist_years_are_judged_by_their_day():
    assert_judged("manifest", """
        | sent_date  | finds                         |
        | 20/03/2569 | ok                            |
        | 21/03/2569 | date_is_not_future: sent_date |
    """)  # fmt: skip


def test_a_year_or_month_counts_from_its_first_day():
    assert_judged("annual", """
        | report_year | finds                           |
        | 2026        | ok                              |
        | 2027        | date_is_not_future: report_year |
    """)  # fmt: skip
    assert_judged("processing", """
        | report_month | finds                            |
        | 2026-03      | ok                               |
        | 2026-04      | date_is_not_future: report_month |
    """)  # fmt: skip


def test_what_may_lie_ahead():
    assert_judged("permit", """
        | valid_from_date | valid_to_date | finds |
        | 2026-06-01      | 2027-05-31    | ok    |
    """)  # fmt: skip
    assert_judged("inspection", """
        | result | finding | inspected_date | order_due_date | resolved_date | finds                             |
        | fail   | leak    | 2026-03-01     | 2026-06-01     |               | ok                                |
        | fail   | leak    | 2026-03-01     | 2026-06-01     | 2026-05-01    | date_is_not_future: resolved_date |
    """)  # fmt: skip


def test_every_day_of_a_row_is_judged():
    assert_judged("receipt", """
        | received_date | completed_date | finds                                                              |
        | 2026-03-21    | 2026-03-22     | date_is_not_future: completed_date; date_is_not_future: received_date |
    """)  # fmt: skip


def test_words():
    assert_words(
        "date_is_not_future",
        "manifest",
        sent_date="21/03/2569",
        en='Row 2, column sent_date: "21/03/2569" lies after the day on which the file was received. Check day, month and year'
        " (B.E. or C.E.).",
        th='แถว 2 คอลัมน์ วันที่ขนส่ง: "21/03/2569" เป็นวันหลังจากวันที่รับไฟล์ กรุณาตรวจวัน เดือน และปี (พ.ศ. หรือ ค.ศ.)',
    )
