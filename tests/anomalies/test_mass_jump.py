"""mass_jump: a quantity is out of line with the factory's own history."""

import json

import pytest

from tests.text_tables import assert_table, found_by, summarised

NOTHING = """
    | factory_id |
"""


def years(*totals: float, first: int = 2020) -> str:
    """Annual reports of one factory, one total a year."""
    rows = [f"| G1 | {first + number} | {total} |" for number, total in enumerate(totals)]
    return "\n".join(["| factory_id | report_year | generated_t |", *rows])


def loads(*masses: float) -> str:
    """One load a day of one factory and waste, numbered from M0."""
    rows = [f"| M{number} | 2025-03-{number + 1:02} | {mass} |" for number, mass in enumerate(masses)]
    return "\n".join(["| manifest_no | sent_date | mass_t |", *rows])


def test_a_year_far_above_the_factory_s_own_range() -> None:
    connection = summarised(annual="""
        | factory_id | report_year | waste_code | generated_t |
        | G1         | 2022        | 010101     | 80          |
        | G1         | 2023        | 010101     | 60          |
        | G1         | 2023        | 010304     | 40          |
        | G1         | 2024        | 010101     | 120         |
        | G1         | 2025        | 010101     | 900         |
        | G1         | 2025        | 010304     | 60          |
        | STEADY     | 2022        | 010101     | 80          |
        | STEADY     | 2023        | 010101     | 100         |
        | STEADY     | 2024        | 010101     | 290         |
    """)
    assert_table(connection, found_by("mass_jump"), """
        | factory_id | period | subject | score | kind | waste_code | mass_t | lowest_t | typical_t | highest_t | compared_with |
        | G1         | 2025   |         | 8     | year |            | 960    | 80       | 100       | 120       | 3             |
    """)


def test_the_evidence_names_the_rows_of_the_year() -> None:
    connection = summarised(annual="""
        | factory_id | report_year | waste_code | generated_t | submission_id | source_row |
        | G1         | 2023        | 010101     | 1           | aaa           | 2          |
        | G1         | 2024        | 010101     | 1           | bbb           | 2          |
        | G1         | 2025        | 010101     | 500         | ccc           | 7          |
        | G1         | 2025        | 010304     | 500         | ccc           | 4          |
    """)
    found = connection.execute(f"SELECT evidence FROM {found_by('mass_jump')}").fetchall()
    evidence = json.loads(found[0][0])
    assert [(row["table"], row["submission_id"], row["source_row"]) for row in evidence["rows"]] == [
        ("core.annual", "ccc", 4),
        ("core.annual", "ccc", 7),
    ]
    assert (evidence["times_typical"], evidence["looks_like_unit_slip"]) == (1000, True)


@pytest.mark.parametrize(
    ("totals", "score"),
    [
        ((10, 12, 36), None),  # three times the highest, exactly
        ((10, 12, 36.000001), "3"),
        ((9, 12, 3), None),  # a third of the lowest, exactly
        ((9, 12, 2.999999), "3"),
        ((10, 1000), None),  # one earlier year is no history
        ((10, 0, 1000), None),  # and a year without waste is none
        ((10, 0, 12, 1200), "100"),
        ((10, 12, 0), None),  # nothing generated is no slip of a unit
        ((0, 0, 0, 5), None),
        ((1, 1000, 10, 1000, 0.5), None),  # a factory that always varied
    ],
)
def test_the_range_of_earlier_years(totals: tuple[float, ...], score: str | None) -> None:
    connection = summarised(annual=years(*totals))
    found = connection.execute(f"SELECT score FROM {found_by('mass_jump')}").fetchall()
    assert [f"{value:.3g}" for (value,) in found] == ([score] if score else [])


def test_only_the_last_six_years_count() -> None:
    connection = summarised(annual=years(1000, 10, 10, 10, 10, 10, 10, 100, first=2018))
    assert_table(connection, found_by("mass_jump"), """
        | period | highest_t | compared_with |
        | 2025   | 10        | 6             |
    """)
    connection = summarised(annual=years(1000, 10, 10, 10, 10, 10, 100, first=2019))
    assert_table(connection, found_by("mass_jump"), NOTHING)


def test_a_load_a_thousand_times_too_heavy() -> None:
    connection = summarised(manifest=loads(1, 2, 3, 2, 1, 2000))
    assert_table(connection, found_by("mass_jump"), """
        | factory_id | period  | subject | kind | waste_code | mass_t | lowest_t | typical_t | highest_t | looks_like_unit_slip |
        | G1         | 2025-03 | M5/1    | load | 010101     | 2000   | 1        | 2         | 3         | true                 |
    """)


def test_a_load_a_thousand_times_too_light() -> None:
    connection = summarised(manifest=loads(10, 20, 30, 20, 0.02, 10))
    assert_table(connection, found_by("mass_jump"), """
        | subject | score | mass_t | lowest_t | looks_like_unit_slip |
        | M4/1    | 500   | 0.02   | 10       | true                 |
    """)


@pytest.mark.parametrize(
    ("masses", "subjects"),
    [
        ((1, 1, 1, 1, 1, 30), []),  # 30 times, exactly
        ((1, 1, 1, 1, 1, 30.1), ["M5/1"]),
        ((30, 30, 30, 30, 30, 1), []),
        ((30, 30, 30, 30, 30, 0.99), ["M5/1"]),
        ((1, 1, 1, 1, 1000), []),  # four others are no range
        ((1, 1, 1, 1, 1, 50, 1000), []),  # it varied before
    ],
)
def test_the_range_of_other_loads(masses: tuple[float, ...], subjects: list[str]) -> None:
    connection = summarised(manifest=loads(*masses))
    found = connection.execute(f"SELECT subject FROM {found_by('mass_jump')} ORDER BY subject").fetchall()
    assert [subject for (subject,) in found] == subjects


def test_a_jump_that_is_no_slip_of_a_unit() -> None:
    connection = summarised(manifest=loads(1, 1, 1, 1, 1, 50))
    assert_table(connection, found_by("mass_jump"), """
        | subject | score | looks_like_unit_slip |
        | M5/1    | 50    | false                |
    """)


def test_loads_are_compared_with_the_same_waste_of_the_same_factory_within_a_year() -> None:
    others = "\n".join(f"| {number} | G1 | 010101 | 2025-01-01 | 1 |" for number in range(5))
    header = "| manifest_no | factory_id | waste_code | sent_date | mass_t |"
    for slip, is_found in (
        ("| SLIP | G1 | 010101 | 2026-01-01 | 1000 |", True),
        ("| SLIP | G1 | 010101 | 2024-01-02 | 1000 |", True),
        ("| SLIP | G1 | 010101 | 2026-01-02 | 1000 |", False),
        ("| SLIP | G1 | 010101 | 2024-01-01 | 1000 |", False),
        ("| SLIP | G1 | 010304 | 2025-01-01 | 1000 |", False),
        ("| SLIP | G2 | 010101 | 2025-01-01 | 1000 |", False),
    ):
        connection = summarised(manifest=f"{header}\n{others}\n{slip}")
        found = connection.execute(f"SELECT subject FROM {found_by('mass_jump')}").fetchall()
        assert found == ([("SLIP/1",)] if is_found else []), slip
