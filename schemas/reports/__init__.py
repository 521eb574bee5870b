"""One file per report type. A new file here is a new report type; nothing else has to know its name."""

from __future__ import annotations

import sys
from functools import cache

from schemas.plugins import modules_of
from schemas.records import Report


@cache
def all_reports() -> dict[str, Report]:
    """Report types by name, in the order in which a night loads them."""
    reports = [module.REPORT for module in modules_of(sys.modules[__name__])]
    return {report.name: report for report in sorted(reports, key=lambda report: report.load_order)}
