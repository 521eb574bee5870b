"""What was planted: every check of the regime, and each fault stands where the list says."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from flows.sql_files import anomalies
from schemas.checks import all_checks

if TYPE_CHECKING:
    from tests.demo.conftest import Demo, Line

# The table "Checks" of the regime, and the one that says that a file could not be opened.
CHECKS = (
    "column_is_present", "column_is_known", "value_is_present", "value_is_readable", "value_is_allowed",
    "factory_id_is_well_formed", "factory_is_registered", "factory_was_operating", "processor_may_receive",
    "waste_code_is_known", "management_code_is_known", "method_suits_hazard", "method_detail_is_given",
    "on_site_method_is_given", "density_is_given", "date_is_not_future", "calendar_is_consistent",
    "period_is_in_regime", "validity_is_ordered", "row_is_unique", "submitter_may_report", "correction_is_complete",
    "nil_report_is_empty", "stock_balances", "decision_suits_quantity", "finding_is_given", "file_is_readable",
)  # fmt: skip


def faults(demo: Demo, check_id: str) -> list[dict[str, object]]:
    return [fault for fault in demo.plan.planted["faults"] if fault["check_id"] == check_id]


def row_of(demo: Demo, fault: dict[str, object]) -> Line:
    paper = next(paper for paper in demo.papers if paper.path == fault["file"])
    return next(line for line in paper.lines if line.source_row == fault["source_row"])


@pytest.mark.parametrize("check_id", CHECKS)
def test_every_check_of_the_regime_is_planted(demo: Demo, check_id: str) -> None:
    planted = faults(demo, check_id)
    assert planted
    assert {fault["severity"] for fault in planted} == {all_checks()[check_id].severity}


def test_no_fault_stands_twice_and_each_names_its_file(demo: Demo) -> None:
    ids = {paper.path: (paper.submission_id, paper.sheet) for paper in demo.papers}
    keys = set()
    for fault in demo.plan.planted["faults"]:
        assert (fault["submission_id"], fault["source_sheet"]) == ids[fault["file"]]
        keys.add((fault["file"], fault["source_row"], fault["column"], fault["check_id"]))
    assert len(keys) == len(demo.plan.planted["faults"])


def test_a_row_has_one_fault(demo: Demo) -> None:
    rows = [(f["file"], f["source_row"]) for f in demo.plan.planted["faults"] if f["source_row"] is not None]
    assert len(rows) == len(set(rows))


def test_each_fault_stands_in_its_cell(demo: Demo) -> None:
    for check_id in ("value_is_present", "density_is_given", "on_site_method_is_given", "method_detail_is_given"):
        for fault in faults(demo, check_id):
            assert row_of(demo, fault).texts[str(fault["column"])] == ""
    for fault in faults(demo, "date_is_not_future"):
        assert row_of(demo, fault)["sent_date"] > row_of(demo, fault).file.day
    for fault in faults(demo, "decision_suits_quantity"):
        assert row_of(demo, fault)["quantity"] == 0
    for fault in faults(demo, "nil_report_is_empty"):
        assert row_of(demo, fault)["nil_report"] == "yes"
    for fault in faults(demo, "submitter_may_report"):
        line = row_of(demo, fault)
        assert line.file.channel not in (line["factory_id"], line["processor_id"])


def test_days_lie_before_receipt_but_the_planted_one(demo: Demo) -> None:
    later = {
        (paper.path, line.source_row)
        for paper in demo.papers
        for line in paper.lines
        for column in ("sent_date", "received_date", "completed_date", "closed_date")
        if line[column] and line[column] > paper.day
    }
    assert later == {(fault["file"], fault["source_row"]) for fault in faults(demo, "date_is_not_future")}


def test_files_with_faulty_columns_and_bytes(demo: Demo) -> None:
    papers = {paper.path: paper for paper in demo.papers}
    for fault in faults(demo, "column_is_known"):
        assert papers[str(fault["file"])].unknown == [fault["column"]]
    for fault in faults(demo, "column_is_present"):
        assert fault["column"] not in papers[str(fault["file"])].lines[0].texts
    assert {fault["file"] for fault in faults(demo, "file_is_readable")} == {
        p.path for p in demo.papers if not p.report
    }


def test_a_bad_correction_has_a_former_version_and_one_faulty_row(demo: Demo) -> None:
    for path in {str(fault["file"]) for fault in faults(demo, "correction_is_complete")}:
        paper = next(paper for paper in demo.papers if paper.path == path)
        key = ("factory_id", "report_year") if paper.report == "annual" else ("factory_id", "manifest_no")
        names = {tuple(line[column] for column in key) for line in paper.lines}
        assert len(names) == 1
        former = [line for line in demo.accepted(paper.report) if tuple(line[column] for column in key) in names]
        assert {line.file.day < paper.day for line in former} == {True}
        own = [fault for fault in demo.plan.planted["faults"] if fault["file"] == path]
        assert len(own) == len(paper.lines)
        assert sum(fault["check_id"] == "correction_is_complete" for fault in own) == len(own) - 1


def test_a_good_correction_replaces_its_former_version_in_time(demo: Demo) -> None:
    papers = {paper.submission_id: paper for paper in demo.papers}
    for correction in demo.plan.planted["corrections"]:
        new, old = papers[correction["submission_id"]], papers[correction["replaces"]]
        assert old.day < new.day <= new.day.replace(month=4, day=30)
        assert [line["waste_code"] for line in new.lines] == [line["waste_code"] for line in old.lines]
        assert [line.values for line in new.lines] != [line.values for line in old.lines]


def test_those_who_are_faulty_by_design_are_not_accused(demo: Demo) -> None:
    accused = {abuse["factory_id"] for abuse in demo.plan.planted["abuses"]}
    assert not accused & {
        paper.channel for paper in demo.papers for f in demo.plan.planted["faults"] if f["file"] == paper.path
    }


def test_every_rule_is_planted_twice_at_least_and_nothing_is_planted_twice(demo: Demo) -> None:
    abuses = [(abuse["rule"], abuse["factory_id"], abuse["period"], abuse["key"]) for abuse in demo.plan.planted["abuses"]]
    assert len(abuses) == len(set(abuses))
    counts = Counter(rule for rule, *_ in abuses)
    assert {rule.name for rule in anomalies() if counts[rule.name] >= 2} == set(counts) == {rule.name for rule in anomalies()}
