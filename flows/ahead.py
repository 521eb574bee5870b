"""Work done ahead of its turn, or beside other work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

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


class Submit(Protocol):
    """Has a piece of work done beside this one, as `Executor.submit` has."""

    def __call__(self, work: Callable[..., Made], /, *arguments: Any) -> Future[Made]:
        """Gives its result when it is there."""


def at_once(work: Callable[..., Made], *arguments: Any) -> Future[Made]:
    """A `Submit` that does it now, where there is nothing to do it beside."""
    done: Future[Made] = Future()
    try:
        done.set_result(work(*arguments))
    except Exception as error:  # noqa: BLE001 - raised to who asks for the result, as by an executor
        done.set_exception(error)
    return done
