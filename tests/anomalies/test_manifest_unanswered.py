"""manifest_unanswered: a load was sent and the processor has not answered."""

from datetime import date

from tests.text_tables import assert_table, found_by, summarised


def test_a_worked_example() -> None:
    connection = summarised(
        night=date(2025, 3, 17),
        manifest="""
        | manifest_no | factory_id | sent_date  | mass_t |
        | ANSWERED    | G1         | 2025-03-01 | 10     |
        | WAITS       | G1         | 2025-03-02 | 10     |
        | TOO_LONG    | G1         | 2025-03-01 | 12.5   |
        | TOO_LONG    | G2         | 2025-03-01 | 8      |
        | NOT_OWED    | G1         | 2024-12-31 | 10     |
    """,
        receipt="""
        | manifest_no |
        | ANSWERED    |
    """,
    )
    assert_table(connection, found_by("manifest_unanswered"), """
        | factory_id | period  | subject       | score | generator_id | sent_date  | answer_due_date | days_overdue | sent_t |
        | P1         | 2025-03 | TOO_LONG/1 G1 | 12.5  | G1           | 2025-03-01 | 2025-03-16      | 1            | 12.5   |
        | P1         | 2025-03 | TOO_LONG/1 G2 | 8     | G2           | 2025-03-01 | 2025-03-16      | 1            | 8      |
    """)


def test_a_late_receipt_ends_it() -> None:
    tables = {"manifest": """
        | manifest_no |
        | M1          |
    """}
    assert_table(summarised(**tables), found_by("manifest_unanswered"), """
        | subject |
        | M1/1 G1 |
    """)
    connection = summarised(**tables, receipt="""
        | manifest_no | received_at      |
        | M1          | 2026-04-30 03:00 |
    """)
    assert_table(connection, found_by("manifest_unanswered"), """
        | subject |
    """)
