"""What is measured: the rules that accuse find all that is planted and nothing else, and the page is current."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from benchmarks.abuses import SIZES, WITHOUT_SIZE, Counts, measure
from benchmarks.false_alarms import SLIPS, jump_rule, score_filings, with_parameter
from benchmarks.measured import ABUSES, FILINGS, PAGE, TUNED, abuses_section, filings_section, written
from flows.sql_files import anomalies

BREACHES = [rule.name for rule in anomalies() if not rule.is_statistical]
PLANTED_ANYHOW = Counts(planted=1, found=1, both=1)


@pytest.fixture(scope="module", params=SIZES)
def counted(request: pytest.FixtureRequest) -> dict[str, Counts]:
    """One small generated year with abuses of one size."""
    return measure(SIZES[request.param], factories=60, seeds=(7,))


def test_every_rule_that_accuses_finds_all_that_is_planted_and_nothing_else(counted: dict[str, Counts]) -> None:
    assert {name for name in BREACHES if not counted[name].is_perfect} == set()


def test_a_statistical_rule_accuses_nobody_for_what_was_not_planted(counted: dict[str, Counts]) -> None:
    assert {name for name, counts in counted.items() if counts.found != counts.both or not counts.planted} == set()


@pytest.mark.parametrize(
    ("counts", "is_perfect"),
    [
        (Counts(planted=2, found=2, both=2), True),
        (Counts(planted=2, found=1, both=1), False),
        (Counts(planted=1, found=2, both=1), False),
        (Counts(planted=2, found=2, both=1), False),
        (Counts(planted=0, found=0, both=0), False),  # nothing planted shows nothing
    ],
)
def test_perfect_is_all_and_only_what_was_planted(counts: Counts, is_perfect: bool) -> None:
    assert counts.is_perfect == is_perfect


def test_the_page_has_every_rule_and_the_parameters_as_they_are() -> None:
    page = PAGE.read_text(encoding="utf-8")
    current = abuses_section(date(2026, 1, 1), {name: dict.fromkeys(names(), PLANTED_ANYHOW) for name in SIZES}, 1, (1,))
    assert listed(written(page, ABUSES)) == listed(current), "the rules have changed: run `make measure`"
    values = {each.name: each.value for each in jump_rule().parameters}
    parameters = "Parameters: " + ", ".join(f"`{name}` {values[name]}" for name in TUNED)
    assert parameters in written(page, FILINGS), "mass_jump has changed: run `make measure FILINGS=<file>`"


def names() -> list[str]:
    return [rule.name for rule in anomalies()]


def listed(section: str) -> list[str]:
    """First and second cell of each row of the section's table."""
    return [" | ".join(line.split(" | ")[:2]) for line in section.splitlines() if line.startswith("| `")]


def test_the_page_says_that_breaches_are_found_without_fail() -> None:
    rows = [line for line in written(PAGE.read_text(encoding="utf-8"), ABUSES).splitlines() if line.startswith("| `")]
    for row in rows:
        _, name, guess, *cells, _ = (cell.strip() for cell in row.split("|"))
        if guess == "no":
            assert all(cell.startswith("100 %, 100 % (") for cell in cells), name


def test_rules_without_size_are_rules() -> None:
    assert set(WITHOUT_SIZE) <= set(BREACHES)


@pytest.fixture
def filings(tmp_path: Path) -> Path:
    """Forty facilities that filed 10, 11, 12 and 12 pounds of one chemical; the first of them wrote the last in the wrong unit."""
    path = tmp_path / "filings.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["report_year", "facility_id", "industry_sector_code", "chemical_id", "unit", "waste_managed", "released"]
        )
        for facility in range(40):
            for year, pounds in zip((2014, 2015, 2016, 2017), (10, 11, 12, 12000 if facility == 0 else 12), strict=True):
                writer.writerow([year, f"F{facility:02}", "3251", "0000071432", "Pounds", pounds, ""])
                writer.writerow([year, f"F{facility:02}", "3251", "N150", "Grams", 1, ""])
    return path


def test_slips_are_planted_in_every_year_that_is_judged(filings: Path) -> None:
    shipped, plain = score_filings(filings)
    years = sorted(shipped.untouched)
    assert len(years) == len(plain.untouched) == 80  # two of four years have two earlier ones
    for scored in (shipped, plain):
        untouched = scored.at_factor(3, years)
        assert untouched.untouched == pytest.approx(100 / 80)  # the one that was wrong from the start
        assert untouched.whole["1000"] == 100
    assert shipped.at_factor(3, years).largest["10"] == 100
    assert shipped.at_factor(3, years).whole["0.001"] == 100 * 79 / 80  # a thousandth puts the one that was wrong right
    assert [shipped.at_share(1, years).untouched, shipped.at_share(2, years).untouched] == [0, 100 / 80]


def test_the_section_on_filings_is_written_and_found_again(filings: Path) -> None:
    shipped, plain = score_filings(filings)
    section = filings_section(date(2026, 1, 1), shipped, plain)
    assert written(f"# Page\n\n## Other\n\ntext\n\n{section}\n## Last\n", FILINGS) == section
    assert f"{'| ' * 1}setting | years | factor | flagged | " + " | ".join(f"x{slip}" for slip in SLIPS) in section


def test_a_parameter_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="no one parameter year_faktor"):
        with_parameter(jump_rule(), "year_faktor", "1")
