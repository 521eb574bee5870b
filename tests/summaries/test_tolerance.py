"""ref.tolerance: each report is judged by the tolerance in force for its period, whatever the night."""

import duckdb
import pytest

from flows.errors import NightError
from flows.steps.summarise import summarise, summarise_found
from schemas.checks.stock_balances import CHECK
from tests.helpers_reading import assert_judged
from tests.text_tables import NIGHT, OBLIGATIONS_FROM, assert_table, found_by, own_world


def changed(name: str, value: str, **tables: str) -> duckdb.DuckDBPyConnection:
    """A warehouse with these rows, in which a tolerance has this value from 1 April 2025 on."""
    connection = own_world(**tables)
    connection.execute("UPDATE ref.tolerance SET valid_to = '2025-03-31' WHERE name = ?", [name])
    connection.execute("INSERT INTO ref.tolerance (name, value, valid_from) VALUES (?, ?, '2025-04-01')", [name, value])
    summarise(connection, NIGHT, OBLIGATIONS_FROM)
    summarise_found(connection)
    return connection


def test_the_difference_of_a_load_by_the_day_it_left() -> None:
    connection = changed(
        "load_difference_pct", "2.5",
        manifest="""
            | manifest_no | sent_date  | mass_t |
            | BEFORE      | 2025-03-31 | 10     |
            | AFTER       | 2025-04-01 | 10     |
            | UP_TO       | 2025-04-01 | 10     |
        """,
        receipt="""
            | manifest_no | received_date | mass_t |
            | BEFORE      | 2025-04-02    | 9      |
            | AFTER       | 2025-04-02    | 9.7    |
            | UP_TO       | 2025-04-02    | 9.75   |
            | ALONE       | 2025-04-02    | 1      |
        """,
    )  # fmt: skip
    assert_table(connection, "summary.reconciliation", """
        | manifest_no | tolerance_pct | state            |
        | BEFORE      | 10            | matched          |
        | AFTER       | 2.5           | quantity_differs |
        | UP_TO       | 2.5           | matched          |
        | ALONE       | 2.5           | without_manifest |
    """)


def test_the_days_to_answer_by_the_day_it_left() -> None:
    connection = changed("answer_days", "400", manifest="""
        | manifest_no | sent_date  |
        | BEFORE      | 2025-03-31 |
        | AFTER       | 2025-04-01 |
    """)
    assert_table(connection, "summary.reconciliation", """
        | manifest_no | answer_due_date | state      |
        | BEFORE      | 2025-04-15      | unanswered |
        | AFTER       | 2026-05-06      | awaiting   |
    """)


def test_the_heaviest_load_by_its_day() -> None:
    connection = changed("road_load_t", "25", manifest="""
        | manifest_no | sent_date  | mass_t |
        | BEFORE      | 2025-03-31 | 30     |
        | AFTER       | 2025-04-01 | 30     |
    """)
    assert_table(connection, found_by("road_load_too_heavy"), """
        | subject | limit_t |
        | AFTER/1 | 25      |
    """)


@pytest.mark.parametrize(("tolerance", "found"), [("10", []), ("5", ["2025-04"])])
def test_totals_by_the_last_day_of_their_period(tolerance: str, found: list[str]) -> None:
    connection = changed(
        "total_difference_pct", tolerance,
        factory="""
            | factory_id | factory_class |
            | P1         | 106           |
        """,
        processing="""
            | factory_id | report_month | received_t | processed_t |
            | P1         | 2025-03-01   | 100        | 100         |
            | P1         | 2025-04-01   | 100        | 100         |
        """,
        receipt="""
            | manifest_no | received_date | mass_t |
            | M1          | 2025-03-02    | 92     |
            | M2          | 2025-04-02    | 92     |
        """,
    )  # fmt: skip
    rows = connection.execute(f"SELECT period FROM {found_by('processing_disagrees_with_receipts')}").fetchall()
    assert [period for (period,) in rows] == found


def test_balances_by_the_last_day_of_their_period() -> None:
    connection = changed("balance_pct", "5", processing="""
        | factory_id | report_month | received_t | processed_t |
        | P1         | 2025-03-01   | 100        | 97          |
        | P1         | 2025-04-01   | 100        | 97          |
    """)
    assert_table(connection, "summary.stock_balance", """
        | period  | gap_t | closes |
        | 2025-03 | 3     | no     |
        | 2025-04 | 3     | yes    |
    """)


def test_the_check_of_balances_takes_the_same_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    from schemas import codes

    lines = [line | {"valid_to": "2025-12-31"} if line["name"] == "balance_pct" else line for line in codes.code_list("tolerance")]
    later = {"name": "balance_pct", "value": "5", "valid_from": "2026-01-01", "valid_to": ""}
    known = codes.code_list
    monkeypatch.setattr(codes, "code_list", lambda name: (*lines, later) if name == "tolerance" else known(name))
    assert_judged("processing", f"""
        | report_month | received_t | processed_t | finds                     |
        | 2025-12      | 100        | 97          | {CHECK.id}: closing_stock_t |
        | 2026-01      | 100        | 97          | ok                        |
    """)  # fmt: skip


def test_a_day_without_a_tolerance_stops_the_night() -> None:
    connection = own_world()
    connection.execute("UPDATE ref.tolerance SET valid_to = '2025-12-31' WHERE name = 'answer_days'")
    with pytest.raises(NightError, match=r"ref.tolerance: .* 2026-01-01"):
        summarise(connection, NIGHT, OBLIGATIONS_FROM)
