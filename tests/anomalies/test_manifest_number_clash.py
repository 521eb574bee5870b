"""manifest_number_clash: two generators use one manifest number."""

import json

from tests.text_tables import assert_table, found_by, summarised


def test_a_worked_example() -> None:
    connection = summarised(manifest="""
        | manifest_no | line_no | factory_id | processor_id | sent_date  | mass_t | submitted_by | submission_id |
        | M1          | 1       | G1         | P1           | 2025-03-01 | 10     | G1           | aaa           |
        | M1          | 2       | G1         | P1           | 2025-02-28 | 5      | G1           | aaa           |
        | M1          | 1       | G2         | P2           | 2025-06-01 | 8      | G2           | bbb           |
        | M2          | 1       | G1         | P1           | 2025-03-01 | 10     | G1           | aaa           |
        | M2          | 2       | G1         | P1           | 2025-03-01 | 10     | G1           | aaa           |
        | M3          | 1       | G3         | P1           | 2024-12-31 | 1      | P1           | ccc           |
        | M3          | 1       | G2         | P1           | 2025-01-01 | 2      | P1           | ccc           |
    """)
    assert_table(connection, found_by("manifest_number_clash"), """
        | factory_id | period  | subject | score | generators | other_factory_id | sent_date  | sent_t | is_one_hand |
        | G1         | 2025-02 | M1      | 15    | 2          | G2               | 2025-02-28 | 15     | false       |
        | G2         | 2025-06 | M1      | 8     | 2          | G1               | 2025-06-01 | 8      | false       |
        | G2         | 2025-01 | M3      | 2     | 2          | G3               | 2025-01-01 | 2      | true        |
    """)
    found = connection.execute(
        f"SELECT factory_id, evidence FROM {found_by('manifest_number_clash')} WHERE subject = 'M1'"
    ).fetchall()
    rows = {factory_id: [row["submission_id"] for row in json.loads(evidence)["rows"]] for factory_id, evidence in found}
    assert rows == {"G1": ["aaa", "aaa", "bbb"], "G2": ["bbb", "aaa"]}  # its own, then the other's first


def test_a_number_that_everybody_uses_grows_with_the_uses_not_with_their_square() -> None:
    lines = "\n".join(f"| 1 | 1 | G{number:06d} | P1 | 2025-03-01 | 10 |" for number in range(30_000))
    connection = summarised(manifest=f"| manifest_no | line_no | factory_id | processor_id | sent_date | mass_t |\n{lines}")
    found = connection.execute(f"SELECT evidence FROM {found_by('manifest_number_clash')}").fetchall()
    assert len(found) == 30_000
    assert {len(json.loads(evidence)["rows"]) for (evidence,) in found} == {2}
