"""`quarantine.row` as a whole: every row held back has a reason, and every reason is a registered check."""

from typing import TYPE_CHECKING, Any

from schemas.checks import all_checks
from schemas.suites import Suite, none_expected

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

_CHECKS = ", ".join(f"'{name}'" for name in sorted(all_checks()))
_SQL = f"""
    SELECT
        (SELECT count(*) FROM quarantine.row AS held WHERE NOT EXISTS (
            SELECT 1 FROM audit.finding AS f
            WHERE f.submission_id = held.submission_id AND f.severity = 'error'
                AND f.source_row = held.source_row
                AND coalesce(f.source_sheet, '') = coalesce(held.source_sheet, '')
        ) AND NOT EXISTS (
            SELECT 1 FROM audit.finding AS f
            WHERE f.submission_id = held.submission_id AND f.severity = 'error' AND f.source_row IS NULL
                AND coalesce(f.source_sheet, '') = coalesce(held.source_sheet, '')
        )) AS rows_without_reason,
        (SELECT count(*) FROM audit.finding WHERE check_id NOT IN ({_CHECKS})) AS findings_of_no_check
"""


def _expectations(gxe: Any) -> "list[Expectation]":
    return [
        none_expected(gxe, "rows_without_reason", "Every row held back has a finding with severity error."),
        none_expected(gxe, "findings_of_no_check", "Every finding names a registered check."),
    ]


SUITE = Suite("quarantine.row", "Rows held back", "แถวที่ถูกกักไว้", _SQL, _expectations)
