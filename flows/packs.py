"""Packs of the archive read into files and rows: in this process, or in the night's second one."""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from flows.ahead import Submit, one_ahead
from flows.batches import Batch, File
from flows.ledger import Entry
from flows.reading.limits import Limits
from flows.reading.workbook import WorkbookReader
from flows.steps.archive import proven_pack, submission_ids_of
from flows.steps.read import read
from schemas.reports import all_reports

# How one step is run: `step(name, work)`.
Step = Callable[[str, Callable[[], Any]], Any]

Read = tuple[list[File], list[Batch]]


@dataclass(frozen=True)
class Pack:
    """One pack to read.

    Attributes:
        number: its place in the night, from 1.
        entry: its entry in the ledger.
        first_file_no: number of its first file.
        seen: those of its submission ids that were taken in before, in an earlier night or pack.
    """

    number: int
    entry: Entry
    first_file_no: int
    seen: frozenset[str]


class PackReader:
    """Reads packs, some of them in a side process, which begins while others are still being archived."""

    def __init__(
        self,
        archive: Path,
        scratch: Path,
        limits: Limits,
        known: Callable[[Sequence[str]], set[str]],
        beside: Submit | None = None,
    ) -> None:
        """Args:
        archive: where packs lie.
        scratch: a private folder; emptied.
        limits: bounds on one file.
        known: which of some submission ids were taken in before.
        beside: the side process; None when there is none.
        """
        self._archive, self._scratch, self._limits = archive, scratch, limits
        self._known, self._beside = known, beside
        self._tonight: set[str] = set()
        self._packs: list[Pack] = []
        self._waiting: deque[Pack] = deque()
        self._apart: list[tuple[Pack, Future[tuple[list[File], dict[str, Path]]]]] = []
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True, mode=0o700)

    def add(self, entry: Entry) -> None:
        """A pack that is in the ledger, after those before it.

        Raises:
            NightError: it is missing, or not what was written.
        """
        submission_ids = submission_ids_of(self._archive, entry)
        seen = self._known(submission_ids) | self._tonight.intersection(submission_ids)
        self._tonight.update(submission_ids)
        first_file_no = sum(int(pack.entry.facts["files"]) for pack in self._packs)
        self._packs.append(Pack(len(self._packs) + 1, entry, first_file_no, frozenset(seen)))
        self._waiting.append(self._packs[-1])
        self._hand_over()

    def read(self, step: Step) -> list[Read]:
        """Files and rows of every pack, in order; each is one `step`.

        Raises:
            NightError: a pack is missing, or not what was written; the side process died.
        """
        done: dict[int, Read] = {}

        def read_one(pack: Pack, work: Callable[[], Read]) -> None:
            done[pack.number] = step(f"read pack {pack.number} of {len(self._packs)}", work)

        with WorkbookReader(self._limits) as workbooks:
            for pack, table in one_ahead(lambda pack: (pack, proven_pack(self._archive, pack.entry)), self._own()):
                read_one(pack, partial(_read_here, pack, table, workbooks, self._scratch, self._limits))
        for pack, reading in self._apart:
            read_one(pack, partial(_taken_over, reading))
        return [done[pack.number] for pack in self._packs]

    def _own(self) -> Iterator[Pack]:
        """Packs for this process, while there are any that the other one has not taken."""
        while self._waiting:
            self._hand_over()
            if self._waiting:
                yield self._waiting.popleft()

    def _hand_over(self) -> None:
        """The next pack goes to the side process, if that has nothing to read and another is left for this one.

        A night of one pack is read here at once: the side process may still be importing.
        """
        if self._beside and len(self._waiting) > 1 and all(reading.done() for _, reading in self._apart):
            pack = self._waiting.popleft()
            self._apart.append((pack, self._beside(_read_apart, pack, self._archive, self._scratch, self._limits)))


def _read_here(pack: Pack, table: pa.Table, workbooks: WorkbookReader, scratch: Path, limits: Limits) -> Read:
    return read(table, pack.first_file_no, set(pack.seen), workbooks, scratch, limits)


def _read_apart(pack: Pack, archive: Path, scratch: Path, limits: Limits) -> tuple[list[File], dict[str, Path]]:
    """Read one pack in another process.

    Returns:
        Its files, and for each report type the Arrow file with its rows.
    """
    with WorkbookReader(limits) as workbooks:
        files, batches = _read_here(pack, proven_pack(archive, pack.entry), workbooks, scratch, limits)
    paths = {}
    for batch in batches:
        path = scratch / f"{pack.number}-{batch.report.name}.arrow"
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, batch.text.schema) as writer:
            writer.write_table(batch.text)
        paths[batch.report.name] = path
    return files, paths


def _taken_over(reading: Future[tuple[list[File], dict[str, Path]]]) -> Read:
    """What the other process read, its rows mapped into memory; their files are gone as soon as they are."""
    files, paths = reading.result()
    batches = []
    for report, path in paths.items():
        batches.append(Batch(all_reports()[report], pa.ipc.open_file(pa.memory_map(str(path))).read_all()))
        path.unlink()
    return files, batches
