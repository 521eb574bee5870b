"""One file per layout card: another system's file, or an old template, onto a report type. A new file here is a new card.

Our own templates need no card: they are what `schemas/reports` says.
"""

from __future__ import annotations

import sys
from functools import cache

from schemas.plugins import modules_of
from schemas.records import Layout


@cache
def all_layouts() -> dict[str, Layout]:
    """Every card by its name."""
    return {module.LAYOUT.name: module.LAYOUT for module in modules_of(sys.modules[__name__])}
