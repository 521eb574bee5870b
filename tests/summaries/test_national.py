"""summary.national: the figures of the front page."""

from datetime import date

from tests.text_tables import assert_table, summarised


def test_a_year_of_the_country() -> None:
    connection = summarised(
        night=date(2026, 5, 1),
        factory="""
        | factory_id | factory_class | status    | opened_date | closed_date |
        | G1         | 34            | operating |             |             |
        | G2         | 34            | operating |             |             |
        | G3         | 34            | operating | 2025-12-31  |             |
        | P1         | 106           | operating |             |             |
        | OLD        | 34            | closed    |             | 2024-12-31  |
        | NEW        | 34            | operating | 2026-01-01  |             |
    """,
        annual="""
        | factory_id | waste_code | generated_t | managed_on_site_t | nil_report | received_at      |
        | G1         | 010304     | 8           | 1                 | no         | 2026-04-01 01:00 |
        | G1         | 010101     | 4           | 0                 | no         | 2026-04-01 01:00 |
        | G2         |            |             |                   | yes        | 2026-04-01 01:00 |
        | P1         | 010101     | 1           | 0                 | no         | 2026-05-01 01:00 |
    """,
        manifest="""
        | manifest_no | sent_date  | mass_t | waste_code | submitted_by |
        | MATCHED     | 2025-03-01 | 10     | 010101     | G1           |
        | QUANTITY    | 2025-03-01 | 10     | 010304     | desk         |
        | UNANSWERED  | 2025-12-31 | 3      | 010101     | desk         |
        | AWAITING    | 2026-04-30 | 2      | 010101     | desk         |
    """,
        receipt="""
        | manifest_no | received_date | mass_t | waste_code | submitted_by | completed_date |
        | MATCHED     | 2025-03-02    | 9.5    | 010101     | P1           | 2025-03-30     |
        | QUANTITY    | 2025-03-02    | 12.5   | 010304     | desk         |                |
        | WITHOUT     | 2025-03-02    | 1      | 010101     | desk         |                |
    """,
    )
    assert_table(connection, "summary.national WHERE year = 2025", """
        | year | factories_registered | factories_obliged | factories_reporting | factories_missing | coverage_pct |
        | 2025 | 4                    | 4                 | 3                   | 1                 | 75           |
    """)
    assert_table(connection, "summary.national", """
        | year | factories_registered | factories_obliged | factories_late | factories_nil |
        | 2025 | 4                    | 4                 | 1              | 1             |
        | 2026 | 5                    | 0                 | 0              | 0             |
    """)
    assert_table(connection, "summary.national", """
        | year | generated_t | generated_hazardous_t | managed_on_site_t | sent_t | sent_hazardous_t | received_t | completed_t |
        | 2025 | 13          | 8                     | 1                 | 23     | 10               | 23         | 9.5         |
        | 2026 |             |                       |                   | 2      | 0                | 0          | 0           |
    """)
    assert_table(connection, "summary.national", """
        | year | loads_sent | loads_matched | loads_quantity_differs | loads_awaiting | loads_unanswered | loads_independent |
        | 2025 | 3          | 1             | 1                      | 0              | 1                | 1                 |
        | 2026 | 1          | 0             | 0                      | 1              | 0                | 0                 |
    """)
    assert_table(connection, "summary.national", """
        | year | loads_without_manifest | answered_sent_t | answered_received_t | difference_t | difference_pct |
        | 2025 | 1                      | 20              | 22                  | 2            | 10             |
        | 2026 | 0                      | 0               | 0                   | 0            |                |
    """)


def test_before_anything_is_due_the_front_page_has_no_coverage() -> None:
    connection = summarised(night=date(2026, 4, 30), factory="""
        | factory_id |
        | G1         |
    """)
    assert_table(connection, "summary.national", """
        | year | factories_registered | factories_obliged | coverage_pct | generated_t | sent_t | loads_sent |
        | 2025 | 1                    | 0                 |              |             | 0      | 0          |
    """)
