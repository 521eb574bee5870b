"""`summary.obligation` as a whole: nobody on the register is left out, and nobody stands there twice."""

from typing import TYPE_CHECKING, Any

from schemas.suites import Suite, none_expected

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

_SQL = """
    SELECT
        (SELECT count(*) FROM (
            SELECT 1 FROM summary.obligation GROUP BY factory_id, report_type, period HAVING count(*) > 1
        )) AS repeated_duties,
        (SELECT count(*) FROM (
            SELECT factory_id, period FROM core.factory
            CROSS JOIN (SELECT DISTINCT period FROM summary.obligation WHERE report_type = 'annual')
            EXCEPT SELECT factory_id, period FROM summary.obligation WHERE report_type = 'annual'
        )) AS factories_left_out,
        (SELECT count(*) FROM summary.obligation WHERE status NOT IN
            ('on_time', 'late', 'missing', 'nil', 'not_yet_due', 'exempt')) AS unknown_statuses
"""


def _expectations(gxe: Any) -> "list[Expectation]":
    return [
        none_expected(gxe, "repeated_duties", "One row per factory, duty and period."),
        none_expected(gxe, "factories_left_out", "Every factory of the register stands in every annual period."),
        none_expected(gxe, "unknown_statuses", "Every status is one of the six."),
    ]


SUITE = Suite("summary.obligation", "Obligations", "หน้าที่รายงาน", _SQL, _expectations)
