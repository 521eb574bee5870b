"""Verify: is tonight's result believable as a whole? A failed suite stops the night."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar

import duckdb

from flows.errors import NightError
from schemas.suites import all_suites

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Verdict:
    """One expectation and whether it was met."""

    suite: str
    words: str
    figure: str
    observed: float | None
    is_met: bool


class Verifier:
    """The waiting process that runs Great Expectations; started early because its import takes seconds."""

    _warm: ClassVar[Verifier | None] = None

    def __init__(self) -> None:
        self._problems = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        self._child = subprocess.Popen(
            [sys.executable, "-m", "flows.steps.verify_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._problems,
            cwd=Path(__file__).resolve().parents[2],
        )

    @classmethod
    def warm_up(cls) -> None:
        """Start one now, for the night that is about to begin in this process."""
        cls._warm = cls()

    @classmethod
    def take(cls) -> Verifier:
        """The one that was warmed up, else a new one."""
        warm, cls._warm = cls._warm, None
        return warm or cls()

    def __enter__(self) -> Verifier:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._child.poll() is None:
            self._child.kill()
        self._child.communicate()
        self._problems.close()

    def judge(self, totals: dict[str, dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
        """Results per suite.

        Raises:
            NightError: Great Expectations itself failed: no verdict is not a good verdict.
        """
        assert self._child.stdin and self._child.stdout
        try:
            self._child.stdin.write(json.dumps(totals).encode() + b"\n")
            self._child.stdin.flush()
            answer = self._child.stdout.readline()
        except BrokenPipeError:
            answer = b""
        if not answer.endswith(b"\n"):
            self._child.wait()
            self._problems.seek(0)
            raise NightError(f"the suites could not be run: {self._problems.read().decode(errors='replace')[-500:]}")
        # The line is all there is: that the process then takes itself apart, for most of a second, nobody needs to wait for.
        results: dict[str, list[dict[str, Any]]] = json.loads(answer)
        return results


def verify(connection: duckdb.DuckDBPyConnection, verifier: Verifier) -> list[Verdict]:
    """Run every suite on the work file, inside the night's transaction.

    Returns:
        A verdict per expectation; the caller stops the night when one is not met.

    Raises:
        NightError: a suite gave no result.
    """
    totals = {suite.name: _totals(connection, suite.totals_sql) for suite in all_suites()}
    results = verifier.judge(totals)
    if missing := [suite.name for suite in all_suites() if not results.get(suite.name)]:
        raise NightError(f"no result from the suites of {', '.join(missing)}")
    verdicts = [
        Verdict(name, each["words"], each["figure"], each["observed"], each["is_met"])
        for name, expectations in results.items()
        for each in expectations
    ]
    log.info("verify: %d expectations, %d not met", len(verdicts), sum(not each.is_met for each in verdicts))
    return verdicts


def _totals(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, Any]:
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description or []]
    row = cursor.fetchone() or ()
    return {name: None if value is None else float(value) for name, value in zip(names, row, strict=True)}
