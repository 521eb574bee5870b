"""Workbooks (XLSX, XLSM, XLSB, XLS, ODS) by calamine, opened in a child process with bounds on memory and time."""

from __future__ import annotations

import json
import select
import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any

from flows.errors import SubmissionError
from flows.reading.limits import Limits, over_limit
from flows.reading.sheets import Sheet, no_header, sheet_of
from schemas.fields.cells import DECIMALS
from schemas.records import Field


class WorkbookReader:
    """One child that opens many workbooks in turn; a new one when it dies of a workbook."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> WorkbookReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "flows.reading.workbook_child", str(self.limits.workbook_bytes)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=Path(__file__).resolve().parents[2],
            )
        return self._child

    def _ask(self, path: Path) -> dict[str, Any] | None:
        """The child's answer, None when it died; time out kills it."""
        child = self._started()
        assert child.stdin is not None and child.stdout is not None
        child.stdin.write(json.dumps({"path": str(path), "max_rows": self.limits.rows}).encode() + b"\n")
        child.stdin.flush()
        ready, _, _ = select.select([child.stdout], [], [], self.limits.workbook_seconds)
        line = child.stdout.readline() if ready else b""
        if not line.endswith(b"\n"):
            self._stop()
            if not ready:
                raise over_limit(
                    "Opening the workbook takes too long", "เวลาเปิดสมุดงาน", f"{self.limits.workbook_seconds} s"
                )
            return None
        answer: dict[str, Any] = json.loads(line)
        return answer

    def read(self, path: Path, prefix: str | None) -> list[Sheet]:
        """Every visible sheet with a header of ours.

        Args:
            path: the workbook, under a name of ours.
            prefix: member of a ZIP it came from.

        Raises:
            SubmissionError: protected, broken, over a limit, or without a header of ours.
        """
        answer = self._ask(path)
        if answer is None or answer.get("error") == "memory":
            raise over_limit(
                "Opening the workbook needs too much memory (it may have a stray cell far below or to the right)",
                "หน่วยความจำที่ใช้เปิดสมุดงาน (อาจมีช่องที่กรอกค้างไว้ไกลจากตาราง)",
                f"{self.limits.workbook_bytes // 1_000_000:,} MB",
            )
        if answer.get("error") == "rows":
            raise over_limit("It has more rows than one file may have", "จำนวนแถว", f"{self.limits.rows:,}")
        if "error" in answer:
            raise unreadable_workbook(answer["error"])
        return _sheets(answer, prefix)


def unreadable_workbook(why: str) -> SubmissionError:
    """What a file is told that no reader can open."""
    if "assword" in why or "ncrypt" in why:
        return SubmissionError(
            "file_is_readable",
            "The workbook is protected with a password. Remove it and send the file again.",
            "สมุดงานมีรหัสผ่าน กรุณาเอารหัสผ่านออกแล้วส่งใหม่",
        )
    return SubmissionError(
        "file_is_readable",
        f"The workbook cannot be opened ({why}). Open it, save it anew as XLSX and send that.",
        "เปิดสมุดงานไม่ได้ กรุณาเปิดไฟล์แล้วบันทึกใหม่เป็น XLSX จากนั้นส่งใหม่",
    )


def _sheets(answer: dict[str, Any], prefix: str | None) -> list[Sheet]:
    turn = _TurnCell(bool(answer["date_1904"]))
    found: list[Sheet] = []
    passed_over: list[str] = []
    hidden = [each["name"] for each in answer["sheets"] if each["is_hidden"]]
    for each in answer["sheets"]:
        if each["is_hidden"]:
            continue
        name = each["name"] if prefix is None else f"{prefix} / {each['name']}"
        sheet = sheet_of(name, enumerate(each["rows"], start=1), {"format": "workbook"}, turn, can_be_ragged=False)
        if sheet is None:
            passed_over.append(each["name"])
        else:
            found.append(sheet)
    if not found:
        raise no_header()
    for what, names in (("sheets_without_header", passed_over), ("hidden_sheets_left_out", hidden)):
        if names:
            found[0].log[what] = names
    if turn.rounded:
        found[0].log[f"numbers_rounded_to_{DECIMALS}_decimals"] = turn.rounded
    return found


class _TurnCell:
    """A cell of a workbook as the text that a careful person would have typed."""

    def __init__(self, is_1904: bool) -> None:
        # Day 60 of the 1900 system is the 29 February 1900 that never was; counting from 30 December 1899 is right after.
        self.epoch = date(1904, 1, 1) if is_1904 else date(1899, 12, 30)
        self.rounded = 0

    def __call__(self, cell: Any, column: Field | None) -> str:
        if cell is None:
            return ""
        if isinstance(cell, dict):
            return str(cell["d"])
        if isinstance(cell, bool):
            return "true" if cell else "false"
        if isinstance(cell, str):
            return cell.encode("utf-8", "backslashreplace").decode("utf-8")
        return self._number(cell, column)

    def _number(self, number: float, column: Field | None) -> str:
        if column is not None and column.kind == "date" and number == int(number) and 0 < number < 1_000_000:
            return (self.epoch + timedelta(days=int(number))).isoformat()
        if number == int(number) and abs(number) < 10**15:
            return str(int(number))
        # A spreadsheet shows 15 significant digits; what lies behind is the noise of binary fractions.
        exact = Decimal(f"{number:.15g}")
        if column is not None and column.kind == "decimal":
            short = round(exact, DECIMALS)
            if short != exact:
                self.rounded += 1
            exact = short
        return f"{exact:E}" if abs(exact) >= 10**15 else f"{exact:f}"
