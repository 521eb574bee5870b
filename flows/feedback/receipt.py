"""The receipt of one file: what we received, how we read it, what we accepted, what it changed and what must be mended."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Any

import duckdb

from flows.feedback.changes import Change, changes_of
from flows.feedback.words import Group, LogLine, groups_of, log_lines, ordered
from flows.rows import Row, rows_of
from schemas.records import Finding, Report
from schemas.reports import all_reports


@dataclass(frozen=True)
class Receipt:
    """Everything that stands on a receipt.

    Attributes:
        submission_id: sha256 of the file.
        original_name: as it was sent; shown, never used.
        received_at: UTC.
        copies: when the same bytes came again.
        changes: one per report type with accepted rows.
        findings: all of them, in the order of the file.
    """

    submission_id: str
    original_name: str
    received_at: datetime
    night: date
    submitted_by: str
    reports: tuple[Report, ...]
    outcome: str
    rows_read: int
    rows_accepted: int
    rows_quarantined: int
    size_bytes: int
    reading_log: dict[str, Any]
    copies: tuple[datetime, ...]
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]

    @property
    def log(self) -> list[LogLine]:
        """The reading log in words."""
        return log_lines(self.reading_log)

    @property
    def groups(self) -> list[Group]:
        """Findings by check."""
        return groups_of(self.findings)

    @property
    def errors(self) -> int:
        """How many must be mended."""
        return sum(each.severity == "error" for each in self.findings)

    def facts(self) -> dict[str, Any]:
        """What is signed, beside the hash of the page: short keys, because a QR code holds little."""
        return {
            "v": 1,
            "id": self.submission_id,
            "at": self.received_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
            "type": "+".join(report.name for report in self.reports),
            "out": self.outcome,
            "rows": [self.rows_read, self.rows_accepted, self.rows_quarantined],
            "found": [self.errors, len(self.findings) - self.errors],
        }

    def document(self) -> dict[str, Any]:
        """The same for programs, with every finding."""
        return {
            "format": "waste-findings/1",
            "submission_id": self.submission_id,
            "original_name": self.original_name,
            "received_at": self.received_at.isoformat(),
            "night": self.night.isoformat(),
            "submitted_by": self.submitted_by,
            "report_type": "+".join(report.name for report in self.reports) or None,
            "outcome": self.outcome,
            "rows": {"read": self.rows_read, "accepted": self.rows_accepted, "quarantined": self.rows_quarantined},
            "findings": [
                {each.name: getattr(found, each.name) for each in fields(Finding) if each.name != "submission_id"}
                for found in self.findings
            ],
            "reading_log": self.reading_log,
        }


def receipts(connection: duckdb.DuckDBPyConnection, submission_ids: Sequence[str]) -> Iterator[Receipt]:
    """Receipts of submissions, in that order; an unknown id gives none.

    Args:
        connection: a warehouse file; in the published one personal data is held back already.
        submission_ids: the submissions.
    """
    asked = {"ids": list(submission_ids)}
    rows: dict[str, list[Row]] = {}
    statement = "FROM audit.submission WHERE submission_id IN (SELECT unnest($ids)) ORDER BY received_at"
    for row in rows_of(connection, statement, asked):
        rows.setdefault(row["submission_id"], []).append(row)
    names = [each.name for each in fields(Finding)]
    findings: dict[str, list[Finding]] = {}
    statement = f"SELECT {', '.join(names)} FROM audit.finding WHERE submission_id IN (SELECT unnest($ids))"
    for row in rows_of(connection, statement, asked):
        findings.setdefault(row["submission_id"], []).append(Finding(**row))
    found = {each: _main(rows[each]) for each in asked["ids"] if each in rows}
    changes: dict[str, list[Change]] = defaultdict(list)
    for report in all_reports().values():
        changing = [each for each, main in found.items() if main["rows_accepted"] and report in _reports(main)]
        if changing:
            for each, change in changes_of(connection, report, changing).items():
                changes[each].append(change)
    for each, main in found.items():
        yield _receipt(main, rows[each], changes[each], findings.get(each, []))


def _main(rows: list[Row]) -> Row:
    """The submission itself, among the times that its bytes came."""
    return next((row for row in rows if row["outcome"] != "duplicate"), rows[0])


def _reports(main: Row) -> tuple[Report, ...]:
    names = (main["report_type"] or "").split("+")
    return tuple(all_reports()[name] for name in names if name in all_reports())


def _receipt(main: Row, rows: list[Row], changes: Iterable[Change], findings: Iterable[Finding]) -> Receipt:
    reports = _reports(main)
    submission_id = main["submission_id"]
    by_report = {change.report.name: change for change in changes}
    in_order = (by_report[report.name] for report in reports if report.name in by_report)
    return Receipt(
        submission_id=submission_id,
        original_name=main["original_name"],
        received_at=main["received_at"].replace(tzinfo=UTC),
        night=main["night"],
        submitted_by=main["submitted_by"],
        reports=reports,
        outcome=main["outcome"],
        rows_read=main["rows_read"],
        rows_accepted=main["rows_accepted"],
        rows_quarantined=main["rows_quarantined"],
        size_bytes=main["size_bytes"],
        reading_log=json.loads(main["reading_log"] or "{}"),
        copies=tuple(row["received_at"].replace(tzinfo=UTC) for row in rows if row is not main),
        changes=tuple(each for each in in_order if each.replaced or each.new_rows or each.mended_rows),
        findings=tuple(ordered(findings)),
    )
