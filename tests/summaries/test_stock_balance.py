"""summary.stock_balance: stock of each waste, whether it closes and whether it carries over."""

from tests.text_tables import assert_table, summarised

YEAR = "factory_id | report_year | waste_code | opening_stock_t | generated_t | managed_on_site_t | sent_off_site_t"
MONTH = "factory_id | report_month | waste_code | product_name | opening_stock_t | received_t | processed_t"


def test_the_terms_of_a_year_and_of_a_month() -> None:
    connection = summarised(
        annual=f"""
        | {YEAR} | closing_stock_t | management_code | nil_report |
        | G1 | 2025 | 010101 | 2 | 10 | 4 | 5 | 3 | 011 | no |
        | G1 | 2025 | 010304 | 2 | 10 | 4 | 5 | 2 | 061 | no |
        | G1 | 2025 | 010304 | 0 | 1  | 0 | 1 | 0 | 062 | no |
        | G2 | 2025 |        |   |    |   |   |   |     | yes |
    """,
        processing=f"""
        | {MONTH} | closing_stock_t |
        | P1 | 2025-12-01 | 010101 | glass | 1 | 20 | 15 | 6 |
        | P1 | 2025-12-01 | 010101 | sand  | 0 | 0  | 5  | 0 |
    """,
    )
    assert_table(connection, "summary.stock_balance WHERE report_type = 'annual'", """
        | factory_id | period | waste_code | opening_stock_t | generated_t | managed_on_site_t | sent_off_site_t | closing_stock_t | gap_t | closes |
        | G1         | 2025   | 010101     | 2               | 10          | 4                 | 5               | 3               | 0     | yes    |
        | G1         | 2025   | 010304     | 2               | 11          | 4                 | 6               | 2               | 1     | no     |
    """)
    assert_table(connection, "summary.stock_balance WHERE report_type = 'processing'", """
        | factory_id | period  | opening_stock_t | received_t | processed_t | closing_stock_t | gap_t | closes | generated_t | sent_off_site_t |
        | P1         | 2025-12 | 1               | 20         | 20          | 6               | -5    | no     |             |                 |
    """)


def test_it_closes_within_half_a_percent_or_ten_kilograms_as_the_check_has_it() -> None:
    connection = summarised(annual=f"""
        | {YEAR} | closing_stock_t |
        | HALF_PERCENT | 2025 | 010101 | 0 | 100 | 0 | 100 | 0.5      |
        | MORE         | 2025 | 010101 | 0 | 100 | 0 | 100 | 0.500001 |
        | TEN_KG       | 2025 | 010101 | 0 | 1   | 0 | 1   | 0.01     |
        | ELEVEN_KG    | 2025 | 010101 | 0 | 1   | 0 | 1   | 0.011    |
        | EACH_ROW     | 2025 | 010101 | 0 | 1   | 0 | 1   | 0.009    |
        | EACH_ROW     | 2025 | 010101 | 0 | 0.1 | 0 | 0.1 | 0.009    |
    """)
    assert_table(connection, "summary.stock_balance", """
        | factory_id   | gap_t     | closes |
        | HALF_PERCENT | -0.5      | yes    |
        | MORE         | -0.500001 | no     |
        | TEN_KG       | -0.01     | yes    |
        | ELEVEN_KG    | -0.011    | no     |
        | EACH_ROW     | -0.018    | yes    |
    """)


def test_what_carries_over_from_the_period_before() -> None:
    connection = summarised(
        annual="""
        | factory_id | report_year | waste_code | opening_stock_t | closing_stock_t |
        | G1         | 2024        | 010101     | 5               | 7               |
        | G1         | 2025        | 010101     | 7.03            | 100             |
        | G1         | 2025        | 010304     | 3               | 3               |
        | GAP        | 2023        | 010101     | 0               | 9               |
        | GAP        | 2025        | 010101     | 0               | 0               |
    """,
        processing="""
        | factory_id | report_month | opening_stock_t | closing_stock_t |
        | P1         | 2024-12-01   | 0               | 4               |
        | P1         | 2025-01-01   | 1.5             | 2               |
        | P1         | 2025-02-01   | 2               | 0               |
    """,
    )
    assert_table(connection, "summary.stock_balance WHERE period >= '2025'", """
        | factory_id | period  | waste_code | opening_stock_t | previous_closing_stock_t | carry_gap_t | carries_over |
        | G1         | 2025    | 010101     | 7.03            | 7                        | 0.03        | yes          |
        | G1         | 2025    | 010304     | 3               |                          |             |              |
        | GAP        | 2025    | 010101     | 0               |                          |             |              |
        | P1         | 2025-01 | 010101     | 1.5             | 4                        | -2.5        | no           |
        | P1         | 2025-02 | 010101     | 2               | 2                        | 0           | yes          |
    """)
