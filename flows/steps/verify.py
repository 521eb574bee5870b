"""Verify: is tonight's result believable as a whole? A failed suite stops the night."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import duckdb

from flows.errors import NightError
from schemas.suites import all_suites

log = logging.getLogger(__name__)

# Has `flows.judging.judge` done, wherever: totals by suite, each a figure by name, to the results of each suite.
Judge = Callable[[dict[str, dict[str, Any]]], Future[dict[str, list[dict[str, Any]]]]]


@dataclass(frozen=True)
class Verdict:
    """One expectation and whether it was met."""

    suite: str
    words: str
    figure: str
    observed: float | None
    is_met: bool


def verify(connection: duckdb.DuckDBPyConnection, judge: Judge) -> list[Verdict]:
    """Run every suite on the work file, inside the night's transaction.

    Args:
        connection: the work file.
        judge: has a suite judged, while the totals of the next one are summed.

    Returns:
        A verdict per expectation; the caller stops the night when one is not met.

    Raises:
        NightError: a suite gave no result: no verdict is not a good verdict.
    """
    judging = [judge({suite.name: _totals(connection, suite.totals_sql)}) for suite in all_suites()]
    try:
        results = {name: found for each in judging for name, found in each.result().items()}
    except Exception as error:  # whatever Great Expectations stumbles over
        raise NightError(f"the suites could not be run: {error}") from error
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
