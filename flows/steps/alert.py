"""Alert: say in a few mails what is new tonight, to those who should look at it. Writing and sending is `flows.mail`'s.

One digest a night for each role: headquarters always, a province only when something new is to be said about a factory
there. News is what no digest has told yet: a night that was stopped, or on which the pipeline suspected itself, loses none.
When it suspects itself nobody is accused: no digest goes out, and operators get a letter instead.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa

from flows.clock import naive_utc
from flows.errors import NightError
from flows.ledger import Ledger
from flows.letters import render
from flows.letters.words import Figure, english_date, figures_of, thai_date
from flows.mail import Kind, Letter, mail_id_of, mails_of, record, send
from flows.sql_files import Anomaly, anomalies
from schemas.tables import ANOMALY_MAIL

__all__ = ["compose", "compose_stop", "record", "refresh_table", "send"]

log = logging.getLogger(__name__)

BUDGET = 20  # findings named in one letter; [policy] what an official can look at in a day
WORST = 10  # factories; [policy] what the front page shows too
YEARS = 2  # latest years with data on the front page; the last one is seldom whole
FAILURES = 30  # failed expectations named in one letter; [policy]


@dataclass(frozen=True)
class Area:
    """What a role looks at: a province, or with code "" the whole country."""

    role: str
    code: str
    name_th: str
    name_en: str


COUNTRY = Area("headquarters", "", "ทั่วประเทศ", "Whole country")
OPERATORS = Area("operators", "", "ผู้ดูแลระบบ", "Operators")


@dataclass(frozen=True)
class News:
    """One anomaly that no digest has told yet.

    Attributes:
        is_nameable: strong enough to name the factory in a mail; on a statistical rule this takes a second signal.
    """

    anomaly_id: str
    rule: str
    factory_id: str
    factory_name: str
    province_code: str
    province_th: str
    province_en: str
    period: str
    subject: str
    evidence: str
    is_nameable: bool

    @property
    def told_subject(self) -> str:
        """Its subject, unless the evidence says the same."""
        return "" if self.subject in json.loads(self.evidence or "{}").values() else self.subject

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Its evidence, without the rows that it comes from."""
        return figures_of(json.loads(self.evidence or "{}", parse_float=Decimal))


@dataclass(frozen=True)
class Group:
    """What one rule has found for one letter: `found` = named + `left_out` + `unnamed`."""

    rule: Anomaly
    found: int
    named: tuple[News, ...]
    left_out: int
    unnamed: int


@dataclass(frozen=True)
class Digest:
    """What a digest says, before it is put into words.

    Attributes:
        night_files: counts of the night over the whole country, by name.
        years: front-page figures of the area, by name, latest year last.
        worst: rows of summary.factory_compliance of the area, by name.
    """

    night: date
    area: Area
    groups: tuple[Group, ...] = ()
    night_files: dict[str, int] = field(default_factory=dict)
    years: tuple[dict[str, Any], ...] = ()
    worst: tuple[dict[str, Any], ...] = ()

    @property
    def found(self) -> int:
        """All that is new."""
        return sum(group.found for group in self.groups)


def compose(
    connection: duckdb.DuckDBPyConnection,
    night: date,
    suspicion: str | None,
    rules: Iterable[Anomaly] | None = None,
) -> list[Letter]:
    """Write the letters of a night.

    Args:
        connection: the private warehouse with tonight's summaries and anomalies, and anomaly.mail as of before this night.
        night: what stands on the letters.
        suspicion: why the pipeline suspects itself; then only operators get a letter.
        rules: those of flows/anomalies when None.

    Returns:
        Headquarters' digest, then each province's that has news, by code; or the one letter of suspicion.

    Raises:
        NightError: an anomaly comes from a rule that does not exist.
    """
    known = {rule.name: rule for rule in (anomalies() if rules is None else rules)}
    news = _news(connection, night, known)
    night_files = _night_files(connection, night)
    if suspicion is not None:
        letters = [_suspicion(night, suspicion, _groups(news, known, "headquarters", 0), night_files)]
    else:
        areas = [COUNTRY, *_areas(connection, {each.province_code for each in news})]
        digests = (_digest(connection, night, area, news, known, night_files) for area in areas)
        letters = [_letter(each) for each in digests if each.area is COUNTRY or _names_somebody(each)]
    log.info("letters composed: %d, from %d news", len(letters), len(news))
    return letters


def compose_stop(night: date, reason: str, failures: Sequence[str]) -> Letter:
    """Tell operators that a night was stopped and nothing published.

    Args:
        reason: one sentence.
        failures: expectations that were not met, one sentence each.
    """
    return _written(
        night, "stop", OPERATORS, "stop",
        f"หยุดเผยแพร่ คืนวันที่ {thai_date(night)} · Night stopped, nothing published: {english_date(night)}",
        reason=reason, failures=failures[:FAILURES], left_out=max(0, len(failures) - FAILURES),
    )  # fmt: skip


