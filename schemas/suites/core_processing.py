"""`core.processing` as a whole."""

from schemas.reports.processing import REPORT
from schemas.suites._core import core_suite

SUITE = core_suite(REPORT)
