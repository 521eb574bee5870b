"""The way into the inbox: an upload waits beside it until it is submitted, and then gets there by one rename.

A night sees all of a file or none of it, and a file's time of receipt is the moment of submission: its modification time is
set just before the rename.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import re
import secrets
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from flows.feedback.words import visible
from flows.ledger import sync_folder
from flows.steps.archive import shown
from flows.warehouse import Store
from flows.web.checking import UPLOAD, remove_upload

WAITING = 100  # files of one channel that may wait for a night; [policy] the others come tomorrow
_NAME_CHARACTERS = 60  # kept of the sender's own name; three bytes each in Thai, of the 255 that a name may have
_CHUNK = 1 << 20


class TooManyWaiting(Exception):
    """The channel is full until the next night."""


@dataclass(frozen=True)
class Waiting:
    """A file that waits in the inbox for the next night.

    Attributes:
        received_at: when it was submitted, UTC.
        submission_id: sha256 of the file, hex.
    """

    path: Path
    received_at: datetime
    size_bytes: int
    submission_id: str

    @property
    def shown_name(self) -> str:
        """Its name in the inbox, for people."""
        return visible(shown(self.path.name))


def _waiting(path: Path) -> Waiting:
    """One file of the inbox.

    Raises:
        OSError: it is gone, or is no plain file.
    """
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        raise OSError("no plain file")
    digest = _digest(path, status.st_mtime_ns, status.st_size)
    return Waiting(path, datetime.fromtimestamp(status.st_mtime, UTC), status.st_size, digest)


@functools.lru_cache(maxsize=20_000)
def _digest(path: Path, modified_ns: int, size_bytes: int) -> str:
    """Hashed once for each state of a file: a page lists many of them each time it is looked at."""
    # O_NOFOLLOW: a file swapped for a link since it was listed is not followed.
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Intake:
    """Uploads and the inbox of one installation."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begin(self) -> None:
        """Make the folder of uploads private, and forget what an earlier process left there unsubmitted."""
        self._store.uploads.mkdir(parents=True, exist_ok=True)
        self._store.uploads.chmod(0o700)
        self._store.inbox.mkdir(parents=True, exist_ok=True)
        for folder in self._store.uploads.iterdir():
            if folder.is_dir():
                remove_upload(folder)

    def keep(self, content: IO[bytes]) -> tuple[Path, int]:
        """Keep an upload outside the inbox.

        Returns:
            Its folder, and its size [byte].
        """
        folder = self._store.uploads / secrets.token_hex(16)
        folder.mkdir(mode=0o700)
        size = 0
        with (folder / UPLOAD).open("xb") as file:
            while chunk := content.read(_CHUNK):
                size += file.write(chunk)
        return folder, size

    def submit(self, folder: Path, channel: str | None, name: str, at: datetime) -> Path:
        """Put an upload into the inbox; it is on the disk when this returns.

        Args:
            folder: as `keep` gave it; it is gone afterwards.
            channel: factory number whose channel it is; None is the desk.
            name: as the sender called it; only its harmless characters are kept, behind a name of ours.
            at: the time of receipt.

        Raises:
            TooManyWaiting: the channel is full.
        """
        inbox = self._channel(channel)
        inbox.mkdir(parents=True, exist_ok=True)
        if sum(1 for _ in self.waiting(channel)) >= WAITING:
            raise TooManyWaiting
        upload = folder / UPLOAD
        with upload.open("rb") as file:
            os.fsync(file.fileno())
        os.utime(upload, (at.timestamp(), at.timestamp()))
        target = inbox / f"web-{at:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}-{safe_name(name)}"
        upload.replace(target)
        sync_folder(inbox)
        remove_upload(folder)
        return target

    def waiting(self, channel: str | None) -> Iterator[Waiting]:
        """Plain files of a channel that no night has taken in yet, the latest first; of the desk only those that came here."""
        inbox = self._channel(channel)
        found = []
        for entry in os.scandir(inbox) if inbox.is_dir() else ():
            if channel or entry.name.startswith("web-"):
                with contextlib.suppress(OSError):  # a night has just taken it in, or it is no plain file
                    found.append(_waiting(Path(entry.path)))
        return iter(sorted(found, key=lambda each: (each.received_at, each.path.name), reverse=True))

    def waiting_file(self, channel: str | None, submission_id: str) -> Waiting | None:
        """The file of a channel with these bytes, if it waits there."""
        return next((each for each in self.waiting(channel) if each.submission_id == submission_id), None)

    def _channel(self, channel: str | None) -> Path:
        if channel is None:
            return self._store.inbox
        if not re.fullmatch(r"[0-9]{14}", channel):
            raise ValueError(f"no factory number: {channel!r}")
        return self._store.inbox / "by" / channel


def safe_name(name: str) -> str:
    """What is left of a file's own name when only letters, marks, digits, `.`, `-` and `_` may stay.

    It is for people to recognise their file by; no path, leading dot, control or space survives.
    """
    kept = "".join(c for c in name if c in "-_." or unicodedata.category(c)[0] in "LMN")
    return kept.strip(".")[-_NAME_CHARACTERS:].strip(".") or "file"


def receipt_facts(waiting: Waiting, submission_id: str, channel: str) -> dict[str, Any]:
    """What the receipt of an upload signs: short keys, because a QR code holds little."""
    return {
        "v": 1,
        "kind": "upload",
        "id": submission_id,
        "at": waiting.received_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "by": channel,
        "bytes": waiting.size_bytes,
    }
