"""False alarms of `mass_jump` on real, accepted yearly filings, and the planted slips that it still finds.

Ground: the US EPA Toxics Release Inventory, Illinois, 2014 to 2019 (basic files; form R section 8.1 to 8.7), which is no part of
the project: whoever has the file makes every figure here anew.

A facility is a factory, a chemical a waste code, its sector the factory class, waste managed the tonnes generated. What runs is
`flows/anomalies/mass_jump.sql` as it is shipped, on a warehouse whose `core.annual` holds these filings. Only `year_factor` is
put at other values, to say what the rule would find at a given share of false alarms.

A slip is one facility-year, all rows of it, times 1,000, 10, 1/10 or 1/1,000: a report written in the wrong unit; and, for
comparison, the same slip in its largest row alone. Every facility-year with two earlier ones is given each slip once, in
`ROUNDS` rounds, so that in none of them more than one year of a facility, or many of its peers, are changed at a time. As
untouched years hold real slips too, the shares of false alarms are upper bounds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from flows.sql_files import Anomaly, anomalies
from flows.warehouse import create_tables, quoted

SLIPS = ("10", "1000", "0.1", "0.001")
ROUNDS = 10

# Pounds and grams as kilograms, not tonnes: the rule knows no scale, and the six decimals of the warehouse then keep a milligram.
_READ = """
CREATE TABLE filed AS
WITH filing AS (
  SELECT
    facility_id, report_year, chemical_id, MAX(LEFT(industry_sector_code, 3)) AS sector,
    CAST(SUM(waste_managed * CASE unit WHEN 'Pounds' THEN 0.45359237 WHEN 'Grams' THEN 0.001 ELSE ERROR('unit ' || unit) END)
      AS DECIMAL(24, 6)) AS mass_kg
  FROM read_csv({path}, header = true, delim = ',', columns = {{
    'report_year': 'INTEGER', 'facility_id': 'VARCHAR', 'industry_sector_code': 'VARCHAR', 'chemical_id': 'VARCHAR',
    'unit': 'VARCHAR', 'waste_managed': 'DECIMAL(24, 9)', 'released': 'VARCHAR'
  }})
  GROUP BY facility_id, report_year, chemical_id
  HAVING mass_kg > 0
),
ranked AS (
  SELECT
    *,
    ROW_NUMBER() OVER (PARTITION BY facility_id, report_year ORDER BY mass_kg DESC, chemical_id) = 1 AS is_largest,
    DENSE_RANK() OVER (PARTITION BY facility_id ORDER BY report_year) > {years_at_least} AS is_judged
  FROM filing
)
SELECT *, IF(is_judged, DENSE_RANK() OVER (ORDER BY is_judged, facility_id, report_year) % {rounds}, NULL) AS slip_round
FROM ranked
"""
_REGISTER = """
INSERT INTO core.factory BY NAME
SELECT
  facility_id AS factory_id, ARG_MAX(sector, (report_year, sector)) AS factory_class,
  '10' AS province_code, 'filed' AS submission_id
FROM filed
GROUP BY facility_id
"""
_PLANT = """
INSERT INTO core.annual BY NAME
SELECT
  facility_id AS factory_id, report_year, chemical_id AS waste_code, 'filed' AS submission_id, 1 AS source_row,
  mass_kg * IF(slip_round = $slip_round AND (is_largest OR NOT $largest_only), CAST($slip AS DECIMAL(8, 3)), 1) AS generated_t
