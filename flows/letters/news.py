"""What there is to say tonight, read from the warehouse: news by rule, the area's figures, the worst factories.

News is every open anomaly that no digest has told, by the outbox's own record (`meta.told`): a night that was stopped, that
suspected itself or that was run a second time loses none and repeats none. One that still stands `silence_days` of its rule
after it was told is told again, as a reminder; one that an official silenced, or that came back after it was settled, as soon
as it stands again. On a statistical rule a factory is named only when another rule speaks
of it too, and not from the same rows; until then the anomaly is counted, and becomes news again when it can be named.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

import duckdb

from flows.errors import NightError
from flows.letters.words import Figure, figures_of
from flows.rows import Row, row_of, rows_of

BUDGET = 20  # findings named in one letter; [policy] what an official can look at in a day
WORST = 10  # factories; [policy]
YEARS = 2  # latest years with data; the last one is seldom whole


class Rule(Protocol):
    """What a letter says of the rule that found something; `flows.sql_files.Anomaly` has it from the rule's file."""

    @property
    def name(self) -> str:
        """As in anomaly.found."""

    @property
    def title_en(self) -> str:
        """What is wrong, for people."""

    @property
    def title_th(self) -> str:
        """The same in Thai."""

    @property
    def ground(self) -> str:
        """Law, clause or policy."""

    @property
    def ground_th(self) -> str:
        """The same in Thai."""

    @property
    def recipients(self) -> tuple[str, ...]:
        """Who hears of it: headquarters, province."""

    @property
    def is_statistical(self) -> bool:
        """A guess from figures: a factory is named only when another rule speaks of it too."""

    @property
    def silence_days(self) -> int:
        """For how many days the same anomaly is not mailed again."""


@dataclass(frozen=True)
class Area:
    """What a role looks at: a province, or with code "" the whole country."""

    role: str
    code: str
    name_th: str
    name_en: str


COUNTRY = Area("headquarters", "", "ทั่วประเทศ", "Whole country")


