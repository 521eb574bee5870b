"""`core.inspection` as a whole."""

from schemas.reports.inspection import REPORT
from schemas.suites._core import core_suite

SUITE = core_suite(REPORT)
