"""Opens workbooks in a process of its own, whose memory is bounded: a file of 5 KB can ask for 500 GB.

Reads one JSON line {"path", "max_rows", "header_rows", "mark_sheet"} per workbook on standard input and answers with JSON lines:
{"date_1904": bool}, then for each sheet {"sheet": name, "is_hidden": bool, "merges": [[first row, last row, column], ...]} and,
unless it is hidden, {"rows": [[cell, ...], ...]} in portions (a hidden one
called `mark_sheet` has its first cell as "mark"); at last {"end": true}, or {"error": "..."} at any time.
Cells: text as string, number as number, day as {"d": "2026-03-31"}, truth as true/false, empty as null, and
{"fault": "cell_error" | "formula_without_value", "text": ...} for a formula that has no value to read.
"""

from __future__ import annotations

import json
import resource
import struct
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from flows.reading.formulas import Faults, formulas_of

ROWS_AT_ONCE = 500


def _cell(value: Any) -> Any:
    if value == "" or value is None:
        return None
    if isinstance(value, datetime):
        return {"d": value.date().isoformat() if value.time() == time() else value.isoformat(" ")}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, (time, timedelta)):
        return str(value)
    return value


def _rows(sheet: Any, faults: Faults) -> Iterator[list[Any]]:
    left = [None] * (sheet.start[1] if sheet.start else 0)
    by_row: dict[int, list[int]] = {}
    for row, column in faults:
        by_row.setdefault(row, []).append(column)
    number = -1
    for number, values in enumerate(sheet.iter_rows()):
        cells = left + [_cell(value) for value in values]
        yield _with_faults(cells, number, by_row.get(number, ()), faults)
    for row in range(number + 1, max(by_row, default=-1) + 1):
        yield _with_faults([], row, by_row.get(row, ()), faults)


def _with_faults(cells: list[Any], row: int, columns: Any, faults: Faults) -> list[Any]:
    for column in columns:
        cells += [None] * (column + 1 - len(cells))
        cells[column] = faults[row, column]
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def _first_cell(sheet: Any) -> str | None:
    first = next(sheet.iter_rows(), [None])
    return str(first[0])[:200] if first and first[0] else None


def _answers(path: str, max_rows: int, header_rows: int, mark_sheet: str) -> Iterator[dict[str, Any]]:
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_path(path)
        formulas = formulas_of(path)
        yield {"date_1904": formulas.is_1904}
        for number, meta in enumerate(book.sheets_metadata):
            if meta.typ != SheetTypeEnum.WorkSheet:
                continue
            is_hidden = meta.visible != SheetVisibleEnum.Visible
            if is_hidden:
                mark = _first_cell(book.get_sheet_by_index(number)) if meta.name == mark_sheet else None
                yield {"sheet": meta.name, "is_hidden": True, "merges": [], "mark": mark}
                continue
            sheet = book.get_sheet_by_index(number)
            merges = [
                [top, bottom, left] for (top, left), (bottom, _) in sheet.merged_cell_ranges or () if top < bottom < header_rows
            ]
            yield {"sheet": meta.name, "is_hidden": False, "merges": merges}
            portion: list[list[Any]] = []
            filled = 0
            for cells in _rows(sheet, formulas.faults(number)):
                filled += bool(cells)
                if filled > max_rows + header_rows:
                    yield {"error": "rows"}
                    return
                portion.append(cells)
                if len(portion) == ROWS_AT_ONCE:
                    yield {"rows": portion}
                    portion = []
            yield {"rows": portion}
    except CalamineError as error:
        yield {"error": str(error)[:300]}
    except (zipfile.BadZipFile, OSError, ValueError, LookupError, OverflowError, struct.error) as error:
        yield {"error": str(error)[:300]}
    else:
        yield {"end": True}


def main() -> None:
    """Serve requests until standard input ends."""
    limit = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin:
        request = json.loads(line)
        try:
            for answer in _answers(request["path"], request["max_rows"], request["header_rows"], request["mark_sheet"]):
                sys.stdout.write(json.dumps(answer) + "\n")
        except MemoryError:
            sys.stdout.write(json.dumps({"error": "memory"}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
