"""One file per check: a truth about one file, its severity, ground and messages. A new file here is a new check."""

from __future__ import annotations

import sys
from functools import cache

from schemas.plugins import modules_of
from schemas.records import Check, Report, Rule


@cache
def all_checks() -> dict[str, Check]:
    """Every check by its id."""
    checks = [module.CHECK for module in modules_of(sys.modules[__name__])]
    return {check.id: check for check in checks}


def rules_of(report: Report) -> list[tuple[Check, Rule]]:
    """Every way in which a row of this report type can break a check that is judged in SQL."""
    return [(check, rule) for check in all_checks().values() for rule in check.rules(report)]
