"""One night, wired together: what the flow coats in Prefect, and what a rebuild replays without it."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, TypeVar

import duckdb

from flows.ahead import Submit
from flows.batches import Batch, Checked, File
from flows.clock import bangkok_day, end_of_day, naive_utc
from flows.errors import UsageError
from flows.ledger import Entry, Ledger, instant, stamp
from flows.packs import PackReader
from flows.reading.limits import Limits
from flows.rows import row_of
from flows.steps.archive import packs_of
from flows.steps.check import check
from flows.steps.load import load, write_submissions
from flows.warehouse import Store, comment_tables, row_tables
from schemas.records import Report
from schemas.reports import all_reports
from schemas.tables import PLAIN_TABLES, Table

log = logging.getLogger(__name__)

SIDE_BY_SIDE = 2  # batches checked at a time: Arrow and numpy let go of Python's lock; each takes some 200 MB
Result = TypeVar("Result")
# How one step is run: `step(name, work)`. The flow runs it as a Prefect task, a rebuild just calls it.
Step = Callable[[str, Callable[[], Result]], Result]


@dataclass(frozen=True)
class Times:
    """When a night is.

    Attributes:
        night: the night, a day in Bangkok.
        cut_off: files modified later stay in the inbox.
        earliest: the cut-off of the night before; no file counts as received earlier.
    """

    night: date
    cut_off: datetime
    earliest: datetime | None


def times_of(ledger: Ledger, night: date | None, at: datetime) -> Times:
    """The times of the night that starts now.

    Args:
        ledger: knows the nights before.
        night: the night asked for; None is today in Bangkok.
        at: the clock.

    Raises:
        UsageError: the night lies ahead, or before the last one.
    """
    today = bangkok_day(at)
    night = night or today
    if night > today:
        raise UsageError(f"night {night} lies ahead: today is {today} in Bangkok")
    cut_offs = {
        date.fromisoformat(entry.facts["night"]): instant(entry.facts["cut_off_at"]) for entry in ledger.of_kind("night_started")
    }
    if cut_offs and night < max(cut_offs):
        raise UsageError(
            f"nights run in order: {max(cut_offs)} has been run, so {night} cannot be run any more"
            " (the last night may be run again)"
        )
    before = [cut_off for day, cut_off in cut_offs.items() if day < night]
    return Times(night, at if night == today else min(end_of_day(night), at), max(before, default=None))


@dataclass
class Intake:
    """Files of a night on their way into the warehouse."""

    files: dict[int, File] = field(default_factory=dict)
    batches: dict[str, list[Batch]] = field(default_factory=lambda: defaultdict(list))
    held: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    @classmethod
    def of(cls, read: Iterable[tuple[Sequence[File], Sequence[Batch]]]) -> Intake:
        """All that was read."""
        intake = cls()
        for files, batches in read:
            intake.add(files, batches)
        return intake

    def add(self, files: Sequence[File], batches: Sequence[Batch]) -> None:
        """Files that were read, and their rows."""
        self.files.update({file.file_no: file for file in files})
        for batch in batches:
            self.batches[batch.report.name].append(batch)


def loaded_packs(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Packs that this work file holds."""
    rows = connection.execute("SELECT DISTINCT unnest(packs) FROM meta.run").fetchall()
    return [row[0] for row in rows]


