"""Detect: run every anomaly rule on tonight's tables and keep `anomaly.found` up to date."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date

import duckdb

from flows.dispositions import settled
from flows.errors import NightError
from flows.sql_files import ANOMALY_COLUMNS, Anomaly, anomalies
from flows.warehouse import quoted
from schemas.tables import ANOMALY_FOUND

log = logging.getLogger(__name__)

# The rules that stay silent when reports look missing through our fault: they accuse a factory of not having reported.
ACCUSATIONS = ("report_missing",)

# [policy, REGIME] When more factories than this look missing, it is likelier that our data broke than that they did.
SUSPICIOUS_SHARE_PCT = 50
# [policy] A share says something about us only when it is a share of many: of 4 processors 3 may well be late together, and a
# small installation must still be told of the one factory that did not report. At 20, more than half are 11 factories or more.
SUSPICIOUS_FROM_FACTORIES = 20

_MISSING_BY_DUTY = """
WITH period AS (
  SELECT
    report_type,
    period,
    due_date,
    COUNT(*) FILTER (WHERE status IN ('on_time', 'late', 'nil', 'missing')) AS obliged,
    COUNT(*) FILTER (WHERE status = 'missing') AS missing
  FROM summary.obligation
  WHERE due_date < CAST(? AS DATE)
  GROUP BY report_type, period, due_date
)

SELECT report_type, period, obliged, missing
FROM period
WHERE obliged > 0
QUALIFY ROW_NUMBER() OVER (PARTITION BY report_type ORDER BY due_date DESC, period DESC) = 1
ORDER BY report_type
"""

# Factories that a rule accuses anew tonight, by period, out of those that it could accuse of that period.
_NEWLY_ACCUSED = """
WITH accused AS (
  SELECT period, COUNT(DISTINCT factory_id) AS accused
  FROM anomaly_tonight AS f
  WHERE rule = $rule
    AND NOT EXISTS (FROM meta.anomaly_before AS b WHERE b.anomaly_id = f.anomaly_id AND b.state <> 'closed')
    -- What an official has settled is found every night and accuses nobody anew.
    AND NOT EXISTS (FROM core.disposition AS d WHERE d.anomaly_id = f.anomaly_id AND d.action IN ('close', 'refute'))
  GROUP BY period
),

judged AS (
  SELECT a.period, a.accused, COUNT(DISTINCT j.factory_id) AS judged
  FROM (SELECT DISTINCT {factory_column} AS factory_id, CAST({period_column} AS VARCHAR) AS day FROM {table}) AS j
  INNER JOIN accused AS a ON a.period = LEFT(j.day, {period_length})
  WHERE 100 * a.accused > {share_pct} * {from_factories}
  GROUP BY a.period, a.accused
)

SELECT period, accused, judged
FROM judged
WHERE judged >= {from_factories} AND 100 * accused > {share_pct} * judged
ORDER BY accused / judged DESC, period DESC
LIMIT 1
"""
_YEAR, _MONTH = len("2025"), len("2025-03")

# What stood before this night, what was found tonight, what officials decided: the state follows from these alone, so that a
# night may be run again. `withheld` are the rules that were not asked tonight: what is known of them stays as it was, but
# for what officials decide about it.
_NEW_STATES = """
CREATE OR REPLACE TEMP TABLE anomaly_after AS
SELECT
  COALESCE(f.anomaly_id, b.anomaly_id) AS anomaly_id,
  COALESCE(f.rule, b.rule) AS rule,
  COALESCE(f.factory_id, b.factory_id) AS factory_id,
  COALESCE(f.period, b.period) AS period,
  COALESCE(f.subject, b.subject) AS subject,
  COALESCE(f.score, b.score) AS score,
  COALESCE(f.evidence, b.evidence) AS evidence,
  COALESCE(b.first_night, $night) AS first_night,
  IF(f.anomaly_id IS NULL, b.last_night, $night) AS last_night,
  CASE
    WHEN f.anomaly_id IS NULL AND (b.state = 'closed' OR NOT LIST_CONTAINS($withheld, b.rule)) THEN 'closed'
    WHEN f.anomaly_id IS NULL AND d.action IN ('close', 'refute') AND d.night = $night THEN 'closed'
    WHEN s.anomaly_id IS NOT NULL THEN 'closed'
    WHEN d.action = 'silence' AND $night <= d.until_date THEN 'silenced'
    WHEN b.anomaly_id IS NULL THEN 'new'
    ELSE 'open'
  END AS state,
  b.state AS state_before
