"""last_resort_codes: a high share of xx xx 99 and chapter 16."""

from tests.text_tables import assert_table, found_by, summarised


def test_a_worked_example() -> None:
    connection = summarised(annual="""
        | factory_id | report_year | waste_code | generated_t |
        | G1         | 2025        | 020199     | 6           |
        | G1         | 2025        | 160103     | 5           |
        | G1         | 2025        | 010101     | 9           |
        | G1         | 2024        | 020199     | 99          |
        | HALF       | 2025        | 160103     | 10          |
        | HALF       | 2025        | 010101     | 10          |
        | LITTLE     | 2025        | 160103     | 9.9         |
        | NOTHING    | 2025        | 160103     | 0           |
    """)
    assert_table(connection, found_by("last_resort_codes"), """
        | factory_id | period | subject | score | last_resort_t | generated_t | last_resort_pct | waste_code |
        | G1         | 2025   |         | 11    | 11            | 20          | 55              | 020199     |
    """)
