"""Each expectation can fail: one row that breaks it, and no other, breaks it; a sound world meets all."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial

import duckdb
import pytest

from flows.ahead import at_once
from flows.errors import NightError
from flows.judging import judge, prepare
from flows.side_process import SideProcess
from flows.steps.summarise import summarise
from flows.steps.verify import verify
from flows.warehouse import create_tables
from schemas.suites import all_suites
from tests.in_this_process import judge_once

NIGHT = date(2026, 5, 10)
AT = datetime(2026, 4, 20)  # noqa: DTZ001 - as DuckDB holds it: UTC without a zone
G, P = "10100000125551", "10101000025601"


@pytest.fixture
def connection():
    """One generator, one processor, one load and its answer, one row held back: all sound."""
    connection = duckdb.connect()
    create_tables(connection)
    where = {"submission_id": "s1", "source_row": 2, "submitted_by": "desk", "received_at": AT, "night": NIGHT}

    def insert(table, **values):
        names = ", ".join(values)
        connection.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(values))})", list(values.values()))

    for factory_id, number in ((G, "42"), (P, "101")):
        insert("core.factory", factory_id=factory_id, factory_name="x", factory_class=number, province_code="10", status="operating", **where)
    load = {"manifest_no": "M", "line_no": 1, "processor_id": P, "waste_code": "120109", "quantity": 1, "unit": "t", "mass_t": 1}
    insert("core.manifest", factory_id=G, management_code="049", sent_date=date(2026, 4, 1), **load, **where)
    insert("core.receipt", decision="accepted", received_date=date(2026, 4, 1), **load, **where)
    insert("quarantine.row", submission_id="s1", report_type="manifest", source_row=3, cells="{}", night=NIGHT)
    insert("audit.finding", submission_id="s1", source_row=3, check_id="value_is_present", severity="error", night=NIGHT)
    insert(
        "audit.submission", submission_id="s1", received_at=AT, night=NIGHT, report_type="x", outcome="partly_accepted",
        rows_read=5, rows_accepted=4, rows_quarantined=1,
    )  # fmt: skip
    summarise(connection, NIGHT, date(2025, 1, 1))
    return connection


def failures(connection) -> set[tuple[str, str]]:
    return {(verdict.suite, verdict.figure) for verdict in verify(connection, partial(at_once, judge_once)) if not verdict.is_met}


def test_a_sound_world_meets_every_expectation(connection):
    assert failures(connection) == set()


def test_the_side_process_says_the_same(connection):
    connection.execute("UPDATE audit.submission SET rows_read = 9")
    with SideProcess.take(prepare) as second:
        assert verify(connection, partial(second.submit, judge)) == verify(connection, partial(at_once, judge_once))


def test_a_judge_that_fails_is_no_good_verdict(connection):
    def failing(totals):
        raise ValueError("no such figure")

    with pytest.raises(NightError, match="the suites could not be run: no such figure"):
        verify(connection, partial(at_once, failing))


@pytest.mark.parametrize(
    ("damage", "broken"),
    [
        (
            "INSERT INTO core.manifest SELECT * FROM core.manifest; UPDATE audit.submission SET rows_accepted = 5, rows_read = 6",
            {("core.manifest", "repeated_keys"), ("summary.reconciliation", "lines_astray"), ("summary.reconciliation", "is_sent_off")},
        ),
        (
            "UPDATE core.receipt SET submission_id = 'nobody'; UPDATE core.receipt SET waste_code = '000000'",
            {("core.receipt", "rows_of_no_file"), ("core.receipt", "unknown_waste_codes")},
        ),
        (
            "UPDATE core.manifest SET management_code = '000', processor_id = '10100000125552', sent_date = NULL",
            {("core.manifest", name) for name in ("unknown_management_codes", "unregistered_factories", "rows_with_empty_cells")},
        ),
        (
            "UPDATE core.receipt SET mass_t = NULL",
            {("core.receipt", "rows_without_mass"), ("summary.reconciliation", "is_received_off")},
        ),
        ("UPDATE audit.submission SET rows_read = 9", {("audit.submission", "files_that_lose_rows")}),
        ("UPDATE audit.submission SET outcome = 'accepted'", {("audit.submission", "wrong_outcomes")}),
        (
            "DELETE FROM core.manifest",
            {("audit.submission", "accepted_rows_astray"), ("summary.reconciliation", "lines_astray"), ("summary.reconciliation", "is_sent_off")},
        ),
        ("DELETE FROM quarantine.row", {("audit.submission", "held_rows_astray")}),
        ("DELETE FROM audit.finding", {("quarantine.row", "rows_without_reason")}),
        ("UPDATE audit.finding SET source_row = 4", {("quarantine.row", "rows_without_reason")}),
        (
            "INSERT INTO audit.finding BY NAME SELECT 's1' AS submission_id, 3 AS source_row, 'no_such_check' AS check_id",
            {("quarantine.row", "findings_of_no_check")},
        ),
        ("INSERT INTO summary.obligation SELECT * FROM summary.obligation LIMIT 1", {("summary.obligation", "repeated_duties")}),
        (
            f"DELETE FROM summary.obligation WHERE factory_id = '{G}' AND report_type = 'annual'",
            {("summary.obligation", "factories_left_out")},
        ),
        ("UPDATE summary.obligation SET status = 'lost'", {("summary.obligation", "unknown_statuses")}),
    ],
)
def test_each_expectation_can_fail(connection, damage, broken):
    connection.execute(damage)
    assert failures(connection) == broken


@pytest.mark.parametrize(("factor", "broken"), [(1, set()), (49, set()), (1_000, {("audit.night", "typical_load_ratio")})])
def test_when_every_load_of_a_night_is_a_thousand_times_larger_we_suspect_ourselves(connection, factor, broken):
    connection.execute("DELETE FROM core.manifest")
    connection.execute(
        "INSERT INTO core.manifest BY NAME SELECT (SELECT factory_id FROM core.factory LIMIT 1) AS factory_id,"
        " 'N' || i AS manifest_no, 1 AS line_no, (SELECT processor_id FROM core.receipt) AS processor_id, '120109' AS waste_code,"
        " '049' AS management_code, 1 AS quantity, 't' AS unit, DATE '2026-04-01' AS sent_date, 's1' AS submission_id,"
        " CASE WHEN i < 1000 THEN 2 ELSE 2 * ? END AS mass_t,"
        " CASE WHEN i < 1000 THEN DATE '2026-05-09' ELSE DATE '2026-05-10' END AS night FROM range(2000) AS t(i)",
        [factor],
    )
    connection.execute("UPDATE audit.submission SET rows_accepted = 2003, rows_read = 2004")
    summarise(connection, NIGHT, date(2025, 1, 1))
    assert failures(connection) == broken


@pytest.mark.parametrize(("held_pct", "broken"), [(50, set()), (70, {("audit.night", "held_pct_points_more")})])
def test_when_most_rows_of_a_night_are_held_back_we_suspect_ourselves(connection, held_pct, broken):
    connection.execute(
        "INSERT INTO audit.submission BY NAME SELECT 's2' AS submission_id, DATE '2026-05-09' AS night, 'rejected' AS outcome,"
        " 0 AS rows_read, 0 AS rows_accepted, 0 AS rows_quarantined"
    )
    rows = [("2026-05-09", 1000, 0), ("2026-05-10", 1000, held_pct * 10)]
    connection.execute("DELETE FROM audit.submission; DELETE FROM quarantine.row")
    for night, read, held in rows:
        connection.execute(
            "INSERT INTO audit.submission BY NAME SELECT 's1' AS submission_id, ?::DATE AS night, 'partly_accepted' AS outcome,"
            " ?::BIGINT AS rows_read, ?::BIGINT AS rows_accepted, ?::BIGINT AS rows_quarantined",
            [night, read, read - held, held],
        )
    found = {each for each in failures(connection) if each[0] == "audit.night"}
    assert found == broken


def test_suites_are_one_per_table():
    tables = [suite.table for suite in all_suites()]
    assert len(tables) == len(set(tables))
