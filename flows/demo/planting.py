"""How a fault is planted: into which file, in which row, and what the night must say about it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from flows.clock import BANGKOK
from flows.demo.filing import DESK, Filing
from flows.demo.register import Factory
from flows.demo.table import Draft, Row, Style
from flows.demo.timetable import NIGHTS
from flows.demo.world import World
from schemas.checks import all_checks

# The loads of the last days are filed so shortly before the last night that nothing is to be planted there.
_LATEST = NIGHTS[-2]


@dataclass(frozen=True)
class Fault:
    """One finding that must come of one planted fault. `row` None: the whole file."""

    draft: Draft
    row: Row | None
    column: str | None
    check_id: str
    note: str

    def entry(self, submission_id: str) -> dict[str, object]:
        """As planted.json has it."""
        return {
            "file": self.draft.path,
            "submission_id": submission_id,
            "source_sheet": self.draft.style.sheet,
            "source_row": self._source_row(),
            "column": self.column,
            "check_id": self.check_id,
            "severity": all_checks()[self.check_id].severity,
            "note": self.note,
        }

    def _source_row(self) -> int | None:
        if self.row is None:
            return None
        first = 1 if self.draft.style.form in ("json", "jsonl") else 2  # a header takes row 1
        return first + next(n for n, row in enumerate(self.draft.rows) if row is self.row)


@dataclass
class Planter:
    """Finds files to plant faults in, and keeps the list of what was planted.

    Only files of factories that do nothing else out of line are taken, and only one story is told in a file, unless
    it is shared (files of the desk).

    Attributes:
        copies: (draft, path, instant) of files that are sent once more with the same bytes.
        corrections: (new draft, former draft, factory_id, period).
        aliases: (draft, factory) of files that use the old number.
    """

    rng: random.Random
    world: World
    filing: Filing
    drafts: list[Draft]
    faults: list[Fault] = field(default_factory=list)
    copies: list[tuple[Draft, str, datetime]] = field(default_factory=list)
    corrections: list[tuple[Draft, Draft, str, str]] = field(default_factory=list)
    aliases: list[tuple[Draft, Factory]] = field(default_factory=list)
    _numbers: int = 90_000

    def __post_init__(self) -> None:
        abusers = self.world.abuses.factories | self.world.schemes.factories
        self._sound = {one.factory_id for one in self.world.factories if one.is_open and one.factory_id not in abusers}

    def generators(self) -> list[Factory]:
        """Open generators that do nothing else out of line."""
        return [one for one in self.world.factories if one.factory_id in self._sound and not one.is_processor]

    def processors(self) -> list[Factory]:
        """Processors that do nothing else out of line."""
        return [one for one in self.world.processors if one.factory_id in self._sound]

    def pick(
        self, report: str, channel: str = "", suits: Callable[[Draft], bool] | None = None, shared: bool = False,
        or_accused: bool = False,
    ) -> Draft:  # fmt: skip
        """A file of that report: from `desk`, from a `generator` or a `processor`, or from anybody.

        With `or_accused` a small demo may take the file of a factory that does something else out of line.
        """
        choices = [
            draft
            for draft in self.drafts
            if draft.report == report and not draft.is_taken and draft.filed_at.date() <= _LATEST
            and (suits is None or suits(draft))
        ]  # fmt: skip
        sound = [draft for draft in choices if self._comes_from(draft, channel)]
        draft = self.rng.choice(sound or choices if or_accused else sound)
        draft.is_taken = not shared
        return draft

    def _comes_from(self, draft: Draft, channel: str) -> bool:
        if draft.channel == DESK or channel == DESK:
            return channel in ("", DESK) and draft.channel == DESK
        if draft.channel not in self._sound:
            return False
        return not channel or (channel == "processor") == self.world.by_id[draft.channel].is_processor

    def sound_row(self, draft: Draft) -> Row:
        """One of the rows of a file that nothing was planted in."""
        return self.rng.choice([row for row in draft.rows if not any(row is fault.row for fault in self.faults)])

    def put(self, draft: Draft, changes: Row, like: Row | None = None) -> Row:
        """Adds a row to a file, somewhere: one of its rows, or `like`, with these changes."""
        row: Row = {**(self.sound_row(draft) if like is None else like), **changes}
        draft.rows.insert(self.rng.randint(0, len(draft.rows)), row)
        return row

    def swap(self, draft: Draft, old: Row, changes: Row) -> Row:
        """Changes a row of a file; the row as the world knows it stays what it is."""
        row: Row = {**old, **changes}
        draft.rows = [row if one is old else one for one in draft.rows]
        return row

    def new(self, report: str, channel: str, label: str, rows: list[Row], filed_at: datetime, style: Style) -> Draft:
        """One more file, in a given style."""
        path = self.filing.path(report, channel, label, style)
        draft = Draft(path, report, rows, filed_at, style, is_taken=True)
        self.drafts.append(draft)
        return draft

    def fault(self, draft: Draft, row: Row | None, column: str | None, check_id: str, note: str) -> None:
        """Notes a finding that must come."""
        if column is not None and row is not None:
            draft.must_have.add(column)
        self.faults.append(Fault(draft, row, column, check_id, note))

    def number(self) -> int:
        """A number that no document of the demo has."""
        self._numbers += 1
        return self._numbers

    def manifest_no(self) -> str:
        """The number of a manifest that nobody answers."""
        return f"MN69-{self.number():06d}"

    def permit_no(self) -> str:
        """The number of a permission that nobody uses."""
        return f"กอ1/2568-{self.number():05d}"


def last_night_instant(hour: int, minute: int = 0) -> datetime:
    """An instant between the last two nights."""
    return datetime(NIGHTS[-1].year, NIGHTS[-1].month, 19, hour, minute, tzinfo=BANGKOK)
