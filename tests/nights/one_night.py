"""Runs one night in a process of its own, which may be told to die at a certain point."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

SERVER = multiprocessing.get_context("forkserver")
# Done once in the fork server: every process of a test then starts with it.
SERVER.set_forkserver_preload(["tests.nights.warmed"])


@dataclass(frozen=True)
class Death:
    """kill -9 at the n-th point of a kind: `step` (before it begins), `fsync` (before the flush), `unlink`, `rename`."""

    at: str
    number: int


def _die_at(death: Death, counter: dict[str, int], kind: str) -> None:
    counter[kind] = counter.get(kind, 0) + 1
    if death.at == kind and counter[kind] == death.number:
        os.kill(os.getpid(), signal.SIGKILL)


def _deadly(work: Callable[..., Any], kind: str, death: Death, counter: dict[str, int]) -> Callable[..., Any]:
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        _die_at(death, counter, kind)
        return work(*args, **kwargs)

    return wrapped


def nightly_without_prefect() -> ModuleType:
    """flows.nightly with steps that are plain calls, all in this process."""
    from flows import nightly
    from tests.in_this_process import InThisProcess

    nightly.SideProcess = InThisProcess
    nightly.step = lambda name, work: work()
    nightly._show_artifacts = lambda result: None
    return nightly


def _run(data: Path, night: str, death: Death, counts: Any, settings: dict[str, str]) -> None:
    os.environ.update(settings)
    nightly = nightly_without_prefect()
    counter: dict[str, int] = {}
    nightly.step = _deadly(nightly.step, "step", death, counter)
    os.fsync = _deadly(os.fsync, "fsync", death, counter)
    os.unlink = _deadly(os.unlink, "unlink", death, counter)
    Path.replace = _deadly(Path.replace, "rename", death, counter)
    nightly.nightly.fn(night, data)
    counts.update(counter)


def run_night(data: Path, night: str, death: Death | None = None, **settings: str) -> tuple[int, dict[str, int]]:
    """Run one night to its end or its death.

    Returns:
        Exit code (negative: killed by that signal), and how many points of each kind it passed.
    """
    with SERVER.Manager() as manager:
        counts = manager.dict()
        process = SERVER.Process(target=_run, args=(data, night, death or Death("", 0), counts, settings))
        process.start()
        process.join(120)
        assert process.exitcode is not None, "the night hangs"
        return process.exitcode, dict(counts)
