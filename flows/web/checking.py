"""The answer of `waste try` to one upload, in a process of its own with bounds on time and memory.

A file from outside may be made to hurt whoever opens it. What opens it here ends with the answer, cannot grow beyond its
bounds, and is killed with all its children when it takes too long.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import resource
import signal
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from flows.feedback.words import OUTCOMES, Group, cell_words
from flows.reading.limits import Limits
from schemas.records import Finding

AT_ONCE = 2  # files checked at the same time; others wait
WAITING = 10  # uploads that may wait for their turn; more are told to come again
WAIT_SECONDS = 60.0  # longest wait for one's turn
CHECK_SECONDS = 180.0  # longest time for one file
ADDRESS_BYTES = 8_000_000_000  # of address space; DuckDB and Arrow reserve far more than they use
SHOWN = 100  # findings of one check; the page says how many it leaves out

# Each check starts from a server process that has imported everything and opened nothing.
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["flows.web.checking_child"])


class NotChecked(Exception):
    """There is no answer to this file: `is_busy` when there are too many others, else because it asks too much of us."""

    def __init__(self, is_busy: bool) -> None:
        super().__init__("busy" if is_busy else "the check did not end properly")
        self.is_busy = is_busy


@dataclass(frozen=True)
class Said:
    """What the night would say about one file, ready for a page.

    Attributes:
        groups: findings by check, each with its first SHOWN findings and how many there are.
        log: the reading log as lines.
        marked: name of the marked copy beside the file, "" when there is nothing to mark.
    """

    submission_id: str
    outcome: str
    reports: tuple[tuple[str, str], ...]
    rows_read: int
    rows_faulty: int
    has_errors: bool
    received_before: str
    groups: tuple[dict[str, Any], ...]
    log: tuple[dict[str, Any], ...]
    not_judged: tuple[str, ...]
    marked: str

    @property
    def outcome_words(self) -> tuple[str, str]:
        """Thai and English."""
        return OUTCOMES[self.outcome]


@dataclass(frozen=True)
class Checked:
    """One upload after its check; it waits in a folder of its own until it is submitted or forgotten."""

    folder: Path
    shown_name: str
    size_bytes: int
    said: Said

    @property
    def path(self) -> Path:
        """The file as it came."""
        return self.folder / UPLOAD

    @property
    def marked(self) -> Path | None:
        """Its marked copy."""
        return self.folder / self.said.marked if self.said.marked else None

    def remove(self) -> None:
        """Take it away with everything made of it."""
        remove_upload(self.folder)


UPLOAD, ANSWER = "upload", "answer.json"


def remove_upload(folder: Path) -> None:
    """Remove one upload; what has been submitted has left it already."""
    for path in folder.glob("*"):
        path.unlink(missing_ok=True)
    folder.rmdir()


class Checker:
    """Checks uploads, a few at a time."""

    def __init__(self, data: Path, limits: Limits, seconds: float = CHECK_SECONDS, wait_seconds: float = WAIT_SECONDS) -> None:
        self._data, self._limits, self._seconds, self._wait_seconds = data, limits, seconds, wait_seconds
        self._room = threading.BoundedSemaphore(AT_ONCE + WAITING)
        self._turn = threading.BoundedSemaphore(AT_ONCE)

    def check(self, folder: Path, sender: str | None) -> Said:
        """Judge the upload in a folder.

        Args:
            folder: holds the file under the name UPLOAD; answer and marked copy are written beside it.
            sender: factory number of the channel; None is the desk.

        Raises:
            NotChecked: no answer.
        """
        if not self._room.acquire(blocking=False):
            raise NotChecked(is_busy=True)
        try:
            if not self._turn.acquire(timeout=self._wait_seconds):
                raise NotChecked(is_busy=True)
            try:
                exit_code = self._judged(folder, sender)
            finally:
                self._turn.release()
        finally:
            self._room.release()
        if exit_code != 0:
            raise NotChecked(is_busy=False)
        return said_of((folder / ANSWER).read_bytes())

    def _judged(self, folder: Path, sender: str | None) -> int | None:
        """The exit code of the process that judged the upload; None when it was killed before it could have one."""
        from flows.web import checking_child

        process = _FORKS.Process(target=checking_child.judge, args=(folder, self._data, sender, self._limits))
        process.start()
        process.join(self._seconds)
        if process.exitcode is None:
            assert process.pid is not None
            _kill(process.pid)
            process.join()
        return process.exitcode


def _kill(pid: int) -> None:
    """Kill a check with its children; it leads a group of its own once it has begun."""
    with contextlib.suppress(ProcessLookupError):  # it has just ended by itself
        target = os.killpg if os.getpgid(pid) == pid else os.kill
        target(pid, signal.SIGKILL)


def said_of(answer: bytes) -> Said:
    """The answer that `document_of` wrote."""
    read = json.loads(answer)
    return Said(
        **{
            **read,
            "reports": tuple((th, en) for th, en in read["reports"]),
            "groups": tuple(read["groups"]),
            "log": tuple(read["log"]),
            "not_judged": tuple(read["not_judged"]),
        }
    )


def group_words(group: Group) -> dict[str, Any]:
    """One check's findings, as far as a page shows them."""

    def words(each: Finding) -> dict[str, str]:
        cell_th, cell_en = cell_words(each)
        return {"cell_th": cell_th, "cell_en": cell_en, "message_th": each.message_th, "message_en": each.message_en}

    return {
        "check_id": group.check_id, "severity": group.severity, "title_th": group.title_th, "title_en": group.title_en,
        "ground": group.ground, "count": len(group.findings), "findings": [words(each) for each in group.findings[:SHOWN]],
    }  # fmt: skip


def document_of(said: Said) -> bytes:
    """The answer as it travels between the processes."""
    return json.dumps(asdict(said), ensure_ascii=False).encode()


def limit_this_process() -> None:
    """Bound this process before it opens anything from outside."""
    os.setsid()
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_BYTES, ADDRESS_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (int(CHECK_SECONDS), int(CHECK_SECONDS)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

