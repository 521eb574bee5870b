"""summary.waste_by_factory_year: the annual report beside what was moved."""

from datetime import date

from tests.text_tables import assert_table, summarised


def test_what_was_generated_is_what_the_annual_report_says() -> None:
    connection = summarised(
        factory="""
        | factory_id |
        | REPORTED   |
        | NIL        |
        | MISSING    |
    """,
        annual="""
        | factory_id | nil_report | waste_code | generated_t | managed_on_site_t |
        | REPORTED   | no         | 010101     | 5.5         | 1                 |
        | REPORTED   | no         | 010304     | 2           | 0.5               |
        | NIL        | yes        |            |             |                   |
    """,
    )
    assert_table(connection, "summary.waste_by_factory_year", """
        | factory_id | year | generated_t | generated_hazardous_t | generated_non_hazardous_t | managed_on_site_t | sent_t |
        | REPORTED   | 2025 | 7.5         | 2                     | 5.5                       | 1.5               | 0      |
        | NIL        | 2025 | 0           | 0                     | 0                         | 0                 | 0      |
        | MISSING    | 2025 |             |                       |                           |                   | 0      |
    """)


def test_coverage_says_whether_the_annual_report_is_there() -> None:
    connection = summarised(
        night=date(2026, 5, 1),
        factory="""
        | factory_id | status    |
        | ON_TIME    | operating |
        | LATE       | operating |
        | NIL        | operating |
        | MISSING    | operating |
        | CLOSED     | closed    |
    """,
        annual="""
        | factory_id | nil_report | received_at      |
        | ON_TIME    | no         | 2026-04-01 01:00 |
        | LATE       | no         | 2026-05-01 01:00 |
        | NIL        | yes        | 2026-04-01 01:00 |
    """,
    )
    assert_table(connection, "summary.waste_by_factory_year", """
        | factory_id | factories_obliged | factories_reporting | coverage_pct |
        | ON_TIME    | 1                 | 1                   | 100          |
        | LATE       | 1                 | 1                   | 100          |
        | NIL        | 1                 | 1                   | 100          |
        | MISSING    | 1                 | 0                   | 0            |
    """)


def test_before_the_due_date_nobody_counts_as_obliged_who_has_not_reported() -> None:
    connection = summarised(night=date(2026, 4, 30), factory="""
        | factory_id |
        | G1         |
    """)
    assert_table(connection, "summary.waste_by_factory_year", """
        | factory_id | year | factories_obliged | factories_reporting | coverage_pct |
        | G1         | 2025 | 0                 | 0                   |              |
    """)


def test_a_year_is_the_sum_of_its_months() -> None:
    connection = summarised(
        manifest="""
        | manifest_no | sent_date  | waste_code | management_code | mass_t         |
        | M1          | 2024-12-31 | 010101     | 011             | 100            |
        | M2          | 2025-01-01 | 010101     | 011             | 0.1            |
        | M3          | 2025-12-31 | 010304     | 071             | 0.200000000001 |
        | M4          | 2026-01-01 | 010304     | 071             | 1000           |
    """,
        receipt="""
        | manifest_no | received_date | waste_code | mass_t | completed_date |
        | M1          | 2025-01-02    | 010101     | 99     | 2025-02-01     |
    """,
    )
    assert_table(connection, "summary.waste_by_factory_year", """
        | factory_id | year | sent_t         | sent_hazardous_t | sent_sorting_t | sent_disposal_t | received_t | completed_t |
        | G1         | 2024 | 100            | 0                | 100            | 0               | 0          | 0           |
        | G1         | 2025 | 0.300000000001 | 0.200000000001   | 0.1            | 0.200000000001  | 0          | 0           |
        | G1         | 2026 | 1000           | 1000             | 0              | 1000            | 0          | 0           |
        | P1         | 2025 | 0              | 0                | 0              | 0               | 99         | 99          |
    """)
