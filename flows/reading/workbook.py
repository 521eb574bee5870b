"""Workbooks (XLSX, XLSM, XLSB, XLS, ODS) by calamine, opened in a child process with bounds on memory and time."""

from __future__ import annotations

import json
import math
import os
import select
import subprocess
import sys
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from types import TracebackType
from typing import Any

from flows.errors import SubmissionError
from flows.reading.headers import TEMPLATE_SHEET, is_header_name
from flows.reading.layouts import Part, is_taken_header, part_of, sheets_of
from flows.reading.limits import Limits, megabytes, over_limit, too_many_rows
from flows.reading.sheets import Sheet, TooWide, no_header, sheet_of
from schemas.fields.cells import DECIMALS, MARKS
from schemas.records import Field

HEADER_ROWS = 40  # a header ends within these, and so do the cells merged in it
# A number in a date column is a spreadsheet's day number when it lies in 1927 to 2721; others are too small or too large
# to be meant as one (a year, 20260331).
_DAY_NUMBERS = (10_000, 300_000)
_LOG = {"format": "workbook"}


class WorkbookReader:
    """One child that opens many workbooks in turn; a new one when it dies of a workbook."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._child: subprocess.Popen[bytes] | None = None
        self._received = bytearray()

    def __enter__(self) -> WorkbookReader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop()

    def _stop(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None
        self._received.clear()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is not None:
            self._stop()
        if self._child is None:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "flows.reading.workbook_child", str(self.limits.workbook_bytes)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=Path(__file__).resolve().parents[2],
            )
        return self._child

    def _answers(self, path: Path) -> Generator[dict[str, Any], None, None]:
        """What the child says of a workbook, line by line; a child that is not heard to the end is stopped."""
        deadline = time.monotonic() + self.limits.workbook_seconds
        child = self._started()
        is_done = False
        try:
            assert child.stdin is not None
            request = {
                "path": str(path), "max_rows": self.limits.rows, "header_rows": HEADER_ROWS, "mark_sheet": TEMPLATE_SHEET,
            }  # fmt: skip
            child.stdin.write(json.dumps(request).encode() + b"\n")
            child.stdin.flush()
            while not is_done:
                answer: dict[str, Any] = json.loads(self._line(child, deadline))
                is_done = "end" in answer or "error" in answer
                yield answer
        finally:
            if not is_done:
                self._stop()

    def _line(self, child: subprocess.Popen[bytes], deadline: float) -> bytes:
        assert child.stdout is not None
        searched = 0
        while (end := self._received.find(b"\n", searched)) < 0:
            searched = len(self._received)
            left = max(deadline - time.monotonic(), 0)
            ready, _, _ = select.select([child.stdout], [], [], left)
            if not ready:
                seconds = self.limits.workbook_seconds
                raise over_limit("Opening the workbook takes too long", "เวลาเปิดสมุดงาน", f"{seconds} seconds", f"{seconds} วินาที")
            received = os.read(child.stdout.fileno(), 1 << 20)
            if not received:
                # A Python error ends it with 1; memory that cannot be had aborts it.
                raise unreadable_workbook("it is damaged") if child.wait() == 1 else _too_much_memory(self.limits)
            self._received += received
        line = bytes(self._received[:end])
        del self._received[: end + 1]
        return line

    def read(self, path: Path, prefix: str | None) -> list[Sheet]:
        """Every visible sheet with a header of ours.

        Args:
            path: the workbook, under a name of ours.
            prefix: member of a ZIP it came from.

        Raises:
            SubmissionError: protected, broken, over a limit, or without a header of ours.
        """
        with closing(self._answers(path)) as answers:
            return self._sheets(answers, prefix)

    def _sheets(self, answers: Iterator[dict[str, Any]], prefix: str | None) -> list[Sheet]:
        found: list[Sheet] = []
        parts: list[Part] = []
        too_wide: TooWide | None = None
        left_out: dict[str, list[str]] = {"sheets_without_header": [], "hidden_sheets_left_out": []}
        template: dict[str, str] = {}
        is_1904 = bool(self._heard(answers)["date_1904"])
        of_parts = _TurnCell(is_1904)
        answer = self._heard(answers)
        while "end" not in answer:
            name, rows, turn = answer["sheet"], _Rows(self, answers), _TurnCell(is_1904)
            if answer.get("mark"):
                template = {"template": answer["mark"]}
            elif answer["is_hidden"]:
                left_out["hidden_sheets_left_out"].append(name)
            else:
                lines = _unmerged(rows, answer["merges"])
                full_name = name if prefix is None else f"{prefix} / {name}"
                part, lines = part_of(full_name, lines, self.limits, turn)
                sheet = None
                if part is None:
                    try:
                        sheet = sheet_of(full_name, lines, dict(_LOG), self.limits, turn, can_be_ragged=False)
                    except TooWide as error:
                        too_wide = too_wide or error
                if part:
                    parts.append(part)
                elif sheet:
                    sheet.log.update(turn.log)
                    found.append(sheet)
                else:
                    left_out["sheets_without_header"].append(name)
            answer = rows.what_follows()
        laid_out = sheets_of(parts, _LOG, self.limits, of_parts, can_be_ragged=False)
        for sheet in laid_out[:1]:
            sheet.log.update(of_parts.log)
        found += laid_out
        if not found:
            raise too_wide or no_header()
        found[0].log.update(template | {what: names for what, names in left_out.items() if names})
        return found

    def _heard(self, answers: Iterator[dict[str, Any]]) -> dict[str, Any]:
        answer = next(answers)
        if answer.get("error") == "memory":
            raise _too_much_memory(self.limits)
        if answer.get("error") == "rows":
            raise too_many_rows(self.limits)
        if "error" in answer:
            raise unreadable_workbook(answer["error"])
        return answer


class _Rows:
    """The numbered rows of the sheet that the child tells of now."""

    def __init__(self, reader: WorkbookReader, answers: Iterator[dict[str, Any]]) -> None:
        self._reader, self._answers = reader, answers
        self._next: dict[str, Any] | None = None

    def __iter__(self) -> Iterator[tuple[int, list[Any]]]:
        number = 0
        while self._next is None:
            answer = self._reader._heard(self._answers)
            if "rows" not in answer:
                self._next = answer
                return
            for cells in answer["rows"]:
                number += 1
                yield number, cells

    def what_follows(self) -> dict[str, Any]:
        """What comes after the last row; rows that nobody wanted are passed over."""
        while self._next is None:
            answer = self._reader._heard(self._answers)
            if "rows" not in answer:
                self._next = answer
        return self._next


def _unmerged(rows: _Rows, merges: Sequence[Sequence[int]]) -> Iterator[tuple[int, list[Any]]]:
    """Rows in which a header that is merged over several rows stands in the last of them, where its neighbours are."""
    lines = iter(rows)
    if not merges:
        return lines
    head = [(number, list(cells)) for number, cells in islice(lines, HEADER_ROWS)]
    for top, bottom, column in merges:
        if top < len(head) and column < len(head[top][1]):
            text = head[top][1][column]
            if isinstance(text, str) and (is_header_name(text) or is_taken_header(text)):
                while len(head) <= bottom:
                    head.append((len(head) + 1, []))
                cells = head[bottom][1]
                cells += [None] * (column + 1 - len(cells))
                head[top][1][column], cells[column] = None, text
    return chain(head, lines)


def _too_much_memory(limits: Limits) -> SubmissionError:
    return over_limit(
        "Opening the workbook needs too much memory (it may have a stray cell far below or to the right)",
        "หน่วยความจำที่ใช้เปิดสมุดงาน (อาจมีช่องที่กรอกค้างไว้ไกลจากตาราง)",
        megabytes(limits.workbook_bytes),
        megabytes(limits.workbook_bytes),
        "Delete what stands outside the table, or split the report into several files",
        "กรุณาลบข้อมูลที่อยู่นอกตาราง หรือแบ่งรายงานเป็นหลายไฟล์",
    )


def protected_workbook() -> SubmissionError:
    """What a file is told that only a password opens."""
    return SubmissionError(
        "file_is_readable",
        "The workbook is protected with a password. Remove it and send the file again.",
        "สมุดงานมีรหัสผ่าน กรุณาเอารหัสผ่านออกแล้วส่งใหม่",
    )


def unreadable_workbook(why: str) -> SubmissionError:
    """What a file is told that no reader can open."""
    if "assword" in why or "ncrypt" in why:
        return protected_workbook()
    return SubmissionError(
        "file_is_readable",
        f"The workbook cannot be opened ({why}). Open it, save it anew as XLSX and send that.",
        "เปิดสมุดงานไม่ได้ กรุณาเปิดไฟล์แล้วบันทึกใหม่เป็น XLSX จากนั้นส่งใหม่",
    )


class _TurnCell:
    """A cell of a workbook as the text that a careful person would have typed."""

    def __init__(self, is_1904: bool) -> None:
        # Day 60 of the 1900 system is the 29 February 1900 that never was; counting from 30 December 1899 is right after.
        self.epoch = date(1904, 1, 1) if is_1904 else date(1899, 12, 30)
        self.log: dict[str, dict[str, int]] = {}

    def _note(self, what: str, row: int) -> None:
        self.log.setdefault(what, {"count": 0, "first_row": row})["count"] += 1

    def __call__(self, cell: Any, column: Field | None, row: int) -> str:
        if cell is None:
            return ""
        if isinstance(cell, str):
            return cell if cell.isascii() else cell.encode("utf-8", "backslashreplace").decode("utf-8")
        if isinstance(cell, bool):
            return "true" if cell else "false"
        if isinstance(cell, dict):
            if "d" in cell:
                return str(cell["d"])
            return (MARKS[cell["fault"]] if column else "") + str(cell["text"])
        return self._number(cell, column, row)

    def _number(self, number: float, column: Field | None, row: int) -> str:
        if not math.isfinite(number):
            return str(number)
        if number == int(number):
            if column is not None and column.kind == "date" and _DAY_NUMBERS[0] <= number <= _DAY_NUMBERS[1]:
                self._note("day_numbers_read_as_dates", row)
                return (self.epoch + timedelta(days=int(number))).isoformat()
            if abs(number) < 10**15:
                return str(int(number))
        # A spreadsheet shows 15 significant digits; what lies behind is the noise of binary fractions.
        exact = Decimal(f"{number:.15g}")
        if column is not None and column.kind == "decimal" and abs(exact) < 10**15:
            short = round(exact, DECIMALS)
            if short != exact:
                self._note(f"numbers_rounded_to_{DECIMALS}_decimals", row)
                exact = short
        return f"{exact:E}" if abs(exact) >= 10**15 else f"{exact:f}"
