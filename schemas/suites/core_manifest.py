"""`core.manifest` as a whole."""

from schemas.reports.manifest import REPORT
from schemas.suites._core import core_suite

SUITE = core_suite(REPORT)