def pending(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> list[Entry]:
    """Packs to load, in their order of receipt."""
    return packs_of(ledger, loaded_packs(connection))


def known_among(connection: duckdb.DuckDBPyConnection, submission_ids: Sequence[str]) -> set[str]:
    """Which of some submissions were taken in before; years of them would not fit into memory."""
    rows = connection.execute(
        "SELECT submission_id FROM audit.submission SEMI JOIN (SELECT unnest($ids) AS submission_id) USING (submission_id)",
        {"ids": list(submission_ids)},
    ).fetchall()
    return {row[0] for row in rows}


def take_in(
    connection: duckdb.DuckDBPyConnection, packs: Sequence[Entry], night: date, store: Store, limits: Limits, step: Step[Any]
) -> Intake:
    """Read packs, then check and load their rows.

    Args:
        connection: the work file, inside the night's transaction.
        packs: entries of the ledger, in order.
        night: the night that loads them.
        store: where packs and scratch lie.
        limits: bounds on one file.
        step: runs each step.
    """
    reader = pack_reader(connection, store, limits)
    for pack in packs:
        reader.add(pack)
    intake = Intake.of(reader.read(step))
    judge_and_load(connection, intake, night, step)
    return intake


def pack_reader(
    connection: duckdb.DuckDBPyConnection, store: Store, limits: Limits, beside: Submit | None = None
) -> PackReader:
    """Reads the night's packs; `beside` is the side process, if it may help."""
    return PackReader(store.archive, store.scratch, limits, partial(known_among, connection), beside)


def judge_and_load(
    connection: duckdb.DuckDBPyConnection,
    intake: Intake,
    night: date,
    step: Step[Any],
    has_register: bool = True,
    before_load: Callable[[Report, list[Checked]], None] | None = None,
) -> None:
    """Check and load what was read: the register first, because all others refer to it.

    Args:
        connection: the work file, or one in memory (`waste try`).
        intake: files and batches; its batches are used up.
        night: the night.
        step: runs each step.
        has_register: False leaves out the rules that need the register.
        before_load: told the checked rows of each report type before they are loaded.
    """
    for report in all_reports().values():
        if intake.batches[report.name]:
            _take_in_report(connection, report, intake, night, step, has_register, before_load)
    write_submissions(connection, list(intake.files.values()), intake.held, night)


def _take_in_report(
    connection: duckdb.DuckDBPyConnection,
    report: Report,
    intake: Intake,
    night: date,
    step: Step[Any],
    has_register: bool,
    before_load: Callable[[Report, list[Checked]], None] | None,
) -> None:
    aliases = old_numbers(connection)
    batches = intake.batches.pop(report.name)

    def check_one(batch: Batch) -> Checked:
        return check(connection, batch, intake.files, night, aliases, has_register)

    def check_all() -> list[Checked]:
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            # In the step's own context, so that Prefect shows its log lines with the step.
            return [judged.result() for judged in [pool.submit(copy_context().run, check_one, batch) for batch in batches]]

    checked = step(f"check {report.name}", check_all)
    for each in checked:
        _complete_logs(each, intake.files)
    if before_load:
        before_load(report, checked)
    held = step(f"load {report.name}", lambda: load(connection, report, checked, intake.files, night))
    for file_no, count in held.items():
        intake.held[file_no] += count


def _complete_logs(each: Checked, files: dict[int, File]) -> None:
    for file_no, calendars in each.calendars.items():
        files[file_no].log = {**files[file_no].log, "calendars": calendars}
    for file_no, resolved in each.resolved.items():
        files[file_no].log = {**files[file_no].log, "old_numbers_resolved": resolved}


def old_numbers(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Old factory numbers of the register, each with the factories that have it."""
    rows = connection.execute(
        "SELECT trim(old_factory_no), list(factory_id ORDER BY factory_id) FROM core.factory"
        " WHERE old_factory_no IS NOT NULL GROUP BY ALL"
    ).fetchall()
    return dict(rows)


def record_run(connection: duckdb.DuckDBPyConnection, times: Times, packs: Sequence[Entry], obligations_from: date) -> None:
    """Enter this run into the work file itself, in the same transaction as its result."""
    connection.execute(
        "INSERT INTO meta.run SELECT (SELECT count(*) FROM meta.run) + 1, $night, $packs, $cut_off, $obligations_from",
        {
            "night": times.night,
            "packs": [entry.facts["pack"] for entry in packs],
            "cut_off": naive_utc(times.cut_off),
            "obligations_from": obligations_from,
        },
    )


def refresh_nights(connection: duckdb.DuckDBPyConnection, ledger: Ledger, published_now: tuple[date, datetime] | None) -> None:
    """`audit.night` anew from the ledger and `audit.submission`.

    Args:
        connection: the work file.
        ledger: the record.
        published_now: the night about to be published and when, since its entry comes after its table.
    """
    nights: dict[str, dict[str, object]] = {}
    for entry in ledger.of_kind("night_started", "pack", "night_published", "night_stopped"):
        row = nights.setdefault(
            entry.facts["night"],
            dict.fromkeys(("outcome", "started_at", "finished_at", "cut_off_at", "reason")) | {"night": entry.facts["night"]},
        )
        at = naive_utc(instant(entry.at))
        if entry.kind == "night_started":
            row["started_at"] = row["started_at"] or at
            if row["outcome"] != "published":
                row["cut_off_at"] = naive_utc(instant(entry.facts["cut_off_at"]))
        elif entry.kind == "pack":
            row |= {"outcome": None, "finished_at": None, "reason": None}
        elif entry.kind == "night_stopped":
            row |= {"outcome": "stopped", "finished_at": at, "reason": entry.facts["reason"]}
        elif row["outcome"] != "published":
            finished_at = naive_utc(instant(entry.facts["finished_at"]))
            row |= {"outcome": "published", "finished_at": finished_at, "reason": None}
    if published_now:
        row = nights[published_now[0].isoformat()]
        if row["outcome"] != "published":
            row |= {"outcome": "published", "finished_at": naive_utc(published_now[1]), "reason": None}
    for name, row in nights.items():
        if row["outcome"] is None and (published_now is None or name != published_now[0].isoformat()):
            row |= {"outcome": "stopped", "reason": "it did not end: the machine or the process stopped"}
    connection.execute("DELETE FROM audit.night")
    for row in nights.values():
        connection.execute(
            "INSERT INTO audit.night BY NAME SELECT $night::DATE AS night, $outcome AS outcome,"
            " $started_at::TIMESTAMP AS started_at, $finished_at::TIMESTAMP AS finished_at,"
            " $cut_off_at::TIMESTAMP AS cut_off_at, $reason AS reason",
            row,
        )
    connection.execute(
        "UPDATE audit.night AS n SET files = coalesce(s.files, 0), rows_read = coalesce(s.r, 0),"
        " rows_accepted = coalesce(s.a, 0), rows_quarantined = coalesce(s.q, 0)"
        " FROM (SELECT d.night, count(s.submission_id) AS files, sum(s.rows_read) AS r, sum(s.rows_accepted) AS a,"
        " sum(s.rows_quarantined) AS q FROM audit.night AS d LEFT JOIN audit.submission AS s USING (night) GROUP BY 1) AS s"
        " WHERE n.night = s.night"
    )


def comment_all(connection: duckdb.DuckDBPyConnection) -> None:
    """Write the meaning of every table into the work file, where it is not yet; summaries bring their own."""
    columns = "schema_name, table_name, column_name, comment FROM duckdb_columns() WHERE database_name = current_database()"
    tables = "schema_name, table_name, NULL, comment FROM duckdb_tables() WHERE database_name = current_database()"
    written = set(connection.execute(f"SELECT {columns} UNION ALL SELECT {tables}").fetchall())

    def is_commented(table: Table) -> bool:
        meanings = {None: table.one_row_is} | {column.name: column.meaning for column in table.columns}
        return all((table.schema, table.name, name, meaning) in written for name, meaning in meanings.items())

    without = tuple(table for table in (*row_tables(), *PLAIN_TABLES) if not is_commented(table))
    comment_tables(connection, without)


def runs_since_publication(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> list[dict[str, object]]:
    """Committed runs that the ledger does not have yet, as it will record them."""
    recorded = sum(len(entry.facts["runs"]) for entry in ledger.of_kind("night_published"))
    rows = connection.execute(
        "SELECT night, packs, cut_off_at, obligations_from FROM meta.run WHERE run_no > ? ORDER BY run_no", [recorded]
    ).fetchall()
    return [
        {"night": str(night), "packs": packs, "cut_off_at": stamp(cut_off.replace(tzinfo=UTC)), "obligations_from": str(start)}
        for night, packs, cut_off, start in rows
    ]  # fmt: skip


def counts_of(connection: duckdb.DuckDBPyConnection, night: date) -> dict[str, int]:
    """The night's counts: files by outcome, rows read, accepted, quarantined, findings."""
    row = row_of(
        connection,
        "SELECT count(*) AS files, count_if(outcome = 'accepted') AS files_accepted,"
        " count_if(outcome = 'partly_accepted') AS files_partly_accepted, count_if(outcome = 'rejected') AS files_rejected,"
        " count_if(outcome = 'duplicate') AS files_duplicate, coalesce(sum(rows_read), 0) AS rows_read,"
        " coalesce(sum(rows_accepted), 0) AS rows_accepted, coalesce(sum(rows_quarantined), 0) AS rows_quarantined,"
        " (SELECT count(*) FROM audit.finding WHERE night = $night) AS findings FROM audit.submission WHERE night = $night",
        {"night": night},
    )
    return {name: int(value or 0) for name, value in row.items()}
