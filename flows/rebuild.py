"""Rebuild: the warehouse is a function of the archive. Every recorded run is replayed into a new work file."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb

from flows import night as wiring
from flows.errors import NightError, UsageError
from flows.lease import lease
from flows.ledger import Entry, Ledger, instant
from flows.reading.limits import Limits
from flows.steps.alert import refresh_table
from flows.steps.detect import detect
from flows.steps.summarise import summarise, summarise_found
from flows.warehouse import Store, open_work, quoted, transaction

log = logging.getLogger(__name__)


@dataclass
class Outcome:
    """What a rebuild did.

    Attributes:
        runs, files: replayed.
        had_old: whether there was an old work file to compare with.
        differences: table -> what differs.
    """

    runs: int = 0
    files: int = 0
    had_old: bool = False
    differences: dict[str, str] = field(default_factory=dict)


def rebuild(store: Store, memory_limit_mb: int, limits: Limits) -> Outcome:
    """Replay the ledger into a new work.duckdb, compare it with the old one, and put it in its place.

    The old file is kept as work.duckdb.old. Nothing is published and nobody is mailed.

    Raises:
        UsageError: there is no ledger.
        NightError: a pack is missing or a night is running.
    """
    if not store.ledger.exists():
        raise UsageError(f"there is no ledger at {store.ledger}: nothing to rebuild from")
    with lease(store.lease):
        ledger = Ledger(store.ledger)
        new = store.work.with_name("work.duckdb.new")
        remove(new)
        outcome = Outcome()
        with open_work(new, memory_limit_mb) as connection:
            for entry in ledger.of_kind("night_published"):
                for run in entry.facts["runs"]:
                    outcome.files += replay(connection, ledger, run, store, limits)
                    outcome.runs += 1
            _derive(connection, ledger)
            wiring.comment_all(connection)
        if store.work.exists():
            outcome.had_old = True
            outcome.differences = _compared_with_old(store, ledger, new, memory_limit_mb)
            old = store.work.with_name("work.duckdb.old")
            remove(old)
            store.work.rename(old)
        new.rename(store.work)
    return outcome


def _compared_with_old(store: Store, ledger: Ledger, new: Path, memory_limit_mb: int) -> dict[str, str]:
    try:
        connection = open_work(store.work, memory_limit_mb)
    except NightError:
        return {"work.duckdb": "the old one cannot be opened, so nothing can be compared; it is kept as work.duckdb.old"}
    with connection:
        _derive(connection, ledger)
        return compare(connection, new)


def remove(path: Path) -> None:
    """Remove a database file and its log."""
    path.unlink(missing_ok=True)
    path.with_name(path.name + ".wal").unlink(missing_ok=True)


def _derive(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> None:
    """The tables that are the ledger's, as it stands now."""
    wiring.refresh_nights(connection, ledger, None)
    refresh_table(connection, ledger)


def replay(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger, run: dict[str, str], store: Store, limits: Limits
) -> int:
    """Load the packs of one recorded run into a work file and summarise, as that run did.

    Returns:
        How many files it loaded.

    Raises:
        NightError: a pack is missing, or not what was written.
    """
    night, start = date.fromisoformat(run["night"]), date.fromisoformat(run["obligations_from"])
    packs: list[Entry] = [entry for entry in ledger.of_kind("pack") if entry.facts["pack"] in run["packs"]]
    log.info("replay: night %s, %d packs", night, len(packs))
    with transaction(connection):
        intake = wiring.take_in(connection, packs, night, store, limits, _just_run)
        summarise(connection, night, start)
        detect(connection, night)
        summarise_found(connection)
        times = wiring.Times(night, instant(run["cut_off_at"]), None)
        wiring.record_run(connection, times, packs, start)
    return len(intake.files)


def _just_run(name: str, work: Callable[[], wiring.Result]) -> wiring.Result:
    return work()


def compare(connection: duckdb.DuckDBPyConnection, other: Path) -> dict[str, str]:
    """Compare two work files as multisets of rows.

    Args:
        connection: one of them.
        other: the path of the other.

    Returns:
        Table -> what differs, in words.
    """
    connection.execute(f"ATTACH {quoted(str(other))} AS other (READ_ONLY)")
    try:
        tables = connection.execute(
            "SELECT DISTINCT schema_name, table_name FROM duckdb_tables()"
            " WHERE NOT temporary AND database_name IN (current_database(), 'other') ORDER BY ALL"
        ).fetchall()
        differences = {}
        for schema, table in tables:
            name = f'{schema}."{table}"'
            try:
                row = connection.execute(
                    f"SELECT (SELECT count(*) FROM (FROM {name} EXCEPT ALL FROM other.{name})),"
                    f" (SELECT count(*) FROM (FROM other.{name} EXCEPT ALL FROM {name}))"
                ).fetchone()
            except (duckdb.CatalogException, duckdb.BinderException) as error:
                differences[f"{schema}.{table}"] = str(error).splitlines()[0]
                continue
            if row and (row[0] or row[1]):
                differences[f"{schema}.{table}"] = f"{row[0]} rows only in the old one, {row[1]} only in the new one"
        return differences
    finally:
        connection.execute("DETACH other")
