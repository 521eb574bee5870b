"""Processes beside the night's own: what needs no open warehouse is done there, while the night goes on.

Each takes pieces of work one at a time, in the order in which they are asked for: functions by name with their arguments, as
pickles between two processes of ours. It ends when the night does, at the latest after the piece it is at.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, ParamSpec, TypeVar

from flows.errors import NightError

PATIENCE = 19  # what nice(1) calls the most: at work, it is put off for all others
Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class SideProcess:
    """A process beside this one, started when it is first asked for something; starting it costs nothing here."""

    _warm: ClassVar[SideProcess | None] = None

    def __init__(self, is_patient: bool = False) -> None:
        """A patient one works where no other process wants the processor."""
        self._is_patient = is_patient
        self._child: subprocess.Popen[bytes] | None = None
        self._queue = ThreadPoolExecutor(1)

    def _start(self) -> subprocess.Popen[bytes]:
        self._problems = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        self._line, theirs = Pipe()
        child = subprocess.Popen(
            [sys.executable, "-m", __name__, str(theirs.fileno()), os.getcwd(), str(PATIENCE if self._is_patient else 0)],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._problems,
            cwd=Path(__file__).resolve().parents[1],  # where `flows` is found
        )
        theirs.close()
        return child

    @classmethod
    def warm_up(cls, first: Callable[[], object]) -> None:
        """Start one now, with a first piece of work, for the night that is about to begin in this process."""
        cls._warm = cls()
        cls._warm.submit(first)

    @classmethod
    def take(cls, first: Callable[[], object]) -> SideProcess:
        """The one that was warmed up, else a new one."""
        if cls._warm is None:
            cls.warm_up(first)
        warm, cls._warm = cls._warm, None
        assert warm is not None
        return warm

    @classmethod
    def dismiss(cls) -> None:
        """End the one that was warmed up, if no night has taken it: Python would wait for it before it leaves."""
        warm, cls._warm = cls._warm, None
        if warm is not None:
            warm.__exit__(None, None, None)

    def __enter__(self) -> SideProcess:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            self._queue.shutdown(cancel_futures=True)
            self._line.close()
            self._problems.close()

    def submit(
        self, work: Callable[Arguments, Result], *arguments: Arguments.args, **named: Arguments.kwargs
    ) -> Future[Result]:
        """Have a piece of work done after all that was asked for before.

        Returns:
            Its result, or the exception it raised; a NightError when the process died.
        """
        if self._child is None:
            self._child = self._start()
        return self._queue.submit(self._ask, self._child, work, arguments, named)

    def _ask(
        self, child: subprocess.Popen[bytes], work: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> Any:
        try:
            self._line.send((work, arguments, named))
            result, error = self._line.recv()
        except (EOFError, OSError) as died:
            child.wait()
            self._problems.seek(0)
            words = self._problems.read().decode(errors="replace")[-500:]
            name = getattr(work, "__name__", str(work))
            raise NightError(f"a side process of the night died at work on {name}: {words}") from died
        if error is not None:
            raise error
        return result


def _serve(line: Connection) -> None:
    while True:
        try:
            work, arguments, named = line.recv()
        except EOFError:
            return
        result, raised = None, None
        try:
            result = work(*arguments, **named)
        except Exception as error:  # noqa: BLE001 - the first process raises it again
            error.add_note(f"in a side process of the night:\n{traceback.format_exc()}")
            raised = error
        try:
            line.send((result, raised))
        except BrokenPipeError:
            return


if __name__ == "__main__":
    os.chdir(sys.argv[2])  # paths mean the same in both
    os.nice(int(sys.argv[3]))
    _serve(Connection(int(sys.argv[1])))
    os._exit(0)  # taking a hundred thousand imported objects apart takes half a second