FROM filed
"""
_JUDGED = "SELECT DISTINCT facility_id, report_year, slip_round FROM filed WHERE is_judged ORDER BY ALL"
# How many times outside the range of the last six years, and nothing else: the plain rule to beat.
_RANGE = """
WITH year AS (SELECT facility_id, report_year, SUM(mass_kg) AS mass FROM filed GROUP BY ALL)
SELECT y.facility_id, y.report_year, CAST(y.mass AS DOUBLE) AS mass, CAST(MIN(o.mass) AS DOUBLE), CAST(MAX(o.mass) AS DOUBLE)
FROM year AS y
INNER JOIN year AS o ON y.facility_id = o.facility_id AND o.report_year BETWEEN y.report_year - 6 AND y.report_year - 1
GROUP BY y.facility_id, y.report_year, y.mass
"""

Scores = dict[tuple[str, int], float]
"""By facility and year."""


@dataclass(frozen=True)
class Shares:
    """What a rule flags of some facility-years at one setting, in %.

    Attributes:
        years: facility-years judged.
        factor: the setting; `year_factor` of mass_jump.
        untouched: share flagged as they were filed.
        whole: by slip, share found when every row is multiplied.
        largest: by slip, share found when the largest row is.
    """

    years: int
    factor: float
    untouched: float
    whole: Mapping[str, float]
    largest: Mapping[str, float]


@dataclass(frozen=True)
class Scored:
    """Scores of facility-years as they were filed, and with each slip."""

    untouched: Scores
    whole: Mapping[str, Scores]
    largest: Mapping[str, Scores]

    def at_factor(self, factor: float, years: Collection[tuple[str, int]]) -> Shares:
        """What that setting flags among these facility-years."""

        def share(scores: Scores) -> float:
            return 100 * sum(scores[year] > factor for year in years) / len(years)

        return Shares(
            len(years), factor, share(self.untouched),
            {slip: share(scores) for slip, scores in self.whole.items()},
            {slip: share(scores) for slip, scores in self.largest.items()},
        )  # fmt: skip

    def at_share(self, pct: float, years: Collection[tuple[str, int]]) -> Shares:
        """The setting at which at most that share of these facility-years is flagged untouched."""
        ranked = sorted((self.untouched[year] for year in years), reverse=True)
        return self.at_factor(ranked[int(len(ranked) * pct / 100)], years)


def score_filings(path: Path) -> tuple[Scored, Scored]:
    """The shipped rule's scores of real filings, and those of the plain rule to beat.

    Args:
        path: CSV with report_year, facility_id, industry_sector_code, chemical_id, unit (Pounds, Grams), waste_managed, released.
    """
    rule = jump_rule()
    connection = duckdb.connect()
    create_tables(connection)
    years_at_least = next(each.value for each in rule.parameters if each.name == "years_at_least")
    connection.execute(_READ.format(path=quoted(str(path)), years_at_least=years_at_least, rounds=ROUNDS))
    connection.execute(_REGISTER)
    judged = {(facility, year): slip_round for facility, year, slip_round in connection.execute(_JUDGED).fetchall()}

    def planted(slip: str, largest_only: bool) -> Scores:
        scores: Scores = {}
        for slip_round in range(ROUNDS):
            found = _scores(connection, rule, slip, slip_round, largest_only)
            scores |= {year: found.get(year, 0.0) for year, own_round in judged.items() if own_round == slip_round}
        return scores

    filed = _scores(connection, rule, "1", 0, largest_only=False)
    shipped = Scored(
        {year: filed.get(year, 0.0) for year in judged},
        {slip: planted(slip, largest_only=False) for slip in SLIPS},
        {slip: planted(slip, largest_only=True) for slip in SLIPS},
    )
    return shipped, _outside_range(connection, judged)


def jump_rule() -> Anomaly:
    """The rule as it is shipped."""
    return next(rule for rule in anomalies() if rule.name == "mass_jump")


def with_parameter(rule: Anomaly, name: str, value: str) -> str:
    """The rule's SELECT with one parameter at another value.

    Raises:
        ValueError: it has no such parameter.
    """
    shipped = [f"{each.value} AS {name}," for each in rule.parameters if each.name == name]
    if not shipped or rule.body.count(shipped[0]) != 1:
        raise ValueError(f"{rule.name}.sql has no one parameter {name}")
    return rule.body.replace(shipped[0], f"{value} AS {name},")


def halves(years: Collection[tuple[str, int]]) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Facility-years in two halves by facility, by the sum of the characters of its number: chance, and always the same."""
    first = [(facility, year) for facility, year in years if sum(facility.encode()) % 2 == 0]
    return first, sorted(set(years) - set(first))


def _scores(connection: duckdb.DuckDBPyConnection, rule: Anomaly, slip: str, slip_round: int, largest_only: bool) -> Scores:
    """The score of every facility-year that lies out of its history at all, with the slip in the years of one round."""
    connection.execute("DELETE FROM core.annual")
    connection.execute(_PLANT, {"slip": slip, "slip_round": slip_round, "largest_only": largest_only})
    # At factor 1 the rule gives a score to whatever is out of line at all.
    body = with_parameter(rule, "year_factor", "1")
    rows = connection.execute(f"SELECT factory_id, CAST(period AS INTEGER), score FROM ({body})").fetchall()
    return {(facility, year): score for facility, year, score in rows}


def _outside_range(connection: duckdb.DuckDBPyConnection, judged: Collection[tuple[str, int]]) -> Scored:
    """Times outside the range of the last six years: the plain rule that issue and regime name as the one to beat."""
    ranges = {(facility, year): rest for facility, year, *rest in connection.execute(_RANGE).fetchall()}

    def scores(slip: float) -> Scores:
        return {
            year: max(mass * slip / highest, lowest / (mass * slip))
            for year, (mass, lowest, highest) in ranges.items()
            if year in judged
        }

    return Scored(scores(1), {slip: scores(float(slip)) for slip in SLIPS}, {})
