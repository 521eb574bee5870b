"""The detect step: the states of an anomaly from night to night, and the circuit breaker."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

import flows.steps.detect as step
from flows.errors import NightError
from flows.sql_files import anomalies
from flows.steps.detect import SUSPICIOUS_FROM_FACTORIES, Detected, RuleCounts, detect
from flows.steps.summarise import summarise
from tests.text_tables import OBLIGATIONS_FROM, assert_table, insert, world

N1, N2, N3, N4 = (date(2026, 5, day) for day in (1, 2, 3, 4))

MISMATCH = {
    "manifest": """
        | manifest_no | mass_t |
        | M1          | 10     |
    """,
    "receipt": """
        | manifest_no | mass_t | completed_date |
        | M1          | 5      | 2025-03-03     |
    """,
}


def run(connection: duckdb.DuckDBPyConnection, night: date) -> Detected:
    """Summaries and anomalies of one night."""
    summarise(connection, night, OBLIGATIONS_FROM)
    return detect(connection, night)


def receive(connection: duckdb.DuckDBPyConnection, mass_t: str) -> None:
    """The processor's current receipt of M1 now says so."""
    connection.execute("UPDATE core.receipt SET mass_t = ? WHERE manifest_no = 'M1'", [mass_t])


def everything(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    """All of anomaly.found."""
    return connection.execute("SELECT * FROM anomaly.found ORDER BY ALL").fetchall()


def test_an_anomaly_is_new_then_open_then_closed_then_open_again() -> None:
    connection = world(**MISMATCH)
    for night, mass_t, expected in (
        (N1, "5", "2026-05-01 | 2026-05-01 | 5 | new"),
        (N2, "4", "2026-05-01 | 2026-05-02 | 6 | open"),
        (N3, "10", "2026-05-01 | 2026-05-02 | 6 | closed"),
        (N4, "3", "2026-05-01 | 2026-05-04 | 7 | open"),
    ):
        receive(connection, mass_t)
        run(connection, night)
        assert_table(connection, "anomaly.found", f"""
            | factory_id | subject | first_night | last_night | score | state |
            | G1         | M1/1    | {expected} |
        """)


def test_what_is_closed_stays_closed() -> None:
    connection = world(**MISMATCH)
    run(connection, N1)
    receive(connection, "10")
    assert run(connection, N2).counts["sent_received_mismatch"] == RuleCounts(new=0, open=0, closed=1)
    assert run(connection, N3).counts["sent_received_mismatch"] == RuleCounts(new=0, open=0, closed=0)
    assert_table(connection, "anomaly.found", """
        | last_night | state  |
        | 2026-05-01 | closed |
    """)


@pytest.mark.parametrize("masses", [("5", "5"), ("5", "10"), ("10", "5"), ("5", "10", "4"), ("10", "5", "10", "3")])
def test_every_night_run_twice_ends_as_if_run_once(masses: tuple[str, ...]) -> None:
    def nights(times: int) -> list[tuple[object, ...]]:
        connection = world(**MISMATCH)
        for night, mass_t in zip((N1, N2, N3, N4), masses, strict=False):
            receive(connection, mass_t)
            for _ in range(times):
                run(connection, night)
        return everything(connection)

    assert nights(times=2) == nights(times=1)


def test_a_night_run_again_on_more_files_ends_as_if_it_had_them_from_the_start() -> None:
    connection = world(**MISMATCH)
    receive(connection, "10")
    run(connection, N1)
    receive(connection, "5")
    run(connection, N2)  # found, ...
    receive(connection, "10")
    run(connection, N2)  # ... and put right the same night: it never was
    assert everything(connection) == []
    receive(connection, "5")
    run(connection, N3)
    receive(connection, "10")
    run(connection, N4)  # closed, ...
    receive(connection, "2")
    run(connection, N4)  # ... but not in the end
    assert_table(connection, "anomaly.found", """
        | first_night | last_night | score | state |
        | 2026-05-03  | 2026-05-04 | 8     | open  |
    """)


def mismatch_id(connection: duckdb.DuckDBPyConnection) -> str:
    (anomaly_id,) = connection.execute("SELECT anomaly_id FROM anomaly.found").fetchone() or ("",)
    return str(anomaly_id)


def decide(connection: duckdb.DuckDBPyConnection, night: date, action: str, until_date: str | None = None) -> None:
    """An official's decision about the one anomaly comes in with this night; it replaces an earlier one."""
    connection.execute("DELETE FROM core.disposition")
    row = {"anomaly_id": mismatch_id(connection), "action": action, "until_date": until_date, "submission_id": f"{night}{action}"}
    insert(connection, "disposition", [{**row, "night": night}])


def state_of(connection: duckdb.DuckDBPyConnection) -> str:
    (state,) = connection.execute("SELECT state FROM anomaly.found").fetchone() or ("",)
    return str(state)


def test_a_silenced_anomaly_is_open_again_after_the_last_day() -> None:
    connection = world(**MISMATCH)
    run(connection, N1)
    decide(connection, N2, "silence", until_date="2026-05-03")
    states = []
    for night in (N2, N3, N4):
        run(connection, night)
        states.append(state_of(connection))
    assert states == ["silenced", "silenced", "open"]


def test_a_silenced_anomaly_that_is_put_right_is_closed() -> None:
    connection = world(**MISMATCH)
    run(connection, N1)
    decide(connection, N2, "silence", until_date="2026-05-31")
    run(connection, N2)
    receive(connection, "10")
    run(connection, N3)
    assert state_of(connection) == "closed"


@pytest.mark.parametrize("action", ["close", "refute"])
def test_what_is_closed_with_a_reason_stays_closed_until_its_evidence_changes(action: str) -> None:
    connection = world(**MISMATCH)
    run(connection, N1)
    decide(connection, N2, action)
    states = []
    # 5 t of 10 were decided; 5.2 t are the same matter, 2 t are another one, and 5 t again the one that was decided
    for night, mass_t in ((N2, "5"), (N3, "5.2"), (N4, "2"), (date(2026, 5, 5), "5")):
        receive(connection, mass_t)
        run(connection, night)
        states.append(state_of(connection))
    assert states == ["closed", "closed", "open", "closed"]


def test_what_is_confirmed_stays_open_and_what_is_reopened_is_open_again() -> None:
    connection = world(**MISMATCH)
    run(connection, N1)
    states = []
    for night, action in ((N2, "confirm"), (N3, "close"), (N4, "reopen")):
        decide(connection, night, action)
        run(connection, night)
        states.append(state_of(connection))
    assert states == ["open", "closed", "open"]


def test_a_night_of_decisions_run_twice_ends_as_if_run_once() -> None:
    def nights(times: int) -> list[tuple[object, ...]]:
        connection = world(**MISMATCH)
        run(connection, N1)
        for night, mass_t, action in ((N2, "4", "close"), (N3, "2", "silence"), (N4, "1", "refute")):
            receive(connection, mass_t)
            decide(connection, night, action, "2026-05-20" if action == "silence" else None)
            for _ in range(times):
                run(connection, night)
        return everything(connection) + connection.execute("FROM meta.decision ORDER BY ALL").fetchall()

    assert nights(times=2) == nights(times=1)


def test_what_officials_settled_accuses_nobody_anew() -> None:
    """Else the circuit breaker would count it every night, because it is found every night and does not stand."""
    factories = [f"G{number:02}" for number in range(SUSPICIOUS_FROM_FACTORIES)]
    loads = [{"manifest_no": f"M{name}", "factory_id": name, "mass_t": "10"} for name in factories]
    connection = world()
    insert(connection, "manifest", loads)
    for name in factories:  # in the order of nights, so that never more than half are accused at once
        insert(connection, "receipt", [{"manifest_no": f"M{name}", "mass_t": "5", "completed_date": "2025-03-03"}])
    connection.execute("UPDATE core.receipt SET mass_t = 10 WHERE manifest_no > 'MG09'")
    run(connection, N1)
    connection.execute(
        "INSERT INTO core.disposition (anomaly_id, action, submission_id, night) "
        "SELECT anomaly_id, 'close', 'x', ? FROM anomaly.found WHERE rule = 'sent_received_mismatch'", [N2]
    )  # fmt: skip
    run(connection, N2)
    connection.execute("UPDATE core.receipt SET mass_t = 5")
    detected = run(connection, N3)
    assert detected.suspicion is None
    assert detected.counts["sent_received_mismatch"].new == len(factories) - 10


def test_the_id_is_made_of_rule_factory_period_and_subject() -> None:
    connection = world(**MISMATCH, annual="""
        | factory_id | report_year | generated_t |
        | G1         | 2023        | 1           |
        | G1         | 2024        | 1           |
        | G1         | 2025        | 9           |
    """)
    run(connection, N1)
    wanted = {
        hashlib.sha256(text.encode()).hexdigest()[:16]
        for text in ("sent_received_mismatch|G1|2025-03|M1/1", "mass_jump|G1|2025|")
    }
    assert {row[0] for row in connection.execute("SELECT anomaly_id FROM anomaly.found").fetchall()} == wanted


def test_nothing_in_nothing_found() -> None:
    connection = world()
    detected = run(connection, N1)
    assert detected.counts == {rule.name: RuleCounts(0, 0, 0) for rule in anomalies()}
    assert not detected.is_suspicious
    assert everything(connection) == []


def factories(connection: duckdb.DuckDBPyConnection, obliged: int, reporting: int) -> None:
    """So many factories that owe the annual report of 2025, of which so many have sent it."""
    insert(connection, "factory", [{"factory_id": f"G{number:03}"} for number in range(obliged)])
    insert(connection, "annual", [{"factory_id": f"G{number:03}"} for number in range(reporting)])


@pytest.mark.parametrize(
    ("obliged", "reporting", "is_suspicious"),
    [
        (20, 9, True),
        (20, 10, False),  # half is not more than half
        (21, 10, True),
        (19, 0, False),  # a share of few says nothing about us
        (1, 0, False),
        (100, 0, True),
    ],
)
def test_when_more_than_half_are_missing_the_pipeline_suspects_itself(
    obliged: int, reporting: int, is_suspicious: bool
) -> None:
    connection = world()
    factories(connection, obliged, reporting)
    detected = run(connection, N1)
    assert detected.is_suspicious == is_suspicious
    accused = 0 if is_suspicious else obliged - reporting
    assert detected.counts["report_missing"] == RuleCounts(new=accused, open=0, closed=0)
    assert connection.execute("SELECT count(*) FROM anomaly.found").fetchall() == [(accused,)]


def test_the_suspicion_gives_the_figures_and_the_other_rules_go_on(caplog: pytest.LogCaptureFixture) -> None:
    connection = world(**MISMATCH)
    factories(connection, 40, 10)
    with caplog.at_level(logging.INFO):
        detected = run(connection, N1)
    assert detected.suspicion == (
        "30 of the 40 factories obliged to file the annual report of 2025 have nothing accepted (75 %): more than 50 % is "
        "likelier to be our fault than theirs. Nobody was accused of a missing report tonight."
    )
    assert detected.counts["sent_received_mismatch"] == RuleCounts(new=1, open=0, closed=0)
    levels = [record.levelname for record in caplog.records if record.name == step.__name__]
    assert levels == ["INFO", "WARNING"]


def test_only_the_latest_due_period_of_a_duty_is_suspected() -> None:
    connection = world()
    insert(connection, "factory", [{"factory_id": f"P{number:03}", "factory_class": "106"} for number in range(20)])
    insert(connection, "annual", [{"factory_id": f"P{number:03}"} for number in range(20)])
    months = [{"factory_id": f"P{number:03}", "report_month": date(2026, 3, 1)} for number in range(20)]
    insert(connection, "processing", months)
    detected = run(connection, N1)
    assert not detected.is_suspicious
    assert detected.counts["report_missing"].new == 20 * 14  # January 2025 to February 2026


def test_under_suspicion_what_was_known_is_kept_and_not_confirmed() -> None:
    connection = world()
    factories(connection, 20, 19)
    run(connection, N1)
    connection.execute("DELETE FROM core.annual")
    assert run(connection, N2).is_suspicious
    assert_table(connection, "anomaly.found", """
        | factory_id | first_night | last_night | state |
        | G019       | 2026-05-01  | 2026-05-01 | open  |
    """)
    insert(connection, "annual", [{"factory_id": f"G{number:03}"} for number in range(20)])
    run(connection, N3)
    assert_table(connection, "anomaly.found", """
        | factory_id | first_night | last_night | state  |
        | G019       | 2026-05-01  | 2026-05-01 | closed |
    """)


@pytest.fixture
def rule_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A rule of one's own instead of those of the house."""
    path = tmp_path / "odd_rule.sql"

    def read() -> tuple[object, ...]:
        return (replace(anomalies()[0], name="odd_rule", body=path.read_text()),)

    monkeypatch.setattr(step, "anomalies", read)
    return path


@pytest.mark.parametrize(
    ("select", "message"),
    [
        ("SELECT 'G1' AS factory_id, '2025' AS period", "odd_rule.sql: an anomaly's SELECT gives"),
        (
            "SELECT 'G1' AS factory_id, '2025' AS period, NULL AS subject, 1.0 AS score, JSON '{}' AS evidence FROM range(2)",
            "odd_rule.sql: found the same thing twice: factory G1, 2025",
        ),
    ],
)
def test_a_rule_that_is_wrong_stops_the_night(rule_file: Path, select: str, message: str) -> None:
    rule_file.write_text(select)
    with pytest.raises(NightError, match=message):
        run(world(), N1)


def loads_without_permission(connection: duckdb.DuckDBPyConnection, month: str, covered: int, uncovered: int) -> None:
    """One load of each of so many generators; as many others have a permission."""
    for number in range(covered + uncovered):
        generator = f"G{number:03}"
        load = {"manifest_no": f"{month}-{number}", "factory_id": generator, "sent_date": f"{month}-01"}
        insert(connection, "manifest", [load])
        insert(connection, "receipt", [{"manifest_no": f"{month}-{number}", "completed_date": "2026-04-01"}])
        if number < covered:
            insert(connection, "permit", [{"permit_no": f"A{month}{number}", "factory_id": generator, "permitted_t": "9"}])


@pytest.mark.parametrize(
    ("covered", "uncovered", "is_suspicious"), [(9, 11, True), (10, 10, False), (8, 11, False), (10, 30, True)]
)
def test_a_rule_that_accuses_more_than_half_of_a_period_suspects_us(covered: int, uncovered: int, is_suspicious: bool) -> None:
    connection = world()
    loads_without_permission(connection, "2025-03", covered, uncovered)
    detected = run(connection, N1)
    assert detected.is_suspicious == is_suspicious
    assert detected.counts["removal_without_permit"].new == (0 if is_suspicious else uncovered)
    if is_suspicious:
        total = covered + uncovered
        assert detected.suspicion == (
            f"removal_without_permit accuses {uncovered} of the {total} factories that it judges in 2025-03 for the first time "
            f"({100 * uncovered / total:.0f} %): more than 50 % is likelier to be our fault than theirs. "
            "It accused nobody tonight."
        )


def test_what_a_withheld_rule_knew_stays_and_what_it_finds_waits_until_it_is_believable() -> None:
    connection = world()
    loads_without_permission(connection, "2025-03", covered=20, uncovered=2)
    assert run(connection, N1).counts["removal_without_permit"] == RuleCounts(new=2, open=0, closed=0)
    connection.execute("CREATE OR REPLACE TEMP TABLE permits AS FROM core.permit")
    connection.execute("DELETE FROM core.permit WHERE permit_no <> 'A2025-030'")
    for night in (N2, N3):
        detected = run(connection, night)
        assert detected.is_suspicious
        assert detected.counts["removal_without_permit"] == RuleCounts(new=0, open=2, closed=0)
    connection.execute("INSERT INTO core.permit FROM permits WHERE permit_no <> 'A2025-030'")
    detected = run(connection, N4)
    assert not detected.is_suspicious
    assert_table(connection, "anomaly.found", """
        | factory_id | first_night | last_night | state |
        | G020       | 2026-05-01  | 2026-05-04 | open  |
        | G021       | 2026-05-01  | 2026-05-04 | open  |
    """)


def test_a_statistical_rule_withholds_nothing() -> None:
    connection = world()
    generators = [f"G{number:03}" for number in range(30)]
    insert(connection, "annual", [
        {"factory_id": one, "report_year": year, "generated_t": mass}
        for one in generators for year, mass in (("2023", "1"), ("2024", "1"), ("2025", "90"))
    ])  # fmt: skip
    detected = run(connection, N1)
    assert not detected.is_suspicious
    assert detected.counts["mass_jump"].new == 30


def test_a_rule_that_is_taken_away_closes_what_it_found(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = world(**MISMATCH)
    run(connection, N1)
    monkeypatch.setattr(step, "anomalies", tuple)
    run(connection, N2)
    assert_table(connection, "anomaly.found", """
        | rule                   | state  |
        | sent_received_mismatch | closed |
    """)
