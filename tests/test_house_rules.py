"""House rules that are tests: the dictionary is current, every check has words in both languages, the lock names no index."""

from __future__ import annotations

import re
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from flows.dictionary import PATH, dictionary
from schemas.checks import all_checks, rules_of
from schemas.codes import PROCESSOR_CLASSES, REGIME_START_DATE, code_list, list_names, overlaps
from schemas.reports import all_reports
from schemas.suites import all_suites

ROOT = Path(__file__).resolve().parents[1]
THAI = re.compile("[\u0e01-\u0e5b]")


def test_the_dictionary_is_current():
    assert PATH.read_text(encoding="utf-8") == dictionary(), "run: waste docs"


@pytest.mark.parametrize("check", all_checks().values(), ids=lambda check: check.id)
def test_a_check_is_named_and_worded(check):
    assert check.ground
    for thai in (check.title_th, check.message_th):
        assert THAI.search(thai)
    for english in (check.title_en, check.message_en):
        assert not THAI.search(english)
    assert (ROOT / "schemas" / "checks" / f"{check.id}.py").exists()
    assert check.judged_by == "sql" or check.is_always_in_force, "only SQL knows the day by which a row is judged"
    assert (check.judged_by == "sql") == any(rules_of(report) and check.rules(report) for report in all_reports().values())


@pytest.mark.parametrize("report", all_reports().values(), ids=lambda report: report.name)
def test_a_report_type_is_whole(report):
    names = [field.name for field in report.fields]
    assert len(names) == len(set(names))
    assert set(report.row_key) | set(report.version_key) | set(report.party_columns) <= set(names)
    assert all(THAI.search(field.header_th) for field in report.fields)
    assert all(report.field(column).required == "yes" for column in report.version_key)
    assert set(report.model.columns) == set(names)


def test_every_core_table_has_a_suite():
    assert {f"core.{name}" for name in all_reports()} <= {suite.table for suite in all_suites()}


@pytest.mark.parametrize("name", list_names())
def test_code_lists_are_dated_and_sourced(name):
    lines = code_list(name)
    assert lines
    for line in lines:
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", line["valid_from"])
        assert line["valid_to"] == "" or line["valid_to"] >= line["valid_from"]
        assert line["source"]
    assert min(line["valid_from"] for line in lines) <= REGIME_START_DATE
    if "code" in lines[0]:
        assert overlaps(lines, ("code",)) == []


def test_every_tolerance_is_in_force_once_on_every_day():
    lines = code_list("tolerance")
    assert overlaps(lines, ("name",)) == []
    for line in lines:
        assert re.fullmatch(r"\[(law|press|borrowed|policy)\]", line["ground"])
        assert line["value_unit"] in ("%", "t", "day") and Decimal(line["value"]) > 0
        assert line["name"].endswith({"%": "_pct", "t": "_t", "day": "_days"}[line["value_unit"]])


def test_lines_that_are_in_force_on_one_day_are_named():
    def line(code, valid_from, valid_to=""):
        return {"code": code, "valid_from": valid_from, "valid_to": valid_to}

    apart = [line("A", "2024-01-01"), line("A", "2023-11-01", "2023-12-31"), line("B", "2023-11-01")]
    assert overlaps(apart, ("code",)) == []
    assert overlaps([*apart, line("B", "2025-01-01")], ("code",)) == [("B",)]
    assert overlaps([line("A", "2023-11-01", "2024-01-01"), line("A", "2024-01-01")], ("code",)) == [("A",)]


def test_the_classes_that_receive_waste():
    assert {line["code"] for line in code_list("factory_class") if line["waste_role"] == "processor"} == set(PROCESSOR_CLASSES)


def test_counts_of_the_lists_are_those_of_the_gazette():
    wastes = code_list("waste_code")
    assert len(wastes) == 861
    assert sum(line["mark"] == "HA" for line in wastes) == 238
    assert sum(line["mark"] == "HM" for line in wastes) == 184
    methods = code_list("management_code")
    assert len(methods) == 44
    only = sorted(line["code"] for line in methods if line["waste_scope"] == "non_hazardous_only")
    assert only == ["043", "046", "047", "071", "074", "082", "083", "084"]
    assert [line["code"] for line in methods if line["waste_scope"] == "hazardous_only"] == ["048"]
    detailed = sorted(line["code"] for line in methods if line["detail_required"] == "1")
    assert detailed == ["021", "032", "033", "039", "042", "045", "046", "059", "069", "079"]


def test_no_file_names_an_index_or_a_machine():
    index = re.compile("|".join(["index" + "-url", "find" + "-links", r"https?://\S*/" + r"simple\b"]))
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    for name in files:
        path = ROOT / name
        if not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not index.search(text), name
        if name == "requirements.lock":
            assert "://" not in text
