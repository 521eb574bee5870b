"""The work of side processes done in the test's own, which imports Great Expectations once."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Future
from functools import cache
from typing import Any

from flows.ahead import at_once
from flows.judging import judge
from flows.side_process import SideProcess


@cache
def _judged(totals: str) -> dict[str, list[dict[str, Any]]]:
    return judge(json.loads(totals))


def judge_once(totals: dict[str, dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """`judge`; the same totals are judged once: suites look at nothing else."""
    return _judged(json.dumps(totals))


class InThisProcess(SideProcess):
    """The same work in the same order, at once."""

    def __init__(self, is_patient: bool = False) -> None:
        pass

    @classmethod
    def take(cls, first: Callable[[], object]) -> InThisProcess:
        return cls()

    def __exit__(self, *_: object) -> None:
        pass

    def submit(self, work: Callable[..., Any], *arguments: Any, **named: Any) -> Future[Any]:
        return at_once(lambda: (judge_once if work is judge else work)(*arguments, **named))
