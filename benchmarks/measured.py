"""Writes docs/MEASURED.md: what every anomaly rule finds of planted abuses, and what mass_jump does on real filings.

`make measure`, with FILINGS=<file> when the real filings are at hand; without them their section stays as it was written.
"""

from __future__ import annotations

import argparse
import platform
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import duckdb

from benchmarks.abuses import FACTORIES, SEEDS, SIZES, WITHOUT_SIZE, Counts, measure
from benchmarks.false_alarms import ROUNDS, SLIPS, Scored, Shares, halves, jump_rule, score_filings
from flows.clock import bangkok_day, now
from flows.sql_files import anomalies

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "MEASURED.md"
FLAGGED_PCT = (5, 3)  # % of untouched facility-years at which rules are compared
TUNED = ("year_factor", "last_share", "fall_power", "code_power", "peers_at_least", "peers_factor")

ABUSES, FILINGS = "## Planted abuses", "## False alarms on real filings"

_HEAD = """# What the anomaly rules find, and how often they accuse wrongly

Written by `make measure`; do not edit. How each rule works stands in [the dictionary](../schemas/DICTIONARY.md).
"""
_ABUSES = """
Method (`benchmarks/abuses.py`): the demo's generator makes a register of {factories} factories and a year and a half of reports,
once for each seed ({seeds}) and size, with faults, corrections and duplicates among them. Its four nights are run, and what each
rule has found at the end is compared one to one with what was planted for it. A cell gives **recall** (found of the planted),
**precision** (planted of the found), and the number planted.

Small lies just beyond the bar of a rule that has a stated one, and below or near it for the statistical ones (a year of 2 or 4
times the usual, 80 % of loads too equal, 60 % of a waste renamed); medium is about what the demo plants; large is gross. The
figures stand in `SIZES`. There or not, without size: {without_size}.

Generated factories are more regular than real ones: for the statistical rules, precision here is against planted faults and
schemes only. What real years do to `mass_jump` stands below; no real filings are at hand for the four others.
"""
_FILINGS = """
Ground: US EPA Toxics Release Inventory, Illinois, 2014 to 2019: {years:,} facility-years with waste and two earlier ones or more.
The file is no part of the project. Method (`benchmarks/false_alarms.py`): the shipped `flows/anomalies/mass_jump.sql` runs on a
warehouse whose `core.annual` holds these filings, a chemical as a waste code, the sector of three digits as the factory class;
only `year_factor` is varied.

**Flagged** is the share of untouched facility-years that the rule flags. They were accepted, and most are innocent; as real slips
are among them, it is an upper bound. A **slip** is a facility-year, all of its rows, times a factor: a report in the wrong unit.
`Row x10` is the same slip in its largest row only. Every facility-year is given every slip once, in {rounds} rounds, so that the
years before it and nearly all peers stay as filed.

Parameters: {parameters}. They are round values, chosen by looking at all facilities. So the halves (by the facility's number)
show how far the figures scatter, and the factor that flags its share of the first half is tried on the second. The plain rule is
the one to beat: so many times outside the range of the last six years. That a fall needs more than a rise (`fall_power`) is a
choice, as most innocent jumps are falls: its price is falls to a tenth that are missed when few false alarms are allowed.
"""


def abuses_section(day: date, counted: Mapping[str, Mapping[str, Counts]], factories: int, seeds: Iterable[int]) -> str:
    """Recall and precision of every rule at each size.

    Args:
        day: when it was measured.
        counted: size -> rule -> counts.
        factories, seeds: of the generated years.
    """
    without_size = ", ".join(f"`{name}`" for name in WITHOUT_SIZE)
    text = _ABUSES.format(factories=factories, seeds=", ".join(map(str, seeds)), without_size=without_size)
    rows = [
        (f"`{rule.name}`", "yes" if rule.is_statistical else "no", *(_cell(counts[rule.name]) for counts in counted.values()))
        for rule in sorted(anomalies(), key=lambda rule: (rule.is_statistical, rule.name))
    ]
    return f"{ABUSES}\n\n{_measured_on(day)}\n{text}\n{_table(('rule', 'a guess from figures', *counted), rows)}"


def filings_section(day: date, shipped: Scored, plain: Scored) -> str:
    """What mass_jump flags and finds on real filings, beside the plain rule.

    Args:
        day: when it was measured.
        shipped: scores of the rule as it is shipped.
        plain: scores of the plain rule.
    """
    values = {each.name: each.value for each in jump_rule().parameters}
    years = sorted(shipped.untouched)
    first, second = halves(years)
    settings = [("as shipped", shipped.at_factor(float(values["year_factor"]), years))]
    for pct in FLAGGED_PCT:
        chosen = shipped.at_share(pct, first)
        settings += [
            (f"at {pct} %", shipped.at_share(pct, years)),
            (f"at {pct} % of the first half", chosen),
            ("the same factor on the second half", shipped.at_factor(chosen.factor, second)),
            (f"plain range at {pct} %", plain.at_share(pct, years)),
        ]
    parameters = ", ".join(f"`{name}` {values[name]}" for name in TUNED)
    text = _FILINGS.format(years=len(years), rounds=ROUNDS, parameters=parameters)
    head = ("setting", "years", "factor", "flagged", *(f"x{slip}" for slip in SLIPS), *(f"row x{slip}" for slip in SLIPS[:2]))
    rows = [_shares(name, shares) for name, shares in settings]
    return f"{FILINGS}\n\n{_measured_on(day)}\n{text}\n{_table(head, rows)}"


def written(page: str, title: str) -> str:
    """The section of the page as it stands, from its title to the next one; "" when it is not there."""
    _, found, rest = page.partition(title)
    return found + rest.split("\n## ")[0].rstrip("\n") + "\n" if found else ""


def _measured_on(day: date) -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    versions = f"{project['name']} {project['version']}, DuckDB {duckdb.__version__}, Python {platform.python_version()}"
    return f"Measured on {day} with {versions}."


def _cell(counts: Counts) -> str:
    recall = f"{100 * counts.both / counts.planted:.0f} %" if counts.planted else "–"
    precision = f"{100 * counts.both / counts.found:.0f} %" if counts.found else "–"
    return f"{recall}, {precision} ({counts.planted})"


def _shares(name: str, shares: Shares) -> tuple[str, ...]:
    found = [shares.untouched, *(shares.whole[slip] for slip in SLIPS)]
    largest = [f"{shares.largest[slip]:.1f} %" if shares.largest else "–" for slip in SLIPS[:2]]
    return name, f"{shares.years:,}", f"{shares.factor:.2f}", *(f"{pct:.1f} %" for pct in found), *largest


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = list(head)
    return "".join(f"| {' | '.join(row)} |\n" for row in (names, ["---"] * len(names), *rows))


def main() -> None:
    """Measure and write the page; print nothing but where it is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--filings", type=Path, help="CSV of the Toxics Release Inventory; see benchmarks/false_alarms.py")
    asked = parser.parse_args()
    day = bangkok_day(now())
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    filings = filings_section(day, *score_filings(asked.filings)) if asked.filings else written(page, FILINGS)
    counted = {name: measure(sizes, FACTORIES, SEEDS) for name, sizes in SIZES.items()}
    abuses = abuses_section(day, counted, FACTORIES, SEEDS)
    PAGE.write_text("\n".join(part for part in (_HEAD, abuses, filings) if part), encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)} is written")


if __name__ == "__main__":
    main()
