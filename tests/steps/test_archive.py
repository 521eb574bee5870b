"""Taking in: what changes, hides or closes itself while it is looked at stops nobody else and is never lost."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from concurrent.futures import Future
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from flows.clearing import clear
from flows.errors import NightError
from flows.ledger import Ledger
from flows.steps import archive as archiving
from flows.steps.archive import Archived, archive, begin_clearing, finish_clearing, read_pack
from flows.warehouse import Store

NIGHT = date(2026, 5, 1)
LATER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path)
    store.make_folders()
    return store


def put(store: Store, name: str, content: bytes = b"x") -> Path:
    path = store.inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def take_in(store: Store, max_file_bytes: int = 100) -> Archived:
    return archive(store.inbox, store.archive, Ledger(store.ledger), NIGHT, LATER, None, max_file_bytes)


def cleared(store: Store, archived: Archived) -> list[str]:
    """What is left in the inbox."""
    begin_clearing(archived, store.archive)
    finish_clearing(archived, Ledger(store.ledger))
    return sorted(path.name for path in store.inbox.iterdir())


def packed(store: Store) -> dict[str, bytes | None]:
    """What packs hold, by name."""
    packs = [read_pack(store.archive, entry) for entry in Ledger(store.ledger).of_kind("pack")]
    return {row["original_name"]: row["content"] for pack in packs for row in pack.to_pylist()}


def test_a_file_leaves_the_inbox_when_it_is_in_the_ledger(store: Store) -> None:
    put(store, "a.csv", b"aa")
    archived = take_in(store)
    assert packed(store) == {"a.csv": b"aa"}
    assert (store.inbox / "a.csv").exists(), "clearing is work of its own"
    assert cleared(store, archived) == []
    kinds = [entry.kind for entry in Ledger(store.ledger).entries]
    assert kinds == ["pack", "inbox_cleared"]


@pytest.mark.parametrize("new", [b"bb", b"a longer one"])
def test_what_comes_under_the_same_name_before_it_is_cleared_stays_for_the_next_night(store: Store, new: bytes) -> None:
    path = put(store, "a.csv", b"aa")
    archived = take_in(store)
    later = path.stat().st_mtime_ns + 1
    put(store, "a.csv", new)
    os.utime(path, ns=(later, later))
    assert cleared(store, archived) == ["a.csv"]
    assert cleared(store, take_in(store)) == []
    assert [row["content"] for entry in Ledger(store.ledger).of_kind("pack") for row in read_pack(store.archive, entry).to_pylist()] == [b"aa", new]


@pytest.mark.parametrize("becomes", ["nothing", "link", "folder", "pipe"])
def test_what_is_swapped_after_it_was_listed_is_left_to_the_next_night(
    store: Store, monkeypatch: pytest.MonkeyPatch, becomes: str, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"not for them")
    swapped = put(store, "b.csv")
    for name in ("a.csv", "c.csv"):
        put(store, name, name.encode())
    whole = archiving._batches

    def swapping(found):
        swapped.unlink()
        if becomes == "link":
            swapped.symlink_to(secret)
        elif becomes == "folder":
            swapped.mkdir()
        elif becomes == "pipe":
            os.mkfifo(swapped)
        return whole(found)

    monkeypatch.setattr(archiving, "_batches", swapping)
    archived = take_in(store)
    contents = packed(store)
    assert {name: contents[name] for name in ("a.csv", "c.csv")} == {"a.csv": b"a.csv", "c.csv": b"c.csv"}
    assert b"not for them" not in contents.values()
    assert cleared(store, archived) == ([] if becomes == "nothing" else ["b.csv"])


def test_an_inbox_of_which_nothing_is_left_makes_no_pack(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(store, "a.csv")
    whole = archiving._batches
    monkeypatch.setattr(archiving, "_batches", lambda found: path.unlink() or whole(found))
    assert take_in(store) == Archived()
    assert Ledger(store.ledger).entries == []


def test_the_same_bytes_are_kept_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archiving, "PACK_FILES", 2)
    for number, content in enumerate((b"same", b"same", b"other", b"same", b"known")):
        path = put(store, f"{number}.csv", content)
        os.utime(path, (1_777_000_000 + number,) * 2)
    known = {hashlib.sha256(b"known").hexdigest()}
    archive(store.inbox, store.archive, Ledger(store.ledger), NIGHT, LATER, None, 100, known.intersection)
    assert packed(store) == {"0.csv": b"same", "1.csv": None, "2.csv": b"other", "3.csv": None, "4.csv": None}


def test_clearing_moves_aside_what_no_pack_holds(store: Store) -> None:
    put(store, "large.csv", b"x" * 101)
    put(store, "folder/inside.csv", b"inside")
    archived = take_in(store)
    assert packed(store) == {"large.csv": None, "folder": None}
    assert cleared(store, archived) == []
    kept = sorted(path.read_bytes() for path in (store.archive / "refused").rglob("*") if path.is_file())
    assert kept == [b"inside", b"x" * 101]


def test_clearing_twice_is_clearing_once(store: Store) -> None:
    put(store, "a.csv")
    archived = take_in(store)
    for files in archived.files.values():
        clear(files, store.archive)
    assert cleared(store, archived) == []


def test_when_the_process_that_clears_dies_the_night_goes_on_and_says_so(store: Store) -> None:
    put(store, "a.csv")
    archived = take_in(store)
    died: Future[list[tuple[str, str]]] = Future()
    died.set_exception(NightError("a side process of the night died at work on clear: killed"))
    begin_clearing(archived, store.archive, lambda *_: died)
    pack = next(iter(archived.files))
    ledger = Ledger(store.ledger)
    assert finish_clearing(archived, ledger) == [f"pack {pack}: a side process of the night died at work on clear: killed"]
    assert [*ledger.of_kind("inbox_cleared")] == [], "the next night goes on where it died"
    assert take_in(store).files == {}
    assert [*store.inbox.iterdir()] == []


CLOSED = """
import os, sys
from pathlib import Path
from flows.warehouse import Store
from tests.steps.test_archive import cleared, packed, take_in
if os.getuid() == 0:
    os.setuid(65534)  # nobody: for root nothing is closed