@dataclass(frozen=True)
class News:
    """One anomaly that a letter shows.

    Attributes:
        told_night: the last night whose digest told it as it is told now; None when none has.
    """

    anomaly_id: str
    rule: str
    factory_id: str
    factory_name: str
    province_th: str
    province_en: str
    period: str
    subject: str
    evidence: str
    told_night: date | None = None

    @property
    def told_subject(self) -> str:
        """Its subject, unless the evidence says the same."""
        return "" if self.subject in self._evidence.values() else self.subject

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Its evidence, without the rows that it comes from."""
        return figures_of(self._evidence)

    @property
    def _evidence(self) -> dict[str, object]:
        read: dict[str, object] = json.loads(self.evidence, parse_float=Decimal)
        return read


@dataclass(frozen=True)
class Count:
    """How many anomalies of one rule there are to tell in one area; `again` of them were told before."""

    found: int
    again: int
    nameable: int


@dataclass(frozen=True)
class AllNews:
    """All news of a night. What a letter shows is here in full, of the rest there are numbers and ids.

    Attributes:
        nameable: ids of those strong enough to name the factory in a mail, by rule, what is new and then the worst first.
        unnameable: ids of the others, in that order.
        counts: by area's code and rule, where there is any.
        shown: by area's code and rule, at most BUDGET of an area, the worst of each rule before the second of each.
    """

    nameable: tuple[str, ...]
    unnameable: tuple[str, ...]
    counts: Mapping[tuple[str, str], Count]
    shown: Mapping[tuple[str, str], Sequence[News]]

    def __len__(self) -> int:
        return len(self.nameable) + len(self.unnameable)


@dataclass(frozen=True)
class Group:
    """What one rule has found for one letter: `found` = named + `left_out` + `unnamed`; `again` of them were told before."""

    rule: Rule
    found: int
    again: int
    named: tuple[News, ...]
    left_out: int
    unnamed: int


@dataclass(frozen=True)
class Digest:
    """What a digest says, before it is put into words.

    Attributes:
        files: counts of the night over the whole country, by name.
        years: front-page figures of the area, by name, latest year last.
        worst: rows of summary.factory_compliance of the area, by name.
    """

    area: Area
    groups: tuple[Group, ...]
    files: Row
    years: tuple[Row, ...] = ()
    worst: tuple[Row, ...] = ()

    @property
    def found(self) -> int:
        """All that is told."""
        return sum(group.found for group in self.groups)

    @property
    def again(self) -> int:
        """What of it was told before, and stands still."""
        return sum(group.again for group in self.groups)

    @property
    def new(self) -> int:
        """What of it is new."""
        return self.found - self.again

    @property
    def headline_th(self) -> str:
        """How much there is to tell, in Thai."""
        if not self.found:
            return "ไม่มีเรื่องใหม่"
        parts = (("เรื่องใหม่", self.new), ("เตือนซ้ำ", self.again))
        return ", ".join(f"{word} {count:,} เรื่อง" for word, count in parts if count)

    @property
    def headline_en(self) -> str:
        """The same in English."""
        if not self.found:
            return "nothing new to report"
        parts = (("new findings", self.new), ("reminders", self.again))
        return ", ".join(f"{word}: {count:,}" for word, count in parts if count)

    @property
    def names_somebody(self) -> bool:
        """Whether at least one factory is named."""
        return any(group.named for group in self.groups)


# Without names and evidence: hundreds of thousands may be news, and a letter shows 20 of them.
_NEWS = """
CREATE OR REPLACE TEMP TABLE news AS
WITH live AS (
  SELECT * FROM anomaly.found WHERE state IN ('new', 'open')
),
-- Only factories of which a statistical rule speaks, and another rule too: their evidence is opened, and no other.
guess AS (
  SELECT factory_id FROM live GROUP BY factory_id
  HAVING count(DISTINCT rule) > 1 AND bool_or(list_contains($statistical::VARCHAR[], rule))
),
signal AS (
  SELECT
    live.anomaly_id, live.factory_id, live.rule,
    coalesce(
      from_json(
        live.evidence -> '$.rows',
        '[{"table": "VARCHAR", "submission_id": "VARCHAR", "source_sheet": "VARCHAR", "source_row": "BIGINT"}]'
      ), []
    ) AS source_rows
  FROM live
  INNER JOIN guess USING (factory_id)
),
-- Two rules that read the same rows are one signal told twice (a load too heavy, and out of line with the others).
seconded AS (
  SELECT DISTINCT mine.anomaly_id
  FROM signal AS mine
  INNER JOIN signal AS other ON mine.factory_id = other.factory_id AND mine.rule <> other.rule
  WHERE
    list_contains($statistical::VARCHAR[], mine.rule)
    AND (len(other.source_rows) = 0 OR NOT list_has_all(mine.source_rows, other.source_rows))
),
candidate AS (
  SELECT
    live.*,
    NOT list_contains($statistical::VARCHAR[], live.rule) OR live.anomaly_id IN (SELECT anomaly_id FROM seconded) AS is_nameable
  FROM live
),
-- Up to this night an official had it silenced, or took it for settled: what was told till then counts no more.
decided AS (
  SELECT anomaly_id, CASE action WHEN 'silence' THEN until_date ELSE night END AS until_night
  FROM core.disposition
  WHERE action IN ('silence', 'close', 'refute')
),
told AS (
  SELECT
    c.anomaly_id,
    max(t.night) FILTER (t.is_named OR NOT c.is_nameable) AS told_night,
    coalesce(bool_or(
      t.night > $night - map($rules::VARCHAR[], $silence_days::INTEGER[])[c.rule]
      AND t.night > coalesce(d.until_night, DATE '0001-01-01')
      AND (t.is_named OR NOT c.is_nameable)
    ), false) AS is_silent
  FROM candidate AS c
  INNER JOIN meta.told AS t ON c.anomaly_id = t.anomaly_id AND t.night < $night
  LEFT JOIN decided AS d ON c.anomaly_id = d.anomaly_id
  GROUP BY c.anomaly_id
)
SELECT
  a.anomaly_id,
  a.rule,
  coalesce(f.province_code, substr(a.factory_id, 3, 2)) AS province_code,
  a.is_nameable,
  t.told_night,
  -- What is new goes before what is told again: a letter has room for a few.
  row_number() OVER (
    ORDER BY a.rule, t.told_night IS NOT NULL, a.score * coalesce(v.rank_factor, 1) DESC, a.factory_id, a.anomaly_id
  ) AS rank
