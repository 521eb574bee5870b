"""What a visitor may see of the published file. Every question here is asked within the visitor's scope.

A connection is opened for each visit and closed before the next one: DuckDB gives a process the file that it has open
already, also after a night has replaced it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

import duckdb

from flows.errors import UsageError
from flows.feedback.mend_file import mend_files_from
from flows.feedback.receipt import Receipt, receipts
from flows.query import open_published
from flows.rows import Row, rows_of
from flows.web.site import COUNTRY, Visitor

SHOWN = 200  # rows of one list; the page says how many it leaves out
SECONDS = 20.0  # longest time of one visit

# The one rule of who sees what: a factory itself, an officer the factories of the area. Nobody else sees anything.
_SCOPE = f"(($role = 'factory' AND f.factory_id = $scope) OR ($role = 'officer' AND $scope IN (f.province_code, '{COUNTRY}')))"
_FACTORY = f"""
SELECT f.factory_id, f.factory_name, f.factory_class, f.province_code, p.name_th AS province_th, p.name_en AS province_en
FROM core.factory AS f
LEFT JOIN ref.province AS p ON f.province_code = p.code
WHERE f.factory_id = $factory_id AND {_SCOPE}
"""
_OBLIGATIONS = f"""
SELECT report_type, period, due_date, status, received_at, days_late, clause, count(*) OVER () AS in_all
FROM summary.obligation
WHERE factory_id = $factory_id AND status <> 'exempt'
ORDER BY status NOT IN ('missing', 'not_yet_due'), due_date DESC, report_type
LIMIT {SHOWN}
"""
_SUBMISSIONS = f"""
SELECT submission_id, original_name, received_at, report_type, outcome, rows_read, rows_accepted, rows_quarantined,
  count(*) OVER () AS in_all,
  CASE WHEN outcome <> 'duplicate' AND rows_quarantined > 0 THEN
    (SELECT list(DISTINCT q.report_type ORDER BY q.report_type) FROM quarantine.row AS q WHERE q.submission_id = s.submission_id)
  END AS mend
FROM audit.submission AS s
WHERE submitted_by = $factory_id
ORDER BY received_at DESC, submission_id
LIMIT {SHOWN}
"""
# The first one with these bytes: the receipt speaks of it, whoever sends a copy.
_SUBMISSION = f"""
SELECT s.submission_id
FROM audit.submission AS s
JOIN core.factory AS f ON s.submitted_by = f.factory_id
WHERE s.submission_id = $submission_id AND s.outcome <> 'duplicate' AND {_SCOPE}
"""
_AREA = f"""
SELECT
  c.rank, c.factory_id, c.factory_name, c.factory_class, p.name_th AS province_th, c.open_breaches, c.missing_reports,
  c.mismatched_loads, c.unanswered_loads, c.receipts_without_manifest, c.oldest_open_breach_date, c.last_report_at,
  count(*) OVER () AS in_all
FROM summary.factory_compliance AS c
JOIN core.factory AS f ON c.factory_id = f.factory_id
LEFT JOIN ref.province AS p ON c.province_code = p.code
WHERE {_SCOPE} AND ($words = '' OR contains(lower(c.factory_name), $words) OR contains(c.factory_id, $words))
ORDER BY c.rank
LIMIT {SHOWN}
"""
_PROVINCE = "SELECT code, name_th, name_en FROM ref.province WHERE code = $scope"


@dataclass(frozen=True)
class Listed:
    """Rows of a list as far as a page shows them.

    Attributes:
        left_out: how many more there are.
    """

    rows: list[Row]
    left_out: int = 0


class Visit:
    """Questions of one visitor on one connection."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, visitor: Visitor) -> None:
        self._connection = connection
        self._who = {"role": visitor.role, "scope": visitor.scope}

    def night(self) -> Row | None:
        """The last published night."""
        rows = self._ask("SELECT night, finished_at FROM audit.night WHERE outcome = 'published' ORDER BY night DESC LIMIT 1")
        return rows[0] if rows else None

    def factory(self, factory_id: str) -> Row | None:
        """A factory's line of the register, None when there is none that this visitor may see."""
        rows = self._ask(_FACTORY, factory_id=factory_id, **self._who)
        return rows[0] if rows else None

    def obligations(self, factory_id: str) -> Listed:
        """What a factory owes and owed, open ones first; [] for one that this visitor may not see."""
        return self._of_factory(_OBLIGATIONS, factory_id)

    def submissions(self, factory_id: str) -> Listed:
        """Files of a factory's own channel, the latest first; [] likewise."""
        return self._of_factory(_SUBMISSIONS, factory_id)

    def receipt(self, submission_id: str) -> Receipt | None:
        """The receipt of a submission, None when there is none that this visitor may see."""
        if not self._ask(_SUBMISSION, submission_id=submission_id, **self._who):
            return None
        return next(receipts(self._connection, [submission_id]), None)

    def mend_file(self, submission_id: str, report_type: str) -> bytes | None:
        """The rows of a factory's own submission that are held back, to be mended and sent in again.

        None for whoever else asks, also for an officer, and when nothing is held back.
        """
        if self._who["role"] != "factory" or not self._ask(_SUBMISSION, submission_id=submission_id, **self._who):
            return None
        return mend_files_from(self._connection, submission_id).get(report_type)

    def area(self, words: str) -> Listed:
        """Factories of an officer's area, most to answer for first.

        Args:
            words: part of a name or number; "" for all.
        """
        return self._listed(self._ask(_AREA, words=words.strip().lower(), **self._who))

    def province(self) -> Row | None:
        """The officer's province, None for the whole country."""
        rows = self._ask(_PROVINCE, scope=self._who["scope"])
        return rows[0] if rows else None

    def _of_factory(self, statement: str, factory_id: str) -> Listed:
        if self.factory(factory_id) is None:
            return Listed([])
        return self._listed(self._ask(statement, factory_id=factory_id))

    def _listed(self, rows: list[Row]) -> Listed:
        return Listed(rows, rows[0]["in_all"] - len(rows) if rows else 0)

    def _ask(self, statement: str, **values: str) -> list[Row]:
        rows = rows_of(self._connection, statement, values)
        return [{name: _aware(name, value) for name, value in row.items()} for row in rows]


def _aware(name: str, value: Any) -> Any:
    """An instant says that it is in UTC."""
    return value.replace(tzinfo=UTC) if name.endswith("_at") and value is not None else value


class NothingPublished(Exception):
    """No night has published anything yet."""


class Published:
    """The published file, opened for one visit at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    @contextmanager
    def visit(self, visitor: Visitor) -> Iterator[Visit]:
        """Ask within a visitor's scope.

        Raises:
            NothingPublished: before the first night.
        """
        with self._lock:
            try:
                connection = open_published(self._path)
            except UsageError as error:
                raise NothingPublished from error
            timer = threading.Timer(SECONDS, connection.interrupt)
            timer.start()
            try:
                yield Visit(connection, visitor)
            finally:
                timer.cancel()
                connection.close()
