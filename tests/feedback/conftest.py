"""Trying bytes without files of one's own, and comparing what is said of two of them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.feedback.marked import Marked, mark
from flows.reading.limits import Limits
from flows.trying import Tried, try_files

LIMITS = Limits()
AT = datetime(2026, 11, 1, tzinfo=UTC)


class Bench:
    """A desk for trying."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0

    def say(self, content: bytes, *more: bytes) -> Tried:
        paths = []
        for each in (content, *more):
            self.count += 1
            path = self.folder / f"{self.count}"
            path.write_bytes(each)
            paths.append(path)
        return try_files(paths, self.folder / "none", self.folder / "inbox", LIMITS, AT).tried[0]

    def marked(self, content: bytes) -> Marked:
        said = self.say(content)
        copy = mark(content, said.file.log, said.findings, LIMITS)
        assert copy is not None
        return copy

    def again(self, content: bytes) -> Marked:
        """The marked copy, after proof that it says what the original says."""
        copy = self.marked(content)
        assert cells(self.say(copy.content)) == cells(self.say(content))
        return copy


def cells(said: Tried) -> list[tuple]:
    return [(each.source_sheet, each.source_row, each.column_name, each.check_id, each.severity) for each in said.findings]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)
