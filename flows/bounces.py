"""Mails that came back: read from the mail server's own notice, or told by Message-ID."""

from __future__ import annotations

import re
from pathlib import Path

from flows.errors import UsageError

LONGEST = 10_000_000  # byte; a notice of more is none
_OURS = re.compile(r"<?([0-9a-f]{16})@waste-reports\.invalid>?")
_STATUS = re.compile(r"^Status:\s*([245])\.([0-9]{1,3})\.([0-9]{1,3})\s*$", re.MULTILINE | re.IGNORECASE)


def bounce_of(told: str) -> tuple[str, str]:
    """Which of our mails came back, and why.

    Args:
        told: a Message-ID, or the path of the mail server's notice (a delivery status notification, RFC 3464).

    Returns:
        The mail's id, and the code of the notice such as `5.1.1`, "" when there is none.

    Raises:
        UsageError: it names no mail of ours, or several, or says that it is only late.
    """
    if found := _OURS.fullmatch(told.strip()):
        return found[1], ""
    path = Path(told)
    if not path.is_file() or path.stat().st_size > LONGEST:
        raise UsageError(f"{told} is neither a Message-ID of ours (<...@waste-reports.invalid>) nor the file of a notice")
    text = path.read_text(encoding="utf-8", errors="replace")
    ids = set(_OURS.findall(text))
    if len(ids) != 1:
        raise UsageError(f"{told} names {len(ids)} Message-IDs of ours; give the Message-ID itself")
    status = _STATUS.search(text)
    if status and status[1] != "5":
        raise UsageError(f"{told} says that the mail is late or has arrived, not that it came back")
    return ids.pop(), ".".join(status.groups()) if status else ""
