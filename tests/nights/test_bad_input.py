"""Whatever lies in the inbox ends as a submission with an outcome; nothing bad stops the other files."""

from __future__ import annotations

import hashlib
import os

import duckdb
import pytest

from flows.proof import prove
from flows.warehouse import Store
from tests.nights.one_night import run_night
from tests.nights.small_world import NIGHT_1, REGISTER, put

HOSTILE_NAME = "'; DROP TABLE core.factory; -- <script>alert(1)<script>\n=cmd.csv"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("bad") / "data")
    store.make_folders()
    old = "2026-05-01T00:00"
    put(store.inbox, "register.csv", REGISTER, old)
    put(store.inbox, "empty.csv", b"", old)
    put(store.inbox, "noise.csv", bytes(range(256)) * 20, old)
    put(store.inbox, "columns.csv", "a,b,c\n1,2,3\n", old)
    put(store.inbox, "missing.csv", "manifest_no,factory_id,processor_id,waste_code,management_code,quantity,unit\nM,1,2,3,4,5,6\n", old)
    put(store.inbox, HOSTILE_NAME, "x", old)
    put(store.inbox, "folder/inside.csv", REGISTER, old)
    put(store.inbox, "by/10100000125551/sub/inside.csv", REGISTER + "#", old)
    put(store.inbox, "by/stray.csv", "stray", old)
    os.symlink("/etc/passwd", store.inbox / "link.csv")
    os.mkfifo(store.inbox / "pipe.csv")
    (store.inbox / os.fsdecode(b"\xff\xfe.csv")).write_bytes(b"not utf-8 name")
    moment = 1_777_000_000
    for path in (*store.inbox.rglob("*"), store.inbox):
        os.utime(path, (moment, moment), follow_symlinks=False)
    assert run_night(store.data, NIGHT_1)[0] == 0
    return store


@pytest.fixture
def rows(store):
    with duckdb.connect(str(store.published), read_only=True) as connection:
        return {
            row[0]: row[1:]
            for row in connection.execute(
                "SELECT s.original_name, s.outcome, any_value(f.check_id), any_value(f.message_en), any_value(f.message_th)"
                " FROM audit.submission AS s LEFT JOIN audit.finding AS f USING (submission_id) GROUP BY ALL"
            ).fetchall()
        }


@pytest.mark.parametrize(
    ("name", "check_id", "words"),
    [
        ("empty.csv", "file_is_readable", "empty"),
        ("noise.csv", "file_is_readable", "not a text file"),
        ("columns.csv", "file_is_readable", "header of a report type"),
        ("missing.csv", "column_is_present", "sent_date"),
        (HOSTILE_NAME, "file_is_readable", "header"),
        ("folder", "file_is_readable", "a folder"),
        ("sub", "file_is_readable", "a folder"),
        ("stray.csv", "file_is_readable", "header"),
        ("link.csv", "file_is_readable", "link"),
        ("pipe.csv", "file_is_readable", "not a file"),
        ("\\xff\\xfe.csv", "file_is_readable", "header"),
    ],
)
def test_is_rejected_in_words(rows, name, check_id, words):
    outcome, found, english, thai = rows[name]
    assert (outcome, found) == ("rejected", check_id)
    assert words in english
    assert any("\u0e01" <= letter <= "\u0e5b" for letter in thai)


def test_the_good_file_was_taken(rows):
    assert rows["register.csv"][0] == "accepted"


def test_the_inbox_is_empty_and_nothing_is_lost(store):
    assert [path.name for path in store.inbox.rglob("*") if not path.is_dir()] == []
    kept = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (store.archive / "refused").rglob("*.csv")}
    assert hashlib.sha256(REGISTER.encode()).hexdigest() in kept
    assert prove(store)[0] == []


def test_a_file_over_the_limit_is_kept_aside(tmp_path):
    store = Store(tmp_path)
    store.make_folders()
    put(store.inbox, "large.csv", b"x" * 1_000_001, "2026-05-01T00:00")
    assert run_night(store.data, NIGHT_1, WASTE_MAX_FILE_MB="1")[0] == 0
    with duckdb.connect(str(store.published), read_only=True) as connection:
        row = connection.execute("SELECT check_id, message_en FROM audit.finding").fetchone()
    assert row is not None
    assert row[0] == "file_is_within_limits"
    assert "1 MB" in row[1]
    assert prove(store)[0] == []
    refused = next((store.archive / "refused").iterdir())
    refused.write_bytes(b"y" + refused.read_bytes()[1:])
    assert len(prove(store)[0]) == 1