store = Store(Path(sys.argv[1]))
left = cleared(store, take_in(store))
print(sorted(packed(store)), left)
"""


def test_what_permissions_close_stops_nobody_else() -> None:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own folders are the user's alone
        store = Store(Path(folder))
        store.make_folders()
        put(store, "a.csv")
        put(store, "closed.csv").chmod(0)
        put(store, "by/10100000125551/in.csv")
        put(store, "by/10100000225551/in too.csv")
        channel = store.inbox / "by" / "10100000125551"
        channel.chmod(0)
        if os.getuid() == 0:
            for path in [store.data, *store.data.rglob("*")]:
                os.chown(path, 65534, 65534)
        done = subprocess.run(
            [sys.executable, "-c", CLOSED, folder], capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2]
        )
        channel.chmod(0o700)
        assert done.stdout == "['a.csv', 'closed.csv', 'in too.csv'] ['by']\n", done.stderr
        assert "the channel of 10100000125551 cannot be read" in done.stderr
        (aside,) = (store.archive / "refused").iterdir()
        aside.chmod(0o600)
        assert aside.read_bytes() == b"x"


def test_time_of_receipt_is_that_of_the_file_but_none_before_the_last_night(store: Store) -> None:
    for number, day in enumerate((1, 3)):
        moment = datetime(2026, 4, day, tzinfo=UTC).timestamp()
        os.utime(put(store, f"{number}.csv", bytes([number])), (moment, moment))
    last = datetime(2026, 4, 2, tzinfo=UTC)
    archive(store.inbox, store.archive, Ledger(store.ledger), NIGHT, LATER, last, 100)
    (entry,) = Ledger(store.ledger).of_kind("pack")
    assert read_pack(store.archive, entry)["received_at"].to_pylist() == [last, last + timedelta(days=1)]
