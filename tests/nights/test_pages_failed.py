"""Pages that cannot be written do not undo a night: it is published, its mails are out, and operators are told."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default

from flows.ledger import Ledger
from flows.query import ask
from tests.nights.one_night import run_night
from tests.nights.small_world import NIGHT_2


def test_the_night_stays_published_and_operators_are_mailed(two_nights):
    front = (two_nights.pages / "index.html").read_bytes()
    beside = two_nights.data / ".published.new"
    beside.write_text("a file where the new pages' folder should be")
    assert run_night(two_nights.data, NIGHT_2)[0] == 0
    assert (two_nights.pages / "index.html").read_bytes() == front, "the old pages stay"
    assert ask(two_nights.published, "SELECT DISTINCT outcome FROM audit.night").rows == [("published",)]
    told = [entry.facts for entry in Ledger(two_nights.ledger).of_kind("mail_recorded") if entry.facts["kind"] == "pages"]
    assert [mail["to_role"] for mail in told] == ["operators"]
    mail = message_from_bytes((two_nights.outbox / told[0]["eml"]).read_bytes(), policy=default)
    assert "The pages could not be written" in mail["Subject"]
    assert "waste night --night 2026-05-11" in mail.get_body(("plain",)).get_content()

    beside.unlink()
    assert run_night(two_nights.data, NIGHT_2)[0] == 0
    assert (two_nights.pages / "index.html").read_bytes() != front, "the night run again writes them"
