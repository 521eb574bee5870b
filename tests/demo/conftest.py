"""A small demo, made once, and read back from its files by a reader that shares only the layout with the writer."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from flows.clock import bangkok_day
from flows.demo import Plan, make_demo
from schemas.fields.cells import Cell, reader_of
from schemas.records import Report
from schemas.reports import all_reports

FACTORIES, SEED = 60, 7


@dataclass
class Line:
    """A row as read back: typed values, faulty cells apart."""

    file: Paper
    source_row: int
    texts: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    calendars: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, column: str) -> Any:
        return self.values.get(column)


@dataclass
class Paper:
    """A file as read back."""

    path: str
    submission_id: str
    received_at: datetime
    form: str = ""
    report: str = ""
    sheet: str | None = None
    headers: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    @property
    def day(self) -> date:
        return bangkok_day(self.received_at)

    @property
    def channel(self) -> str:
        return self.path.split("/")[1] if self.path.startswith("by/") else "desk"


@dataclass
class Demo:
    """The plan, and every file that it wrote."""

    plan: Plan
    papers: list[Paper]

    def accepted(self, report: str, by: date | None = None) -> list[Line]:
        """Current rows: without planted errors, without what a correction replaced or a copy repeats."""
        planted = self.plan.planted
        errors = {(f["file"], f["source_row"]) for f in planted["faults"] if f["severity"] == "error"}
        gone = {c["replaces"] for c in planted["corrections"]}
        copies = {d["file"] for d in planted["duplicates"]}
        return [
            line
            for paper in self.papers
            if paper.report == report and paper.submission_id not in gone and paper.path not in copies
            and (paper.path, None) not in errors and (by is None or paper.day <= by)
            for line in paper.lines
            if (paper.path, line.source_row) not in errors
        ]  # fmt: skip


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    inbox = tmp_path_factory.mktemp("demo") / "inbox"
    plan = make_demo(inbox, FACTORIES, SEED)
    papers = [read_back(inbox, path) for path in sorted(inbox.rglob("*")) if path.is_file()]
    old = {line["old_factory_no"]: line["factory_id"] for p in papers if p.report == "factory" for line in p.lines}
    for line in (line for paper in papers for line in paper.lines):
        text = line.texts.get("factory_id")
        if "factory_id" in line.faults and text in old:
            line.values["factory_id"] = old[text]
            del line.faults["factory_id"]
    return Demo(plan, papers)


def read_back(inbox: Path, path: Path) -> Paper:
    content = path.read_bytes()
    instant = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    paper = Paper(path.relative_to(inbox).as_posix(), hashlib.sha256(content).hexdigest(), instant)
    try:
        rows = list(_rows(paper, path, content))
    except (UnicodeDecodeError, IndexError):
        return paper
    report, names = _report_of(paper.headers)
    paper.report = report.name
    paper.unknown = [header for header, name in zip(paper.headers, names, strict=True) if name is None]
    for n, cells in enumerate(rows, 1 if paper.form in ("json", "jsonl") else 2):
        texts = {name: cell for name, cell in zip(names, cells, strict=True) if name}
        paper.lines.append(_line(Line(paper, n, texts), report))
    return paper


def _line(line: Line, report: Report) -> Line:
    for column in report.fields:
        text = line.texts.get(column.name, "")
        cell = reader_of(column, 2569)(text) if text else Cell()
        line.values[column.name] = cell.value
        if cell.fault:
            line.faults[column.name] = cell.fault
        if cell.calendar:
            line.calendars[column.name] = cell.calendar
    if "line_no" in line.values:
        line.values["line_no"] = line.values["line_no"] or 1
    return line


def _report_of(headers: list[str]) -> tuple[Report, list[str | None]]:
    def matched(report: Report) -> list[str | None]:
        known = {text: column.name for column in report.fields for text in (column.name, column.header_th)}
        return [known.get(header) for header in headers]

    def missing(report: Report) -> int:
        here = set(matched(report))
        return sum(column.required == "yes" and column.name not in here for column in report.fields)

    report = max(
        all_reports().values(), key=lambda report: len(headers) - matched(report).count(None) - missing(report)
    )
    return report, matched(report)


def _rows(paper: Paper, path: Path, content: bytes) -> Iterator[list[str]]:
    paper.form = path.suffix[1:]
    if paper.form == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        paper.sheet = sheet.title
        table = [[_cell(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    elif paper.form == "csv":
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp874")
        first = text.splitlines()[0]
        delimiter = Counter(char for char in first if char in ",;\t").most_common(1)[0][0]
        table = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    else:
        objects = json.loads(content) if paper.form == "json" else [json.loads(one) for one in content.splitlines()]
        table = [list(objects[0]), *([_cell(cell) for cell in one.values()] for one in objects)]
    paper.headers = table[0]
    yield from table[1:]


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)
