from tests.helpers_reading import assert_judged, assert_words

EMPTY = "waste_code | opening_stock_t | generated_t | managed_on_site_t | sent_off_site_t | closing_stock_t"


def test_a_nil_row_has_factory_and_period_and_nothing_else():
    assert_judged("annual", f"""
        | factory_id | report_year | nil_report | {EMPTY} | finds                           | why          |
        | G1         | 2024        | yes        | | | | | | | ok                              |              |
        | G1         | 2025        | yes        | | 0 | | | | | nil_report_is_empty: nil_report | 0 is content |
        | G2         | 2025        | yes        | 010101 | | | | | | nil_report_is_empty: nil_report |        |
        | G2         | 2024        | no         | 010101 | 0 | 1 | 0 | 1 | 0 | ok                    |             |
    """)  # fmt: skip


def test_a_nil_row_is_the_only_one_of_its_factory_and_period():
    assert_judged("annual", f"""
        | factory_id | report_year | nil_report | {EMPTY} | finds                           | why                     |
        | G1         | 2025        | yes        | | | | | | | nil_report_is_empty: nil_report | beside the next row     |
        | G1         | 2025        |            | 010101 | 0 | 1 | 0 | 1 | 0 | ok               | which is sound          |
        | G2         | 2025        | yes        | | | | | | | nil_report_is_empty: nil_report | twice                   |
        | G2         | 2025        | yes        | | | | | | | nil_report_is_empty: nil_report | twice                   |
        | G1         | 2024        | yes        | | | | | | | ok                              | another year            |
    """)  # fmt: skip


def test_the_month_of_a_processor():
    assert_judged("processing", """
        | factory_id | report_month | nil_report | waste_code | opening_stock_t | received_t | processed_t | management_code | closing_stock_t | product_name | finds                           |
        | P1         | 2026-02      | yes        |            |                 |            |             |                 |                 |              | ok                              |
        | P2         | 2026-02      | yes        |            |                 |            |             |                 |                 | compost      | nil_report_is_empty: nil_report |
    """)  # fmt: skip


def test_it_is_silent_where_factory_or_period_is_not_certain():
    """Two rows whose factory cannot be read are not two rows of one factory."""
    assert_judged("annual", f"""
        | factory_id | report_year | nil_report | {EMPTY} | finds                                 |
        | 123        | 2025        | yes        | | | | | | | factory_id_is_well_formed: factory_id |
        | 456        | 2025        |            | 010101 | 0 | 1 | 0 | 1 | 0 | factory_id_is_well_formed: factory_id |
        | G1         | 2025        | maybe      | | | | | | | value_is_allowed: nil_report          |
    """)  # fmt: skip


def test_words():
    assert_words(
        "nil_report_is_empty",
        "annual",
        nil_report="yes",
        en="Row 2, column nil_report: the row says that there is nothing to report, but it has content or stands beside other"
        " rows of the same factory and period. Keep one or the other.",
        th="แถว 2 คอลัมน์ ไม่มีของเสีย: แถวนี้แจ้งว่าไม่มีข้อมูลจะรายงาน แต่มีข้อมูลอื่นหรือมีแถวอื่นของโรงงานและช่วงเวลาเดียวกัน กรุณาเลือกอย่างใดอย่างหนึ่ง",
    )
