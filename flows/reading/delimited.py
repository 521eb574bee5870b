"""CSV in the wild: the delimiter is proposed by the header, then every row is held to it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from flows.errors import SubmissionError
from flows.reading.headers import match_header
from flows.reading.limits import Limits, over_limit
from flows.reading.sheets import HEADER_WITHIN_ROWS, Sheet, no_header, sheet_of

DELIMITERS = (",", ";", "\t", "|")


def read_delimited(text: str, encoding: str, name: str | None, limits: Limits) -> Sheet:
    """The one sheet of a delimited text.

    Raises:
        SubmissionError: no header of ours, quoting that cannot be followed, or over a limit.
    """
    delimiter = _proposed(text)
    if delimiter is None:
        raise no_header()
    log = {"format": "csv", "encoding": encoding, "delimiter": delimiter}
    sheet = sheet_of(name, _records(text, delimiter, limits), log)
    if sheet is None:
        raise no_header()
    return sheet


def _proposed(text: str) -> str | None:
    """The delimiter under which one of the first rows is a header of ours; the one that finds most columns."""
    start = (
        "".join(text.splitlines(keepends=True)[: HEADER_WITHIN_ROWS + 2]) if len(text) < 1_000_000 else text[:200_000]
    )
    best: tuple[int, str] | None = None
    for delimiter in DELIMITERS:
        reader = csv.reader(io.StringIO(start, newline=""), delimiter=delimiter)
        try:
            rows = [row for row, _ in zip(reader, range(HEADER_WITHIN_ROWS), strict=False)]
        except csv.Error:
            continue
        found = max((len(header.places) for row in rows if (header := match_header(row))), default=0)
        if found and (best is None or found > best[0]):
            best = found, delimiter
    return best[1] if best else None


def _records(text: str, delimiter: str, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """Records with their number; a record with an embedded line end counts once, as a spreadsheet shows it."""
    csv.field_size_limit(max(limits.cell_characters + 1, 131_072))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, record in enumerate(reader, start=1):
            if number > limits.rows + HEADER_WITHIN_ROWS:
                raise over_limit("It has more rows than one file may have", "จำนวนแถว", f"{limits.rows:,}")
            yield number, record
    except csv.Error as error:
        if "field larger than" in str(error):
            raise over_limit(
                f"Row {number + 1} has a cell that is too long", f"ความยาวของช่องในแถว {number + 1}",
                f"{limits.cell_characters:,}",
            ) from error  # fmt: skip
        raise SubmissionError(
            "file_is_readable",
            f"The quotes cannot be followed from row {number + 1} on (a quote that is never closed, or text after a"
            " closing quote). Write a quote inside a cell twice.",
            f"เครื่องหมายคำพูดไม่ครบคู่ตั้งแต่แถว {number + 1} (เครื่องหมายคำพูดในช่องต้องเขียนซ้ำสองตัว)",
        ) from error
