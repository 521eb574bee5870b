"""Drafts to bytes, bytes to the inbox. The same draft always gives the same bytes."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl

from flows.demo.table import Cell, Draft, Style, header_of, text_of
from schemas.records import Field

EXTRA_TEXT = "ตรวจสอบแล้ว"  # what stands in a column that nobody knows
_ZIP_DATE = (2026, 1, 1, 0, 0, 0)
_CLOCK = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def encode(draft: Draft) -> bytes:
    """The file's bytes."""
    if draft.content is not None:
        return draft.content
    return {"csv": _csv, "xlsx": _xlsx, "json": _json, "jsonl": _json_lines}[draft.style.form](draft)


def write(inbox: Path, path: str, content: bytes, filed_at: datetime) -> None:
    """Puts a file into the inbox with its modification time."""
    target = inbox / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    os.utime(target, (filed_at.timestamp(), filed_at.timestamp()))


def _headers(draft: Draft) -> list[str]:
    return [header_of(column, draft.style) for column in draft.columns()] + [draft.extra] * bool(draft.extra)


def _csv(draft: Draft) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=draft.style.delimiter, lineterminator=draft.style.newline)
    columns, tail = draft.columns(), [EXTRA_TEXT] * bool(draft.extra)
    writer.writerow(_headers(draft))
    for row in draft.rows:
        writer.writerow([text_of(row.get(column.name), column, draft.style) for column in columns] + tail)
    return text.getvalue().encode(draft.style.encoding)


def _objects(draft: Draft) -> list[dict[str, object]]:
    columns, tail = draft.columns(), {draft.extra: EXTRA_TEXT} if draft.extra else {}
    names = {column.name: header_of(column, draft.style) for column in columns}
    return [
        {names[column.name]: _json_value(row.get(column.name), column, draft.style) for column in columns} | tail
        for row in draft.rows
    ]


def _json(draft: Draft) -> bytes:
    return json.dumps(_objects(draft), ensure_ascii=False, indent=1).encode()


def _json_lines(draft: Draft) -> bytes:
    return "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in _objects(draft)).encode()


def _json_value(value: Cell, column: Field, style: Style) -> object:
    if value is None:
        return None
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, int) and column.kind == "integer":
        return value
    return text_of(value, column, style)


def _xlsx_value(value: Cell, column: Field, style: Style) -> object:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, int):
        return value + 543 if column.kind == "year" and style.has_be_years else value
    if isinstance(value, date) and column.kind == "date" and style.date_form == "cell":
        return value
    return None if value is None else str(text_of(value, column, style))


def _xlsx(draft: Draft) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = draft.style.sheet
    columns, tail = draft.columns(), [EXTRA_TEXT] * bool(draft.extra)
    sheet.append(_headers(draft))
    for row in draft.rows:
        sheet.append([_xlsx_value(row.get(column.name), column, draft.style) for column in columns] + tail)
    raw = io.BytesIO()
    book.save(raw)
    return _without_clock(raw)


def _without_clock(raw: io.BytesIO) -> bytes:
    """The same workbook without the moment of writing, which openpyxl puts into it in two places."""
    fixed = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _CLOCK.sub(rb"\g<1>2026-01-01T00:00:00Z", content)
            target.writestr(zipfile.ZipInfo(name, _ZIP_DATE), content, zipfile.ZIP_DEFLATED)
    return fixed.getvalue()
