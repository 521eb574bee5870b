"""Every question to the published file, with who and when: one JSON line each, only ever appended.

A line holds what was asked, never what was answered. Whoever has the file may also open it without us: this log says what
was asked through this command, no more.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import pwd
from collections.abc import Mapping
from pathlib import Path

from flows.clock import now
from flows.ledger import stamp

log = logging.getLogger(__name__)


def log_query(path: Path, via: str, statement: str, variables: Mapping[str, str] | None = None) -> None:
    """Append one line before the question is asked; where that is not allowed, the answer comes all the same, and it says so.

    Args:
        path: the log.
        via: the command, `sql`, `ask` or `open`.
        statement: as typed, or the name of a saved question.
        variables: its parameters.
    """
    line = {"at": stamp(now()), "who": user_name(), "via": via, "statement": statement, "variables": dict(variables or {})}
    data = json.dumps(line, ensure_ascii=False, sort_keys=True).encode() + b"\n"
    try:
        # Readable by its group: those who answer for the data. Everybody who asks must be able to append.
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o660)
    except OSError as error:
        log.warning("this query is in no log: %s cannot be written (%s)", path.name, error.strerror)
        return
    with os.fdopen(descriptor, "ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(data)


def user_name() -> str:
    """The operating system's name for who runs this; nothing that the caller can set."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"
