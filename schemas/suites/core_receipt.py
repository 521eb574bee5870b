"""`core.receipt` as a whole."""

from schemas.reports.receipt import REPORT
from schemas.suites._core import core_suite

SUITE = core_suite(REPORT)
