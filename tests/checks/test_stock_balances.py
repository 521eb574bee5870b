from tests.helpers_reading import assert_judged, assert_words


def test_the_tolerance_is_half_a_percent_or_ten_kilograms_whichever_is_more():
    night = assert_judged("annual", """
        | opening_stock_t | generated_t | managed_on_site_t | sent_off_site_t | closing_stock_t | finds                           | why           |
        | 40              | 60          | 0                 | 70              | 30              | ok                              | closes        |
        | 40              | 60          | 0                 | 70              | 29.5            | ok                              | 0.5 % exactly |
        | 40              | 60          | 0                 | 70              | 30.5            | ok                              | and too much  |
        | 40              | 60          | 0                 | 70              | 29.499999       | stock_balances: closing_stock_t | a gram over   |
        | 0               | 1           | 0                 | 0.99            | 0               | ok                              | 0.01 t exactly |
        | 0               | 1           | 0                 | 0.989999        | 0               | stock_balances: closing_stock_t |               |
        | 0               | 0           | 0                 | 0               | 0               | ok                              |               |
    """)  # fmt: skip
    assert len(night.core("annual")) == 7, "it is a warning"


def test_a_waste_managed_in_two_ways_is_balanced_as_a_whole():
    """Opening and generated tonnes stand in one row, what became of them in two."""
    assert_judged("annual", """
        | waste_code | management_code | opening_stock_t | generated_t | managed_on_site_t | sent_off_site_t | closing_stock_t | finds                           |
        | 010101     | 011             | 0               | 100         | 60                | 0               | 0               | ok                              |
        | 010101     |                 | 0               | 0           | 0                 | 40              | 0               | ok                              |
        | 010102     | 011             | 0               | 100         | 60                | 0               | 0               | stock_balances: closing_stock_t |
        | 010102     |                 | 0               | 0           | 0                 | 30              | 0               | stock_balances: closing_stock_t |
    """)  # fmt: skip


def test_a_row_that_closes_is_not_named_for_its_neighbour():
    assert_judged("annual", """
        | waste_code | management_code | opening_stock_t | generated_t | managed_on_site_t | sent_off_site_t | closing_stock_t | finds                           |
        | 010101     | 011             | 0               | 100         | 100               | 0               | 0               | ok                              |
        | 010101     |                 | 0               | 100         | 0                 | 40              | 0               | stock_balances: closing_stock_t |
    """)  # fmt: skip


def test_the_month_of_a_processor():
    assert_judged("processing", """
        | opening_stock_t | received_t | processed_t | closing_stock_t | finds                           |
        | 5               | 95         | 90          | 10              | ok                              |
        | 5               | 95         | 90          | 11              | stock_balances: closing_stock_t |
    """)  # fmt: skip


def test_it_is_silent_where_a_figure_is_missing_or_faulty():
    assert_judged("annual", """
        | opening_stock_t | generated_t | sent_off_site_t | closing_stock_t | finds                              |
        |                 | 60          | 70              | 0               | value_is_present: opening_stock_t  |
        | 40              | 60 t        | 70              | 0               | value_is_readable: generated_t     |
        | 40              | 60          | -70             | 0               | value_is_allowed: sent_off_site_t  |
        | 40              | 60          | 70              | 1,5             | value_is_readable: closing_stock_t |
    """)  # fmt: skip


def test_the_largest_figures_are_added_without_loss():
    big = "999999999999.999999"
    assert_judged("annual", f"""
        | waste_code | management_code | opening_stock_t | generated_t | managed_on_site_t | sent_off_site_t | closing_stock_t | finds |
        | 010101     | 011             | {big}           | {big}       | {big}             | {big}           | 0               | ok    |
        | 010101     | 021             | {big}           | {big}       | {big}             | {big}           | 0               | ok    |
        | 010102     | 011             | {big}           | {big}       | {big}             | 0               | 0               | stock_balances: closing_stock_t |
    """)  # fmt: skip


def test_the_gap_is_said_with_its_sign():
    assert_words(
        "stock_balances",
        "annual",
        generated_t="100",
        sent_off_site_t="98.5",
        en="Row 2, column closing_stock_t: opening stock and what came in differ by +1.5 t from what went out and closing stock,"
        " more than 0.5 % or 0.01 t. Check the figures of this waste.",
        th="แถว 2 คอลัมน์ ยอดคงเหลือ (ตัน): ยอดยกมาบวกรับเข้าต่างจากจ่ายออกบวกคงเหลือ +1.5 ตัน ซึ่งเกิน 0.5 % หรือ 0.01 ตัน"
        " กรุณาตรวจตัวเลขของของเสียนี้",
    )
    assert_words(
        "stock_balances",
        "processing",
        received_t="100",
        processed_t="200",
        en="Row 2, column closing_stock_t: opening stock and what came in differ by -100 t from what went out and closing stock,"
        " more than 0.5 % or 0.01 t. Check the figures of this waste.",
        th="แถว 2 คอลัมน์ ยอดคงเหลือ (ตัน): ยอดยกมาบวกรับเข้าต่างจากจ่ายออกบวกคงเหลือ -100 ตัน ซึ่งเกิน 0.5 % หรือ 0.01 ตัน"
        " กรุณาตรวจตัวเลขของของเสียนี้",
    )
