"""Mails to factories whose files must be mended."""

from __future__ import annotations

import json
from datetime import date

import pytest

from flows.feedback.post import addresses, compose_receipts
from flows.ledger import Ledger
from flows.mail import mails_of
from flows.query import ask
from flows.warehouse import Store, open_work
from tests.nights.one_night import run_night
from tests.nights.small_world import GENERATOR, MANIFESTS, NIGHT_1, PROCESSOR, fill, put

ROLE = f"factory-{GENERATOR}"
EVIL = '<b>evil"\r\nBcc x\u202e.csv'


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Store:
    store = Store(tmp_path_factory.mktemp("post"))
    store.make_folders()
    fill(store.inbox)
    own = MANIFESTS.replace("M1", "N1").replace("M2", "N2").replace("M3", "N3")
    put(store.inbox, f"by/{GENERATOR}/{EVIL}", own, "2026-04-05T01:00")
    put(store.inbox, f"by/{PROCESSOR}/sound.csv", own.splitlines()[0] + "\n" + own.splitlines()[1].replace("N1", "N9") + "\n", "2026-04-05T02:00")
    put(store.inbox, "by/10100999925551/stranger.csv", own + "\n", "2026-04-05T03:00")
    assert run_night(store.data, NIGHT_1)[0] == 0
    return store


def test_only_the_factory_with_errors_and_an_address(store):
    mails = [mail for mail in mails_of(Ledger(store.ledger)).values() if mail.kind == "receipt"]
    assert [(mail.to_role, mail.state) for mail in mails] == [(ROLE, "pending")]
    assert (ROLE, "pending") in ask(store.published, "SELECT to_role, state FROM anomaly.mail").rows


def test_what_it_says_and_what_it_does_not(store):
    with open_work(store.work) as connection:
        (letter,) = compose_receipts(connection, date.fromisoformat(NIGHT_1), 10)
        assert addresses(connection, [ROLE, "headquarters", "factory-10100999925551"]) == {ROLE: "one@factory.example"}
        assert compose_receipts(connection, date.fromisoformat(NIGHT_1), 0) == []
    for text in (letter.html, letter.text):
        assert "waste_code_is_known" in text and "แถว 4" in text and "one@factory.example" not in text and "\u202e" not in text
    assert "submission id" in letter.text and "https://reports.example" not in letter.text
    assert "<b>evil" not in letter.html and "\nBcc" not in letter.text
    assert letter.subject.isprintable() and "evil" not in letter.subject


def test_with_a_web_site_it_says_where_receipt_and_mend_me_file_are(store):
    with open_work(store.work) as connection:
        (letter,) = compose_receipts(connection, date.fromisoformat(NIGHT_1), 10, web_url="https://reports.example")
    for text in (letter.html, letter.text):
        assert "ใบรับข้อมูลและไฟล์แก้ไขอยู่ที่" in text
        assert "https://reports.example" in text and "Ask the department" not in text


def test_no_address_in_ledger_published_file_or_outbox(store):
    held = [store.ledger, store.published, *store.outbox.glob("*.eml"), *store.feedback.rglob("*.*")]
    assert held and not [path for path in held if path.is_file() and b"one@factory" in path.read_bytes()]


def test_the_night_leaves_the_address_book_to_the_web_and_to_nobody_else(store):
    assert json.loads(store.address_book.read_text())[GENERATOR] == "one@factory.example"
    assert store.address_book.stat().st_mode & 0o777 == 0o600
