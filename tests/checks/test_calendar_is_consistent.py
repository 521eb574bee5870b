from tests.helpers_reading import Given, Warehouse, assert_judged, assert_words, cells_of, csv_bytes

HERE = "calendar_is_consistent"


def test_every_row_of_a_mixed_column_is_named():
    assert_judged("manifest", """
        | sent_date  | finds                             | why                          |
        | 2026-03-01 | calendar_is_consistent: sent_date | C.E.                         |
        | 01/03/2569 | calendar_is_consistent: sent_date | the same day, B.E.           |
        |            | value_is_present: sent_date       | an empty cell mixes nothing  |
        | 1/3/26     | value_is_readable: sent_date      | nor does one without a year  |
    """)  # fmt: skip


def test_one_calendar_passes_however_it_is_written():
    assert_judged("manifest", """
        | sent_date    | finds |
        | 2569-03-01   | ok    |
        | 1 มี.ค. 2569  | ok    |
        | ๐๑/๐๓/๒๕๖๙     | ok    |
    """)  # fmt: skip


def test_each_column_may_have_its_own_calendar():
    assert_judged("permit", """
        | valid_from_date | valid_to_date | finds |
        | 2569-01-01      | 2026-12-31    | ok    |
        | 2569-01-01      | 2026-12-31    | ok    |
    """)  # fmt: skip


def test_years_and_months_are_days_too():
    assert_judged("annual", """
        | report_year | finds                               |
        | 2025        | calendar_is_consistent: report_year |
        | 2568        | calendar_is_consistent: report_year |
    """)  # fmt: skip
    assert_judged("processing", """
        | report_month | finds                                |
        | 2026-01      | calendar_is_consistent: report_month |
        | 02/2569      | calendar_is_consistent: report_month |
    """)  # fmt: skip


def test_no_other_rule_judges_by_such_a_day():
    """Were these days believed, the second lay in the future, the third before the regime and after its own completion."""
    assert_judged("receipt", """
        | received_date | completed_date | finds                                 |
        | 2026-03-01    |                | calendar_is_consistent: received_date |
        | 2580-03-01    |                | calendar_is_consistent: received_date |
        | 2019-03-01    | 2018-01-01     | calendar_is_consistent: received_date |
    """)  # fmt: skip


def test_other_files_of_the_night_do_not_matter():
    files = [Given(csv_bytes([cells_of("manifest", n, sent_date=day)])) for n, day in ((1, "2026-03-01"), (2, "2569-03-01"))]
    assert Warehouse().night(*files).findings == []


def test_words():
    rows = [cells_of("manifest", 1, sent_date="2026-03-01"), cells_of("manifest", 2, sent_date="01/03/2569")]
    assert_words(
        HERE,
        "manifest",
        rows=rows,
        en='Row 2, column sent_date: "2026-03-01": this column mixes Buddhist-era and Christian-era years, so none of its days'
        " is certain. Use one calendar in the whole column.",
        th='แถว 2 คอลัมน์ วันที่ขนส่ง: "2026-03-01": คอลัมน์นี้ใช้ทั้ง พ.ศ. และ ค.ศ. ปนกัน จึงไม่แน่ใจวันที่ กรุณาใช้ปฏิทินเดียวทั้งคอลัมน์',
    )
