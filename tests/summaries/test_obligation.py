"""summary.obligation: who owes which report, and what came of it."""

from datetime import date

import pytest

from flows.errors import NightError
from flows.steps.summarise import summarise
from tests.text_tables import assert_table, load, own_world, summarised

ONE_FACTORY = """
    | factory_id |
    | G1         |
"""


def test_a_factory_that_never_sent_anything_is_missing() -> None:
    connection = summarised(night=date(2026, 5, 1), factory=ONE_FACTORY)
    assert_table(connection, "summary.obligation", """
        | factory_id | report_type | period | due_date   | status  | received_at | submission_id | days_late |
        | G1         | annual      | 2025   | 2026-04-30 | missing |             |               | 1         |
    """)


def test_nothing_is_missing_on_the_due_day_itself() -> None:
    connection = summarised(night=date(2026, 4, 30), factory=ONE_FACTORY)
    assert_table(connection, "summary.obligation", """
        | factory_id | period | status      | days_late |
        | G1         | 2025   | not_yet_due |           |
    """)


def test_the_due_day_ends_at_midnight_in_bangkok() -> None:
    connection = summarised(
        factory="""
        | factory_id |
        | IN_TIME    |
        | TOO_LATE   |
    """,
        annual="""
        | factory_id | received_at      |
        | IN_TIME    | 2026-04-30 16:59 |
        | TOO_LATE   | 2026-04-30 17:00 |
    """,
    )
    assert_table(connection, "summary.obligation", """
        | factory_id | status  | received_at      | days_late |
        | IN_TIME    | on_time | 2026-04-30 16:59 |           |
        | TOO_LATE   | late    | 2026-04-30 17:00 | 1         |
    """)


def test_a_late_correction_does_not_make_an_on_time_report_late() -> None:
    connection = summarised(
        factory=ONE_FACTORY,
        history_annual="""
        | factory_id | received_at      | submission_id |
        | G1         | 2026-02-01 01:00 | first         |
        | G1         | 2026-05-03 01:00 | second        |
    """,
        annual="""
        | factory_id | received_at      | submission_id | generated_t |
        | G1         | 2026-06-01 01:00 | third         | 2           |
    """,
    )
    assert_table(connection, "summary.obligation", """
        | factory_id | status  | received_at      | submission_id |
        | G1         | on_time | 2026-02-01 01:00 | first         |
    """)


def test_of_two_files_received_at_one_instant_the_lower_hash_is_the_first() -> None:
    connection = summarised(
        factory=ONE_FACTORY,
        annual="""
        | factory_id | received_at      | submission_id |
        | G1         | 2026-02-01 01:00 | bb            |
    """,
        history_annual="""
        | factory_id | received_at      | submission_id |
        | G1         | 2026-02-01 01:00 | aa            |
    """,
    )
    assert_table(connection, "summary.obligation", """
        | factory_id | submission_id |
        | G1         | aa            |
    """)


def test_nil_is_what_the_current_report_says() -> None:
    connection = summarised(
        factory="""
        | factory_id |
        | NIL        |
        | LATE_NIL   |
        | NO_MORE    |
        | NOW_NIL    |
    """,
        annual="""
        | factory_id | nil_report | waste_code | generated_t | received_at      |
        | NIL        | yes        |            |             | 2026-02-01 01:00 |
        | LATE_NIL   | yes        |            |             | 2026-06-01 01:00 |
        | NO_MORE    | no         | 010101     | 5           | 2026-03-01 01:00 |
        | NOW_NIL    | yes        |            |             | 2026-03-01 01:00 |
    """,
        history_annual="""
        | factory_id | nil_report | received_at      |
        | NO_MORE    | yes        | 2026-02-01 01:00 |
        | NOW_NIL    |            | 2026-02-01 01:00 |
    """,
    )
    assert_table(connection, "summary.obligation", """
        | factory_id | status  | is_nil |
        | NIL        | nil     | yes    |
        | LATE_NIL   | late    | yes    |
        | NO_MORE    | on_time | no     |
        | NOW_NIL    | nil     | yes    |
    """)


def test_who_did_not_operate_in_the_period_is_exempt() -> None:
    connection = summarised(
        factory="""
        | factory_id  | status    | opened_date | closed_date |
        | BEFORE      | closed    |             | 2024-12-31  |
        | FIRST_DAY   | closed    |             | 2025-01-01  |
        | LAST_DAY    | operating | 2025-12-31  |             |
        | AFTER       | operating | 2026-01-01  |             |
        | NO_DATE     | closed    |             |             |
        | STOPPED     | stopped   |             |             |
        | CLOSED_2026 | closed    |             | 2026-02-01  |
    """
    )
    assert_table(connection, "summary.obligation", """
        | factory_id  | status  |
        | BEFORE      | exempt  |
        | FIRST_DAY   | missing |
        | LAST_DAY    | missing |
        | AFTER       | exempt  |
        | NO_DATE     | exempt  |
        | STOPPED     | missing |
        | CLOSED_2026 | missing |
    """)


