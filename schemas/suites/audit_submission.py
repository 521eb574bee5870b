"""`audit.submission` as a whole: rows are conserved, file by file and in sum."""

from typing import TYPE_CHECKING, Any

from schemas.reports import all_reports
from schemas.suites import Suite, none_expected

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

_STORED = " + ".join(f"(SELECT count(*) FROM {schema}.{name})" for schema in ("core", "history") for name in all_reports())
_SQL = f"""
    SELECT
        count_if(rows_read <> rows_accepted + rows_quarantined) AS files_that_lose_rows,
        abs(coalesce(sum(rows_accepted), 0) - ({_STORED}))::BIGINT AS accepted_rows_astray,
        abs(coalesce(sum(rows_quarantined), 0) - (SELECT count(*) FROM quarantine.row))::BIGINT AS held_rows_astray,
        count_if(outcome = 'accepted' AND rows_quarantined > 0
            OR outcome = 'rejected' AND rows_accepted > 0) AS wrong_outcomes
    FROM audit.submission
"""


def _expectations(gxe: Any) -> "list[Expectation]":
    return [
        none_expected(gxe, "files_that_lose_rows", "Of every file: rows read = rows accepted + rows quarantined."),
        none_expected(gxe, "accepted_rows_astray", "Rows accepted = rows in core and history."),
        none_expected(gxe, "held_rows_astray", "Rows quarantined = rows in quarantine.row."),
        none_expected(gxe, "wrong_outcomes", "The outcome of a file says what became of its rows."),
    ]


SUITE = Suite("audit.submission", "Conservation of rows", "การคงอยู่ของแถวข้อมูล", _SQL, _expectations)