FROM candidate AS a
LEFT JOIN told AS t ON a.anomaly_id = t.anomaly_id
LEFT JOIN summary.anomaly_verdict AS v ON a.rule = v.rule AND a.factory_id = v.factory_id
LEFT JOIN core.factory AS f ON a.factory_id = f.factory_id
WHERE NOT coalesce(t.is_silent, false)
"""
_IDS = "SELECT anomaly_id FROM news WHERE is_nameable = $is_nameable ORDER BY rank"
# Area '' is the whole country; a factory whose number names no province is in no other.
_COUNTS = """
SELECT
  if(grouping(province_code) = 1, '', province_code) AS area,
  rule,
  count(*) AS found,
  count(told_night) AS again,
  count_if(is_nameable) AS nameable
FROM news
GROUP BY GROUPING SETS ((rule), (province_code, rule))
HAVING grouping(province_code) = 1 OR province_code <> ''
"""
_SHOWN = """
WITH heard AS (
  SELECT '' AS area, *
  FROM news
  WHERE is_nameable AND list_contains($headquarters::VARCHAR[], rule)
  UNION ALL
  SELECT province_code AS area, *
  FROM news
  WHERE is_nameable AND list_contains($province::VARCHAR[], rule) AND province_code <> ''
),
ranked AS (
  SELECT *, row_number() OVER (PARTITION BY area, rule ORDER BY rank) AS place
  FROM heard
  QUALIFY place <= $budget
),
-- The budget goes round the rules: the worst of each is named first, then the second of each, and so on.
shown AS (
  SELECT *
  FROM ranked
  QUALIFY row_number() OVER (PARTITION BY area ORDER BY place, rule) <= $budget
)
SELECT
  s.area,
  a.anomaly_id,
  a.rule,
  a.factory_id,
  coalesce(f.factory_name, '(ไม่อยู่ในทะเบียน / not in the register)') AS factory_name,
  coalesce(p.name_th, '') AS province_th,
  coalesce(p.name_en, '') AS province_en,
  coalesce(a.period, '') AS period,
  coalesce(a.subject, '') AS subject,
  coalesce(CAST(a.evidence AS VARCHAR), '{}') AS evidence,
  s.told_night
