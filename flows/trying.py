"""`waste try`: what tonight would say about some files, without submitting them and without writing anything.

The steps are those of the night (`flows.night.judge_and_load`), on a warehouse in memory. What is needed of the published
one is copied into it: the register, and the rows that the files would replace.
"""

from __future__ import annotations

import hashlib
import stat
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from flows.batches import Checked, File
from flows.clock import bangkok_day
from flows.errors import UsageError
from flows.feedback.words import ordered
from flows.night import Intake, judge_and_load
from flows.reading.limits import Limits
from flows.reading.workbook import WorkbookReader
from flows.steps.archive import DESK, PACK_SCHEMA, shown
from flows.steps.read import read
from flows.warehouse import create_tables, quoted
from schemas.checks import all_checks
from schemas.records import Finding, Report
from schemas.reports import all_reports

GROUP_BYTES = 64_000_000  # files are read in groups of at most so many bytes, as the night reads its packs
GROUP_FILES = 1_000
_UNJUDGED = "mends_not_judged"
Progress = Callable[[str, int], None]  # what is being done, and how many bytes are done since the last word


@dataclass(frozen=True)
class Tried:
    """What the night would say about one file.

    Attributes:
        path: the file.
        file: as the steps saw it; its `log` is the reading log.
        outcome: accepted, partly_accepted, rejected or duplicate.
        rows_faulty: rows that would be held back.
        findings: all of them, in the order of the file.
        received_before: the day in Bangkok on which the same bytes were received, None when they are new.
        same_as: another of the tried files with the same bytes.
    """

    path: Path
    file: File
    outcome: str
    rows_faulty: int
    findings: tuple[Finding, ...]
    received_before: date | None = None
    same_as: Path | None = None

    @property
    def has_errors(self) -> bool:
        """Whether anything must be mended."""
        return any(each.severity == "error" for each in self.findings)


@dataclass(frozen=True)
class Answer:
    """What the night would say.

    Attributes:
        day: the day in Bangkok on which it was judged.
        register: where the register came from: `warehouse`, `files`, or "" for none.
        not_judged: checks that need the register, when there is none.
        tried: one a file, in the order given.
    """

    day: date
    register: str
    not_judged: tuple[str, ...]
    tried: tuple[Tried, ...]

    @property
    def has_errors(self) -> bool:
        """Whether anything must be mended."""
        return any(each.has_errors for each in self.tried)


