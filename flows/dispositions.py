"""What officials decided about anomalies, as the detect step needs it.

The current decision about an anomaly is its row in `core.disposition`. One that closes an anomaly, or refutes it, holds while
the evidence stays what it was: `meta.decision` keeps that evidence, as the night before the decision left it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import duckdb

# [policy] Loads come in every night and move a total a little; a figure that has moved by more than this share of the larger
# one is another matter than the one that was decided.
MATERIAL_SHARE_PCT = 10

_KEEP = """
INSERT INTO meta.decision
SELECT
  d.anomaly_id,
  d.submission_id,
  d.night,
  COALESCE(b.evidence, f.evidence) AS evidence
FROM core.disposition AS d
LEFT JOIN meta.anomaly_before AS b ON d.anomaly_id = b.anomaly_id
LEFT JOIN anomaly_tonight AS f ON d.anomaly_id = f.anomaly_id
WHERE d.night = $night AND d.action IN ('close', 'refute')
"""
_TO_COMPARE = """
SELECT f.anomaly_id, CAST(k.evidence AS VARCHAR), CAST(f.evidence AS VARCHAR)
FROM core.disposition AS d
INNER JOIN anomaly_tonight AS f ON d.anomaly_id = f.anomaly_id
LEFT JOIN meta.decision AS k ON d.anomaly_id = k.anomaly_id AND d.submission_id = k.submission_id
WHERE d.action IN ('close', 'refute')
"""


def settled(connection: duckdb.DuckDBPyConnection, night: date) -> None:
    """Make the temp table `anomaly_settled` (anomaly_id): found tonight, but closed or refuted on the same evidence.

    Args:
        connection: the private warehouse, with `meta.anomaly_before` and the temp table `anomaly_tonight`.
        night: the night; the decisions that it took in are entered in `meta.decision`.
    """
    # Anew, not added: a night that is run again sees the evidence of all of its files.
    connection.execute("DELETE FROM meta.decision WHERE night = ?", [night])
    connection.execute(_KEEP, {"night": night})
    ids = [
        anomaly_id
        for anomaly_id, then, now in connection.execute(_TO_COMPARE).fetchall()
        if then is not None and not has_changed(json.loads(then), json.loads(now))
    ]
    connection.execute("CREATE OR REPLACE TEMP TABLE anomaly_settled AS SELECT unnest($i::VARCHAR[]) AS anomaly_id", {"i": ids})


def has_changed(then: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether evidence is materially another than it was: a word or flag differs, or a figure by more than MATERIAL_SHARE_PCT.

    Not compared: days and what counts them (`_date`, `days_`), which run on by themselves; the rows, because a file that is
    sent again with the same figures is no news; and what only one of the two has, because a rule may learn to say more.
    """
    keys = [key for key in then.keys() & now.keys() if key != "rows" and not key.endswith("_date")]
    return any(_differs(then[key], now[key]) for key in keys if not key.startswith("days_"))


def _differs(then: object, now: object) -> bool:
    if _is_figure(then) and _is_figure(now):
        assert isinstance(then, int | float) and isinstance(now, int | float)
        return 100 * abs(then - now) > MATERIAL_SHARE_PCT * max(abs(then), abs(now))
    return then != now


def _is_figure(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
