"""permit_exceeded: more was sent than the permission allows."""

import json

from tests.text_tables import assert_table, found_by, summarised


def test_a_worked_example() -> None:
    connection = summarised(
        permit="""
        | permit_no | line_no | waste_code | permitted_t | valid_from_date | valid_to_date | submission_id |
        | A1        | 1       | 010101     | 20          | 2025-01-01      | 2025-12-31    | aaa           |
        | A1        | 2       | 010102     | 20          | 2025-01-01      | 2025-12-31    | aaa           |
        | OLD       | 1       | 010304     | 20          | 2024-01-01      | 2024-12-31    | aaa           |
    """,
        manifest="""
        | manifest_no | waste_code | mass_t | sent_date  | submission_id |
        | M1          | 010101     | 15     | 2025-03-01 | ccc           |
        | M2          | 010101     | 10     | 2025-02-01 | bbb           |
        | M3          | 010102     | 20     | 2025-03-01 | bbb           |
        | M4          | 010304     | 99     | 2024-12-31 | bbb           |
    """,
    )
    assert_table(connection, found_by("permit_exceeded"), """
        | factory_id | period | subject | score | permitted_t | sent_t | excess_t | used_pct | loads | last_sent_date |
        | G1         | 2025   | A1/1    | 5     | 20          | 25     | 5        | 125      | 2     | 2025-03-01     |
    """)
    found = connection.execute(f"SELECT evidence FROM {found_by('permit_exceeded')}").fetchall()
    rows = [(row["table"], row["submission_id"]) for row in json.loads(found[0][0])["rows"]]
    assert rows == [("core.permit", "aaa"), ("core.manifest", "bbb"), ("core.manifest", "ccc")]


def test_where_permissions_overlap_only_loads_that_name_one_are_held_against_it() -> None:
    permit = """
        | permit_no | permitted_t | valid_to_date |
        | A1        | 20          | 2025-06-30    |
        | A2        | 20          | 2025-12-31    |
    """
    for named, expected in (("", ""), ("A1", "| A1/1 | 15 | 35 |")):
        connection = summarised(permit=permit, manifest=f"""
            | manifest_no | mass_t | permit_no |
            | M1          | 18     | {named}   |
            | M2          | 17     | {named}   |
            | M3          | 1      |           |
        """)
        assert_table(connection, found_by("permit_exceeded"), f"""
            | subject | score | sent_t |
            {expected}
        """)
