"""receipt_without_manifest: an answer to a manifest nobody sent."""

from tests.text_tables import assert_table, found_by, summarised


def test_a_worked_example() -> None:
    connection = summarised(
        manifest="""
        | manifest_no | line_no | factory_id | processor_id |
        | M1          | 1       | G1         | P1           |
        | M2          | 1       | G1         | P1           |
    """,
        receipt="""
        | manifest_no | line_no | processor_id | received_date | mass_t | decision |
        | M1          | 1       | P1           | 2025-03-02    | 1      | accepted |
        | M1          | 2       | P1           | 2025-03-02    | 2      | accepted |
        | M2          | 1       | P2           | 2025-04-02    | 3      | accepted |
        | M3          | 1       | P2           | 2025-05-02    | 0      | rejected |
        | NOT_OWED    | 1       | P2           | 2024-12-31    | 9      | accepted |
    """,
    )
    assert_table(connection, found_by("receipt_without_manifest"), """
        | factory_id | period  | subject | score | received_t | received_date | decision | same_number_factory_id |
        | P1         | 2025-03 | M1/2    | 2     | 2          | 2025-03-02    | accepted | G1                     |
        | P2         | 2025-04 | M2/1    | 3     | 3          | 2025-04-02    | accepted | G1                     |
        | P2         | 2025-05 | M3/1    | 0     | 0          | 2025-05-02    | rejected |                        |
    """)
