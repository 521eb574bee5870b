"""Read as text: the files of a pack become batches of text rows, one per report type.

Most files are plain: UTF-8 or cp874, no quotes, one line a row, every line as wide as a header of ours. These are not
parsed one by one: the bodies under the same header are joined and parsed once. Anything else goes to the exact reader,
which gives the same rows, only slower; tests hold the two equal.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from flows.batches import FILE_NO, HELD, MISFIT, OTHER, ROW, SHEET, Batch, File, finding
from flows.errors import SubmissionError
from flows.mends import mended_submissions
from flows.reading.delimited import DELIMITERS
from flows.reading.encoding import decode
from flows.reading.files import read_file
from flows.reading.headers import Header, header_names, is_mend_column, match_header
from flows.reading.limits import Limits, megabytes, over_limit
from flows.reading.sheets import Sheet
from flows.reading.workbook import WorkbookReader
from schemas.fields.columns import trimmed
from schemas.records import Report
from schemas.reports import all_reports

log = logging.getLogger(__name__)

FILES_AT_ONCE = 1_000  # plain files that are parsed together
_BOM = "\ufeff".encode()
_REFUSALS = {
    "folder": ("It is a folder, not a file. Send the files themselves.", "เป็นโฟลเดอร์ ไม่ใช่ไฟล์ กรุณาส่งตัวไฟล์"),
    "link": ("It is a link, not a file; it is not followed.", "เป็นลิงก์ ไม่ใช่ไฟล์ ระบบไม่ติดตามลิงก์"),
    "special": ("It is not a file.", "ไม่ใช่ไฟล์"),
    "unreadable": (
        "Its permissions do not let it be read. Send it again, readable.",
        "สิทธิ์ของไฟล์ไม่อนุญาตให้อ่าน กรุณาส่งใหม่โดยเปิดสิทธิ์ให้อ่านได้",
    ),
}


@dataclass(frozen=True)
class _Plain:
    """A header line under which files can be joined."""

    header: Header
    delimiter: bytes
    width: int


@dataclass
class _Joined:
    """Bodies under one header, parsed at once, while the next files are looked at."""

    plain: _Plain
    key: tuple[bytes, bytes]
    files: list[File] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    parsing: Future[pa.Table] | None = None


def read(
    pack: pa.Table,
    first_file_no: int,
    seen: set[str],
    workbooks: WorkbookReader,
    scratch: Path,
    limits: Limits,
) -> tuple[list[File], list[Batch]]:
    """The files of one pack, and their rows.

    Args:
        pack: files as archive.PACK_SCHEMA, in their order of receipt.
        first_file_no: number of its first file.
        seen: submission ids taken in before; those of this pack are added.
        workbooks, scratch, limits: see `flows.reading.files.read_file`.
    """
    files: list[File] = []
    joined: dict[tuple[bytes, bytes], _Joined] = {}
    full: list[_Joined] = []
    tables: dict[str, list[pa.Table]] = defaultdict(list)
    plains: dict[bytes, _Plain | None] = {}
    with ThreadPoolExecutor(1) as parser:
        for offset, row in enumerate(pack.to_pylist()):
            file = File(
                first_file_no + offset, row["submission_id"], row["original_name"], row["submitted_by"], row["received_at"],
                row["size_bytes"],
            )  # fmt: skip
            files.append(file)
            if file.submission_id in seen:
                file.outcome = "duplicate"
                continue
            seen.add(file.submission_id)
            if row["refusal"]:
                _refuse(file, _refusal(row["refusal"], file, limits))
            elif not (others := _join(file, row["content"], joined, plains, limits)):
                _read_exactly(file, row["content"], tables, workbooks, scratch, limits)
            elif len(others.files) == FILES_AT_ONCE:
                full.append(joined.pop(others.key))
                others.parsing = parser.submit(_parse, others.plain, others.bodies)
        for others in joined.values():
            others.parsing = parser.submit(_parse, others.plain, others.bodies)
    for each in (*full, *joined.values()):
        _parse_joined(each, tables, pack, first_file_no, workbooks, scratch, limits)
    batches = [Batch(all_reports()[name], pa.concat_tables(parts)) for name, parts in tables.items()]
    log.info("read: %d files, %d rows", len(files), sum(batch.text.num_rows for batch in batches))
    return files, batches


def _refusal(kind: str, file: File, limits: Limits) -> SubmissionError:
    if kind == "too_large":
        size, limit = megabytes(file.size_bytes), megabytes(limits.file_bytes)
        return over_limit(f"The file has {size}", f"ขนาดไฟล์ {size}", limit, limit)
    return SubmissionError("file_is_readable", *_REFUSALS[kind])


def _refuse(file: File, error: SubmissionError) -> None:
    file.findings.append(finding(error.check_id, file, hint=(error.hint_en, error.hint_th)))
    file.log = {"refused": error.hint_en}


def _plain_header(line: bytes) -> _Plain | None:
    """The header line when it is clean: ours, complete, nothing unknown, nothing quoted."""
    text = line.decode("utf-8")
    best: _Plain | None = None
    for delimiter in DELIMITERS:
        cells = text.split(delimiter)
        header = match_header(cells)
        is_clean = header and not header.refuses_file and not header.unknown and len(header.places) == len(cells)
        if header and is_clean and (best is None or len(cells) > best.width):
            best = _Plain(header, delimiter.encode(), len(cells))
    return best


def _join(
    file: File, data: bytes, joined: dict[tuple[bytes, bytes], _Joined], plains: dict[bytes, _Plain | None], limits: Limits
) -> _Joined | None:
    """Put a plain file with the others under its header, and give them; None when it is not plain."""
    if b'"' in data or b"\0" in data:
        return None
    encoding = "ascii"
    if not data.isascii():
        try:
            text, encoding = decode(data)
        except SubmissionError:
            return None
        data = data if encoding == "utf-8" else text.encode()
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    if b"\r" in data or b"\n\n" in data:
        return None
    line, newline, body = data.partition(b"\n")
    if not newline or not body or body.startswith(_BOM):
        return None
    if line not in plains:
        plains[line] = _plain_header(line)
    plain = plains[line]
    if plain is None:
        return None
    if not body.endswith(b"\n"):
        body += b"\n"
    count = body.count(b"\n")
    if count > limits.rows or body.count(plain.delimiter) != count * (plain.width - 1):
        return None
    key = line, encoding.encode()
    each = joined.setdefault(key, _Joined(plain, key))
    each.files.append(file)
    each.bodies.append(body)
    each.counts.append(count)
    file.log = {
        "format": "csv", "encoding": encoding, "delimiter": plain.delimiter.decode(), "header_row": 1,
        "report_type": plain.header.report.name,
    }  # fmt: skip
    return each


def _parse_joined(
    each: _Joined,
    tables: dict[str, list[pa.Table]],
    pack: pa.Table,
    first_file_no: int,
    workbooks: WorkbookReader,
    scratch: Path,
    limits: Limits,
) -> None:
    report = each.plain.header.report
    counts = np.array(each.counts)
    of_file = np.repeat(np.arange(len(counts)), counts)
    assert each.parsing
    try:
        parsed = each.parsing.result()
    except pa.ArrowInvalid:
        parsed = None
    if parsed is None or parsed.num_rows != len(of_file):
        doubtful = np.arange(len(counts))
    else:
        doubtful = np.unique(of_file[_doubtful_rows(parsed, each.plain, limits)])
    for number in doubtful.tolist():
        file = each.files[number]
        _read_exactly(file, pack["content"][file.file_no - first_file_no].as_py(), tables, workbooks, scratch, limits)
    if parsed is None or len(doubtful) == len(counts):
        return
    source_row = np.arange(len(of_file)) - np.repeat(np.cumsum(counts) - counts, counts) + 2
    length = parsed.num_rows
    extra = {
        FILE_NO: pa.array(np.repeat([file.file_no for file in each.files], counts).astype(np.int32)),
        SHEET: pa.nulls(length, pa.string()),
        ROW: pa.array(source_row.astype(np.int32)),
        HELD: pa.array(np.zeros(length, bool)),
        OTHER: pa.nulls(length, pa.string()),
        MISFIT: pa.nulls(length, pa.string()),
    }
    table = _as_batch(report, {name: parsed[name] for name in parsed.column_names}, extra)
    tables[report.name].append(table.filter(pa.array(~np.isin(of_file, doubtful))) if len(doubtful) else table)
    for number in np.setdiff1d(np.arange(len(counts)), doubtful).tolist():
        each.files[number].report_types, each.files[number].rows_read = (report.name,), each.counts[number]


def _doubtful_rows(parsed: pa.Table, plain: _Plain, limits: Limits) -> np.ndarray:
    """Positions of rows that only the exact reader may judge: blank, a header once more, or with a cell that is too long."""
    first = trimmed(parsed[0])
    names = pa.array(sorted(header_names(plain.header.report, parsed.column_names[0])))
    doubtful = [_positions(pc.fill_null(pc.is_in(pc.utf8_lower(first), value_set=names), False))]
    empty = _positions(pc.is_null(first))
    if len(empty):
        rows = parsed.take(pa.array(empty))
        filled = [pc.is_valid(trimmed(column)).to_numpy(zero_copy_only=False) for column in rows.columns]
        doubtful.append(empty[~np.any(filled, axis=0)])
    for column in parsed.columns:
        # Bytes are quicker to count than characters, and there are never fewer.
        if (pc.max(pc.binary_length(column)).as_py() or 0) > limits.cell_characters:
            doubtful.append(_positions(pc.greater(pc.utf8_length(column), limits.cell_characters).combine_chunks()))
    return np.concatenate(doubtful)


def _positions(is_so: pa.Array) -> np.ndarray:
    return np.flatnonzero(is_so.to_numpy(zero_copy_only=False))


def _parse(plain: _Plain, bodies: list[bytes]) -> pa.Table:
    names = {place: name for name, place in plain.header.places.items()}
    columns = [names[place] for place in range(plain.width)]
    return pa.csv.read_csv(
        pa.BufferReader(b"".join(bodies)),
        read_options=pa.csv.ReadOptions(column_names=columns, block_size=1 << 24),
        parse_options=pa.csv.ParseOptions(
            delimiter=plain.delimiter.decode(), quote_char=False, double_quote=False, ignore_empty_lines=False
        ),
        convert_options=pa.csv.ConvertOptions(
            column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=False, null_values=[]
        ),
    )


def _as_batch(report: Report, columns: dict[str, Any], extra: dict[str, pa.Array]) -> pa.Table:
    """A table with every column of the layout, empty text where the file has none."""
    length = len(extra[FILE_NO])
    empty = pa.repeat(pa.scalar("", pa.string()), length)
    return pa.table({field.name: columns.get(field.name, empty) for field in report.fields} | extra)


def _read_exactly(
    file: File,
    data: bytes,
    tables: dict[str, list[pa.Table]],
    workbooks: WorkbookReader,
    scratch: Path,
    limits: Limits,
) -> None:
    try:
        sheets = read_file(data, file.submission_id, workbooks, scratch, limits)
    except SubmissionError as error:
        _refuse(file, error)
        return
    file.report_types = tuple(sorted({sheet.header.report.name for sheet in sheets}))
    file.rows_read = sum(sheet.count for sheet in sheets)
    logs = [_sheet_log(sheet) for sheet in sheets]
    file.log = logs[0] if len(logs) == 1 else {"sheets": logs}
    if mended := sorted({each for sheet in sheets for each in mended_submissions(sheet.other_cells)}):
        file.log["mends"] = mended
    for sheet in sheets:
        _judge_header(file, sheet)
        if sheet.count:
            tables[sheet.header.report.name].append(_sheet_table(file, sheet))


def _sheet_log(sheet: Sheet) -> dict[str, Any]:
    header = sheet.header
    named = {"source_sheet": sheet.name} if sheet.name else {}
    unknown = {"unknown_columns": strange} if (strange := _strange(header)) else {}
    return {**sheet.log, **named, "report_type": header.report.name, **unknown}


def _strange(header: Header) -> list[str]:
    return [text for place, text in header.unknown.items() if place not in header.expected and not is_mend_column(text)]


def _judge_header(file: File, sheet: Sheet) -> None:
    header = sheet.header
    for column in header.missing:
        file.findings.append(finding("column_is_present", file, sheet.name, None, header.report, column))
    for column, texts in header.repeated.items():
        found = " | ".join(texts)
        file.findings.append(finding("column_is_unique", file, sheet.name, None, header.report, column, found=found))
    if card := sheet.card:
        for gap in card.gaps:
            words = f"{card.title_en}. {gap.words_en}", f"{card.title_th} {gap.words_th}"
            file.findings.append(finding("layout_is_ours", file, sheet.name, None, header.report, gap.column, hint=words))
    for text in _strange(header):
        file.findings.append(finding("column_is_known", file, sheet.name, None, None, text, value=text))


def _sheet_table(file: File, sheet: Sheet) -> pa.Table:
    count = sheet.count
    held = pa.chunked_array([np.full(count, True)]) if sheet.header.refuses_file else pc.is_valid(sheet.misfits)
    extra = {
        FILE_NO: pa.array(np.full(count, file.file_no, np.int32)),
        SHEET: pa.repeat(pa.scalar(sheet.name, pa.string()), count),
        ROW: sheet.row_numbers,
        HELD: held,
        OTHER: sheet.other_cells,
        MISFIT: sheet.misfits,
    }
    return _as_batch(sheet.header.report, {name: sheet.cells[name] for name in sheet.cells.column_names}, extra)
