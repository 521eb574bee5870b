"""summary.anomaly_verdict: what officials confirmed and refuted, and how far it moves a rule's rank at a factory."""

import duckdb

from flows.steps.summarise import summarise, summarise_found
from tests.text_tables import NIGHT, OBLIGATIONS_FROM, assert_table, world

REGISTER = """
    | factory_id | latitude_deg |
    | G1         | 13           |
    | G2         | 13           |
"""


def verdicts(**tables: str) -> duckdb.DuckDBPyConnection:
    """Anomalies R1 to R5 of rule `mass_jump` at G1, S1 at G2, all standing; and these decisions."""
    connection = world(factory=REGISTER, **tables)
    connection.execute(
        "INSERT INTO anomaly.found (anomaly_id, rule, factory_id, state) "
        "SELECT id, 'mass_jump', IF(id[1] = 'R', 'G1', 'G2'), 'open' FROM (SELECT unnest(['R1', 'R2', 'R3', 'R4', 'R5', 'S1']) AS id)"
    )
    summarise(connection, NIGHT, OBLIGATIONS_FROM)
    summarise_found(connection)
    return connection


def test_a_worked_example() -> None:
    connection = verdicts(disposition="""
        | anomaly_id | action  |
        | R1         | confirm |
        | R2         | confirm |
        | R3         | close   |
        | S1         | refute  |
    """)
    assert_table(connection, "summary.anomaly_verdict", """
        | rule      | factory_id | confirmed | refuted | rank_factor |
        | mass_jump | G1         | 2         | 0       | 2.25        |
        | mass_jump | G2         | 0         | 1       | 0.5         |
    """)
    # five anomalies at G1, one at G2, 3 points each, times the factor; 30 at most
    assert_table(connection, "summary.inspection_priority", """
        | factory_id | anomalies | anomalies_score |
        | G1         | 5         | 30              |
        | G2         | 1         | 1.5             |
    """)


def test_the_factor_has_bounds() -> None:
    connection = verdicts(disposition="""
        | anomaly_id | action  |
        | R1         | confirm |
        | R2         | confirm |
        | R3         | confirm |
        | R4         | confirm |
    """)
    assert_table(connection, "summary.anomaly_verdict", """
        | confirmed | rank_factor |
        | 4         | 4           |
    """)


def test_a_verdict_outlives_a_close_and_is_taken_back_by_reopen() -> None:
    connection = verdicts(
        history_disposition="""
            | anomaly_id | action  | received_at      |
            | R1         | confirm | 2026-01-01 03:00 |
            | R2         | refute  | 2026-01-01 03:00 |
            | R3         | refute  | 2026-01-01 03:00 |
            | R3         | confirm | 2026-01-02 03:00 |
        """,
        disposition="""
            | anomaly_id | action  | received_at      |
            | R1         | close   | 2026-01-03 03:00 |
            | R2         | reopen  | 2026-01-03 03:00 |
            | R3         | silence | 2026-01-03 03:00 |
        """,
    )
    assert_table(connection, "summary.anomaly_verdict", """
        | confirmed | refuted | rank_factor |
        | 2         | 0       | 2.25        |
    """)
