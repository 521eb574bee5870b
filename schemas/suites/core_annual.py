"""`core.annual` as a whole."""

from schemas.reports.annual import REPORT
from schemas.suites._core import core_suite

SUITE = core_suite(REPORT)
