from tests.helpers_reading import assert_judged, assert_words, parse_register


def test_the_register_says_from_when_to_when():
    """C1 operated from 1 January 2012 to 31 December 2024."""
    assert_judged("manifest", """
        | factory_id | sent_date  | finds                              |
        | C1         | 2024-12-31 | ok                                 |
        | C1         | 2025-01-01 | factory_was_operating: factory_id  |
        | G1         | 2026-03-01 | ok                                 |
        | G2         | 2026-03-01 | ok                                 |
    """)  # fmt: skip


def test_a_year_counts_when_it_operated_on_any_of_its_days():
    assert_judged("annual", """
        | factory_id | report_year | finds                             |
        | C1         | 2024        | ok                                |
        | C1         | 2025        | factory_was_operating: factory_id |
    """)  # fmt: skip


def test_a_month_too():
    warehouse = parse_register("""
        | factory_id | factory_class | opened_date |
        | N1         | 105           | 2026-02-15  |
    """)  # fmt: skip
    assert_judged("processing", """
        | factory_id | report_month | finds                             |
        | N1         | 2026-02      | ok                                |
        | N1         | 2026-01      | factory_was_operating: factory_id |
    """, warehouse=warehouse)  # fmt: skip


def test_the_receiver_counts_too():
    warehouse = parse_register("""
        | factory_id | factory_class | opened_date | closed_date |
        | N1         | 105           | 2026-02-15  | 2026-03-01  |
    """)  # fmt: skip
    assert_judged("receipt", """
        | processor_id | received_date | finds                               |
        | N1           | 2026-02-14    | factory_was_operating: processor_id |
        | N1           | 2026-02-15    | ok                                  |
        | N1           | 2026-03-01    | ok                                  |
        | N1           | 2026-03-02    | factory_was_operating: processor_id |
    """, warehouse=warehouse)  # fmt: skip


def test_it_is_a_warning_and_silent_where_day_or_factory_is_not_certain():
    night = assert_judged("manifest", """
        | factory_id | sent_date  | finds                             |
        | C1         | 2025-01-01 | factory_was_operating: factory_id |
        | C1         | 2025-13-01 | value_is_readable: sent_date      |
        | N1         | 2025-01-01 | factory_is_registered: factory_id |
    """)  # fmt: skip
    assert len(night.core("manifest")) == 1


def test_words():
    assert_words(
        "factory_was_operating",
        "annual",
        factory_id="C1",
        en="Row 2, column factory_id: by the register, factory 10100000525555 was not operating then. Check the number and the"
        " date, or have the register corrected.",
        th="แถว 2 คอลัมน์ เลขทะเบียนโรงงาน: ตามทะเบียน โรงงาน 10100000525555 ไม่ได้ประกอบกิจการในเวลานั้น กรุณาตรวจเลขทะเบียนและวันที่"
        " หรือแจ้งแก้ไขทะเบียน",
    )
