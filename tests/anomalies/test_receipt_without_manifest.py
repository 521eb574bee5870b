"""receipt_without_manifest: an answer to a manifest nobody sent."""

from flows.steps.summarise import summarise, summarise_found
from tests.text_tables import NIGHT, OBLIGATIONS_FROM, assert_table, found_by, summarised, world


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


def test_a_processor_is_not_accused_while_the_manifest_waits_in_quarantine() -> None:
    connection = world(
        factory="""
        | factory_id |
        | P1         |
    """,
        receipt="""
        | manifest_no | line_no | mass_t |
        | HELD        | 1       | 1      |
        | NOBODY      | 1       | 2      |
    """,
    )
    connection.execute("""
        INSERT INTO quarantine.row (submission_id, report_type, source_row, cells) VALUES
        ('f1', 'manifest', 2, '{"manifest_no": " HELD ", "waste_code": "999999"}'),
        ('f1', 'manifest', 3, '{"manifest_no": "HELD", "waste_code": "999999"}'),
        ('f2', 'receipt', 2, '{"manifest_no": "NOBODY"}')
    """)
    summarise(connection, NIGHT, OBLIGATIONS_FROM)
    summarise_found(connection)
    assert_table(connection, "summary.reconciliation", """
        | manifest_no | state            | is_manifest_held |
        | HELD        | without_manifest | yes              |
        | NOBODY      | without_manifest | no               |
    """)
    assert_table(connection, found_by("receipt_without_manifest"), """
        | factory_id | subject  | score |
        | P1         | NOBODY/1 | 2     |
    """)
    assert_table(connection, "summary.factory_compliance", """
        | factory_id | receipts_without_manifest |
        | P1         | 1                         |
    """)
