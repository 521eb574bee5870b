"""The ledger: appended, chained, proven, and whole again after a torn line."""

from __future__ import annotations

import pytest

from flows.errors import NightError
from flows.ledger import FIRST_PREV, Ledger


@pytest.fixture
def path(tmp_path):
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.append("night_started", {"night": "2026-05-10"})
    ledger.append_all([("pack", {"pack": "ก"}), ("inbox_cleared", {"pack": "ก"})])
    return ledger.path


def test_what_is_written_is_read(path):
    entries = Ledger(path).entries
    assert [(entry.seq, entry.kind, entry.facts) for entry in entries] == [
        (1, "night_started", {"night": "2026-05-10"}),
        (2, "pack", {"pack": "ก"}),
        (3, "inbox_cleared", {"pack": "ก"}),
    ]
    assert [entry.prev for entry in entries] == [FIRST_PREV, entries[0].hash, entries[1].hash]


@pytest.mark.parametrize("change", [(b"05-10", b"05-11"), (b'"seq":2', b'"seq":3'), (b"{", b"{ ")])
def test_an_altered_line_is_found(path, change):
    path.write_bytes(path.read_bytes().replace(*change, 1))
    with pytest.raises(NightError, match="line"):
        Ledger(path)


def test_a_missing_line_is_found(path):
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[2])
    with pytest.raises(NightError, match="line 2"):
        Ledger(path)


def test_a_torn_line_never_counted_and_is_replaced(path):
    path.write_bytes(path.read_bytes() + b'{"at":"2026')
    ledger = Ledger(path)
    assert len(ledger.entries) == 3
    assert ledger.torn_bytes == 11
    ledger.append("pack", {"pack": "b"})
    assert [entry.kind for entry in Ledger(path).entries] == ["night_started", "pack", "inbox_cleared", "pack"]
    assert Ledger(path).torn_bytes == 0
