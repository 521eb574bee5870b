"""One file per warehouse table: is tonight's table believable as a whole? A failed suite stops the night.

A suite is a query that gives one small frame of totals, computed by DuckDB over the whole table, and Great Expectations
over that frame: its engines over whole tables cost half a minute and gigabytes at 30 million rows.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from schemas.plugins import modules_of

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation


@dataclass(frozen=True)
class Suite:
    """What must be true of one warehouse table before officials see it.

    Attributes:
        table: the table, e.g. `core.manifest`.
        title_en, title_th: for the page of results.
        totals_sql: one row; each column a figure that an expectation looks at.
        expectations: the expectations, made when called, with Great Expectations' own module handed in (it is slow to
            import, so only the verify step does).
    """

    table: str
    title_en: str
    title_th: str
    totals_sql: str
    expectations: Callable[[Any], list[Expectation]]

    @property
    def name(self) -> str:
        """Name of the suite: its table."""
        return self.table


@cache
def all_suites() -> list[Suite]:
    """Every suite, in the order of the tables' names; a report type without a file of its own gets the suite of all."""
    from schemas.reports import all_reports
    from schemas.suites._core import core_suite

    suites = [module.SUITE for module in modules_of(sys.modules[__name__])]
    named = {suite.table for suite in suites}
    suites += [core_suite(report) for report in all_reports().values() if f"core.{report.name}" not in named]
    return sorted(suites, key=lambda suite: suite.name)


def none_expected(gxe: Any, column: str, words: str) -> Expectation:
    """The figure must be 0."""
    return gxe.ExpectColumnValuesToBeBetween(column=column, min_value=0, max_value=0, description=words)


def within(gxe: Any, column: str, low: float, high: float, words: str) -> Expectation:
    """The figure must lie between two bounds; an empty one (nothing to compare with) says nothing."""
    return gxe.ExpectColumnValuesToBeBetween(column=column, min_value=low, max_value=high, description=words)
