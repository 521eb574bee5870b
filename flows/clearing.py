"""Taking archived files out of the inbox: done in a process of its own, which has little to import."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

# What clearing needs of a file: path, submission id, refusal, time of modification [ns], size [byte]. A plain tuple, since
# twenty thousand of them go to another process.
InInbox = tuple[str, str, str | None, int, int]
Stuck = tuple[str, str]  # path of what the inbox does not let go of, and why


def clear(files: Iterable[InInbox], folder: Path) -> list[Stuck]:
    """Take archived files out of the inbox.

    Args:
        files: what came under the same name since it was looked at stays.
        folder: the archive; what is not in a pack is moved to its `refused`, never deleted.

    Returns:
        What the inbox does not let go of.
    """
    stuck: list[Stuck] = []
    for path, submission_id, refusal, modified_ns, size_bytes in files:
        try:
            status = os.lstat(path)
            if (status.st_mtime_ns, status.st_size) == (modified_ns, size_bytes):
                _take_out(path, refusal, folder, submission_id)
        except FileNotFoundError:  # a night that died had come so far
            continue
        except OSError as error:
            stuck.append((path, error.strerror or str(error)))
    return stuck


def _take_out(path: str, refusal: str | None, folder: Path, submission_id: str) -> None:
    if refusal not in ("folder", "too_large", "unreadable"):
        os.unlink(path)
        return
    aside = folder / "refused" / submission_id
    if not aside.exists():
        aside.parent.mkdir(exist_ok=True)
        shutil.move(path, aside)
    elif refusal == "folder":
        shutil.rmtree(path)
    else:
        os.unlink(path)
