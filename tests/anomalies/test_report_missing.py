"""report_missing: an obliged factory has not reported after the due date."""

from datetime import date

from tests.text_tables import assert_table, found_by, summarised


def test_a_worked_example() -> None:
    connection = summarised(
        night=date(2026, 5, 3),
        obligations_from=date(2026, 3, 1),
        factory="""
        | factory_id | factory_class | status    |
        | REPORTED   | 106           | operating |
        | LATE       | 106           | operating |
        | SILENT     | 106           | operating |
        | CLOSED     | 106           | closed    |
    """,
        processing="""
        | factory_id | report_month | received_at      |
        | REPORTED   | 2026-03-01   | 2026-04-02 01:00 |
        | LATE       | 2026-03-01   | 2026-04-20 01:00 |
    """,
        annual="""
        | factory_id | received_at      |
        | REPORTED   | 2026-04-02 01:00 |
        | LATE       | 2026-04-02 01:00 |
    """,
    )
    assert_table(connection, found_by("report_missing"), """
        | factory_id | period  | subject    | score | clause | due_date   | days_overdue | report_type |
        | SILENT     | 2026-03 | processing | 18    | 22     | 2026-04-15 | 18           | processing  |
    """)


def test_both_duties_of_a_processor_are_told_apart() -> None:
    connection = summarised(night=date(2026, 5, 1), obligations_from=date(2025, 12, 1), factory="""
        | factory_id | factory_class | opened_date | closed_date |
        | P1         | 101           | 2025-12-31  | 2025-12-31  |
    """)
    assert_table(connection, found_by("report_missing"), """
        | factory_id | period  | subject    | score |
        | P1         | 2025    | annual     | 1     |
        | P1         | 2025-12 | processing | 106   |
    """)


def test_on_the_due_day_nobody_is_accused() -> None:
    connection = summarised(night=date(2026, 4, 30), factory="""
        | factory_id |
        | G1         |
    """)
    assert_table(connection, found_by("report_missing"), """
        | factory_id |
    """)
