"""removal_without_permit: no permission for that waste, method, receiver and day."""

from tests.text_tables import assert_table, found_by, summarised

LOADS = """
    | manifest_no | processor_id | waste_code | management_code | sent_date  | mass_t | permit_no |
    | COVERED     | P1           | 010101     | 011             | 2025-03-01 | 10     | NO SUCH   |
    | WASTE       | P1           | 010304     | 061             | 2025-03-01 | 10     | A1        |
    | WASTE_AGAIN | P1           | 010304     | 061             | 2025-03-31 | 5      |           |
    | WASTE_APRIL | P1           | 010304     | 061             | 2025-04-01 | 7      |           |
    | METHOD      | P1           | 010101     | 031             | 2025-03-01 | 3      | A1        |
    | RECEIVER    | P2           | 010101     | 011             | 2025-03-01 | 2      | A1        |
    | DAY         | P1           | 010101     | 011             | 2025-07-01 | 1      | A1        |
"""


def test_a_worked_example() -> None:
    connection = summarised(
        permit="""
        | permit_no | processor_id | waste_code | management_code | valid_from_date | valid_to_date |
        | A1        | P1           | 010101     | 011             | 2025-01-01      | 2025-06-30    |
    """,
        manifest=LOADS,
    )
    assert_table(connection, found_by("removal_without_permit"), """
        | factory_id | period  | subject       | score | lacks              | loads | sent_t | sent_date  |
        | G1         | 2025-03 | 010304/061/P1 | 15    | waste              | 2     | 15     | 2025-03-01 |
        | G1         | 2025-04 | 010304/061/P1 | 7     | waste              | 1     | 7      | 2025-04-01 |
        | G1         | 2025-03 | 010101/031/P1 | 3     | method_or_receiver | 1     | 3      | 2025-03-01 |
        | G1         | 2025-03 | 010101/011/P2 | 2     | method_or_receiver | 1     | 2      | 2025-03-01 |
        | G1         | 2025-07 | 010101/011/P1 | 1     | day                | 1     | 1      | 2025-07-01 |
    """)


def test_without_any_permission_in_the_warehouse_nobody_is_accused() -> None:
    assert_table(summarised(manifest=LOADS), found_by("removal_without_permit"), """
        | factory_id |
    """)


def test_loads_older_than_every_permission_or_not_owed_are_not_judged() -> None:
    for first, subject in (("2025-04-01", "010304/061/P1 | 2025-04"), ("2020-01-01", "010304/061/P1 | 2025-03")):
        connection = summarised(
            permit=f"""
            | permit_no | waste_code | processor_id | valid_from_date |
            | OF_OTHERS | 020102     | P9           | {first}         |
        """,
            manifest=f"""
            | manifest_no | waste_code | management_code | sent_date  |
            | NOT_OWED    | 010304     | 061             | 2024-12-31 |
            | OWED        | 010304     | 061             | {subject[-7:]}-01 |
        """,
        )
        assert_table(connection, found_by("removal_without_permit"), f"""
            | subject | period |
            | {subject} |
        """)
