"""What the archive and the ledger still say of a row: its cells as the factory wrote them, its file's pack and ledger line."""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from flows.batches import HELD_BACK
from flows.errors import NightError, SubmissionError
from flows.ledger import Entry, Ledger
from flows.reading.files import read_file
from flows.reading.limits import Limits
from flows.reading.sheets import Sheet
from flows.reading.workbook import WorkbookReader
from flows.steps.archive import proven_pack
from flows.warehouse import Store
from schemas.fields.cells import unmarked

_ADDRESS = re.compile(r'[^\s@,;<>"\\]+@[^\s@,;<>"\\]+\.[^\s@,;<>"\\.]+')


@dataclass(frozen=True)
class Place:
    """A row of a file, and the table that it stands in; `source_row` None is the file as a whole."""

    table: str
    submission_id: str
    source_sheet: str | None = None
    source_row: int | None = None


@dataclass(frozen=True)
class Cell:
    """One cell as received.

    Attributes:
        text: as the factory wrote it; personal data is held back.
        column_no: its column in the file, counted from 1; None for columns that are none of ours.
        address: `C5` in a workbook, None elsewhere.
    """

    text: str
    column_no: int | None
    address: str | None


@dataclass(frozen=True)
class Kept:
    """Where the bytes of a file are: the pack, and the line of the ledger that records it."""

    pack: str
    pack_sha256: str
    ledger_line: int
    ledger_at: str
    ledger_hash: str


@dataclass
class Originals:
    """The archive beside a published file.

    Attributes:
        unreadable: why it cannot be asked, in words; None when it can.
        broken: what it could not give, in words, by submission_id.
    """

    folder: Path
    limits: Limits
    scratch: Path
    workbooks: WorkbookReader
    packs: list[Entry]
    unreadable: str | None
    broken: dict[str, str] = field(default_factory=dict)
    _kept: dict[str, Entry | None] = field(default_factory=dict)
    # The pack that was opened last: the rows of one table mostly come from few.
    _open: dict[int, pa.Table] = field(default_factory=dict)

    def kept(self, submission_id: str) -> Kept | None:
        """Pack and ledger line of a file; None when the archive does not know it."""
        entry = self._entry(submission_id)
        if entry is None:
            return None
        return Kept(str(entry.facts["pack"]), str(entry.facts["sha256"]), entry.seq, entry.at, entry.hash)

    def cells(self, places: Sequence[Place]) -> dict[Place, dict[str, Cell]]:
        """The cells of rows, by column, from bytes whose hashes are proven; rows that the archive cannot give are left out."""
        wanted: dict[str, dict[str, list[Place]]] = defaultdict(lambda: defaultdict(list))
        entries = {}
        for place in places:
            if place.source_row is not None and (entry := self._entry(place.submission_id)):
                wanted[entry.facts["pack"]][place.submission_id].append(place)
                entries[entry.facts["pack"]] = entry
        found: dict[Place, dict[str, Cell]] = {}
        for pack, files in sorted(wanted.items()):
            for submission_id, content in self._contents(entries[pack], files):
                for sheet in self._sheets(submission_id, content):
                    found |= _cells_of(sheet, files[submission_id])
        return found

    def _entry(self, submission_id: str) -> Entry | None:
        """The first pack with these bytes: later ones do not repeat them."""
        if submission_id not in self._kept:
            self._kept |= dict.fromkeys([submission_id])
            for entry in self.packs:
                path = self.folder / str(entry.facts["pack"])
                if path.exists():
                    ids = pq.read_table(path, columns=["submission_id"])["submission_id"].to_pylist()
                    for each in ids:
                        if self._kept.get(each) is None:
                            self._kept[each] = entry
                if self._kept[submission_id]:
                    break
        return self._kept[submission_id]

    def _contents(self, entry: Entry, submission_ids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        wanted = set(submission_ids)
        if entry.seq not in self._open:
            try:
                self._open = {entry.seq: proven_pack(self.folder, entry)}
            except NightError as error:
                self.broken |= dict.fromkeys(wanted, str(error))
                return
        pack = self._open[entry.seq]
        for submission_id, content in zip(pack["submission_id"].to_pylist(), pack["content"], strict=True):
            if submission_id in wanted and content.is_valid:
                wanted.discard(submission_id)
                data = content.as_py()
                if hashlib.sha256(data).hexdigest() == submission_id:
                    yield submission_id, data
                else:
                    self.broken[submission_id] = "the archive's bytes are not those of this sha256"

    def _sheets(self, submission_id: str, content: bytes) -> list[Sheet]:
        try:
            return read_file(content, submission_id, self.workbooks, self.scratch, self.limits)
        except SubmissionError as error:
            self.broken[submission_id] = f"the file cannot be read: {error}"
            return []


@contextmanager
def originals(store: Store, limits: Limits) -> Iterator[Originals]:
    """The archive of an installation, also when there is none: then it says why."""
    packs: list[Entry] = []
    unreadable = None
    try:
        if store.ledger.exists():
            packs = list(Ledger(store.ledger).of_kind("pack"))
        else:
            unreadable = f"there is no archive at {store.archive}"
    except PermissionError:
        unreadable = f"the archive at {store.archive} is closed to this account"
    with tempfile.TemporaryDirectory(prefix="waste-explain-") as scratch, WorkbookReader(limits) as workbooks:
        yield Originals(store.archive, limits, Path(scratch), workbooks, packs, unreadable)


def _cells_of(sheet: Sheet, places: Iterable[Place]) -> dict[Place, dict[str, Cell]]:
    positions = {number: position for position, number in enumerate(sheet.row_numbers.to_pylist())}
    return {
        place: _row_cells(sheet, positions[place.source_row])
        for place in places
        if place.source_sheet == sheet.name and place.source_row in positions
    }


def _row_cells(sheet: Sheet, position: int) -> dict[str, Cell]:
    is_book = sheet.log.get("format") not in ("csv", "json", "json lines")
    number = sheet.row_numbers[position].as_py()
    cells = {}
    for name, at in sheet.header.places.items():
        text = unmarked(sheet.cells[name][position].as_py() or "")
        if text:
            field_ = sheet.header.report.field(name)
            shown = HELD_BACK if field_.is_personal else masked(text)
            cells[name] = Cell(shown, at + 1, f"{_letters(at)}{number}" if is_book else None)
    others = sheet.other_cells[position].as_py()
    for name, text in json.loads(others or "{}").items():
        cells[name] = Cell(masked(unmarked(str(text))), None, None)
    return cells


def masked(text: str) -> str:
    """The text with everything that looks like an e-mail address held back, as in the published file."""
    return _ADDRESS.sub(HELD_BACK, text)


def _letters(place: int) -> str:
    """The name of a spreadsheet's column: 0 is A, 26 is AA."""
    letters, rest = "", place + 1
    while rest:
        rest, last = divmod(rest - 1, 26)
        letters = chr(65 + last) + letters
    return letters
