"""A warehouse that is not believable stops the night: nothing is published, operators are mailed, and there is a way back."""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb
import pytest

from flows.errors import NightError
from flows.ledger import Ledger
from flows.nightly import stop_when_unbelievable
from flows.reading.limits import Limits
from flows.rebuild import rebuild
from flows.site.writing import NightReport
from flows.steps.verify import Verdict
from tests.nights.one_night import run_night
from tests.nights.small_world import NIGHT_2, tables


@pytest.fixture
def corrupted(two_nights):
    with duckdb.connect(str(two_nights.work)) as connection:
        connection.execute("UPDATE core.manifest SET waste_code = '000000' WHERE manifest_no = 'M1'")
    return two_nights


def test_nothing_is_published_and_operators_are_mailed(corrupted):
    before = corrupted.published.read_bytes()
    code, _ = run_night(corrupted.data, NIGHT_2)
    assert code == 1  # the process that runs the flow sees the NightError; the command turns it into 3
    assert corrupted.published.read_bytes() == before
    last = Ledger(corrupted.ledger).entries
    stopped = [entry for entry in last if entry.kind == "night_stopped"]
    assert "unknown_waste_codes = 1" in stopped[-1].facts["reason"]
    mails = [entry.facts for entry in last if entry.kind == "mail_recorded" and entry.facts["kind"] == "stop"]
    assert [mail["to_role"] for mail in mails] == ["operators"]
    text = (corrupted.outbox / mails[0]["eml"]).read_text()
    assert "Subject:" in text
    page = (corrupted.pages / "night.html").read_text(encoding="utf-8")
    assert "are not met; nothing was published" in page
    assert "unknown_waste_codes" in page
    assert (corrupted.pages / "index.html").is_file(), "the pages of the last published night stay"


def test_the_way_back_is_a_rebuild(corrupted):
    before = tables(corrupted.published)
    run_night(corrupted.data, NIGHT_2)
    assert "core.manifest" in rebuild(corrupted, 1_000, Limits()).differences
    assert run_night(corrupted.data, NIGHT_2)[0] == 0
    after = tables(corrupted.published)
    assert after['core."manifest"'] == before['core."manifest"']


def test_an_expectation_that_is_not_met_stops(tmp_path):
    fine = Verdict("core.manifest", "no key twice", "repeated_keys", 0.0, True)
    bad = Verdict("core.manifest", "no key twice", "repeated_keys", 2.0, False)
    at = datetime(2026, 5, 11, 18, tzinfo=UTC)
    stop_when_unbelievable([fine], NightReport(at.date(), at, [fine]), tmp_path)
    assert not list(tmp_path.iterdir())
    with pytest.raises(NightError, match="repeated_keys = 2"):
        stop_when_unbelievable([fine, bad], NightReport(at.date(), at, [fine, bad]), tmp_path)
    assert "repeated_keys" in (tmp_path / "night.html").read_text(encoding="utf-8")
