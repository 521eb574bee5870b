"""summary.waste_by_province_month: what the factories of a province moved, and who reported."""

from datetime import date

from tests.text_tables import assert_table, summarised


def test_each_side_counts_in_its_own_province() -> None:
    connection = summarised(
        night=date(2025, 3, 31),
        factory="""
        | factory_id | province_code | factory_class |
        | G1         | 10            | 34            |
        | G2         | 10            | 34            |
        | P1         | 21            | 106           |
    """,
        manifest="""
        | manifest_no | factory_id | waste_code | mass_t |
        | M1          | G1         | 010101     | 5      |
        | M2          | G2         | 010304     | 7      |
        | M3          | STRANGER   | 010101     | 1      |
    """,
        receipt="""
        | manifest_no | mass_t | completed_date |
        | M1          | 4.5    | 2025-03-20     |
    """,
    )
    assert_table(connection, "summary.waste_by_province_month WHERE month = '2025-03-01'", """
        | province_code | month      | generated_t | sent_t | sent_hazardous_t | received_t | completed_sorting_t |
        | 10            | 2025-03-01 |             | 12     | 7                | 0          | 0                   |
        | 21            | 2025-03-01 |             | 0      | 0                | 4.5        | 4.5                 |
        |               | 2025-03-01 |             | 1      | 0                | 0          | 0                   |
    """)


def test_coverage_is_by_the_monthly_duty_of_the_province_s_processors() -> None:
    connection = summarised(
        night=date(2025, 3, 16),
        obligations_from=date(2025, 1, 1),
        factory="""
        | factory_id | province_code | factory_class | status    | closed_date |
        | G1         | 10            | 34            | operating |             |
        | P1         | 10            | 105           | operating |             |
        | P2         | 10            | 106           | operating |             |
        | P3         | 21            | 101           | operating |             |
        | P4         | 21            | 101           | closed    | 2024-12-31  |
    """,
        processing="""
        | factory_id | report_month | received_at      |
        | P1         | 2025-01-01   | 2025-02-10 01:00 |
        | P2         | 2025-01-01   | 2025-03-10 01:00 |
        | P2         | 2025-02-01   | 2025-03-10 01:00 |
    """,
    )
    assert_table(connection, "summary.waste_by_province_month", """
        | province_code | month      | sent_t | factories_obliged | factories_reporting | coverage_pct |
        | 10            | 2025-01-01 | 0      | 2                 | 2                   | 100          |
        | 10            | 2025-02-01 | 0      | 2                 | 1                   | 50           |
        | 21            | 2025-01-01 | 0      | 1                 | 0                   | 0            |
        | 21            | 2025-02-01 | 0      | 1                 | 0                   | 0            |
    """)
