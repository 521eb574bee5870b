"""A folder replaced as a whole: written beside, exchanged by one rename.

Linux exchanges two folders in one step (renameat2), so that at no moment the pages are gone. Where a file system cannot,
two renames do, with a moment between them.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
# What a kernel or a file system without the exchange answers.
_CANNOT = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}


def replace_folder(new: Path, target: Path) -> None:
    """Put `new` in the place of `target`, and delete what was there.

    Raises:
        OSError: it cannot be put there; what was there still is.
    """
    if not target.exists():
        new.rename(target)
        return
    if _exchange(new, target):
        shutil.rmtree(new)
        return
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    target.rename(old)
    new.rename(target)
    shutil.rmtree(old)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False where that cannot be done."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    if renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number), str(other))
