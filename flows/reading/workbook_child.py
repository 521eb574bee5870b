"""Opens workbooks in a process of its own, whose memory is bounded: a file of 5 KB can ask for 500 GB.

Reads one JSON line {"path", "max_rows"} per workbook on standard input, answers with one JSON line:
{"sheets": [{"name", "is_hidden", "rows": [[cell, ...], ...]}], "date_1904": bool} or {"error": "..."}.
Cells: text as string, number as number, day as {"d": "2026-03-31"}, truth as true/false, empty as null.
"""

from __future__ import annotations

import json
import resource
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any


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


def _is_1904(path: str) -> bool:
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as book:
        if "xl/workbook.xml" not in book.namelist():
            return False
        head = book.open("xl/workbook.xml").read(100_000)
    return b'date1904="1"' in head or b'date1904="true"' in head


def _answer(path: str, max_rows: int) -> dict[str, Any]:
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_path(path)
        sheets = []
        for meta in book.sheets_metadata:
            is_hidden = meta.visible != SheetVisibleEnum.Visible
            rows: list[list[Any]] = []
            if not is_hidden:
                sheet = book.get_sheet_by_name(meta.name)
                if sheet.total_height > max_rows:
                    return {"error": "rows"}
                for row in sheet.to_python(skip_empty_area=False):
                    cells = [_cell(value) for value in row]
                    while cells and cells[-1] is None:
                        cells.pop()
                    rows.append(cells)
            sheets.append({"name": meta.name, "is_hidden": is_hidden, "rows": rows})
    except CalamineError as error:
        return {"error": str(error)[:300]}
    except MemoryError:
        return {"error": "memory"}
    return {"sheets": sheets, "date_1904": _is_1904(path)}


def main() -> None:
    """Serve requests until standard input ends."""
    limit = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin:
        request = json.loads(line)
        sys.stdout.write(json.dumps(_answer(request["path"], request["max_rows"])) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
