"""summary.permit_use: permissions and what was sent under them."""

from datetime import date

from flows.steps.summarise import summarise
from tests.text_tables import NIGHT, OBLIGATIONS_FROM, assert_table, insert, summarised


def test_every_state() -> None:
    connection = summarised(
        night=date(2025, 7, 1),
        permit="""
        | permit_no | line_no | waste_code | permitted_t | valid_to_date |
        | WITHIN    | 1       | 010101     | 20          | 2025-07-01    |
        | FULL      | 1       | 010102     | 20          | 2025-12-31    |
        | EXCEEDED  | 1       | 010304     | 20          | 2025-12-31    |
        | PAST      | 1       | 010305     | 20          | 2025-06-30    |
        | PAST      | 2       | 010306     | 20          | 2025-06-30    |
        | UNUSED    | 1       | 010307     | 20          | 2025-12-31    |
    """,
        manifest="""
        | manifest_no | line_no | waste_code | mass_t    | permit_no | sent_date  |
        | M1          | 1       | 010101     | 5         |           | 2025-03-01 |
        | M2          | 1       | 010101     | 4         | WITHIN    | 2025-03-02 |
        | M3          | 1       | 010102     | 20        |           | 2025-03-01 |
        | M4          | 1       | 010304     | 20        | EXCEEDED  | 2025-03-01 |
        | M4          | 2       | 010304     | 0.000001  |           | 2025-03-01 |
        | M5          | 1       | 010305     | 5         |           | 2025-03-01 |
        | M6          | 1       | 010306     | 25        |           | 2025-03-01 |
    """,
        receipt="""
        | manifest_no | mass_t | decision |
        | M1          | 0      | rejected |
    """,
    )
    assert_table(connection, "summary.permit_use", """
        | permit_no | line_no | permitted_t | sent_t    | used_pct   | state    | loads | named_t | last_sent_date |
        | WITHIN    | 1       | 20          | 9         | 45         | within   | 2     | 4       | 2025-03-02     |
        | FULL      | 1       | 20          | 20        | 100        | within   | 1     | 0       | 2025-03-01     |
        | EXCEEDED  | 1       | 20          | 20.000001 | 100.000005 | exceeded | 2     | 20      | 2025-03-01     |
        | PAST      | 1       | 20          | 5         | 25         | expired  | 1     | 0       | 2025-03-01     |
        | PAST      | 2       | 20          | 25        | 125        | exceeded | 1     | 0       | 2025-03-01     |
        | UNUSED    | 1       | 20          | 0         | 0          | within   | 0     | 0       |                |
    """)


def test_lines_that_cover_the_same_on_the_same_day_are_shared() -> None:
    connection = summarised(permit="""
        | permit_no | processor_id | valid_from_date | valid_to_date |
        | OLD       | P1           | 2024-01-01      | 2025-01-31    |
        | NEW       | P1           | 2025-01-31      | 2025-12-31    |
        | NEXT      | P1           | 2026-01-01      | 2026-12-31    |
        | OTHER     | P2           | 2025-01-01      | 2025-12-31    |
    """)
    assert_table(connection, "summary.permit_use", """
        | permit_no | is_shared |
        | OLD       | yes       |
        | NEW       | yes       |
        | NEXT      | no        |
        | OTHER     | no        |
    """)


def test_a_load_counts_once_whatever_the_permissions() -> None:
    connection = summarised(
        permit="""
        | permit_no | line_no |
        | A1        | 1       |
        | A1        | 2       |
        | A2        | 1       |
    """,
        manifest="""
        | manifest_no | mass_t | permit_no |
        | M1          | 1      |           |
        | M2          | 2      | A2        |
    """,
    )
    assert_table(connection, "summary.permit_use", """
        | permit_no | line_no | sent_t |
        | A1        | 1       | 1      |
        | A1        | 2       | 0      |
        | A2        | 1       | 2      |
    """)


def test_a_corrected_manifest_changes_the_figure() -> None:
    connection = summarised(permit="""
        | permit_no |
        | A1        |
    """)
    insert(connection, "manifest", [{"manifest_no": "M1", "mass_t": "7"}])
    insert(connection, "history_manifest", [{"manifest_no": "M1", "mass_t": "9"}])
    summarise(connection, NIGHT, OBLIGATIONS_FROM)
    assert_table(connection, "summary.permit_use", """
        | sent_t |
        | 7      |
    """)
