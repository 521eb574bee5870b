"""`waste try` says what the night says: the demo's nights, each tried before it is run."""

from __future__ import annotations

from dataclasses import astuple
from datetime import date
from pathlib import Path

from flows.clock import end_of_day
from flows.demo import make_demo
from flows.ledger import Ledger
from flows.night import pending, record_run, take_in, times_of
from flows.reading.limits import Limits
from flows.steps.archive import archive, begin_clearing, finish_clearing, started
from flows.steps.publish import publish
from flows.trying import Answer, try_files
from flows.warehouse import Store, open_work, transaction

FACTORIES, SEED = 60, 7


def call(name, work):
    return work()


def due(store: Store, cut_off: float) -> list[Path]:
    return sorted(path for path in store.inbox.rglob("*") if path.is_file() and path.stat().st_mtime <= cut_off)


def run_one(store: Store, connection, night: date) -> set[tuple]:
    """The night without summaries, anomalies and mails; its findings."""
    ledger = Ledger(store.ledger)
    times = times_of(ledger, night, end_of_day(night))
    started(ledger, times.night, times.cut_off)
    archived = archive(store.inbox, store.archive, ledger, night, times.cut_off, times.earliest, 100_000_000)
    begin_clearing(archived, store.archive)
    finish_clearing(archived, ledger)
    with transaction(connection):
        packs = pending(connection, ledger)
        take_in(connection, packs, night, store, Limits(), call)
        record_run(connection, times, packs, date(2025, 1, 1))
    publish(connection, store.published)
    return set(
        connection.execute(
            "SELECT submission_id, source_sheet, source_row, column_name, value, check_id, severity, message_en, message_th"
            " FROM audit.finding WHERE night = ?",
            [night],
        ).fetchall()
    )


def findings_of(answer: Answer) -> set[tuple]:
    return {astuple(found) for each in answer.tried if not each.received_before for found in each.findings}


def test_each_night_of_the_demo(tmp_path):
    store = Store(tmp_path)
    store.make_folders()
    plan = make_demo(store.inbox, FACTORIES, SEED)
    found = 0
    with open_work(store.work) as connection:
        for night in plan.nights:
            cut_off = end_of_day(night)
            paths = due(store, cut_off.timestamp())
            answer = try_files(paths, store.published, store.inbox, Limits(), cut_off)
            said = run_one(store, connection, night)
            assert findings_of(answer) == said, night
            outcomes = dict(connection.execute("SELECT submission_id, outcome FROM audit.submission").fetchall())
            for each in answer.tried:
                if not each.received_before and each.outcome != "duplicate":
                    assert outcomes[each.file.submission_id] in (each.outcome, "duplicate")
            found += len(said)
    assert found > 40
