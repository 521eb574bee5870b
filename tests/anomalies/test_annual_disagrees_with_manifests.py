"""annual_disagrees_with_manifests: sent_off_site_t of the year differs from the year's manifests."""

from datetime import date

import pytest

from tests.text_tables import assert_table, found_by, summarised

FACTORIES = """
    | factory_id |
    | G1         |
    | G2         |
"""


def test_a_worked_example() -> None:
    connection = summarised(
        factory=FACTORIES,
        annual="""
        | factory_id | report_year | waste_code | sent_off_site_t | submitted_by |
        | G1         | 2025        | 010101     | 60              | G1           |
        | G1         | 2025        | 010304     | 20              | G1           |
        | G1         | 2024        | 010101     | 999             | G1           |
        | G2         | 2025        | 010101     | 5               | desk         |
    """,
        manifest="""
        | manifest_no | factory_id | mass_t | sent_date  | submitted_by |
        | M1          | G1         | 70     | 2025-01-01 | G1           |
        | M2          | G1         | 30     | 2025-12-31 | P1           |
        | M3          | G1         | 500    | 2024-12-31 | G1           |
        | M4          | G1         | 500    | 2026-01-01 | G1           |
    """,
    )
    assert_table(connection, found_by("annual_disagrees_with_manifests"), """
        | factory_id | period | subject | score | reported_t | sent_t | difference_t | difference_pct | tolerance_pct | loads | is_independent |
        | G1         | 2025   |         | 20    | 80         | 100    | -20          | -20            | 10            | 2     | true           |
        | G2         | 2025   |         | 5     | 5          | 0      | 5            | 100            | 10            | 0     | false          |
    """)


@pytest.mark.parametrize(
    ("reported_t", "score"),
    [
        ("100", ""), ("90", ""), ("89.9", "10.1"), ("112", "12"), ("111", ""),  # M1 and M2
        ("80", ""), ("72", ""), ("71.9", "8.1"),  # without what was rejected
    ],
)  # fmt: skip
def test_a_rejected_load_may_be_counted_or_left_out(reported_t: str, score: str) -> None:
    rejected = reported_t.startswith(("7", "80"))
    connection = summarised(
        factory=FACTORIES,
        annual=f"""
        | factory_id | sent_off_site_t |
        | G1         | {reported_t}    |
        | G2         | 0               |
    """,
        manifest="""
        | manifest_no | mass_t |
        | M1          | 80     |
        | M2          | 20     |
    """,
        receipt=f"""
        | manifest_no | mass_t | decision |
        | M2          | {"0 | rejected" if rejected else "20 | accepted"} |
    """,
    )
    assert_table(connection, found_by("annual_disagrees_with_manifests"), f"""
        | score |
        {f"| {score} |" if score else ""}
    """)


def test_it_waits_for_the_due_date_and_for_the_first_manifest_of_the_year() -> None:
    annual = """
        | factory_id | sent_off_site_t |
        | G1         | 50              |
    """
    manifest = """
        | manifest_no | factory_id | sent_date  |
        | M1          | G2         | 2025-06-01 |
    """
    nobody = """
        | factory_id |
    """
    rule = found_by("annual_disagrees_with_manifests")
    assert_table(summarised(date(2026, 4, 30), factory=FACTORIES, annual=annual, manifest=manifest), rule, nobody)
    assert_table(summarised(date(2026, 5, 1), factory=FACTORIES, annual=annual), rule, nobody)
    assert_table(summarised(date(2026, 5, 1), factory=FACTORIES, annual=annual, manifest=manifest), rule, """
        | factory_id |
        | G1         |
    """)


def test_a_nil_report_is_another_rule_s() -> None:
    connection = summarised(
        factory=FACTORIES,
        annual="""
        | factory_id | nil_report | waste_code | sent_off_site_t | generated_t |
        | G1         | yes        |            |                 |             |
    """,
        manifest="""
        | manifest_no |
        | M1          |
    """,
    )
    assert_table(connection, found_by("annual_disagrees_with_manifests"), """
        | factory_id |
    """)