@dataclass
class _Candidate:
    """One file before it is read."""

    path: Path
    submitted_by: str
    modified_ns: int
    size_bytes: int
    submission_id: str
    refusal: str | None

    def row(self, earliest: datetime, at: datetime) -> dict[str, Any]:
        """As a pack of the archive has it; its time of receipt is the file's, but none before `earliest` or after `at`."""
        received_at = min(max(datetime.fromtimestamp(self.modified_ns // 1_000_000_000, UTC), earliest), at)
        return {
            "submission_id": self.submission_id,
            "original_name": shown(self.path.name),
            "submitted_by": self.submitted_by,
            "received_at": received_at,
            "modified_ns": self.modified_ns,
            "size_bytes": self.size_bytes,
            "refusal": self.refusal,
            "content": None if self.refusal else self.path.read_bytes(),
        }


def try_files(
    paths: Sequence[Path],
    published: Path,
    inbox: Path,
    limits: Limits,
    at: datetime,
    sender: str | None = None,
    progress: Progress = lambda words, done: None,
) -> Answer:
    """Judge files as tonight would if they lay in the inbox as they are, all of them together.

    Args:
        paths: the files. Of two reports about the same thing the one modified later is the later one, as in a night.
        published: the published warehouse; it need not be there.
        inbox: a file that lies in the inbox is judged by the channel it lies in.
        limits: bounds on one file.
        at: the clock; no file counts as received later.
        sender: factory number of the channel that they would come through; None is the department's desk.
        progress: told what is being done.

    Raises:
        UsageError: a path is missing or a folder, or the published file cannot be opened.
    """
    candidates = [_candidate(path, inbox, limits, sender) for path in paths]
    in_order = sorted(candidates, key=lambda each: (each.modified_ns, each.submission_id))
    night = bangkok_day(at)
    with tempfile.TemporaryDirectory(prefix="waste-try-") as scratch, connected(published) as connection:
        earliest = _earliest(connection, night)
        intake = _read_all(in_order, earliest, at, Path(scratch), limits, progress)
        register = _register(connection, intake)
        before = _received_before(connection, [each.submission_id for each in candidates])

        if not _has_published(connection):
            for file in intake.files.values():
                file.log = {key: value for key, value in file.log.items() if key != "mends"} | _unjudged_mends(file)

        def copy_current(report: Report, checked: list[Checked]) -> None:
            if report.name != "factory" and _has_published(connection):
                _copy_current(connection, report, checked, list(before), list(intake.files.values()))

        def step(name: str, work: Callable[[], Any]) -> Any:
            progress(name, 0)
            return work()

        judge_and_load(connection, intake, night, step, bool(register), copy_current)
        tried = tuple(_answers(connection, candidates, in_order, intake, before))
    needs = set() if register else _needing_register(intake)
    if any(_UNJUDGED in file.log for file in intake.files.values()):
        needs.add("mend_is_current")
    return Answer(night, register, tuple(sorted(needs)), tried)


def _unjudged_mends(file: File) -> dict[str, Any]:
    """What a file mends is said under another name where it cannot be judged: loading then takes its rows as they are."""
    return {_UNJUDGED: file.log["mends"]} if "mends" in file.log else {}


def _candidate(path: Path, inbox: Path, limits: Limits, sender: str | None) -> _Candidate:
    try:
        status = path.stat()
    except OSError as error:
        raise UsageError(f"{shown(str(path))} cannot be read: {error.strerror}") from error
    if stat.S_ISDIR(status.st_mode):
        raise UsageError(f"{shown(str(path))} is a folder: name the files in it")
    refusal = None
    if not stat.S_ISREG(status.st_mode):
        refusal = "special"
    elif status.st_size > limits.file_bytes:
        refusal = "too_large"
    digest = hashlib.sha256(b"special").hexdigest() if refusal == "special" else _digest(path)
    return _Candidate(path, sender or _channel(path, inbox), status.st_mtime_ns, status.st_size, digest, refusal)


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UsageError(f"{shown(str(path))} cannot be read: {error.strerror}") from error


def _channel(path: Path, inbox: Path) -> str:
    """The channel of a file that lies in the inbox, else the desk."""
    try:
        parts = path.resolve().relative_to(inbox.resolve()).parts
    except ValueError:
        return DESK
    return shown(parts[1]) if len(parts) == 3 and parts[0] == "by" else DESK


def connected(published: Path) -> duckdb.DuckDBPyConnection:
    """A warehouse in memory, with the published one attached as `published` when it is there.

    What rules look up in it is copied: the register, and what was found.

    Raises:
        UsageError: the published file cannot be opened.
    """
    connection = duckdb.connect(":memory:", config={"temp_directory": "", "preserve_insertion_order": "false"})
    create_tables(connection)
    if published.exists():
        try:
            connection.execute(f"ATTACH {quoted(str(published))} AS published (READ_ONLY)")
            connection.execute("INSERT INTO core.factory BY NAME FROM published.core.factory")
            connection.execute("INSERT INTO anomaly.found BY NAME FROM published.anomaly.found")
        except duckdb.Error as error:
            connection.close()
            raise UsageError(f"{published} cannot be used: {str(error).splitlines()[0]}") from error
    return connection


def _has_published(connection: duckdb.DuckDBPyConnection) -> bool:
    return bool(connection.execute("FROM duckdb_databases() WHERE database_name = 'published'").fetchall())


def _register(connection: duckdb.DuckDBPyConnection, intake: Intake) -> str:
    if _has_published(connection):
        return "warehouse"
    return "files" if intake.batches.get("factory") else ""


def _earliest(connection: duckdb.DuckDBPyConnection, night: date) -> datetime:
    """The cut-off of the night before: an older file would have been taken then."""
    row = None
    if _has_published(connection):
        row = connection.execute("SELECT max(cut_off_at) FROM published.audit.night WHERE night < ?", [night]).fetchone()
    return row[0].replace(tzinfo=UTC) if row and row[0] else datetime.fromtimestamp(0, UTC)


def _read_all(
    candidates: list[_Candidate],
    earliest: datetime,
    at: datetime,
    scratch: Path,
    limits: Limits,
    progress: Progress,
) -> Intake:
    intake, seen = Intake(), set[str]()
    with WorkbookReader(limits) as workbooks:
        for group in _groups(candidates):
            progress(f"read {len(intake.files) + 1} of {len(candidates)}", 0)
            pack = pa.Table.from_pylist([each.row(earliest, at) for each in group], PACK_SCHEMA)
            intake.add(*read(pack, len(intake.files), seen, workbooks, scratch, limits))
            progress("read", sum(each.size_bytes for each in group))
    return intake


def _groups(candidates: list[_Candidate]) -> Iterator[list[_Candidate]]:
    group: list[_Candidate] = []
    size = 0
    for each in candidates:
        if group and (len(group) >= GROUP_FILES or size + each.size_bytes > GROUP_BYTES):
            yield group
            group, size = [], 0
        group.append(each)
        size += 0 if each.refusal else each.size_bytes
    if group:
        yield group


def _received_before(connection: duckdb.DuckDBPyConnection, ids: list[str]) -> dict[str, datetime]:
    if not _has_published(connection):
        return {}
    rows = connection.execute(
        "SELECT submission_id, min(received_at) FROM published.audit.submission"
        " WHERE submission_id IN (SELECT unnest($ids)) GROUP BY 1",
        {"ids": ids},
    ).fetchall()
    return dict(rows)


def _copy_current(
    connection: duckdb.DuckDBPyConnection, report: Report, checked: list[Checked], own: list[str], files: list[File]
) -> None:
    """The published rows under the keys that these files report, as if the files had not been received before."""
    keys = pa.concat_tables([each.typed.select(list(report.version_key)) for each in checked])
    connection.register("tried_keys", keys)
    try:
        connection.execute(
            f"INSERT INTO core.{report.name} BY NAME SELECT p.* FROM published.core.{report.name} AS p"
            f" SEMI JOIN tried_keys USING ({', '.join(report.version_key)})"
            " WHERE p.submission_id NOT IN (SELECT unnest($own))",
            {"own": own},
        )
        mended = sorted({each for file in files for each in file.log.get("mends", ())} - set(own))
        if mended:
            connection.execute(
                "INSERT INTO audit.submission BY NAME FROM published.audit.submission WHERE submission_id IN"
                " (SELECT unnest($mended) EXCEPT SELECT submission_id FROM audit.submission)",
                {"mended": mended},
            )
            connection.execute(
                f"INSERT INTO history.{report.name} BY NAME SELECT p.* FROM published.history.{report.name} AS p"
                f" SEMI JOIN tried_keys USING ({', '.join(report.version_key)})"
            )
    finally:
        connection.unregister("tried_keys")


def _needing_register(intake: Intake) -> set[str]:
    names = {name for file in intake.files.values() for name in file.report_types}
    return {
        check.id
        for name in names
        for check in all_checks().values()
        if any(rule.needs_register for rule in check.rules(all_reports()[name]))
    }


def _answers(
    connection: duckdb.DuckDBPyConnection,
    candidates: list[_Candidate],
    in_order: list[_Candidate],
    intake: Intake,
    before: dict[str, datetime],
) -> Iterator[Tried]:
    files = {id(each): intake.files[number] for number, each in enumerate(in_order)}
    first: dict[str, Path] = {}
    for each in in_order:
        first.setdefault(each.submission_id, each.path)
    found: dict[str, list[Finding]] = {}
    for row in connection.execute(f"SELECT {', '.join(each.name for each in fields(Finding))} FROM audit.finding").fetchall():
        found.setdefault(row[0], []).append(Finding(*row))
    rows = connection.execute("SELECT submission_id, outcome FROM audit.submission").fetchall()
    outcomes = {(submission_id, outcome == "duplicate"): outcome for submission_id, outcome in rows}
    for each in candidates:
        file = files[id(each)]
        is_copy = file.outcome == "duplicate"
        at = before.get(each.submission_id)
        yield Tried(
            path=each.path,
            file=file,
            outcome=outcomes[each.submission_id, is_copy],
            rows_faulty=0 if is_copy else intake.held.get(file.file_no, 0),
            findings=() if is_copy else tuple(ordered(found.get(each.submission_id, []))),
            received_before=bangkok_day(at.replace(tzinfo=UTC)) if at else None,
            same_as=first[each.submission_id] if is_copy else None,
        )

