"""`core.factory` as a whole."""

from schemas.reports.factory import REPORT
from schemas.suites._core import core_suite

SUITE = core_suite(REPORT)