def test_only_processors_owe_monthly_reports() -> None:
    connection = summarised(
        night=date(2026, 3, 16),
        obligations_from=date(2026, 2, 1),
        factory="""
        | factory_id | factory_class |
        | GENERATOR  | 34(2)         |
        | TREATMENT  | 101           |
        | SORTING    | 105           |
        | RECYCLING  | 106(1)        |
        | TEN        | 10            |
    """,
    )
    assert_table(connection, "summary.obligation WHERE report_type = 'processing'", """
        | factory_id | period  | due_date   | status  |
        | TREATMENT  | 2026-02 | 2026-03-15 | missing |
        | SORTING    | 2026-02 | 2026-03-15 | missing |
        | RECYCLING  | 2026-02 | 2026-03-15 | missing |
    """)


def test_months_are_owed_from_the_first_whole_one_to_the_last_that_ended() -> None:
    connection = summarised(
        night=date(2026, 1, 31),
        obligations_from=date(2025, 10, 20),
        factory="""
        | factory_id | factory_class |
        | P1         | 106           |
    """,
        processing="""
        | factory_id | report_month | received_at      |
        | P1         | 2025-09-01   | 2025-10-01 01:00 |
        | P1         | 2025-10-01   | 2025-11-15 16:59 |
        | P1         | 2025-11-01   | 2025-12-15 17:00 |
    """,
    )
    assert_table(connection, "summary.obligation", """
        | report_type | period  | due_date   | status      | days_late |
        | processing  | 2025-10 | 2025-11-15 | on_time     |           |
        | processing  | 2025-11 | 2025-12-15 | late        | 1         |
        | processing  | 2025-12 | 2026-01-15 | missing     | 16        |
        | annual      | 2025    | 2026-04-30 | not_yet_due |           |
    """)


def test_a_period_that_ends_tonight_has_not_ended() -> None:
    connection = summarised(night=date(2025, 12, 31), obligations_from=date(2025, 12, 1), factory="""
        | factory_id | factory_class |
        | P1         | 106           |
    """)
    assert_table(connection, "summary.obligation", """
        | period |
    """)


def test_leap_february_ends_on_the_29th() -> None:
    connection = summarised(night=date(2028, 3, 1), obligations_from=date(2028, 2, 1), factory="""
        | factory_id | factory_class | opened_date |
        | P1         | 106           | 2028-02-29  |
        | P2         | 106           | 2028-03-01  |
    """)
    assert_table(connection, "summary.obligation", """
        | factory_id | period  | due_date   | status      |
        | P1         | 2028-02 | 2028-03-15 | not_yet_due |
        | P2         | 2028-02 | 2028-03-15 | exempt      |
    """)


def test_the_due_rule_in_force_on_the_last_day_of_the_period_counts() -> None:
    connection = own_world(factory=ONE_FACTORY)
    connection.execute("UPDATE ref.duty SET valid_to = DATE '2025-12-30' WHERE report_type = 'annual'")
    connection.execute(
        "INSERT INTO ref.duty BY NAME SELECT * REPLACE ('02-29' AS deadline_value, DATE '2025-12-31' AS valid_from, "
        "NULL::DATE AS valid_to) FROM ref.duty WHERE report_type = 'annual'"
    )
    summarise(connection, date(2028, 6, 1), date(2024, 1, 1))
    assert_table(connection, "summary.obligation", """
        | period | due_date   |
        | 2024   | 2025-04-30 |
        | 2025   | 2026-02-28 |
        | 2026   | 2027-02-28 |
        | 2027   | 2028-02-29 |
    """)


def test_before_the_duty_was_law_nothing_is_owed() -> None:
    connection = summarised(night=date(2023, 12, 20), obligations_from=date(2020, 1, 1), factory="""
        | factory_id | factory_class |
        | P1         | 106           |
    """)
    assert_table(connection, "summary.obligation", """
        | period  |
        | 2023-11 |
    """)


@pytest.mark.parametrize("column", ["who", "deadline_kind", "period_kind", "report_type"])
def test_a_duty_that_nobody_knows_stops_the_night(column: str) -> None:
    connection = own_world(factory=ONE_FACTORY)
    connection.execute(f"UPDATE ref.duty SET {column} = 'whoever' WHERE report_type = 'annual'")
    with pytest.raises(NightError, match=f"obligation.sql: .*unknown {column} whoever"):
        summarise(connection, date(2026, 5, 1), date(2025, 1, 1))


def test_a_report_from_a_factory_outside_the_register_makes_no_obligation() -> None:
    connection = summarised(annual="""
        | factory_id |
        | STRANGER   |
    """)
    assert_table(connection, "summary.obligation", """
        | factory_id |
    """)


def test_tonight_is_kept_beside_the_figures() -> None:
    connection = summarised(night=date(2026, 5, 1), obligations_from=date(2025, 1, 1))
    assert_table(connection, "ref.tonight", """
        | night      | obligations_from |
        | 2026-05-01 | 2025-01-01       |
    """)
    load(connection, "factory", ONE_FACTORY)
    summarise(connection, date(2026, 5, 2), date(2026, 1, 1))
    assert_table(connection, "ref.tonight", """
        | night      | obligations_from |
        | 2026-05-02 | 2026-01-01       |
    """)
