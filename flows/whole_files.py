"""Files that are there whole or not at all: written beside their place, then renamed into it."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, content: bytes, *, mode: int = 0o666, is_durable: bool = False, beside: Path | None = None) -> None:
    """Write a file that a reader sees as it was or as it is now, never in part.

    Args:
        path: the file; an earlier one is replaced.
        content: what stands in it.
        mode: who may read it from its creation on, less what the umask takes; not a moment is it open to others.
        is_durable: its content is on the disk before it gets its name. The name itself is durable after `sync_folder`.
        beside: where it is written first, on the same disk; None is a hidden name in the same folder.

    Raises:
        OSError: it could not be written; nothing is left beside.
    """
    unfinished = beside or path.with_name(f".{path.name}.tmp")
    unfinished.unlink(missing_ok=True)  # what died before may have left one
    try:
        with open(unfinished, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            file.write(content)
            if is_durable:
                file.flush()
                os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
