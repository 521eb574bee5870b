"""mass_jump: a quantity is out of line with the factory's own history."""

import json

import pytest

from tests.text_tables import assert_table, found_by, insert, load, summarised, world

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
    # 960 is 8 times the highest (120), which is the latest year too. That year had 010101 only, of which 900 are 7.5 times as much.
    assert_table(connection, found_by("mass_jump"), """
        | factory_id | period | subject | score | kind | waste_code | mass_t | lowest_t | typical_t | highest_t | last_t | times_same_codes | compared_with |
        | G1         | 2025   |         | 7.5   | year |            | 960    | 80       | 100       | 120       | 120    | 7.5              | 3             |
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
        ((10, 12, 36), None),  # three times the highest and latest, exactly
        ((10, 12, 36.0001), "3"),
        ((12, 10, 36), "3.17"),  # highest 12 and latest 10 make the bound: 12^0.7 * 10^0.3 = 11.36
        ((12, 9, 1.8), None),  # a fall by 5 is within 3^1.5 = 5.196, ...
        ((12, 9, 1.73), "3"),  # ... one by 5.202 is not
        ((10, 1000), None),  # one earlier year is no history
        ((10, 0, 1000), None),  # and a year without waste is none
        ((10, 0, 12, 1200), "100"),
        ((10, 12, 0), None),  # nothing generated is no slip of a unit
        ((0, 0, 0, 5), None),
        ((1, 30, 10, 30, 0.9), None),  # a factory that always varied
        ((1000, 10, 10, 10, 1000), "3.98"),  # seen once, long ago: 100 times the latest year, to the 0.3
        ((1000, 10, 10, 10, 300), None),
    ],
)
def test_the_range_of_earlier_years_drawn_towards_the_latest(totals: tuple[float, ...], score: str | None) -> None:
    connection = summarised(annual=years(*totals))
    found = connection.execute(f"SELECT score FROM {found_by('mass_jump')}").fetchall()
    assert [f"{value:.3g}" for (value,) in found] == ([score] if score else [])


def by_code(*years: tuple[float, float]) -> str:
    """Annual reports of one factory with two waste codes, from 2023 on; 0 is a code that it does not report."""
    rows = [
        f"| G1 | {2023 + number} | {code} | {mass} |"
        for number, masses in enumerate(years)
        for code, mass in zip(("010101", "010304"), masses, strict=True)
        if mass
    ]
    return "\n".join(["| factory_id | report_year | waste_code | generated_t |", *rows])


@pytest.mark.parametrize(
    ("masses", "score", "times_same_codes"),
    [
        (((10, 0), (10, 0), (10, 70)), None, None),  # eight times as much, and all of it a waste that is new
        (((10, 0), (10, 0), (10, 240)), "5", "1"),  # but 25 times is too much for that: its root counts
        (((10, 0), (10, 0), (80, 0)), "8", "8"),
        (((10, 0), (10, 0), (0, 80)), "8", "8"),  # no code in common: the totals are all there is
        (((10, 70), (10, 70), (10, 0)), None, None),  # a code that is gone explains a fall too
        (((5, 5), (5, 5), (50, 5)), "5.5", "5.5"),  # one row of two ten times too high
        (((64, 64), (64, 64), (1, 1)), "16", "0.016"),  # a fall by 64 = 16^1.5
    ],
)
def test_what_codes_explain_that_came_or_went_counts_as_its_root(
    masses: tuple[tuple[float, float], ...], score: str | None, times_same_codes: str | None
) -> None:
    connection = summarised(annual=by_code(*masses))
    found = connection.execute(f"SELECT score, times_same_codes::DOUBLE FROM {found_by('mass_jump')}").fetchall()
    assert [(f"{value:.3g}", f"{times:.2g}") for value, times in found] == ([(score, times_same_codes)] if score else [])


def grown(peers: int, times: float, province_code: str, factory_class: str = "34") -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Factories of a class and province that grew from 10 t, and 10 t before it: rows of the register and of annual."""
    names = [f"{factory_class}-{province_code}-{number}" for number in range(peers)]
    register = [{"factory_id": one, "province_code": province_code, "factory_class": factory_class} for one in names]
    masses = ((2023, 10.0), (2024, 10.0), (2025, 10 * times))
    annual = [
        {"factory_id": one, "report_year": str(year), "generated_t": str(mass)} for one in names for year, mass in masses
    ]
    return register, annual


@pytest.mark.parametrize(
    ("groups", "found"),
    [
        ([(10, 1.5, "10")], None),  # 4.4 times, where its class in its province grew by half: 2.9
        ([(8, 1.5, "10")], ("4.4", "1", "0")),  # nine with itself are too few to say so, ...
        ([(8, 1.5, "10"), (8, 1.5, "20")], None),  # ... unless the class in the country does
        ([(10, 1.0, "10"), (40, 1.5, "20")], ("4.4", "1", "11")),  # those near by count before those far away
        ([(10, 1.5, "10", "53")], ("4.4", "1", "0")),  # another class is no peer
        ([(10, 1000.0, "10")], None),  # at most twice: 2.2
    ],
)
def test_what_all_peers_did_is_not_held_against_one(
    groups: list[tuple[int, float, str]], found: tuple[str, str, str] | None
) -> None:
    connection = world()
    insert(connection, "factory", [{"factory_id": "G1"}])
    load(connection, "annual", years(10, 10, 44, first=2023))
    for group in groups:
        register, annual = grown(*group)
        insert(connection, "factory", register)
        insert(connection, "annual", annual)
    rows = connection.execute(
        f"SELECT printf('%.3g', score), printf('%g', times_of_peers::DOUBLE), peers FROM {found_by('mass_jump')} "
        "WHERE factory_id = 'G1'"
    ).fetchall()
    assert rows == ([found] if found else [])


def test_peers_that_share_a_fault_hide_nobody() -> None:
    connection = world()
    register, annual = grown(20, 1000, "10")
    insert(connection, "factory", register)
    insert(connection, "annual", annual)
    assert_table(connection, f"(SELECT DISTINCT score, times_of_peers, looks_like_unit_slip FROM {found_by('mass_jump')})", """
        | score | times_of_peers | looks_like_unit_slip |
        | 500   | 2.0            | true                 |
    """)


def test_only_the_last_six_years_count() -> None:
    connection = summarised(annual=years(1000, 10, 10, 10, 10, 10, 10, 100, first=2018))
    assert_table(connection, f"(FROM {found_by('mass_jump')} WHERE period = '2025')", """
        | period | highest_t | compared_with |
        | 2025   | 10        | 6             |
    """)
    connection = summarised(annual=years(1000, 10, 10, 10, 10, 10, 100, first=2019))
    assert_table(connection, f"(FROM {found_by('mass_jump')} WHERE period = '2025')", NOTHING)


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


@pytest.mark.parametrize(
    ("masses", "subjects"),
    [
        ((*[1.0] * 10, 1000, 1000), ["M10/1", "M11/1"]),  # eleven others each, of which one may be left out
        ((*[1.0] * 9, 1000, 1000), ["M10/1", "M9/1"]),  # ten others, and one of them
        ((*[1.0] * 8, 1000, 1000), []),  # nine others: the whole range counts
        ((*[1.0] * 10, 1000, 1000, 1000), []),  # two of twelve are more than a tenth: it varies
        ((*[1.0] * 10, 0.001, 0.001), ["M10/1", "M11/1"]),
    ],
)
def test_one_slip_does_not_hide_the_next(masses: tuple[float, ...], subjects: list[str]) -> None:
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
