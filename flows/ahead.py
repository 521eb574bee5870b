"""One ahead: the next piece is made ready while the one before is worked on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")


def one_ahead(make: Callable[[Item], Made], items: Iterable[Item]) -> Iterator[Made]:
    """`map(make, items)`, but each is made in a second thread while the caller has the one before.

    Args:
        make: reads a large file, hashes, packs or unpacks: what lets go of Python's lock for long at a time. Many small reads
            do not: two threads that pass the lock back and forth are slower than one.
        items: in order; their iterator runs in the caller's thread. Up to three are in memory at a time.

    Raises:
        Exception: whatever `make` raises, when it is that item's turn.
    """
    with ThreadPoolExecutor(1) as pool:
        coming: Future[Made] | None = None
        for item in items:
            before, coming = coming, pool.submit(make, item)
            if before is not None:
                yield before.result()
        if coming is not None:
            yield coming.result()
