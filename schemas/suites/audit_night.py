"""Tonight against the nights before: are its totals plausible, or did our own reading break?

Both bounds are wide on purpose [policy]: a factory's slip is an anomaly; only a shift of everything at once is ours. They
say nothing on small worlds, where one file moves everything.
"""

from typing import TYPE_CHECKING, Any

from schemas.suites import Suite, within

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

ENOUGH_ROWS = 1_000  # [policy]
_SQL = f"""
    WITH
    load AS (
        SELECT night, mass_t FROM core.manifest UNION ALL SELECT night, mass_t FROM core.receipt
    ),
    side AS (
        SELECT night = (SELECT night FROM ref.tonight) AS is_tonight, count(*) AS n, median(mass_t)::DOUBLE AS typical_t
        FROM load GROUP BY is_tonight
    ),
    file AS (
        SELECT night = (SELECT night FROM ref.tonight) AS is_tonight, sum(rows_read) AS n,
            100.0 * sum(rows_quarantined) / nullif(sum(rows_read), 0) AS held_pct
        FROM audit.submission GROUP BY is_tonight
    )
    SELECT
        (SELECT max(typical_t) FILTER (is_tonight) / nullif(max(typical_t) FILTER (NOT is_tonight), 0)
            FROM side HAVING min(n) >= {ENOUGH_ROWS} AND count(*) = 2) AS typical_load_ratio,
        (SELECT max(held_pct) FILTER (is_tonight) - max(held_pct) FILTER (NOT is_tonight)
            FROM file HAVING min(n) >= {ENOUGH_ROWS} AND count(*) = 2) AS held_pct_points_more
"""


def _expectations(gxe: Any) -> "list[Expectation]":
    return [
        within(gxe, "typical_load_ratio", 0.02, 50, "The median load is within a factor of 50 of the nights before."),
        within(
            gxe, "held_pct_points_more", -100, 60,
            "The share of rows held back is at most 60 percentage points above the nights before.",
        ),
    ]  # fmt: skip


SUITE = Suite("audit.night", "Tonight against the nights before", "คืนนี้เทียบกับคืนก่อน ๆ", _SQL, _expectations)
