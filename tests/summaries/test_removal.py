"""summary.removal: which permission a load counts for."""

from pathlib import Path

import duckdb

from flows.steps.publish import publish
from flows.steps.summarise import summarise
from tests.text_tables import NIGHT, OBLIGATIONS_FROM, assert_table, summarised


def test_a_load_needs_a_line_for_its_waste_method_receiver_and_day() -> None:
    connection = summarised(
        permit="""
        | permit_no | line_no | factory_id | processor_id | waste_code | management_code | valid_from_date | valid_to_date |
        | A1        | 1       | G1         | P1           | 010101     | 011             | 2025-01-01      | 2025-06-30    |
        | A1        | 2       | G1         | P1           | 010304     | 061             | 2025-01-01      | 2025-06-30    |
    """,
        manifest="""
        | manifest_no | factory_id | processor_id | waste_code | management_code | sent_date  | permit_no | mass_t |
        | FIRST_DAY   | G1         | P1           | 010101     | 011             | 2025-01-01 |           | 3      |
        | LAST_DAY    | G1         | P1           | 010304     | 061             | 2025-06-30 | A1        | 4      |
        | TOO_LATE    | G1         | P1           | 010101     | 011             | 2025-07-01 | A1        | 1      |
        | TOO_EARLY   | G1         | P1           | 010101     | 011             | 2024-12-31 |           | 1      |
        | WASTE       | G1         | P1           | 010102     | 011             | 2025-03-01 | A1        | 1      |
        | METHOD      | G1         | P1           | 010101     | 061             | 2025-03-01 | A1        | 1      |
        | RECEIVER    | G1         | P2           | 010101     | 011             | 2025-03-01 | A1        | 1      |
        | GENERATOR   | G2         | P1           | 010101     | 011             | 2025-03-01 | A1        | 1      |
    """,
    )
    assert_table(connection, "summary.removal", """
        | manifest_no | factory_id | sent_t | named_permit_no | permit_no | permit_line_no |
        | FIRST_DAY   | G1         | 3      |                 | A1        | 1              |
        | LAST_DAY    | G1         | 4      | A1              | A1        | 2              |
        | TOO_LATE    | G1         | 1      | A1              |           |                |
        | TOO_EARLY   | G1         | 1      |                 |           |                |
        | WASTE       | G1         | 1      | A1              |           |                |
        | METHOD      | G1         | 1      | A1              |           |                |
        | RECEIVER    | G1         | 1      | A1              |           |                |
        | GENERATOR   | G2         | 1      | A1              |           |                |
    """)


def test_of_several_it_is_the_named_one_else_the_one_that_ends_first() -> None:
    connection = summarised(
        permit="""
        | permit_no | line_no | valid_from_date | valid_to_date |
        | LONG      | 1       | 2025-01-01      | 2025-12-31    |
        | SHORT     | 1       | 2025-01-01      | 2025-06-30    |
        | SHORT     | 2       | 2025-01-01      | 2025-06-30    |
    """,
        manifest="""
        | manifest_no | sent_date  | permit_no |
        | UNNAMED     | 2025-03-01 |           |
        | NAMED       | 2025-03-01 | LONG      |
        | UNKNOWN     | 2025-03-01 | NO SUCH   |
        | RENEWED     | 2025-07-01 | SHORT     |
    """,
    )
    assert_table(connection, "summary.removal", """
        | manifest_no | permit_no | permit_line_no |
        | UNNAMED     | SHORT     | 1              |
        | NAMED       | LONG      | 1              |
        | UNKNOWN     | SHORT     | 1              |
        | RENEWED     | LONG      | 1              |
    """)


LOAD = """
    | manifest_no | factory_id | processor_id | waste_code | management_code | sent_date  | mass_t |
    | M1          | G1         | P1           | 010101     | 011             | 2025-01-01 | 3      |
"""


def test_the_published_view_reads_the_file_that_holds_it_under_any_name(tmp_path: Path) -> None:
    published = tmp_path / "waste.duckdb"
    connection = summarised(manifest=LOAD)
    publish(connection, published)
    connection.execute("DELETE FROM core.manifest")
    elsewhere = duckdb.connect()
    elsewhere.execute(f"ATTACH '{published}' AS evening (READ_ONLY)")
    assert elsewhere.execute("SELECT manifest_no, sent_t FROM evening.summary.removal").fetchall() == [("M1", 3)]
    ((words,),) = elsewhere.execute("SELECT comment FROM duckdb_views() WHERE view_name = 'removal'").fetchall()
    assert words.startswith("Loads sent, and the permission that each one uses")
    without = "SELECT column_name FROM duckdb_columns() WHERE table_name = 'removal' AND comment IS NULL"
    assert elsewhere.execute(without).fetchall() == []


def test_the_table_of_an_earlier_version_gives_way_to_it() -> None:
    connection = summarised(manifest=LOAD)
    connection.execute("DROP VIEW summary.removal; CREATE TABLE summary.removal (manifest_no VARCHAR)")
    summarise(connection, NIGHT, OBLIGATIONS_FROM)
    assert connection.execute("SELECT manifest_no FROM summary.removal").fetchall() == [("M1",)]
    assert connection.execute("SELECT count(*) FROM duckdb_views() WHERE view_name = 'removal'").fetchone() == (1,)
