"""The files: the same for a seed, in every format, on time, readable but for what was planted."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flows.demo import PLANTED_FILE, make_demo, write_planted
from flows.demo.timetable import NIGHTS
from schemas.codes import PROCESSOR_CLASSES
from schemas.reports import all_reports

if TYPE_CHECKING:
    from tests.demo.conftest import Demo, Line


def contents(inbox: Path) -> dict[str, tuple[str, int]]:
    return {
        path.relative_to(inbox).as_posix(): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in inbox.rglob("*")
        if path.is_file()
    }


def test_a_seed_gives_the_same_bytes_and_times(tmp_path: Path) -> None:
    plans = [make_demo(tmp_path / name, 30, seed) for name, seed in (("a", 3), ("b", 3), ("c", 4))]
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert plans[0] == plans[1]
    assert contents(tmp_path / "a") != contents(tmp_path / "c")


def test_planted_json_holds_the_plan(demo: Demo, tmp_path: Path) -> None:
    write_planted(demo.plan, tmp_path / PLANTED_FILE)
    assert json.loads((tmp_path / PLANTED_FILE).read_text(encoding="utf-8")) == demo.plan.planted


def test_too_few_factories_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 30"):
        make_demo(tmp_path, 10, 1)


def test_only_the_planted_copy_has_the_bytes_of_another_file(demo: Demo) -> None:
    counts = Counter(paper.submission_id for paper in demo.papers)
    assert [one for one, count in counts.items() if count > 1] == [
        copy["submission_id"] for copy in demo.plan.planted["duplicates"]
    ]


def test_every_file_belongs_to_a_night_and_some_to_each(demo: Demo) -> None:
    assert demo.plan.nights == NIGHTS
    taken = Counter(next(night for night in NIGHTS if paper.day <= night) for paper in demo.papers)
    assert set(taken) == set(NIGHTS)
    assert NIGHTS[-1] <= date(2026, 11, 22)


def test_every_format_and_report_type_occurs(demo: Demo) -> None:
    assert {paper.form for paper in demo.papers} == {"csv", "xlsx", "json", "jsonl"}
    # No official has decided on anything before the first night has found it.
    assert {paper.report for paper in demo.papers if paper.report} == set(all_reports()) - {"disposition"}
    assert {paper.channel == "desk" for paper in demo.papers} == {True, False}


def test_every_way_of_writing_a_day_occurs_and_one_file_has_one_calendar(demo: Demo) -> None:
    texts = {line.texts["sent_date"] for line in demo.accepted("manifest")}
    for sign in ("/25", " มี.ค. ", "2025-", "2568-", "๒๕"):
        assert any(sign in text for text in texts), sign
    mixed = {
        (paper.path, column)
        for paper in demo.papers
        for column, found in _calendars(paper.lines).items()
        if len(found) > 1
    }
    faults = [f for f in demo.plan.planted["faults"] if f["check_id"] == "calendar_is_consistent"]
    assert mixed == {(fault["file"], fault["column"]) for fault in faults}


def _calendars(lines: list[Line]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        for column, calendar in line.calendars.items():
            found[column].add(calendar)
    return found


def test_unreadable_cells_are_the_planted_ones(demo: Demo) -> None:
    found = {(p.path, line.source_row, column) for p in demo.papers for line in p.lines for column in line.faults}
    assert found == {
        (fault["file"], fault["source_row"], fault["column"])
        for fault in demo.plan.planted["faults"]
        if fault["check_id"] in ("value_is_readable", "factory_id_is_well_formed")
    }


def test_old_numbers_stand_where_they_are_said_to(demo: Demo) -> None:
    aliases = demo.plan.planted["aliases"]
    assert len(aliases) == 3
    for alias in aliases:
        paper = next(paper for paper in demo.papers if paper.path == alias["file"])
        assert {line.texts["factory_id"] for line in paper.lines} == {alias["old_factory_no"]}
        assert {line["factory_id"] for line in paper.lines} == {alias["factory_id"]}


def test_a_channel_sends_only_what_it_may(demo: Demo) -> None:
    for name, report in all_reports().items():
        for line in demo.accepted(name):
            assert line.file.channel in ("desk", *(line[column] for column in report.party_columns))


def test_some_have_nothing_to_report(demo: Demo) -> None:
    for report in ("annual", "processing"):
        lines = demo.accepted(report)
        nil = sum(line["nil_report"] == "yes" for line in lines)
        assert 0 < nil < len(lines) / 2


def test_every_duty_is_done_on_time_but_the_planted_ones(demo: Demo) -> None:
    first: dict[tuple[str, str, str], date] = {}
    for report, column in (("annual", "report_year"), ("processing", "report_month")):
        for paper in demo.papers:
            for line in (line for line in paper.lines if paper.report == report):
                period = str(line[column]) if report == "annual" else f"{line[column]:%Y-%m}"
                key = (line["factory_id"], report, period)
                first[key] = min(paper.day, first.get(key, paper.day))
    owed: dict[tuple[str, str, str], date] = {}
    for line in demo.accepted("factory"):
        if line["status"] == "operating":
            owed[line["factory_id"], "annual", "2025"] = date(2026, 4, 30)
            if line["factory_class"].split("(")[0] in PROCESSOR_CLASSES:
                for n in range(17):  # January 2025 to May 2026
                    year, month = 2025 + n // 12, n % 12 + 1
                    due = date(year + month // 12, month % 12 + 1, 15)
                    owed[line["factory_id"], "processing", f"{year}-{month:02d}"] = due
    planted = demo.plan.planted
    missing = {key for key in owed if key not in first}
    late = {key for key, due in owed.items() if key in first and first[key] > due}
    assert missing == {
        (a["factory_id"], a["key"], a["period"]) for a in planted["abuses"] if a["rule"] == "report_missing"
    }
    assert late == {(a["factory_id"], a["key"], a["period"]) for a in planted["late"]}
    assert all(first[key] <= NIGHTS[1] for key in late)  # before the night that would find it missing
