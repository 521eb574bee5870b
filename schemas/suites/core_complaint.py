"""`core.complaint` as a whole."""

from schemas.reports.complaint import REPORT
from schemas.suites._core import core_suite

SUITE = core_suite(REPORT)
