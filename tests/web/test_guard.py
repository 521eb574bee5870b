"""What is true of every request: our own forms, bounded size, number and time, and headers that allow nothing."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.testclient import TestClient

from flows.errors import UsageError
from flows.web import app as web_app
from flows.web import guard
from flows.web.app import make_app
from flows.web.rates import Rate
from flows.web.site import Visitor, url_of
from tests.web.small_site import GOOD, MINE, URL, Browser, inbox_files


def _posts(app) -> list[str]:
    return [route.path for route in app.routes if isinstance(route, Route) and "POST" in (route.methods or ())]


@pytest.mark.parametrize("token", [None, "", "wrong", "ก"])
def test_a_form_without_its_token_does_nothing(app, visitor, stranger, store, token):
    desk, factory = visitor("desk@diw.example"), visitor(MINE)
    fields = {} if token is None else {"csrf": token}
    for path in _posts(app):
        who = {"/sign-in": stranger, "/enter": stranger, "/complaint": desk}.get(path, factory)
        files = {"file": ("a.csv", GOOD.encode())} if path == "/check" else None
        assert who.client.post(path, data=fields, files=files, follow_redirects=False).status_code == 403, path
    assert inbox_files(store.inbox) == []
    assert MINE in factory.get("/").text  # still signed in


def test_another_visitor_s_token_is_no_token(visitor):
    mine, other = visitor(MINE), visitor("desk@diw.example")
    token = other.token("/complaint")
    assert mine.client.post("/sign-out", data={"csrf": token}, follow_redirects=False).status_code == 403


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null", "sec-fetch-site": "cross-site"}])
def test_a_form_from_another_site_is_refused(visitor, headers):
    factory = visitor(MINE)
    fields = {"csrf": factory.token()}
    assert factory.client.post("/sign-out", data=fields, headers=headers, follow_redirects=False).status_code == 403


def test_every_answer_carries_the_headers_also_a_refusal(app, visitor, stranger):
    factory = visitor(MINE)
    answers = [
        stranger.get("/"), stranger.get("/nothing"), stranger.get("/static/style.css"), factory.get("/"), factory.get("/factory/1"),
        stranger.client.get("/", headers={"host": "evil.example"}), stranger.client.delete("/"),
        stranger.client.post("/sign-in", headers={"origin": "https://evil.example"}),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [200, 404, 200, 200, 404, 400, 405, 403]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert "strict-transport-security" not in answer.headers
        assert "server" not in answer.headers


def test_a_bug_of_ours_is_told_without_its_words_and_with_the_headers(app, visitor, monkeypatch):
    factory = visitor(MINE)
    monkeypatch.setattr(app.state.web.published, "visit", lambda visitor: 1 / 0)
    factory.client._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
    answer = factory.get("/")
    assert answer.status_code == 500 and "division" not in answer.text and "Something went wrong" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"] and answer.headers["x-frame-options"] == "DENY"


def test_pages_run_no_script_and_have_no_style_of_their_own(visitor, stranger):
    for page in (stranger.get("/").text, visitor(MINE).get("/").text, visitor("desk@diw.example").get("/complaint").text):
        assert "<script" not in page and "style=" not in page and " on" + "click" not in page and "http" not in page.replace("http-equiv", "")


def test_a_receipt_s_policy_names_its_own_style_and_no_other(visitor):
    factory = visitor(MINE)
    factory.check(GOOD)
    policy = factory.get(factory.post("/submit", "/check").headers["location"]).headers["content-security-policy"]
    assert "style-src 'sha256-" in policy and "unsafe" not in policy and "script" not in policy


def test_cookies_are_closed_to_scripts_and_other_sites_and_bound_to_https(site):
    with TestClient(make_app(replace(site, url="https://reports.example.org")), base_url="https://reports.example.org") as client:
        key = client.app.state.web.doors.link_for(Visitor("factory", MINE))
        answer = Browser(client).post("/enter", f"/enter?key={key}", key=key)
        assert "strict-transport-security" in answer.headers
        (session,) = [cookie for cookie in answer.headers.get_list("set-cookie") if "waste-session" in cookie]
    assert session.startswith("__Host-waste-session=")
    assert {"HttpOnly", "Secure", "SameSite=strict", "Path=/"} <= set(session.split("; "))
    with TestClient(make_app(site), base_url=URL) as client:
        plain = client.get("/").headers["set-cookie"]
    assert "HttpOnly" in plain and "SameSite=strict" in plain and "Secure" not in plain


def test_a_file_over_the_limit_is_refused_before_and_while_it_comes(visitor, site, store):
    factory = visitor(MINE)
    most = site.limits.file_bytes
    assert factory.check(b"x" * (most + 20_000)).status_code == 413  # by what it says of itself
    token = factory.token()
    head = f'--B\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{token}\r\n--B\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'

    def dribble():
        yield head.encode()
        for _ in range(most // 1000 + 20):
            yield b"x" * 1000

    answer = factory.client.post("/check", content=dribble(), headers={"content-type": "multipart/form-data; boundary=B"}, follow_redirects=False)
    assert answer.status_code == 413 and answer.headers["connection"] == "close"  # by counting
    assert factory.client.post("/sign-out", data={"csrf": "x" * 200_000}, follow_redirects=False).status_code == 413
    assert factory.client.post("/sign-out", headers={"content-length": "9" * 30}, follow_redirects=False).status_code == 413
    assert not list(store.uploads.glob("*"))


def test_an_upload_of_a_stranger_is_not_even_read(stranger):
    files = {"file": ("a.csv", GOOD.encode())}
    answer = stranger.client.post("/check", data={"csrf": stranger.token()}, files=files, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_a_body_that_falls_silent_is_given_up(monkeypatch):
    monkeypatch.setattr(guard, "CHUNK_SECONDS", 0.05)

    async def silent():
        await asyncio.sleep(60)

    async def read() -> None:
        await guard._bounded(silent, 100)()

    with pytest.raises(HTTPException) as caught:
        asyncio.run(read())
    assert caught.value.status_code == 408


def test_too_many_requests_sign_ins_and_checks_are_told_to_wait(site, monkeypatch):
    monkeypatch.setattr(web_app, "SIGN_INS", 2)
    monkeypatch.setattr(web_app, "CHECKS", 1)
    monkeypatch.setattr(guard, "REQUESTS_A_MINUTE", 30)
    with TestClient(make_app(site), base_url=URL) as client:
        browser = Browser(client)
        asked = [browser.post("/sign-in", who=MINE) for _ in range(3)]
        assert [each.status_code for each in asked] == [303, 303, 429]
        assert int(asked[2].headers["retry-after"]) > 0
        key = client.app.state.web.doors.link_for(Visitor("factory", MINE))
        browser.post("/enter", f"/enter?key={key}", key=key)
        assert [browser.check(GOOD).status_code for _ in range(2)] == [303, 429]
        codes = [browser.get("/static/style.css").status_code for _ in range(30)]
        assert codes[0] == 200 and codes[-1] == 429


def test_a_window_passes():
    class Clock:
        at = 0.0

        def __call__(self) -> float:
            return self.at

    clock = Clock()
    rate = Rate(2, 60, clock)
    assert [rate.wait("a"), rate.wait("a"), rate.wait("a"), rate.wait("b")] == [0, 0, 60, 0]
    clock.at = 59.5
    assert rate.wait("a") == 1
    clock.at = 60
    assert rate.wait("a") == 0


@pytest.mark.parametrize(
    ("url", "host"),
    [("", "0.0.0.0"), ("http://reports.example.org", "127.0.0.1"), ("ftp://x", "127.0.0.1"), ("https://a/b", "127.0.0.1"), ("https://u@a", "::")],
)
def test_strangers_are_let_in_only_through_https(url, host):
    with pytest.raises(UsageError, match=r"https://|address"):
        url_of(url, host, 8080)
    assert url_of("", "127.0.0.1", 8080) == URL
    assert url_of("https://reports.example.org/", "0.0.0.0", 8080) == "https://reports.example.org"
