"""capacity_exceeded: a processor takes in more than it is licensed for."""

from tests.text_tables import assert_table, found_by, summarised


def test_a_worked_example() -> None:
    connection = summarised(
        factory="""
        | factory_id | factory_class | intake_capacity_t |
        | P1         | 106           | 100               |
        | FULL       | 106           | 100               |
        | UNKNOWN    | 106           |                   |
        | ZERO       | 106           | 0                 |
    """,
        receipt="""
        | manifest_no | processor_id | received_date | mass_t | decision |
        | M1          | P1           | 2025-01-01    | 60     | accepted |
        | M2          | P1           | 2025-12-31    | 65     | accepted |
        | M3          | P1           | 2026-01-01    | 99     | accepted |
        | M4          | P1           | 2024-01-01    | 999    | accepted |
        | M5          | FULL         | 2025-01-01    | 100    | accepted |
        | M6          | FULL         | 2025-01-01    | 0      | rejected |
        | M7          | UNKNOWN      | 2025-01-01    | 999    | accepted |
        | M8          | ZERO         | 2025-01-01    | 999    | accepted |
    """,
    )
    assert_table(connection, found_by("capacity_exceeded"), """
        | factory_id | period | subject | score | received_t | intake_capacity_t | excess_t | used_pct |
        | P1         | 2025   |         | 25    | 125        | 100               | 25       | 125      |
    """)
