"""One night over a few small files, without Prefect and Great Expectations: what the documents' examples are tried on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from flows import night as wiring
from flows.clock import end_of_day
from flows.ledger import Ledger
from flows.reading.limits import Limits
from flows.steps.archive import archive, begin_clearing, finish_clearing, started
from flows.steps.detect import detect
from flows.steps.publish import publish
from flows.steps.summarise import summarise, summarise_found
from flows.warehouse import Store, open_work, transaction
from tests.nights.small_world import put

NIGHT = date(2026, 6, 1)
OBLIGATIONS_FROM = date(2025, 1, 1)


def run_small_night(
    data: Path, files: Mapping[str, str | bytes], received_at: Mapping[str, str] | None = None, night: date = NIGHT
) -> Path:
    """Run the night of 1 June 2026 in a fresh folder, or a later one after it.

    Args:
        data: folder of the installation.
        files: path below the inbox -> content.
        received_at: path -> moment in UTC, where it is not the last of May.
        night: the night.

    Returns:
        The published file.
    """
    store, limits = Store(data), Limits()
    store.make_folders()
    for name, content in files.items():
        put(store.inbox, name, content, (received_at or {}).get(name, "2026-05-31T01:00"))
    ledger = Ledger(store.ledger)
    times = wiring.Times(night, end_of_day(night), None)
    started(ledger, night, times.cut_off)
    archived = archive(store.inbox, store.archive, ledger, night, times.cut_off, times.earliest, limits.file_bytes)
    begin_clearing(archived, store.archive)
    finish_clearing(archived, ledger)
    with open_work(store.work) as connection:
        with transaction(connection):
            packs = wiring.pending(connection, ledger)
            wiring.take_in(connection, packs, night, store, limits, lambda name, work: work())
            summarise(connection, night, OBLIGATIONS_FROM)
            detect(connection, night)
            summarise_found(connection)
            wiring.record_run(connection, times, packs, OBLIGATIONS_FROM)
            wiring.refresh_nights(connection, ledger, (night, datetime(night.year, night.month, night.day, 18, tzinfo=UTC)))
            wiring.comment_all(connection)
        publish(connection, store.published)
    return store.published
