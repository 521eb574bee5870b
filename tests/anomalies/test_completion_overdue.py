"""completion_overdue: waste received has not been managed within its clock."""

from datetime import date

from tests.text_tables import assert_table, found_by, summarised


def test_a_worked_example() -> None:
    connection = summarised(
        night=date(2025, 5, 1),
        manifest="""
        | manifest_no | management_code |
        | OVERDUE     | 061             |
    """,
        receipt="""
        | manifest_no | waste_code | received_date | completed_date | extended | mass_t | decision |
        | OVERDUE     | 010304     | 2025-03-31    |                | no       | 12.5   | accepted |
        | EXTENDED    | 010304     | 2025-03-31    |                | yes      | 12.5   | accepted |
        | RUNNING     | 010304     | 2025-04-01    |                | no       | 12.5   | accepted |
        | PLAIN       | 010101     | 2025-03-31    |                | no       | 12.5   | accepted |
        | DONE_LATE   | 010304     | 2025-01-31    | 2025-04-30     | no       | 12.5   | accepted |
        | REJECTED    | 010304     | 2025-03-31    |                | no       | 0      | rejected |
        | NOT_OWED    | 010304     | 2024-12-31    |                | no       | 12.5   | accepted |
    """,
    )
    assert_table(connection, found_by("completion_overdue"), """
        | factory_id | period  | subject   | score | generator_id | received_date | due_date   | days_overdue | is_extended | received_t |
        | P1         | 2025-03 | OVERDUE/1 | 1     | G1           | 2025-03-31    | 2025-04-30 | 1            | false       | 12.5       |
    """)
