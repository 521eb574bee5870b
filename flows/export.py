"""Answers as files that are safe to open: nothing that a cell says becomes a formula."""

from __future__ import annotations

import io
import math
import os
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from flows.errors import UsageError
from flows.query import Answer, plain, write_csv, write_json
from flows.whole_files import write_whole

SHEET_ROWS = 1_048_575  # rows of a sheet below its header
CELL_CHARACTERS = 32_767  # of a sheet's cell
SHEET_YEAR = 1900  # a sheet has no earlier days
SHEET_DIGITS = 15  # a spreadsheet keeps no more of a number


def write_file(table: pa.Table, path: Path) -> None:
    """Write an answer as CSV, XLSX, Parquet or JSON, by the end of its name; an earlier file is replaced as a whole.

    Args:
        table: the answer with its types.
        path: ends in one of SUFFIXES.

    Raises:
        UsageError: it cannot be written there, or does not fit into a sheet.
    """
    content = content_of(table, path.suffix.lower())
    try:
        # Two who ask at once do not write into one file.
        write_whole(path, content, beside=path.with_name(f".{path.name}.{os.getpid()}.tmp"))
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error


def content_of(table: pa.Table, suffix: str) -> bytes:
    """The file's bytes; `suffix` is one of SUFFIXES.

    Raises:
        UsageError: it does not fit into a sheet.
    """
    return _WRITERS[suffix](table)


def _rows(table: pa.Table) -> Answer:
    columns = [column.to_pylist() for column in table.columns]
    return Answer(list(table.column_names), list(zip(*columns, strict=True)) if columns else [])


def _csv(table: pa.Table) -> bytes:
    text = io.StringIO()
    write_csv(_rows(table), text)
    return b"\xef\xbb\xbf" + text.getvalue().encode()  # the mark by which a spreadsheet knows that Thai is UTF-8


def _json(table: pa.Table) -> bytes:
    text = io.StringIO()
    write_json(_rows(table), text)
    return text.getvalue().encode()


def _parquet(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue().to_pybytes())


def _xlsx(table: pa.Table) -> bytes:
    import openpyxl

    if table.num_rows > SHEET_ROWS:
        raise UsageError(f"{table.num_rows:,} rows do not fit into a sheet ({SHEET_ROWS:,}); write CSV or Parquet")
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("answer")
    page.freeze_panes = "A2"
    answer = _rows(table)
    for row in (answer.columns, *answer.rows):
        page.append([_cell(page, value) for value in row])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _cell(page: Any, value: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if value is None or _fits_into_sheet(value):
        return WriteOnlyCell(page, value)
    text = ILLEGAL_CHARACTERS_RE.sub(" ", value if isinstance(value, str) else plain(value))
    cell = WriteOnlyCell(page, text[:CELL_CHARACTERS])
    cell.data_type = "s"  # also what begins with "="
    cell.number_format = "@"
    cell.quotePrefix = True
    return cell


def _fits_into_sheet(value: object) -> bool:
    """Whether a sheet keeps it as it is; all else is text: better than a number without its last digits."""
    if isinstance(value, Decimal):
        return len(value.normalize().as_tuple().digits) <= SHEET_DIGITS
    if isinstance(value, int):
        return len(str(abs(value))) <= SHEET_DIGITS
    if isinstance(value, float):
        return math.isfinite(value)
    is_aware = isinstance(value, datetime) and value.tzinfo is not None
    return isinstance(value, date) and value.year >= SHEET_YEAR and not is_aware


_WRITERS: dict[str, Callable[[pa.Table], bytes]] = {".csv": _csv, ".xlsx": _xlsx, ".parquet": _parquet, ".json": _json}
SUFFIXES = tuple(_WRITERS)
