"""One night at a time: a lease held by the running process, free again the moment that process is gone."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.clock import now
from flows.errors import NightError

log = logging.getLogger(__name__)


@contextmanager
def lease(path: Path, who: str = "night") -> Iterator[None]:
    """Hold the lease while the night runs.

    Args:
        path: the lease.
        who: what runs one at a time, for people: `night`, `waste web`.

    The operating system drops the lock with the process, also after kill -9: a lease whose holder died is stale and is
    taken over at once, and said so.

    Raises:
        NightError: another one is running.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise NightError(f"another {who} is running ({file.read().strip() or 'just started'})") from error
        file.seek(0)
        if left := file.read().strip():
            log.warning("a %s did not end properly (%s); its lease is taken over", who, left)
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": now().isoformat()}))
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)
