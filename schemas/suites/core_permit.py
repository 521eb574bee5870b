"""`core.permit` as a whole."""

from schemas.reports.permit import REPORT
from schemas.suites._core import core_suite

SUITE = core_suite(REPORT)
