"""The mend-me file: only the rows that were held back, each with what is wrong beside it, to be sent in again as it is.

CSV in UTF-8 with its mark, because Excel shows Thai only then. `waste mend` takes it from the private warehouse. The web site
may read the published one only, which holds personal data back: such a cell is empty and its row says so. `flows.mends` says
what happens when the file comes in.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from flows.batches import HELD_BACK
from flows.errors import UsageError
from flows.feedback.cells import harmless, mark_text
from flows.feedback.receipt import receipts
from flows.mends import mention
from flows.reading.headers import MARK_COLUMN, MEND_COLUMN, is_mend_column
from schemas.records import Finding, Report
from schemas.reports import all_reports

# What a row says that came with something personal, which nobody may take out of the published file.
_FILL_IN = "ช่องที่เว้นว่างไว้มีข้อมูลส่วนบุคคล กรุณากรอกใหม่ · A cell with personal data is left empty: please fill it in again."


def mend_files(work: Path, submission_id: str) -> dict[str, bytes]:
    """The mend-me files of a submission, by report type; none when nothing is held back.

    Args:
        work: the private warehouse.
        submission_id: the whole id.

    Raises:
        UsageError: the private warehouse is not there, or a night is running.
    """
    if not work.exists():
        raise UsageError(f"{work} is not there: the mend-me file is made where the nights run")
    try:
        connection = duckdb.connect(str(work), read_only=True)
    except duckdb.Error as error:
        raise UsageError("a night is running: try again when it has ended") from error
    with connection:
        return mend_files_from(connection, submission_id)


def mend_files_from(connection: duckdb.DuckDBPyConnection, submission_id: str) -> dict[str, bytes]:
    """The mend-me files of a submission, by report type; none when nothing is held back.

    Args:
        connection: the private or the published warehouse.
        submission_id: the whole id.
    """
    rows = connection.execute(
        "SELECT report_type, source_sheet, source_row, cells FROM quarantine.row WHERE submission_id = ?"
        " ORDER BY report_type, source_sheet NULLS FIRST, source_row",
        [submission_id],
    ).fetchall()
    receipt = next(receipts(connection, [submission_id]), None)
    said: dict[tuple[str | None, int], list[Finding]] = {}
    for each in receipt.findings if receipt else ():
        if each.source_row is not None:
            said.setdefault((each.source_sheet, each.source_row), []).append(each)
    return {
        name: _file(report, submission_id, own, said)
        for name, report in all_reports().items()
        if (own := [row for row in rows if row[0] == name])
    }


def _file(
    report: Report, submission_id: str, rows: Sequence[Any], said: dict[tuple[str | None, int], list[Finding]]
) -> bytes:
    received = [json.loads(row[3]) for row in rows]
    names = [field.name for field in report.fields]
    keys = dict.fromkeys(key for each in received for key in each)
    others = [key for key in keys if key not in names and not is_mend_column(key)]
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\r\n")
    headers = [*(field.header_th for field in report.fields), *map(harmless, others)]
    writer.writerow([*headers, MEND_COLUMN, MARK_COLUMN])
    for (_, sheet, number, _), each in zip(rows, received, strict=True):
        cells = {name: str(each.get(name) or "") for name in (*names, *others)}
        is_held_back = any(HELD_BACK in text for text in cells.values())
        values = ["" if HELD_BACK in text else harmless(text) for text in cells.values()]
        mark = mark_text(said.get((sheet, number), ())) + (f" • {_FILL_IN}" if is_held_back else "")
        writer.writerow([*values, mention(submission_id, sheet, number), mark])
    return target.getvalue().encode("utf-8-sig")
