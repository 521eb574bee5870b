"""summary.factory_compliance: what each factory has to answer for."""

from datetime import date

from tests.text_tables import assert_table, summarised


def test_each_breach_is_counted_where_the_duty_lies() -> None:
    connection = summarised(
        night=date(2025, 4, 1),
        obligations_from=date(2025, 2, 1),
        factory="""
        | factory_id | factory_name | province_code | factory_class |
        | G1         | Alpha        | 10            | 34            |
        | P1         | Beta         | 21            | 106(1)        |
    """,
        manifest="""
        | manifest_no | mass_t | sent_date  |
        | MATCHED     | 10     | 2025-03-01 |
        | QUANTITY    | 10     | 2025-03-01 |
        | CODE        | 10     | 2025-03-01 |
        | REJECTED    | 10     | 2025-03-01 |
        | UNANSWERED  | 10     | 2025-03-01 |
        | AWAITING    | 10     | 2025-03-30 |
    """,
        receipt="""
        | manifest_no | mass_t | waste_code | received_date | decision |
        | MATCHED     | 10     | 010101     | 2025-03-02    | accepted |
        | QUANTITY    | 5      | 010101     | 2025-03-04    | accepted |
        | CODE        | 10     | 010304     | 2025-03-03    | accepted |
        | REJECTED    | 0      | 010101     | 2025-03-02    | rejected |
        | WITHOUT     | 10     | 010101     | 2025-03-20    | accepted |
    """,
    )
    assert_table(connection, "summary.factory_compliance", """
        | factory_id | factory_name | province_code | factory_class | missing_reports | mismatched_loads | unanswered_loads |
        | G1         | Alpha        | 10            | 34            | 0               | 2                | 0                |
        | P1         | Beta         | 21            | 106(1)        | 1               | 0                | 1                |
    """)
    assert_table(connection, "summary.factory_compliance", """
        | factory_id | receipts_without_manifest | open_breaches | oldest_open_breach_date | rank | sent_loads_unanswered |
        | G1         | 0                         | 2             | 2025-03-03              | 2    | 1                     |
        | P1         | 1                         | 3             | 2025-03-15              | 1    | 0                     |
    """)


def test_a_late_report_is_no_open_breach() -> None:
    connection = summarised(
        factory="""
        | factory_id |
        | LATE       |
    """,
        annual="""
        | factory_id | received_at      |
        | LATE       | 2026-04-30 23:00 |
    """,
    )
    assert_table(connection, "summary.factory_compliance", """
        | factory_id | open_breaches | oldest_open_breach_date | late_reports |
        | LATE       | 0             |                         | 1            |
    """)


def test_rank_is_most_breaches_then_oldest_then_late_then_number() -> None:
    connection = summarised(
        night=date(2026, 5, 1),
        obligations_from=date(2024, 1, 1),
        factory="""
        | factory_id | opened_date |
        | D_CLEAN    |             |
        | C_CLEAN    |             |
        | E_LATE     |             |
        | B_ONE_NEW  |             |
        | A_ONE_OLD  |             |
        | F_TWO      |             |
    """,
        annual="""
        | factory_id | report_year | received_at      |
        | C_CLEAN    | 2024        | 2025-01-02 01:00 |
        | C_CLEAN    | 2025        | 2026-01-02 01:00 |
        | D_CLEAN    | 2024        | 2025-01-02 01:00 |
        | D_CLEAN    | 2025        | 2026-01-02 01:00 |
        | E_LATE     | 2024        | 2025-06-02 01:00 |
        | E_LATE     | 2025        | 2026-01-02 01:00 |
        | B_ONE_NEW  | 2024        | 2025-01-02 01:00 |
        | A_ONE_OLD  | 2025        | 2026-01-02 01:00 |
    """,
    )
    assert_table(connection, "summary.factory_compliance", """
        | rank | factory_id | open_breaches | oldest_open_breach_date |
        | 1    | F_TWO      | 2             | 2025-04-30              |
        | 2    | A_ONE_OLD  | 1             | 2025-04-30              |
        | 3    | B_ONE_NEW  | 1             | 2026-04-30              |
        | 4    | E_LATE     | 0             |                         |
        | 5    | C_CLEAN    | 0             |                         |
        | 6    | D_CLEAN    | 0             |                         |
    """)


def test_the_last_report_is_the_latest_row_filed_by_it_or_for_it() -> None:
    connection = summarised(
        factory="""
        | factory_id | received_at      |
        | SILENT     | 2026-01-09 01:00 |
        | G1         | 2026-01-09 01:00 |
        | P1         | 2026-01-09 01:00 |
        | FILER      | 2026-01-09 01:00 |
    """,
        manifest="""
        | manifest_no | factory_id | processor_id | submitted_by | received_at      |
        | M1          | G1         | P1           | desk         | 2025-03-02 01:00 |
        | M2          | G1         | P1           | P1           | 2025-03-05 01:00 |
    """,
        receipt="""
        | manifest_no | submitted_by | received_at      |
        | M1          | desk         | 2025-03-04 01:00 |
    """,
        history_annual="""
        | factory_id | submitted_by | received_at      |
        | G1         | FILER        | 2025-03-03 01:00 |
    """,
    )
    assert_table(connection, "summary.factory_compliance", """
        | factory_id | last_report_at   |
        | SILENT     |                  |
        | G1         | 2025-03-05 01:00 |
        | P1         | 2025-03-05 01:00 |
        | FILER      | 2025-03-03 01:00 |
    """)
