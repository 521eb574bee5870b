"""sent_received_mismatch: received differs from sent beyond the tolerance, or the waste code differs."""

import json

from tests.text_tables import assert_table, found_by, summarised


def test_a_worked_example() -> None:
    connection = summarised(
        manifest="""
        | manifest_no | line_no | factory_id | waste_code | mass_t | sent_date  | submitted_by |
        | AGREES      | 1       | G1         | 010101     | 10     | 2025-03-01 | G1           |
        | LESS        | 2       | G1         | 010101     | 10     | 2025-03-01 | G1           |
        | MORE        | 1       | G2         | 010101     | 10     | 2025-12-31 | P1           |
        | CODE        | 1       | G1         | 010304     | 10     | 2025-03-01 | G1           |
        | REJECTED    | 1       | G1         | 010304     | 10     | 2025-03-01 | G1           |
        | UNANSWERED  | 1       | G1         | 010304     | 10     | 2025-03-01 | G1           |
    """,
        receipt="""
        | manifest_no | line_no | waste_code | mass_t | received_date | decision        | submitted_by |
        | AGREES      | 1       | 010101     | 11     | 2025-03-02    | accepted        | P1           |
        | LESS        | 2       | 010101     | 4      | 2025-03-02    | partly_accepted | P1           |
        | MORE        | 1       | 010101     | 12.5   | 2026-01-01    | accepted        | P1           |
        | CODE        | 1       | 010101     | 10.5   | 2025-03-02    | accepted        | P1           |
        | REJECTED    | 1       | 010304     | 0      | 2025-03-02    | rejected        | P1           |
        | WITHOUT     | 1       | 010304     | 8      | 2025-03-02    | accepted        | P1           |
    """,
    )
    assert_table(connection, found_by("sent_received_mismatch"), """
        | factory_id | period  | subject | score | state            | difference_t | difference_pct | is_independent |
        | G1         | 2025-03 | LESS/2  | 6     | quantity_differs | -6           | -60            | true           |
        | G2         | 2025-12 | MORE/1  | 2.5   | quantity_differs | 2.5          | 25             | false          |
        | G1         | 2025-03 | CODE/1  | 10.5  | code_differs     | 0.5          | 5              | true           |
    """)
    assert_table(connection, found_by("sent_received_mismatch") + " WHERE subject = 'CODE/1'", """
        | processor_id | sent_waste_code | received_waste_code | sent_t | received_t | tolerance_pct | sent_date  |
        | P1           | 010304          | 010101              | 10     | 10.5       | 10            | 2025-03-01 |
    """)


def test_the_evidence_names_both_rows() -> None:
    connection = summarised(
        manifest="""
        | manifest_no | mass_t | submission_id | source_sheet | source_row |
        | M1          | 10     | aaa           | มีนาคม       | 14         |
    """,
        receipt="""
        | manifest_no | mass_t | submission_id | source_sheet | source_row |
        | M1          | 1      | bbb           |              | 3          |
    """,
    )
    found = connection.execute(f"SELECT evidence FROM {found_by('sent_received_mismatch')}").fetchall()
    assert json.loads(found[0][0])["rows"] == [
        {"table": "core.manifest", "submission_id": "aaa", "source_sheet": "มีนาคม", "source_row": 14},
        {"table": "core.receipt", "submission_id": "bbb", "source_sheet": None, "source_row": 3},
    ]


def test_one_manifest_number_of_two_generators_makes_two_anomalies_at_most_one_each() -> None:
    connection = summarised(
        manifest="""
        | manifest_no | factory_id | mass_t |
        | M1          | G1         | 10     |
        | M1          | G2         | 20     |
    """,
        receipt="""
        | manifest_no | mass_t |
        | M1          | 12     |
    """,
    )
    assert_table(connection, found_by("sent_received_mismatch"), """
        | factory_id | subject | score |
        | G1         | M1/1    | 2     |
    """)
