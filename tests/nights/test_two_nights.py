"""What two nights over the small world publish, figure by figure; and that they may be run again."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pytest

from flows.reading.limits import Limits
from flows.rebuild import rebuild
from flows.warehouse import Store
from tests.nights.one_night import run_night
from tests.nights.small_world import GENERATOR, NIGHT_2, PROCESSOR, SILENT, put, tables


@pytest.fixture
def published(two_nights_once):
    connection = duckdb.connect(str(Store(two_nights_once).published), read_only=True)
    yield connection
    connection.close()


def test_submissions(published):
    rows = published.execute(
        "SELECT original_name, submitted_by, report_type, outcome, rows_read, rows_accepted, rows_quarantined, night::VARCHAR"
        " FROM audit.submission ORDER BY received_at"
    ).fetchall()
    assert rows == [
        ("register.csv", "desk", "factory", "accepted", 3, 3, 0, "2026-05-10"),
        ("loads.csv", "desk", "manifest", "partly_accepted", 3, 2, 1, "2026-05-10"),
        ("answers.csv", PROCESSOR, "receipt", "accepted", 2, 2, 0, "2026-05-10"),
        ("annual.csv", "desk", "annual", "accepted", 1, 1, 0, "2026-05-10"),
        ("nil.csv", "desk", "annual", "accepted", 1, 1, 0, "2026-05-10"),
        ("loads again.csv", "desk", None, "duplicate", 0, 0, 0, "2026-05-10"),
        ("annual corrected.csv", "desk", "annual", "accepted", 1, 1, 0, "2026-05-11"),
    ]


def test_tonnes_are_exact_and_the_correction_replaced_the_first_version(published):
    assert published.execute("SELECT manifest_no, mass_t FROM core.manifest ORDER BY 1").fetchall() == [
        ("M1", Decimal("1.000000000000")),
        ("M2", Decimal("2.000000000000")),
    ]
    current = published.execute("SELECT generated_t FROM core.annual WHERE factory_id = ?", [GENERATOR]).fetchall()
    assert current == [(Decimal("12.000000"),)]
    replaced = published.execute("SELECT generated_t, superseded_night::VARCHAR FROM history.annual").fetchall()
    assert replaced == [(Decimal("10.000000"), "2026-05-11")]


def test_who_owes_and_who_reported(published):
    rows = published.execute(
        "SELECT factory_id, status FROM summary.obligation WHERE report_type = 'annual' AND period = '2025' ORDER BY 1"
    ).fetchall()
    assert rows == [(GENERATOR, "on_time"), (PROCESSOR, "nil"), (SILENT, "missing")]


def test_sent_against_received(published):
    rows = published.execute(
        "SELECT manifest_no, sent_t::DOUBLE, received_t::DOUBLE, difference_pct, state FROM summary.reconciliation ORDER BY 1"
    ).fetchall()
    assert rows == [("M1", 1.0, 1.0, 0.0, "matched"), ("M2", 2.0, 1.5, -25.0, "quantity_differs")]


def test_anomalies_and_mails(published):
    found = published.execute("SELECT rule, factory_id, period, state FROM anomaly.found ORDER BY ALL").fetchall()
    assert ("report_missing", SILENT, "2025", "open") in found
    assert ("sent_received_mismatch", GENERATOR, "2026-04", "open") in found
    mails = published.execute("SELECT night::VARCHAR, to_role, state FROM anomaly.mail ORDER BY ALL").fetchall()
    assert ("2026-05-10", "headquarters", "pending") in mails
    assert len(mails) == len(set(mails))


def test_every_table_and_column_has_a_comment(published):
    bare = published.execute(
        "SELECT schema_name || '.' || table_name FROM duckdb_tables()"
        " WHERE comment IS NULL"
        " UNION ALL SELECT schema_name || '.' || table_name || '.' || column_name FROM duckdb_columns()"
        " WHERE comment IS NULL AND NOT internal"
    ).fetchall()
    assert bare == []


def test_personal_data_is_not_in_the_published_file(two_nights_once):
    assert b"one@factory.example" not in Store(two_nights_once).published.read_bytes()
    assert b"one@factory.example" in Store(two_nights_once).work.read_bytes()


def test_running_the_night_again_changes_no_table(two_nights):
    before = tables(two_nights.published)
    assert run_night(two_nights.data, NIGHT_2)[0] == 0
    assert tables(two_nights.published) == before


def test_a_file_left_for_the_same_night_is_taken_by_its_second_run(two_nights):
    put(two_nights.inbox, "late.csv", f"factory_id,report_year,nil_report\n{SILENT},2025,yes\n", "2026-05-11T05:00")
    assert run_night(two_nights.data, NIGHT_2)[0] == 0
    connection = duckdb.connect(str(two_nights.published), read_only=True)
    assert connection.execute("SELECT count(*) FROM audit.submission").fetchone() == (8,)
    connection.close()


def test_files_after_the_cut_off_stay_in_the_inbox(two_nights):
    path = put(two_nights.inbox, "tomorrow.csv", "a,b\n1,2\n", "2026-05-11T17:00:01")
    assert run_night(two_nights.data, NIGHT_2)[0] == 0
    assert path.exists()


def test_an_old_file_counts_as_received_at_the_last_cut_off(two_nights):
    put(two_nights.inbox, "old.csv", f"factory_id,report_year,nil_report\n{SILENT},2025,yes\n", "2026-01-01T00:00")
    assert run_night(two_nights.data, NIGHT_2)[0] == 0
    connection = duckdb.connect(str(two_nights.published), read_only=True)
    received = connection.execute("SELECT received_at::VARCHAR FROM audit.submission WHERE original_name = 'old.csv'").fetchone()
    status = connection.execute(
        "SELECT status FROM summary.obligation WHERE factory_id = ? AND report_type = 'annual' AND period = '2025'", [SILENT]
    ).fetchone()
    connection.close()
    assert received == ("2026-05-10 17:00:00",)
    assert status == ("late",)


def test_rebuild_equals_the_live_store(two_nights):
    outcome = rebuild(two_nights, 1_000, Limits())
    assert (outcome.runs, outcome.files, outcome.had_old, outcome.differences) == (2, 7, True, {})


def test_rebuild_says_what_differs(two_nights):
    with duckdb.connect(str(two_nights.work)) as connection:
        connection.execute("UPDATE core.manifest SET quantity = 7 WHERE manifest_no = 'M1'")
    assert rebuild(two_nights, 1_000, Limits()).differences == {
        "core.manifest": "1 rows only in the old one, 1 only in the new one"
    }


def test_rebuild_without_a_work_file_gives_back_the_same_tables(two_nights):
    before = tables(two_nights.published)
    two_nights.work.unlink()
    assert rebuild(two_nights, 1_000, Limits()).had_old is False
    assert run_night(two_nights.data, NIGHT_2)[0] == 0
    assert tables(two_nights.published) == before