FROM shown AS s
INNER JOIN anomaly.found AS a ON s.anomaly_id = a.anomaly_id
LEFT JOIN core.factory AS f ON a.factory_id = f.factory_id
LEFT JOIN ref.province AS p ON s.province_code = p.code AND $night BETWEEN p.valid_from AND coalesce(p.valid_to, $night)
ORDER BY s.rank
"""
_FILES = """
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
_PROVINCES = """
SELECT code, name_th, name_en
FROM ref.province
WHERE list_contains($codes::VARCHAR[], code) AND $night BETWEEN valid_from AND coalesce(valid_to, $night)
ORDER BY code
"""
_FIGURES = (
    "factories_obliged", "factories_reporting", "generated_t", "generated_hazardous_t", "sent_t", "received_t", "completed_t",
)  # fmt: skip
# The country's figures are those of the front page itself; a province's are the same sums over its own factories.
_COUNTRY_YEARS = f"SELECT year, {', '.join(_FIGURES)} FROM summary.national WHERE $code = ''"
_PROVINCE_YEARS = f"""
SELECT w.year, {", ".join(f"sum(w.{name}) AS {name}" for name in _FIGURES)}
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
LIMIT $limit
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


def news_of(connection: duckdb.DuckDBPyConnection, night: date, rules: Mapping[str, Rule]) -> AllNews:
    """All news of a night.

    Raises:
        NightError: one comes from a rule that does not exist.
    """
    connection.execute(_NEWS, {
        "night": night,
        "statistical": [rule.name for rule in rules.values() if rule.is_statistical],
        "rules": list(rules),
        "silence_days": [rule.silence_days for rule in rules.values()],
    })  # fmt: skip
    counts = {(row.pop("area"), row.pop("rule")): Count(**row) for row in rows_of(connection, _COUNTS)}
    if unknown := {rule for _, rule in counts} - set(rules):
        raise NightError(f"anomaly.found has news of rules that no file in flows/anomalies makes: {sorted(unknown)}")
    heard = {role: [rule.name for rule in rules.values() if role in rule.recipients] for role in ("headquarters", "province")}
    shown: dict[tuple[str, str], list[News]] = {}
    for row in rows_of(connection, _SHOWN, {"night": night, "budget": BUDGET, **heard}):
        shown.setdefault((row.pop("area"), row["rule"]), []).append(News(**row))
    nameable, unnameable = _ids(connection, is_nameable=True), _ids(connection, is_nameable=False)
    connection.execute("DROP TABLE temp.news")
    return AllNews(nameable, unnameable, counts, shown)


def _ids(connection: duckdb.DuckDBPyConnection, is_nameable: bool) -> tuple[str, ...]:
    return tuple(row[0] for row in connection.execute(_IDS, {"is_nameable": is_nameable}).fetchall())


def files_of(connection: duckdb.DuckDBPyConnection, night: date) -> Row:
    """Counts of a night's files and rows, by name."""
    return row_of(connection, _FILES, {"night": night})


def provinces_of(connection: duckdb.DuckDBPyConnection, night: date, news: AllNews) -> list[Area]:
    """The provinces that the news is about, by code; a number that names none has no office to write to."""
    codes = sorted({code for code, _ in news.counts if code})
    rows = rows_of(connection, _PROVINCES, {"night": night, "codes": codes})
    return [Area(f"province-{row['code']}", row["code"], row["name_th"], row["name_en"]) for row in rows]


def digest_of(
    connection: duckdb.DuckDBPyConnection,
    night: date,
    area: Area,
    news: AllNews,
    rules: Mapping[str, Rule],
) -> Digest:
    """What is to be said to one area: short when nothing is new."""
    groups = groups_of(news, area, rules)
    files = files_of(connection, night)
    if not groups:
        return Digest(area, groups, files)
    years = _YEARS.format(years=_PROVINCE_YEARS if area.code else _COUNTRY_YEARS)
    latest_first = rows_of(connection, years, {"code": area.code, "limit": YEARS})
    worst = rows_of(connection, _WORST, {"night": night, "code": area.code, "limit": WORST})
    return Digest(area, groups, files, tuple(reversed(latest_first)), tuple(worst))


def groups_of(news: AllNews, area: Area, rules: Mapping[str, Rule], is_naming: bool = True) -> tuple[Group, ...]:
    """News of an area by rule, breaches before guesses, of the rules that its role hears of.

    Args:
        news: all news of the night.
        area: whose.
        rules: by name.
        is_naming: without it nothing is shown, only counted.
    """
    recipient = "province" if area.code else "headquarters"
    groups = []
    for rule in sorted(rules.values(), key=lambda rule: (rule.is_statistical, rule.name)):
        count = news.counts.get((area.code, rule.name))
        if count and recipient in rule.recipients:
            named = tuple(news.shown.get((area.code, rule.name), ())) if is_naming else ()
            left_out = count.nameable - len(named)
            groups.append(Group(rule, count.found, count.again, named, left_out, unnamed=count.found - count.nameable))
    return tuple(groups)