def refresh_table(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> None:
    """Make anomaly.mail what the ledger says, inside the caller's transaction."""
    rows = [
        {
            **{name: getattr(mail, name) for name in ANOMALY_MAIL.column_names},
            "sent_at": naive_utc(mail.sent_at) if mail.sent_at else None,
        }
        for mail in mails_of(ledger).values()
    ]
    connection.execute("DELETE FROM anomaly.mail")
    if rows:
        arrow = pa.Table.from_pylist(rows)  # noqa: F841 - DuckDB reads it by name
        connection.execute("INSERT INTO anomaly.mail BY NAME SELECT * FROM arrow")


# --- What there is to say ----------------------------------------------------------------------------------------------

# News: found after the last night that headquarters were told of. A statistical rule needs a second, independent signal
# on the same factory, so a jump becomes news again on the night when that second signal comes.
_NEWS = """
WITH told AS (
  SELECT coalesce(max(night), DATE '0001-01-01') AS night
  FROM anomaly.mail
  WHERE kind = 'digest' AND to_role = 'headquarters' AND night < $night
),
live AS (
  SELECT * FROM anomaly.found WHERE state IN ('new', 'open')
),
signal AS (
  SELECT factory_id, rule, min(first_night) AS first_night FROM live GROUP BY factory_id, rule
),
second_signal AS (
  SELECT one.factory_id, one.rule, min(other.first_night) AS first_night
  FROM signal AS one
  INNER JOIN signal AS other ON one.factory_id = other.factory_id AND one.rule <> other.rule
  GROUP BY one.factory_id, one.rule
),
place AS (
  SELECT
    a.*,
    a.rule NOT IN (SELECT unnest($statistical)) OR s.rule IS NOT NULL AS is_nameable,
    CASE WHEN a.rule IN (SELECT unnest($statistical)) THEN greatest(a.first_night, s.first_night)
         ELSE a.first_night END AS news_night,
    f.factory_name,
    coalesce(f.province_code, substr(a.factory_id, 3, 2)) AS province_code
  FROM live AS a
  LEFT JOIN second_signal AS s ON a.factory_id = s.factory_id AND a.rule = s.rule
  LEFT JOIN core.factory AS f ON a.factory_id = f.factory_id
)
SELECT
  a.anomaly_id, a.rule, a.factory_id,
  coalesce(a.factory_name, '(ไม่อยู่ในทะเบียน / not in the register)') AS factory_name,
  a.province_code, coalesce(p.name_th, '') AS province_th, coalesce(p.name_en, '') AS province_en,
  coalesce(a.period, '') AS period, coalesce(a.subject, '') AS subject,
  coalesce(CAST(a.evidence AS VARCHAR), '') AS evidence, a.is_nameable
FROM place AS a
CROSS JOIN told AS t
LEFT JOIN ref.province AS p
  ON a.province_code = p.code AND $night BETWEEN p.valid_from AND coalesce(p.valid_to, $night)
WHERE a.news_night > t.night AND a.news_night <= $night
ORDER BY a.rule, a.score DESC, a.factory_id, a.anomaly_id
"""
_NIGHT_FILES = """
SELECT
  count(*) AS files,
  count(*) FILTER (outcome = 'accepted') AS files_accepted,
  count(*) FILTER (outcome = 'partly_accepted') AS files_partly_accepted,
  count(*) FILTER (outcome = 'rejected') AS files_rejected,
  count(*) FILTER (outcome = 'duplicate') AS files_duplicate,
  coalesce(sum(rows_read), 0)::BIGINT AS rows_read,
  coalesce(sum(rows_accepted), 0)::BIGINT AS rows_accepted,
  coalesce(sum(rows_quarantined), 0)::BIGINT AS rows_quarantined
FROM audit.submission
WHERE night = $night
"""
_YEAR_FIGURES = (
    "factories_obliged", "factories_reporting", "generated_t", "generated_hazardous_t", "sent_t", "received_t", "completed_t",
)  # fmt: skip
# The country's figures are those of the front page itself; a province's are the same sums over its own factories.
_COUNTRY_YEARS = f"SELECT year, {', '.join(_YEAR_FIGURES)} FROM summary.national"
_PROVINCE_YEARS = f"""
SELECT w.year, {', '.join(f'sum(w.{name}) AS {name}' for name in _YEAR_FIGURES)}
FROM summary.waste_by_factory_year AS w
INNER JOIN core.factory AS f ON w.factory_id = f.factory_id
WHERE f.province_code = $code
GROUP BY w.year
"""
_YEARS = """
SELECT *, 100 * factories_reporting / nullif(factories_obliged, 0) AS coverage_pct
FROM ({years})
WHERE coalesce(generated_t, 0) + sent_t + received_t + completed_t > 0
ORDER BY year DESC
LIMIT {limit}
"""
_WORST = """
SELECT
  c.rank, c.factory_id, c.factory_name, p.name_th AS province_th, p.name_en AS province_en,
  c.missing_reports, c.mismatched_loads, c.unanswered_loads, c.receipts_without_manifest, c.open_breaches,
  c.oldest_open_breach_date
FROM summary.factory_compliance AS c
LEFT JOIN ref.province AS p
  ON c.province_code = p.code AND $night BETWEEN p.valid_from AND coalesce(p.valid_to, $night)
WHERE c.open_breaches > 0 AND ($code = '' OR c.province_code = $code)
ORDER BY c.rank
LIMIT $limit
"""


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, **values: object) -> list[dict[str, Any]]:
    cursor = connection.execute(sql, values) if values else connection.execute(sql)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _news(connection: duckdb.DuckDBPyConnection, night: date, rules: dict[str, Anomaly]) -> list[News]:
    statistical = [rule.name for rule in rules.values() if rule.is_statistical]
    news = [News(**row) for row in _rows(connection, _NEWS, night=night, statistical=statistical)]
    if unknown := {each.rule for each in news} - set(rules):
        raise NightError(f"anomaly.found has news of rules that no file in flows/anomalies makes: {sorted(unknown)}")
    return news


