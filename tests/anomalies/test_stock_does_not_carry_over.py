"""stock_does_not_carry_over: closing stock of one period is not the opening stock of the next."""

import json

from tests.text_tables import assert_table, found_by, summarised


def test_a_worked_example() -> None:
    connection = summarised(
        annual="""
        | factory_id | report_year | waste_code | management_code | opening_stock_t | closing_stock_t |
        | G1         | 2023        | 010101     | 011             | 0               | 50              |
        | G1         | 2024        | 010101     | 011             | 4               | 6               |
        | G1         | 2025        | 010101     | 011             | 1               | 9               |
        | G1         | 2025        | 010101     | 031             | 2.5             | 0               |
        | G1         | 2025        | 010304     |                 | 7               | 0               |
    """,
        processing="""
        | factory_id | report_month | opening_stock_t | closing_stock_t |
        | P1         | 2024-11-01   | 0               | 9               |
        | P1         | 2024-12-01   | 1               | 2               |
        | P1         | 2025-01-01   | 2.011           | 4               |
        | P1         | 2025-02-01   | 4.01            | 8               |
        | P1         | 2025-04-01   | 1               | 0               |
    """,
    )
    assert_table(connection, found_by("stock_does_not_carry_over"), """
        | factory_id | period  | subject | score | previous_closing_stock_t | opening_stock_t | carry_gap_t | report_type |
        | G1         | 2025    | 010101  | 2.5   | 6                        | 3.5             | -2.5        | annual      |
        | P1         | 2025-01 | 010101  | 0.011 | 2                        | 2.011           | 0.011       | processing  |
    """)
    found = connection.execute(f"SELECT evidence FROM {found_by('stock_does_not_carry_over')} WHERE period = '2025'").fetchall()
    assert [row["source_row"] for row in json.loads(found[0][0])["rows"]] == [4, 5]