FROM anomaly_tonight AS f
FULL JOIN (FROM meta.anomaly_before WHERE anomaly_id IS NOT NULL) AS b ON f.anomaly_id = b.anomaly_id
LEFT JOIN anomaly_settled AS s ON f.anomaly_id = s.anomaly_id
LEFT JOIN core.disposition AS d ON COALESCE(f.anomaly_id, b.anomaly_id) = d.anomaly_id
"""


@dataclass(frozen=True)
class RuleCounts:
    """Anomalies of one rule after a night: new tonight, open (found before, and again), closed by this night."""

    new: int
    open: int
    closed: int


@dataclass(frozen=True)
class Detected:
    """What a night found.

    Attributes:
        counts: by rule.
        suspicion: why the pipeline suspects itself, in one sentence with the figures; None when it does not.
    """

    counts: dict[str, RuleCounts]
    suspicion: str | None

    @property
    def is_suspicious(self) -> bool:
        """Whether operators are to be mailed and nobody is to be accused."""
        return self.suspicion is not None


def detect(connection: duckdb.DuckDBPyConnection, night: date) -> Detected:
    """Run every rule of flows/anomalies/ on tonight's summaries and update `anomaly.found`, in the caller's transaction.

    Not seen before: `new`. Seen before and found: `open`, also when it had been closed. Not found any more: `closed`.
    Officials' decisions (`core.disposition`) come before that: silenced up to and including a day; closed, or refuted, as long
    as the evidence is not materially another (`flows.dispositions`).

    The state before the night is kept in `meta.anomaly_before`, so that the same night may be run any number of times, on more
    files each time, and ends as if it had been run once.

    When more than half of the factories obliged in a duty's latest due period have nothing accepted (not sent, or failing our
    checks as a whole), the pipeline suspects itself: the rules in `ACCUSATIONS` are not run, what they found on earlier
    nights is kept and not confirmed, and the result says so. Below `SUSPICIOUS_FROM_FACTORIES` obliged factories a share
    proves nothing about us, and the factories are named as always. The same holds for every other rule that accuses (it is
    not statistical): when it accuses anew more than half of the factories that it could accuse of one period (say because the
    file of permissions was not loaded), what it found tonight is not kept.

    Args:
        connection: the private warehouse, in a transaction, after `summarise` of the same night.
        night: the night.

    Raises:
        NightError: a rule does not give its columns, or gives the same thing twice.
    """
    suspicions = [suspicion] if (suspicion := suspicion_of(connection, night)) else []
    withheld = list(ACCUSATIONS) if suspicions else []
    _keep_state_before(connection, night)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE anomaly_tonight (anomaly_id VARCHAR, rule VARCHAR, factory_id VARCHAR, "
        "period VARCHAR, subject VARCHAR, score DOUBLE, evidence JSON)"
    )
    rules = anomalies()
    for rule in rules:
        if rule.name not in withheld:
            _find(connection, rule)
        if rule.name not in ACCUSATIONS and (improbable := _improbable(connection, rule)):
            connection.execute("DELETE FROM anomaly_tonight WHERE rule = ?", [rule.name])
            withheld.append(rule.name)
            suspicions.append(improbable)
    settled(connection, night)
    connection.execute(_NEW_STATES, {"night": night, "withheld": withheld})
    names = ", ".join(ANOMALY_FOUND.column_names)
    connection.execute("DELETE FROM anomaly.found")
    connection.execute(f"INSERT INTO anomaly.found ({names}) SELECT {names} FROM anomaly_after")
    detected = Detected(_count(connection, rules), " ".join(suspicions) or None)
    for scratch in ("anomaly_of_rule", "anomaly_tonight", "anomaly_settled", "anomaly_after"):
        connection.execute(f"DROP TABLE IF EXISTS temp.{scratch}")
    _log(detected)
    return detected


def suspicion_of(connection: duckdb.DuckDBPyConnection, night: date) -> str | None:
    """Why tonight's missing reports look like our fault, in one sentence for operators; None when they do not."""
    reasons = [
        f"{missing:,} of the {obliged:,} factories obliged to file the {report_type} report of {period} have nothing accepted"
        f" ({100 * missing / obliged:.0f} %)"
        for report_type, period, obliged, missing in connection.execute(_MISSING_BY_DUTY, [night]).fetchall()
        if obliged >= SUSPICIOUS_FROM_FACTORIES and 100 * missing > SUSPICIOUS_SHARE_PCT * obliged
    ]
    if not reasons:
        return None
    return (
        f"{'; '.join(reasons)}: more than {SUSPICIOUS_SHARE_PCT} % is likelier to be our fault than theirs. "
        "Nobody was accused of a missing report tonight."
    )


