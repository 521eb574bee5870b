"""CSV in the wild: the delimiter is proposed by the header, then every row is held to it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from flows.errors import SubmissionError
from flows.reading.layouts import columns_known, part_of, sheets_of
from flows.reading.limits import Limits, too_many_rows
from flows.reading.sheets import HEADER_WITHIN_ROWS, Sheet, cell_too_long, no_header, sheet_of

DELIMITERS = (",", ";", "\t", "|")
_START_CHARACTERS = 200_000  # the header stands within these
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")


def read_delimited(text: str, encoding: str, name: str | None, limits: Limits) -> Sheet:
    """The one sheet of a delimited text.

    Raises:
        SubmissionError: no header of ours, quoting that cannot be followed, or over a limit.
    """
    delimiter = _proposed(text[:_START_CHARACTERS])
    if delimiter is None:
        raise no_header()
    log = {"format": "csv", "encoding": encoding, "delimiter": delimiter}
    part, records = part_of(name, _records(text, delimiter, limits), limits)
    if part:
        return sheets_of([part], log, limits, None, can_be_ragged=True)[0]
    sheet = sheet_of(name, records, log, limits)
    if sheet is None:
        raise no_header()
    return sheet


def _proposed(start: str) -> str | None:
    """The delimiter under which one of the first rows is a header of ours; the one that finds most columns."""
    best: tuple[int, str] | None = None
    for delimiter in DELIMITERS:
        reader = csv.reader(_lines(start), delimiter=delimiter)
        found, filled = 0, 0
        try:
            for row in reader:
                found = max(found, columns_known(row) if len(row) > 1 else 0)
                filled += any(map(str.strip, row))
                if filled > HEADER_WITHIN_ROWS:
                    break
        except csv.Error:
            pass  # what was found before it still counts; the whole file is held to it below
        if found and (best is None or found > best[0]):
            best = found, delimiter
    return best[1] if best else None


def _lines(text: str) -> Iterator[str]:
    """Lines with their ends: LF, CR or both, and nothing else that Unicode calls a line end."""
    return (match.group() for match in _LINE.finditer(text))


def _records(text: str, delimiter: str, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """Records with their number; a record with an embedded line end counts once, as a spreadsheet shows it."""
    csv.field_size_limit(max(limits.cell_characters + 1, 131_072))
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, record in enumerate(reader, start=1):
            if number > 2 * limits.rows + HEADER_WITHIN_ROWS:
                raise too_many_rows(limits)  # blank rows count for nothing, but not without end
            yield number, record
    except csv.Error as error:
        if "field larger than" in str(error):
            raise cell_too_long(number + 1, limits) from error
        raise SubmissionError(
            "file_is_readable",
            f"The quotes cannot be followed from row {number + 1} on (a quote that is never closed, or text after a"
            " closing quote). Write a quote inside a cell twice.",
            f"เครื่องหมายคำพูดไม่ครบคู่ตั้งแต่แถว {number + 1} (เครื่องหมายคำพูดในช่องต้องเขียนซ้ำสองตัว)",
        ) from error
