"""The ledger: one line per event, each carrying the hash of the line before it, only ever appended.

It is the record from which the tables `audit.night` and `anomaly.mail` are derived and by which a rebuild replays the
archive. Prefect's database is not. Every line is JSON with sorted keys:

    {"at": "...Z", "facts": {...}, "hash": "<sha256 of this line without it>", "kind": "pack", "prev": "...", "seq": 7}

Kinds: night_started, pack, inbox_cleared, night_published, night_stopped, mail_recorded, mail_sending, mail_sent,
mail_failed, mail_bounced.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from flows.clock import now
from flows.errors import NightError

Kind = Literal[
    "night_started", "pack", "inbox_cleared", "night_published", "night_stopped",
    "mail_recorded", "mail_sending", "mail_sent", "mail_failed", "mail_bounced",
]  # fmt: skip
FIRST_PREV = "0" * 64


@dataclass(frozen=True)
class Entry:
    """One line of the ledger."""

    seq: int
    at: str
    kind: Kind
    facts: dict[str, Any]
    prev: str
    hash: str


def instant(text: str) -> datetime:
    """The aware instant that `stamp` wrote."""
    return datetime.fromisoformat(text)


def stamp(moment: datetime) -> str:
    """An aware instant as the ledger writes it: UTC, microseconds."""
    return moment.isoformat(timespec="microseconds")


def _canonical(seq: int, at: str, kind: str, facts: dict[str, Any], prev: str, digest: str | None) -> bytes:
    line = {"seq": seq, "at": at, "kind": kind, "facts": facts, "prev": prev}
    if digest is not None:
        line["hash"] = digest
    return json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


class Ledger:
    """Reads the whole ledger, proving its chain, and appends to it durably.

    Raises:
        NightError: a line is not what was written: altered, missing or out of order.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.entries: list[Entry] = []
        if path.exists():
            data = path.read_bytes()
            whole, newline, torn = data.rpartition(b"\n")
            for number, line in enumerate(whole.split(b"\n") if newline else [], start=1):
                self.entries.append(self._proven(line, number))
            # What follows the last line end was being written when the machine stopped: it never counted.
            self.torn_bytes = len(torn)
        else:
            self.torn_bytes = 0

    def _proven(self, line: bytes, number: int) -> Entry:
        try:
            read = json.loads(line)
            entry = Entry(**read)
        except (ValueError, TypeError) as error:
            raise NightError(f"ledger line {number} of {self.path} cannot be read: {error}") from error
        expected = hashlib.sha256(
            _canonical(entry.seq, entry.at, entry.kind, entry.facts, entry.prev, None)
        ).hexdigest()
        if (
            entry.hash != expected
            or entry.prev != self.head
            or entry.seq != number
            or line != _canonical(entry.seq, entry.at, entry.kind, entry.facts, entry.prev, entry.hash)
        ):
            raise NightError(f"ledger line {number} of {self.path} is not the line that was written")
        return entry

    @property
    def head(self) -> str:
        """Hash of the last line."""
        return self.entries[-1].hash if self.entries else FIRST_PREV

    def before(self, entry: Entry) -> PastLedger:
        """The ledger as it stood before an entry was written."""
        return PastLedger(self, entry)

    def append(self, kind: Kind, facts: dict[str, Any]) -> Entry:
        """Write one event; it is on the disk when this returns."""
        return self.append_all([(kind, facts)])[0]

    def append_all(self, events: Iterable[tuple[Kind, dict[str, Any]]]) -> list[Entry]:
        """Write several events with one flush to the disk."""
        added: list[Entry] = []
        lines: list[bytes] = []
        for kind, facts in events:
            seq, at, prev = len(self.entries) + 1, stamp(now()), self.head
            digest = hashlib.sha256(_canonical(seq, at, kind, facts, prev, None)).hexdigest()
            entry = Entry(seq, at, kind, facts, prev, digest)
            self.entries.append(entry)
            added.append(entry)
            lines.append(_canonical(seq, at, kind, facts, prev, digest) + b"\n")
        if lines:
            self._write(b"".join(lines))
        return added

    def _write(self, data: bytes) -> None:
        is_new = not self.path.exists()
        with self.path.open("r+b" if not is_new else "wb") as file:
            if self.torn_bytes:
                file.seek(-self.torn_bytes, os.SEEK_END)
                file.truncate()
                self.torn_bytes = 0
            file.seek(0, os.SEEK_END)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            sync_folder(self.path.parent)

    def of_kind(self, *kinds: Kind) -> Iterator[Entry]:
        """Events of these kinds, in order."""
        return (entry for entry in self.entries if entry.kind in kinds)


class PastLedger(Ledger):
    """A ledger as it stood at an earlier moment: to be read, never to be written."""

    def __init__(self, whole: Ledger, until: Entry) -> None:
        self.path = whole.path
        self.entries = whole.entries[: until.seq - 1]
        self.torn_bytes = 0

    def _write(self, data: bytes) -> None:
        raise RuntimeError("nothing is appended to the past")


def sync_folder(folder: Path) -> None:
    """Make renames and new names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