def _improbable(connection: duckdb.DuckDBPyConnection, rule: Anomaly) -> str | None:
    """Why what an accusing rule found tonight looks like our fault, with the worst period's figures; None when it does not."""
    if rule.is_statistical or rule.judges is None:
        return None
    accused = connection.execute("SELECT count(DISTINCT factory_id) FROM anomaly_tonight WHERE rule = ?", [rule.name]).fetchone()
    if not accused or 100 * accused[0] <= SUSPICIOUS_SHARE_PCT * SUSPICIOUS_FROM_FACTORIES:
        return None  # too few in all to be too many in any period, which spares counting everybody
    limits = {"share_pct": SUSPICIOUS_SHARE_PCT, "from_factories": SUSPICIOUS_FROM_FACTORIES}
    for period_length in (_YEAR, _MONTH):
        sql = _NEWLY_ACCUSED.format(**vars(rule.judges), **limits, period_length=period_length)
        if worst := connection.execute(sql, {"rule": rule.name}).fetchone():
            period, accused, judged = worst
            return (
                f"{rule.name} accuses {accused:,} of the {judged:,} factories that it judges in {period} for the first time "
                f"({100 * accused / judged:.0f} %): more than {SUSPICIOUS_SHARE_PCT} % is likelier to be our fault than theirs. "
                "It accused nobody tonight."
            )
    return None


def _keep_state_before(connection: duckdb.DuckDBPyConnection, night: date) -> None:
    """Keep `anomaly.found` as the nights before this one left it; a night that is run again keeps what it has."""
    known = connection.execute(
        "SELECT 1 FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = 'meta' "
        "AND table_name = 'anomaly_before'"
    ).fetchone()
    if known and connection.execute("SELECT 1 FROM meta.anomaly_before WHERE before_night = ?", [night]).fetchone():
        return
    # The LEFT JOIN keeps one row with the night when there was nothing before it.
    connection.execute(
        f"CREATE OR REPLACE TABLE meta.anomaly_before AS SELECT n.before_night, f.* "
        f"FROM (SELECT DATE {quoted(night.isoformat())} AS before_night) AS n LEFT JOIN anomaly.found AS f ON TRUE"
    )


def _find(connection: duckdb.DuckDBPyConnection, rule: Anomaly) -> None:
    connection.execute(f"CREATE OR REPLACE TEMP TABLE anomaly_of_rule AS {rule.body}")
    given = tuple(name for name, *_ in connection.execute("DESCRIBE anomaly_of_rule").fetchall())
    if given != ANOMALY_COLUMNS:
        raise NightError(f"{rule.name}.sql: an anomaly's SELECT gives {', '.join(ANOMALY_COLUMNS)}, not {', '.join(given)}")
    connection.execute(
        "INSERT INTO anomaly_tonight "
        "SELECT left(sha256(concat_ws('|', $rule, factory_id, period, coalesce(subject, ''))), 16), $rule, * "
        "FROM anomaly_of_rule",
        {"rule": rule.name},
    )
    twice = connection.execute(
        "SELECT factory_id, period, subject FROM anomaly_tonight WHERE rule = ? "
        "GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL LIMIT 1",
        [rule.name],
    ).fetchone()
    if twice:
        raise NightError(f"{rule.name}.sql: found the same thing twice: factory {twice[0]}, {twice[1]}, {twice[2]}")


def _count(connection: duckdb.DuckDBPyConnection, rules: tuple[Anomaly, ...]) -> dict[str, RuleCounts]:
    found = {
        rule: RuleCounts(new, still_open, closed)
        for rule, new, still_open, closed in connection.execute(
            "SELECT rule, count(*) FILTER (WHERE state = 'new'), count(*) FILTER (WHERE state = 'open'), "
            "count(*) FILTER (WHERE state = 'closed' AND state_before <> 'closed') FROM anomaly_after GROUP BY rule"
        ).fetchall()
    }
    names = sorted({rule.name for rule in rules} | set(found))
    return {name: found.get(name, RuleCounts(0, 0, 0)) for name in names}


def _log(detected: Detected) -> None:
    each = (f"{name} {count.new} new, {count.open} open, {count.closed} closed" for name, count in detected.counts.items())
    log.info("detect: %s", "; ".join(each))
    if detected.suspicion:
        log.warning("detect: %s", detected.suspicion)
