"""Giving back: which receipts a night writes itself, and any other on demand.

A night of 20,000 files has no time for 20,000 pages, and most of them nobody would open. So a night writes the pages of
the files that need mending, up to a setting, and says how many it left; `waste receipt` writes any other from the
published warehouse, with the same content.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from flows.errors import UsageError
from flows.feedback.page import NO_FONTS, write_receipt
from flows.feedback.receipt import Receipt, receipts
from flows.query import open_published
from flows.signing import Signer
from flows.warehouse import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Given:
    """What a night gave back: receipts written, and files with errors that are left to `waste receipt`."""

    written: int
    left: int


def give_back(store: Store, night: date, signer: Signer, most: int) -> Given:
    """Write the receipts (HTML and JSON) of the night's files that must be mended, the worst first.

    Args:
        store: where the published warehouse lies and the receipts go.
        night: the night, published.
        signer: seals them.
        most: so many are written.
    """
    connection = open_published(store.published)
    try:
        found = [row[0] for row in connection.execute(_WORST, {"night": night}).fetchall()]
        written = 0
        for receipt in receipts(connection, found[:most]):
            write_receipt(store.feedback, receipt, signer, with_pdf=False)
            written += 1
    finally:
        connection.close()
    left = len(found) - written
    words = f"; {left} more files with errors have none: `waste receipt SUBMISSION_ID` writes them" if left else ""
    log.info("feedback: %d receipts written%s", written, words)
    return Given(written, left)


_WORST = """
    SELECT s.submission_id FROM audit.submission AS s
    SEMI JOIN (SELECT submission_id FROM audit.finding WHERE night = $night AND severity = 'error') AS f USING (submission_id)
    WHERE s.night = $night AND s.outcome <> 'duplicate'
    ORDER BY s.outcome <> 'rejected', s.rows_quarantined DESC, s.submission_id
"""


def receipt_of(published: Path, submission_id: str) -> Receipt:
    """The receipt of one submission.

    Args:
        published: the published warehouse.
        submission_id: its id, or the first letters of it.

    Raises:
        UsageError: nothing is published, or it is not the id of exactly one submission.
    """
    if not re.fullmatch(r"[0-9a-f]{8,64}", submission_id):
        raise UsageError("a submission id is the sha256 of the file: 64 letters of 0-9 and a-f, or at least the first 8")
    connection = open_published(published)
    try:
        rows = connection.execute(
            "SELECT DISTINCT submission_id FROM audit.submission WHERE starts_with(submission_id, $start) LIMIT 2",
            {"start": submission_id},
        ).fetchall()
        if len(rows) != 1:
            raise UsageError(f"{'no' if not rows else 'more than one'} submission has an id that begins with {submission_id}")
        return next(receipts(connection, [rows[0][0]]))
    except duckdb.Error as error:
        raise UsageError(f"{published} cannot be read: {str(error).splitlines()[0]}") from error
    finally:
        connection.close()


def written(folder: Path, receipt: Receipt, signer: Signer, font_folders: Sequence[Path]) -> list[str]:
    """Write a receipt with everything, and say what was written and what could not be."""
    paths = write_receipt(folder, receipt, signer, True, font_folders)
    lines = [f"{path} is written" for path in paths]
    if not any(path.suffix == ".pdf" for path in paths):
        lines.append(NO_FONTS)
    return lines
