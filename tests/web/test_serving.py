"""`waste web`: what it says at its start, and what it refuses."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from flows.errors import UsageError
from flows.lease import lease
from flows.mail import MailRoute
from flows.web import serving
from flows.web.serving import serve_site
from tests.web.small_site import MINE, OTHER, URL


@pytest.fixture
def served(monkeypatch) -> list[dict]:
    """Instead of listening: how it would."""
    calls: list[dict] = []
    monkeypatch.setattr(serving.uvicorn, "run", lambda app, **options: calls.append(options))
    return calls


def test_it_says_what_is_not_ready(site, served, caplog, capsys):
    serve_site(site, "127.0.0.1", 8080, MINE)
    assert "mail is off" in caplog.text and "test key" in caplog.text and "address book" not in caplog.text
    printed = capsys.readouterr().out
    assert f"{URL}/enter?key=" in printed and "mine@factory" not in printed + caplog.text
    assert served[0]["access_log"] is False
    caplog.clear()
    site.store.address_book.unlink()
    serve_site(replace(site, route=MailRoute(mode="live")), "127.0.0.1", 8080)
    assert "address book" in caplog.text and "mail is off" not in caplog.text


@pytest.mark.parametrize("who", ["10999999925559", "x@y.example", ""])
def test_no_link_for_somebody_unknown(site, served, who):
    with pytest.raises(UsageError, match="neither a factory"):
        serve_site(site, "127.0.0.1", 8080, who)
    assert not served


def test_no_printed_link_where_strangers_come(site, served):
    with pytest.raises(UsageError, match="links are mailed"):
        serve_site(replace(site, url="https://reports.example.org"), "127.0.0.1", 8080, OTHER)


def test_one_process_serves_a_folder(site, served):
    with lease(site.store.data / "warehouse" / "web.lease"), pytest.raises(UsageError, match="another waste web is running"):
        serve_site(site, "127.0.0.1", 8080)


def test_a_night_that_publishes_is_seen_at_the_next_question(site, visitor, published_once, tmp_path):
    """Even while somebody reads: each visit opens the file anew."""
    factory = visitor(MINE)
    assert "999999" not in factory.get("/").text and "MINE-MARK" in factory.get("/").text
    import duckdb

    beside = tmp_path / "next.duckdb"
    beside.write_bytes(site.store.published.read_bytes())
    with duckdb.connect(str(beside)) as connection:
        connection.execute("UPDATE core.factory SET factory_name = 'NEW NAME'")
    beside.replace(site.store.published)
    assert "NEW NAME" in factory.get("/").text


def test_the_log_of_the_web_has_no_secret(site, served, caplog):
    caplog.set_level(logging.DEBUG, "flows")
    serve_site(site, "127.0.0.1", 8080, MINE)
    assert "key=" not in caplog.text
