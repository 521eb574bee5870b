"""Packs read in two processes are those read in one."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from flows.ahead import Submit, at_once
from flows.errors import NightError
from flows.ledger import Ledger
from flows.packs import PackReader
from flows.reading.limits import Limits
from flows.side_process import SideProcess
from flows.steps import archive as archiving
from flows.steps.archive import archive
from flows.warehouse import Store
from tests.nights.small_world import REGISTER, put

LOADS = "manifest_no,line_no,factory_id,processor_id,waste_code,management_code,quantity,unit,sent_date\n"
KNOWN = LOADS + "M0,1,10100000125551,10101000025601,120109,049,1,t,2026-04-01\n"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Five packs: loads in CSV and JSON, a register, a file that is none, and one that comes three times."""
    monkeypatch.setattr(archiving, "PACK_FILES", 2)
    store = Store(tmp_path)
    store.make_folders()
    put(store.inbox, "register.csv", REGISTER, "2026-04-02T01:00")
    put(store.inbox, "known.csv", KNOWN, "2026-04-02T02:00")
    for hour in (3, 5, 7):
        put(store.inbox, f"same {hour}.csv", KNOWN.replace("M0", "M1"), f"2026-04-02T0{hour}:00")
    put(store.inbox, "none.csv", "a,b\n1,2\n", "2026-04-02T04:00")
    put(store.inbox, "json.json", f'[{{"manifest_no": "M2", "quantity": 1}}, {{"manifest_no": "M3", "{"x" * 40}": 2}}]', "2026-04-02T06:00")
    put(store.inbox, "last.csv", KNOWN.replace("M0", "M4") + KNOWN.replace("M0", "M5").removeprefix(LOADS), "2026-04-02T08:00")
    put(store.inbox, "thai.csv", KNOWN.replace("M0", "ม6").encode("cp874"), "2026-04-02T09:00")
    return store


def reader(store: Store, submit: Submit | None = None) -> PackReader:
    known = {hashlib.sha256(KNOWN.encode()).hexdigest()}
    return PackReader(store.archive, store.scratch, Limits(), known.intersection, submit)


def read(packs: PackReader) -> list[tuple]:
    steps: list[str] = []

    def step(name, work):
        steps.append(name)
        return work()

    done = packs.read(step)
    assert sorted(steps) == [f"read pack {number} of {len(done)}" for number in range(1, len(done) + 1)]
    return [
        ([asdict(file) for file in files], [(batch.report.name, batch.text.to_pylist()) for batch in batches])
        for files, batches in done
    ]


def read_all(store: Store, submit: Submit) -> list[tuple]:
    packs = reader(store, submit)
    for entry in Ledger(store.ledger).of_kind("pack"):
        packs.add(entry)
    return read(packs)


@pytest.fixture
def alone(store: Store) -> list[tuple]:
    ledger, one = Ledger(store.ledger), reader(store)
    archive(store.inbox, store.archive, ledger, date(2026, 4, 3), datetime(2026, 4, 3, tzinfo=UTC), None, 10**6, kept=one.add)
    return read(one)


def test_they_are_the_same_in_the_same_order(store: Store, alone: list[tuple]) -> None:
    with SideProcess.take(int) as second:
        assert read_all(store, second.submit) == alone
    assert list(store.scratch.iterdir()) == []
    assert [file["file_no"] for files, _ in alone for file in files] == list(range(9))
    outcomes = {file["original_name"]: file["outcome"] for files, _ in alone for file in files}
    assert {name for name, outcome in outcomes.items() if outcome == "duplicate"} == {"known.csv", "same 5.csv", "same 7.csv"}


def test_both_processes_read_and_a_single_pack_is_read_here(store: Store, alone: list[tuple]) -> None:
    apart = []

    def submit(work, pack, *arguments):
        apart.append(pack.number)
        return at_once(work, pack, *arguments)

    assert read_all(store, submit) == alone
    assert 0 < len(apart) < len(alone) == 5
    apart.clear()
    single = reader(store, submit)
    single.add(next(iter(Ledger(store.ledger).of_kind("pack"))))
    assert read(single) == alone[:1]
    assert apart == []


@pytest.mark.parametrize("damage", ["gone", "altered", "rewritten"])
def test_a_pack_that_is_not_what_was_written_stops_the_night(store: Store, alone: list[tuple], damage: str) -> None:
    for number, entry in enumerate(Ledger(store.ledger).of_kind("pack")):
        path = store.archive / str(entry.facts["pack"])
        whole = path.read_bytes()
        if damage == "gone":
            path.unlink()
        else:
            path.write_bytes(b"x" if damage == "altered" else whole + b"x" if number % 2 else whole[:-1])
        with SideProcess.take(int) as second, pytest.raises(NightError, match="bring it back from the back-up"):
            read_all(store, second.submit)
        path.write_bytes(whole)
