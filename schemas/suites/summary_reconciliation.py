"""`summary.reconciliation` as a whole: every manifest line once, and not a gram lost between rows and summary."""

from typing import TYPE_CHECKING, Any

from schemas.suites import Suite, none_expected

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

_SQL = """
    SELECT
        abs((SELECT count(*) FROM summary.reconciliation WHERE state <> 'without_manifest')
            - (SELECT count(*) FROM core.manifest)) AS lines_astray,
        (SELECT coalesce(sum(sent_t), 0) FROM summary.reconciliation)
            <> (SELECT coalesce(sum(mass_t), 0) FROM core.manifest) AS is_sent_off,
        (SELECT coalesce(sum(received_t), 0) FROM summary.reconciliation)
            <> (SELECT coalesce(sum(mass_t), 0) FROM core.receipt) AS is_received_off
"""


def _expectations(gxe: Any) -> "list[Expectation]":
    return [
        none_expected(gxe, "lines_astray", "Every manifest line stands there once."),
        none_expected(gxe, "is_sent_off", "Sent tonnes = tonnes of core.manifest, exactly."),
        none_expected(gxe, "is_received_off", "Received tonnes = tonnes of core.receipt, exactly."),
    ]


SUITE = Suite("summary.reconciliation", "Sent against received", "ปริมาณส่งเทียบกับรับ", _SQL, _expectations)
