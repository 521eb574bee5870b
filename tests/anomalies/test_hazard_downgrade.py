"""hazard_downgrade: a hazardous stream becomes a non-hazardous one at the same tonnage."""

import json

import pytest

from tests.text_tables import assert_table, found_by, summarised

HEAD = "| factory_id | report_year | waste_code | generated_t |"


def test_a_worked_example() -> None:
    connection = summarised(annual=f"""
        {HEAD}
        | G1 | 2024 | 010304 | 30  |
        | G1 | 2024 | 010101 | 100 |
        | G1 | 2025 | 010304 | 3   |
        | G1 | 2025 | 010102 | 25  |
        | G1 | 2025 | 010306 | 33  |
        | G1 | 2025 | 010101 | 100 |
    """)
    assert_table(connection, found_by("hazard_downgrade"), """
        | factory_id | period | subject       | score | hazardous_before_t | hazardous_after_t | non_hazardous_before_t | non_hazardous_after_t |
        | G1         | 2025   | 010304>010306 | 33    | 30                 | 3                 | 0                      | 33                    |
    """)
    found = connection.execute(f"SELECT evidence FROM {found_by('hazard_downgrade')}").fetchall()
    assert [row["source_row"] for row in json.loads(found[0][0])["rows"]] == [2, 4, 6]


@pytest.mark.parametrize(
    ("rows", "is_found"),
    [
        (("2024 | 010304 | 10", "2025 | 010101 | 8"), True),
        (("2024 | 010304 | 10", "2025 | 010101 | 12"), True),
        (("2024 | 010304 | 10", "2025 | 010101 | 12.1"), False),  # another tonnage
        (("2024 | 010304 | 4.9", "2025 | 010101 | 4.9"), False),  # too little
        (("2024 | 010304 | 10", "2025 | 010304 | 1.1", "2025 | 010101 | 10"), False),  # the hazardous one goes on
        (("2024 | 010304 | 10", "2024 | 010101 | 1.1", "2025 | 010101 | 10"), False),  # the other one was there before
        (("2024 | 010101 | 10", "2025 | 010304 | 10"), False),  # an upgrade
        (("2024 | 010304 | 10", "2025 | 010305 | 10"), False),  # both hazardous
        (("2023 | 010304 | 10", "2025 | 010101 | 10"), False),  # not the year before
        (("2023 | 010304 | 10", "2024 | 010101 | 10"), False),  # a year that is not owed
    ],
)
def test_where_it_ends(rows: tuple[str, ...], is_found: bool) -> None:
    annual = "\n".join([HEAD, *(f"| G1 | {row} |" for row in rows)])
    found = summarised(annual=annual).execute(f"SELECT subject FROM {found_by('hazard_downgrade')}").fetchall()
    assert found == ([("010304>010101",)] if is_found else [])


def test_the_evidence_says_what_the_peers_do_with_the_code() -> None:
    connection = summarised(
        factory="""
        | factory_id | factory_class |
        | G1         | 34            |
        | KEEPS      | 34            |
        | KEEPS_TOO  | 34            |
        | GIVES_UP   | 34            |
        | NEVER_HAD  | 34            |
        | OTHER      | 53            |
    """,
        annual=f"""
        {HEAD}
        | G1        | 2024 | 010304 | 10 |
        | G1        | 2025 | 010101 | 10 |
        | KEEPS     | 2024 | 010304 | 1  |
        | KEEPS     | 2025 | 010304 | 1  |
        | KEEPS_TOO | 2024 | 010304 | 1  |
        | KEEPS_TOO | 2025 | 010304 | 2  |
        | GIVES_UP  | 2024 | 010304 | 1  |
        | GIVES_UP  | 2025 | 010304 | 0  |
        | NEVER_HAD | 2025 | 010304 | 1  |
        | OTHER     | 2024 | 010304 | 1  |
        | OTHER     | 2025 | 010304 | 1  |
    """,
    )
    assert_table(connection, found_by("hazard_downgrade"), """
        | factory_id | peers | peers_kept |
        | G1         | 3     | 2          |
    """)
