"""The files of tests/samples, each with one defect and named for it: what they find derives from the name.

    <check>[+<check>][-x<how often>[x<how often the second>]][-<what in particular>].csv (or .xlsx), received after
    <the same name>.before.csv where there is one

Their factories are those of `tests.helpers_reading.FACTORIES`. The sample of `submitter_may_report` comes through the channel
of a factory that may not report it; all others come from the desk.
"""

import re
from collections import Counter
from pathlib import Path

import pytest

from schemas.checks import all_checks
from tests.helpers_reading import FACTORIES, Given, Warehouse

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
FILES = sorted(path for path in SAMPLES.iterdir() if path.suffix in (".csv", ".xlsx") and ".before" not in path.name)
HERE = Path(__file__).parent


def expected(name: str) -> Counter[str]:
    """Findings by check, from the name of a sample."""
    checks, *rest = name.rpartition(".")[0].split("-")
    times = next((part[1:].split("x") for part in rest if re.fullmatch("(x[0-9]+)+", part)), ["1"])
    return Counter({check: int(times[min(number, len(times) - 1)]) for number, check in enumerate(checks.split("+"))})


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_sample_finds_its_one_defect_and_nothing_else(path: Path):
    warehouse = Warehouse()
    before = path.with_suffix(".before.csv")
    if before.exists():
        assert warehouse.night(Given(before.read_bytes(), at="2026-03-10 08:00")).findings == []
    by = FACTORIES["P1"] if path.stem.startswith("submitter_may_report") else "desk"
    night = warehouse.night(Given(path.read_bytes(), by=by))
    assert Counter(finding["check_id"] for finding in night.findings) == expected(path.name)


def test_every_check_has_its_test_and_its_sample():
    """A check without them is not finished: add tests/checks/test_<check>.py and tests/samples/<check>.csv."""
    checks = set(all_checks())
    assert checks == {path.stem.removeprefix("test_") for path in HERE.glob("test_*.py")} - {"samples"}
    assert checks == {check for path in FILES for check in expected(path.name)}


def test_the_folder_holds_samples_only():
    assert {path for path in SAMPLES.iterdir() if path.name != "README.md"} == set(FILES) | set(SAMPLES.glob("*.before.csv"))
