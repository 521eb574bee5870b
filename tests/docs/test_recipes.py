"""CONTRIBUTING.md is true: its examples, put where it says into a copy of the house, are found, tested and lint clean."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^`([a-z_/]+\.(?:py|sql))`:\n\n```[a-z]+\n(.+?)^```$", TEXT, re.DOTALL | re.MULTILINE))
TESTS = [name for name in FILES if name.startswith("tests/")]
SOURCES = [name for name in FILES if name not in TESTS]
# Tests of the house that look at every plug-in that they find; not those two that look at git, and at a world in which
# every anomaly of the real house occurs.
LAWS = (
    "tests/test_house_rules.py", "--deselect=tests/test_house_rules.py::test_no_file_names_an_index_or_a_machine",
    "tests/summaries/test_lineage.py", "tests/summaries/test_sql_files.py",
    "--deselect=tests/summaries/test_sql_files.py::test_evidence_has_exactly_the_keys_that_the_head_explains",
)  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the house in which all recipes were followed."""
    copy = tmp_path_factory.mktemp("house")
    for folder in ("flows", "schemas", "tests"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    for name, text in FILES.items():
        assert not (copy / name).exists(), f"{name} exists already: choose another example"
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text(text, encoding="utf-8")
    assert _run(copy, "-m", "flows", "docs").returncode == 0
    return copy


def _run(house: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=house, capture_output=True, text=True, timeout=300, check=False)


def test_there_are_four_recipes_each_with_its_file_and_its_test() -> None:
    assert re.findall(r"^## Add (.+)$", TEXT, re.MULTILINE) == ["a report type", "a check", "a summary", "an anomaly"]
    assert [name.rpartition("/")[0] for name in SOURCES if "suites" not in name] == [
        "schemas/reports", "schemas/checks", "flows/summaries", "flows/anomalies",
    ]  # fmt: skip
    for name in SOURCES:
        folder, stem = Path(name).parent.name, Path(name).stem
        assert folder == "suites" or f"tests/{folder}/test_{stem}.py" in TESTS, name


def test_the_examples_pass_their_tests_and_the_laws_of_the_house(house: Path) -> None:
    done = _run(house, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider", "--junitxml=results.xml", *TESTS, *LAWS)
    assert done.returncode == 0, done.stdout
    cases = ElementTree.parse(house / "results.xml").iter("testcase")
    ran = {case.attrib["classname"].replace(".", "/") + ".py" for case in cases}
    assert ran >= set(TESTS)


@pytest.mark.parametrize("name", SOURCES)
def test_the_dictionary_finds_the_example(house: Path, name: str) -> None:
    said = re.findall("`(?:summary[.])?([a-z_.]+)`", (house / "schemas" / "DICTIONARY.md").read_text(encoding="utf-8"))
    assert Path(name).stem.replace("core_", "core.") in said


def test_the_examples_are_lint_clean(house: Path) -> None:
    python = [name for name in FILES if name.endswith(".py")]
    sql = [name for name in FILES if name.endswith(".sql")]
    done = _run(house, "-m", "ruff", "check", "--no-cache", *python)
    assert done.returncode == 0, done.stdout
    done = _run(house, "-m", "sqlfluff", "lint", "--nocolor", *sql)
    assert done.returncode == 0, done.stdout
