"""Signing in: a mailed link, once, for a short time; and nobody learns who is known."""

from __future__ import annotations

import logging
import re
import time
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from flows.mail import MailRoute
from flows.web.app import make_app
from flows.web.doors import IDLE_SECONDS, LINK_SECONDS, SESSION_SECONDS, Doors
from flows.web.site import Visitor
from tests.test_mail import Received, listening
from tests.web.small_site import MINE, PROCESSOR, URL, Browser

KNOWN, WITHOUT_ADDRESS, UNKNOWN = MINE, PROCESSOR, "10999999925559"


def _text(message) -> str:
    return message.get_body(("plain",)).get_content()


def _until(condition) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def test_a_link_goes_to_the_registered_address_opens_one_session_and_then_nothing(site, caplog):
    caplog.set_level(logging.DEBUG)
    received = Received()
    with listening(received) as route:
        app = make_app(replace(site, route=route))
        with TestClient(app, base_url=URL) as client:
            browser = Browser(client)
            thai = KNOWN.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
            for who in (UNKNOWN, WITHOUT_ADDRESS, "stranger@evil.example", "", "x" * 5000, f" {thai} ", "Province20@DIW.example"):
                assert browser.post("/sign-in", who=who).headers["location"] == "/sign-in/sent"
            _until(lambda: len(received.mails) == 2)
            assert received.addresses == ["Province20@DIW.example", "mine@factory.example"]
            mail = next(message for address, message in received.mails if address == "mine@factory.example")
            (link,) = re.findall(rf"{URL}(/enter\?key=[\w-]+)", _text(mail))
            assert link in mail.get_body(("html",)).get_content()
            other = TestClient(app, base_url=URL)
            assert Browser(other).get(link).status_code == 200  # a mail scanner looks at it, and uses nothing up
            key = link.partition("=")[2]
            assert browser.post("/enter", link, key=key).headers["location"] == "/"
            assert KNOWN in browser.get("/").text
            again = Browser(other).post("/enter", link, key=key)
            assert again.status_code == 403 and "waste-session" not in again.headers.get("set-cookie", "")
    ours = " ".join(record.getMessage() for record in caplog.records if record.name.startswith(("flows", "uvicorn", "starlette")))
    assert key not in ours and "mine@factory.example" not in ours
    assert not list(site.store.outbox.glob("*"))


def test_known_and_unknown_get_the_same_answer(stranger):
    answers = [stranger.post("/sign-in", who=who) for who in (KNOWN, WITHOUT_ADDRESS, UNKNOWN, "nobody")]
    assert {(answer.status_code, answer.headers["location"], answer.text) for answer in answers} == {(303, "/sign-in/sent", "")}
    assert {stranger.get("/sign-in/sent").text for _ in answers} == {stranger.get("/sign-in/sent").text}


def test_nobody_is_looked_up_before_the_answer(app, stranger, monkeypatch):
    """So the time of the answer says nothing either."""
    looked_up = []
    monkeypatch.setattr(app.state.web.post, "ask", looked_up.append)
    monkeypatch.setattr(app.state.web.post, "recipient", lambda who: pytest.fail("looked up"))
    stranger.post("/sign-in", who=KNOWN)
    assert looked_up == [KNOWN]


def test_a_mailbox_is_not_filled(app, site):
    sent = []
    app.state.web.post.letter = lambda visitor: sent.append(visitor)  # type: ignore[method-assign]
    for _ in range(9):
        app.state.web.post.ask(KNOWN)
    app.state.web.post.ask("country@diw.example")
    _until(lambda: Visitor("officer", "all") in sent)
    assert sent.count(Visitor("factory", KNOWN)) == 3


def test_a_mail_that_does_not_go_out_is_a_warning_without_link_or_address(site, caplog):
    with TestClient(make_app(replace(site, route=MailRoute(mode="live", port=1))), base_url=URL) as client:
        Browser(client).post("/sign-in", who=KNOWN)
        _until(lambda: "did not go out" in caplog.text)
    assert "mine@factory" not in caplog.text and "key=" not in caplog.text


def test_redirected_links_go_to_the_one_address(site):
    received = Received()
    with listening(received) as route:
        app = make_app(replace(site, route=replace(route, mode="redirect", redirect_to="test@diw.example")))
        with TestClient(app, base_url=URL) as client:
            Browser(client).post("/sign-in", who=KNOWN)
            _until(lambda: received.mails)
    assert received.addresses == ["test@diw.example"]


class Clock:
    at = 0.0

    def __call__(self) -> float:
        return self.at


def test_links_and_sessions_end():
    clock, somebody = Clock(), Visitor("factory", MINE)
    doors = Doors(clock)
    late = doors.link_for(somebody)
    clock.at = LINK_SECONDS
    assert doors.enter(late) is None
    key = doors.enter(doors.link_for(somebody))
    assert key and doors.session(key)
    clock.at += IDLE_SECONDS
    assert doors.session(key) is None
    key = doors.enter(doors.link_for(somebody))
    assert key
    begun = clock.at
    while clock.at < begun + SESSION_SECONDS - IDLE_SECONDS:
        clock.at += IDLE_SECONDS - 1
        assert doors.session(key), "it is used all the time"
    clock.at = begun + SESSION_SECONDS
    assert doors.session(key) is None


def test_signing_out_is_final(visitor):
    factory = visitor(MINE)
    cookie = dict(factory.client.cookies)
    factory.check("x")
    assert factory.post("/sign-out").status_code == 303
    factory.client.cookies.update(cookie)  # somebody kept it
    assert "Sign in" in factory.get("/").text
    assert factory.get(f"/factory/{MINE}").status_code == 303


def test_a_session_begins_under_a_fresh_key(app, stranger):
    """A key that somebody planted in the browser before is worth nothing afterwards."""
    key = app.state.web.doors.link_for(Visitor("factory", MINE))
    planted = {"cookie": "waste-session=planted"}
    token = stranger.token(f"/enter?key={key}")
    form_cookie = stranger.client.cookies["waste-form"]
    planted["cookie"] += f"; waste-form={form_cookie}"
    answer = stranger.client.post("/enter", data={"csrf": token, "key": key}, headers=planted, follow_redirects=False)
    (fresh,) = re.findall(r"waste-session=([\w-]{40,})", answer.headers["set-cookie"])
    assert app.state.web.doors.session(fresh) and app.state.web.doors.session("planted") is None
