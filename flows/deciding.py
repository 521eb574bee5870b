"""`waste anomaly`: what stands, and an official's decision about it as a file in the inbox.

The decision takes effect with the next night, like everything that comes in: the archive keeps it, a rebuild replays it.
"""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

import duckdb

from flows.errors import UsageError
from flows.letters import one_line
from flows.query import Answer, open_published, plain
from flows.whole_files import write_whole
from schemas.reports import all_reports

Action = Literal["silence", "close", "confirm", "refute", "reopen"]

# What an official asks first: what stands, the worst of each rule (by its rank factor, too) above the rest.
_LIST = """
SELECT
  a.anomaly_id,
  a.state,
  a.rule,
  a.factory_id,
  f.factory_name,
  a.period,
  a.subject,
  a.score,
  coalesce(v.rank_factor, 1) AS rank_factor,
  a.first_night,
  d.action AS decision,
  d.until_date,
  d.reason
FROM anomaly.found AS a
LEFT JOIN core.factory AS f ON a.factory_id = f.factory_id
LEFT JOIN summary.anomaly_verdict AS v ON a.rule = v.rule AND a.factory_id = v.factory_id
LEFT JOIN core.disposition AS d ON a.anomaly_id = d.anomaly_id
WHERE
  list_contains($states::VARCHAR[], a.state)
  AND ($rule IS NULL OR a.rule = $rule)
  AND ($factory_id IS NULL OR a.factory_id = $factory_id)
  AND ($province_code IS NULL OR coalesce(f.province_code, substr(a.factory_id, 3, 2)) = $province_code)
ORDER BY row_number() OVER (PARTITION BY a.rule ORDER BY a.score * rank_factor DESC, a.anomaly_id), a.rule
LIMIT $limit
"""
STANDING = ("new", "open")


def found(
    published: Path,
    states: Sequence[str],
    rule: str | None,
    factory_id: str | None,
    province_code: str | None,
    limit: int,
) -> Answer:
    """Anomalies of the published file with what was decided about them: the worst of each rule, then the second of each.

    Raises:
        UsageError: nothing is published, or it is older than decisions are.
    """
    connection = open_published(published)
    values = {
        "states": list(states),
        "rule": rule,
        "factory_id": factory_id,
        "province_code": province_code,
        "limit": limit,
    }
    try:
        cursor = connection.execute(_LIST, values)
        return Answer([column[0] for column in cursor.description or []], cursor.fetchall())
    except duckdb.CatalogException as error:
        raise UsageError(f"{published} was published before decisions were known: run `waste night` first") from error
    finally:
        connection.close()


def lines_of(answer: Answer) -> Iterator[str]:
    """What `found` gives, two lines each, so that an id can be copied whole."""
    for row in answer.rows:
        each = {name: one_line(plain(value)) for name, value in zip(answer.columns, row, strict=True)}
        yield f"{each['anomaly_id']}  {each['state']}  {each['rule']}  {each['period']} {each['subject']}".rstrip()
        factor = "" if each["rank_factor"] == "1.0" else f" x {each['rank_factor']}"
        until = f" until {each['until_date']}" if each["until_date"] else ""
        decision = f", {each['decision']}{until}: {each['reason']}" if each["decision"] else ""
        yield f"    {each['factory_id']} {each['factory_name']}, score {each['score']}{factor}{decision}"
    if not answer.rows:
        yield "no such anomaly"


def decide(
    published: Path,
    inbox: Path,
    anomaly_ids: Sequence[str],
    action: Action,
    reason: str,
    official: str,
    today: date,
    until: date | None = None,
) -> Path:
    """Write a decision about one or more anomalies into the inbox, for the next night.

    Args:
        published: the published file, which knows the anomalies.
        inbox: the department's own desk.
        anomaly_ids: as in anomaly.found, each once.
        action: what is decided.
        reason: why; it is published.
        official: role or name; it is not published.
        today: day of the decision, in Bangkok.
        until: last day of a silence.

    Returns:
        The file.

    Raises:
        UsageError: an anomaly is not known, an explanation is empty, or the silence ends before it begins.
    """
    if not reason.strip() or not official.strip():
        raise UsageError("a decision needs a reason and an official: --reason and --official")
    if until is not None and until < today:
        raise UsageError(f"a silence until {until} is over already: today is {today} in Bangkok")
    _must_be_known(published, anomaly_ids)
    number = f"D-{today:%Y%m%d}-{secrets.token_hex(4)}"  # the same decision again is another file, not a duplicate
    cells: dict[str, object] = {"action": action, "until_date": until, "reason": reason, "official": official}
    cells["decided_date"] = today
    rows = [{"disposition_no": number, "anomaly_id": each, **cells} for each in dict.fromkeys(anomaly_ids)]
    return _put(inbox, f"{number}.csv", rows)


def _must_be_known(published: Path, anomaly_ids: Sequence[str]) -> None:
    connection = open_published(published)
    try:
        known = {row[0] for row in connection.execute("SELECT anomaly_id FROM anomaly.found").fetchall()}
    finally:
        connection.close()
    if unknown := [each for each in anomaly_ids if each not in known]:
        raise UsageError(f"no anomaly has the id {', '.join(unknown)}; `waste anomaly list` shows those that there are")


def _put(inbox: Path, name: str, rows: Sequence[dict[str, object]]) -> Path:
    text = io.StringIO()
    writer = csv.DictWriter(text, [field.name for field in all_reports()["disposition"].fields], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    inbox.mkdir(parents=True, exist_ok=True)
    path = inbox / name
    try:
        # For the eyes of the pipeline only: it names an official. Outside the inbox, or a night would find it there in part.
        write_whole(path, text.getvalue().encode(), mode=0o600, is_durable=True, beside=inbox.with_name(f".{name}.tmp"))
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error
    return path
