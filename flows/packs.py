"""Packs of the archive read into files and rows: in this process, or in the night's second one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from flows.steps.archive import proven_pack
from flows.steps.read import read
from schemas.reports import all_reports

# How one step is run: `step(name, work)`.
Step = Callable[[str, Callable[[], Any]], Any]

@dataclass(frozen=True)
class Pack:
    """One pack to read.

    Attributes:
        entry: its entry in the ledger.
        first_file_no: number of its first file.
        seen: those of its submission ids that were taken in before, in an earlier night or pack.
    """

    entry: Entry
    first_file_no: int
    seen: frozenset[str]


def read_packs(
    packs: Sequence[Pack], archive: Path, scratch: Path, limits: Limits, step: Step, beside: Submit | None
) -> list[tuple[list[File], list[Batch]]]:
    """Files and rows of each pack, in order.

    Args:
        packs: what to read.
        archive: where they lie.
        scratch: a private folder for what goes from one process to the other.
        limits: bounds on one file.
        step: runs each step.
        beside: the second process, which reads every other pack; None when there is none.

    Raises:
        NightError: a pack is missing, or not what was written.
    """
    others = range(1, len(packs), 2) if beside else range(0)
    apart = {number: beside(_read_apart, packs[number], archive, scratch, limits) for number in others if beside}
    own = [number for number in range(len(packs)) if number not in apart]
    found: dict[int, tuple[list[File], list[Batch]]] = {}

    def read_it(number: int, work: Callable[[], tuple[list[File], list[Batch]]]) -> None:
        found[number] = step(f"read pack {number + 1} of {len(packs)}", work)

    with WorkbookReader(limits) as workbooks:
        proven = one_ahead(lambda number: proven_pack(archive, packs[number].entry), own)
        for number, table in zip(own, proven, strict=True):
            pack = packs[number]
            read_it(number, partial(read, table, pack.first_file_no, set(pack.seen), workbooks, scratch, limits))
    for number, reading in apart.items():
        read_it(number, partial(_taken_over, reading))
    return [found[number] for number in range(len(packs))]


def _read_apart(pack: Pack, archive: Path, scratch: Path, limits: Limits) -> tuple[list[File], dict[str, Path]]:
    """Read one pack in another process.

    Returns:
        Its files, and for each report type the Arrow file with its rows.
    """
    with WorkbookReader(limits) as workbooks:
        files, batches = read(proven_pack(archive, pack.entry), pack.first_file_no, set(pack.seen), workbooks, scratch, limits)
    paths = {}
    for batch in batches:
        path = scratch / f"{pack.first_file_no}-{batch.report.name}.arrow"
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, batch.text.schema) as writer:
            writer.write_table(batch.text)
        paths[batch.report.name] = path
    return files, paths


def _taken_over(reading: Future[tuple[list[File], dict[str, Path]]]) -> tuple[list[File], list[Batch]]:
    """What the other process read, its rows mapped into memory; their files are gone as soon as they are."""
    files, paths = reading.result()
    batches = []
    for report, path in paths.items():
        batches.append(Batch(all_reports()[report], pa.ipc.open_file(pa.memory_map(str(path))).read_all()))
        path.unlink()
    return files, batches