def _night_files(connection: duckdb.DuckDBPyConnection, night: date) -> dict[str, int]:
    (counts,) = _rows(connection, _NIGHT_FILES, night=night)
    return counts


def _areas(connection: duckdb.DuckDBPyConnection, codes: set[str]) -> list[Area]:
    """The provinces among these codes, each once; a number that names none has no office to write to."""
    rows = _rows(
        connection,
        "SELECT code, arg_max(name_th, valid_from) AS name_th, arg_max(name_en, valid_from) AS name_en "
        "FROM ref.province WHERE code IN (SELECT unnest($codes)) GROUP BY code ORDER BY code",
        codes=sorted(codes),
    )
    return [Area(f"province-{row['code']}", row["code"], row["name_th"], row["name_en"]) for row in rows]


def _digest(
    connection: duckdb.DuckDBPyConnection,
    night: date,
    area: Area,
    news: Sequence[News],
    rules: dict[str, Anomaly],
    night_files: dict[str, int],
) -> Digest:
    mine = [each for each in news if not area.code or each.province_code == area.code]
    groups = _groups(mine, rules, "province" if area.code else "headquarters", BUDGET)
    if not groups:
        return Digest(night, area, night_files=night_files)
    if area.code:
        years = _rows(connection, _YEARS.format(years=_PROVINCE_YEARS, limit=YEARS), code=area.code)
    else:
        years = _rows(connection, _YEARS.format(years=_COUNTRY_YEARS, limit=YEARS))
    worst = _rows(connection, _WORST, night=night, code=area.code, limit=WORST)
    return Digest(night, area, groups, night_files, tuple(reversed(years)), tuple(worst))


def _groups(news: Iterable[News], rules: dict[str, Anomaly], recipient: str, budget: int) -> tuple[Group, ...]:
    """News by rule, breaches before guesses. The budget goes round: the worst of each rule first, then the second of each, and so on."""
    by_rule: dict[str, list[News]] = {}
    for each in news:
        if recipient in rules[each.rule].recipients:
            by_rule.setdefault(each.rule, []).append(each)
    nameable = {name: [each for each in found if each.is_nameable] for name, found in by_rule.items()}
    ranked = sorted((place, name) for name, found in nameable.items() for place in range(len(found)))
    room = {name: sum(chosen == name for _, chosen in ranked[:budget]) for name in by_rule}
    groups = [
        Group(
            rule=rules[name],
            found=len(found),
            named=tuple(nameable[name][: room[name]]),
            left_out=len(nameable[name]) - room[name],
            unnamed=len(found) - len(nameable[name]),
        )
        for name, found in by_rule.items()
    ]
    return tuple(sorted(groups, key=lambda group: (group.rule.is_statistical, group.rule.name)))


def _names_somebody(digest: Digest) -> bool:
    return any(group.named for group in digest.groups)


# --- In words ------------------------------------------------------------------------------------------------------------


def _letter(digest: Digest) -> Letter:
    area, night = digest.area, digest.night
    if digest.groups:
        news = f"เรื่องใหม่ {digest.found:,} เรื่อง · New findings: {digest.found:,}"
    else:
        news = "ไม่มีเรื่องใหม่ · Nothing new to report"
    subject = f"{news} · {area.name_th} {area.name_en} · {thai_date(night)} {english_date(night)}"
    return _written(night, "digest", area, "digest", subject, digest=digest)


def _suspicion(night: date, suspicion: str, groups: tuple[Group, ...], night_files: dict[str, int]) -> Letter:
    return _written(
        night, "suspicion", OPERATORS, "suspicion",
        f"ระบบสงสัยข้อมูลของตนเอง ไม่มีการแจ้งโรงงานใด · The pipeline suspects itself, nobody is accused: "
        f"{thai_date(night)} {english_date(night)}",
        suspicion=suspicion, groups=groups, night_files=night_files,
    )  # fmt: skip


def _written(night: date, kind: Kind, area: Area, template: str, subject: str, **values: Any) -> Letter:
    given = {"night": night, "area": area, **values}
    return Letter(
        mail_id=mail_id_of(night, kind, area.role),
        night=night,
        kind=kind,
        to_role=area.role,
        subject=subject,
        html=render(f"{template}.html.j2", **given),
        text=render(f"{template}.txt.j2", **given),
    )
