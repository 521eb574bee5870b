"""`waste verify` finds any single flipped byte, and any row that went missing (law 12)."""

from __future__ import annotations

import random

import duckdb
import pytest

from flows.ledger import Ledger
from flows.proof import prove


def _flip(path, place):
    data = bytearray(path.read_bytes())
    data[place] ^= 1 << random.Random(place).randrange(8)
    path.write_bytes(bytes(data))


def test_unbroken(two_nights):
    differences, counts = prove(two_nights)
    assert differences == []
    assert (counts.packs, counts.files) == (2, 7)
    assert counts.entries == len(Ledger(two_nights.ledger).entries)


def test_every_byte_of_the_ledger_counts(two_nights):
    original = two_nights.ledger.read_bytes()
    places = [*sorted(random.Random(1).sample(range(len(original)), 150)), len(original) - 1, 0]
    for place in places:
        _flip(two_nights.ledger, place)
        assert prove(two_nights)[0], f"byte {place} of the ledger"
        two_nights.ledger.write_bytes(original)
    assert prove(two_nights)[0] == []


def test_every_byte_of_a_pack_counts(two_nights):
    pack = sorted(two_nights.archive.glob("*.parquet"))[0]
    original = pack.read_bytes()
    for place in sorted(random.Random(2).sample(range(len(original)), 100)):
        _flip(pack, place)
        assert prove(two_nights)[0], f"byte {place} of {pack.name}"
        pack.write_bytes(original)


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM core.manifest WHERE manifest_no = 'M1'",
        "DELETE FROM quarantine.row",
        "DELETE FROM history.annual",
        "UPDATE audit.submission SET rows_read = rows_read + 1 WHERE original_name = 'loads.csv'",
        "UPDATE audit.night SET rows_accepted = rows_accepted - 1",
        "DELETE FROM audit.submission WHERE original_name = 'answers.csv'",
    ],
)
def test_every_row_counts(two_nights, damage):
    with duckdb.connect(str(two_nights.work)) as connection:
        connection.execute(damage)
    assert prove(two_nights)[0]


def test_a_lost_and_a_foreign_pack_and_a_changed_mail_are_named(two_nights):
    pack = sorted(two_nights.archive.glob("*.parquet"))[0]
    pack.rename(pack.with_name("foreign.parquet"))
    mail = next(iter(sorted(two_nights.outbox.glob("*.eml"))))
    mail.write_bytes(mail.read_bytes() + b" ")
    words = "\n".join(prove(two_nights)[0])
    assert f"pack {pack.name} is missing" in words
    assert "pack foreign.parquet is not in the ledger" in words
    assert f"mail {mail.name} is not what was written" in words
