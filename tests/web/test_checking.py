"""What opens an upload is bounded: in time, in number, and in what a file can do to it."""

from __future__ import annotations

import io
import os
import zipfile
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from flows.trying import try_files
from flows.web.app import make_app
from flows.web.checking import AT_ONCE, UPLOAD, Checker, NotChecked
from flows.web.intake import Intake
from flows.web.site import Visitor
from tests.web.small_site import BAD, GOOD, LOADS, MINE, URL, Browser


@pytest.fixture
def keep(store):
    intake = Intake(store)
    intake.begin()
    return lambda content: intake.keep(io.BytesIO(content))[0]


def test_the_answer_is_that_of_waste_try(store, site, keep):
    from flows.clock import now

    for content in (GOOD, BAD, LOADS, "", "manifest_no,quantity\nM1,1\n"):
        folder = keep(content.encode())
        said = Checker(store.data, site.limits).check(folder, MINE)
        (tried,) = try_files([folder / UPLOAD], store.published, store.inbox, site.limits, now(), MINE).tried
        assert (said.submission_id, said.outcome, said.rows_read, said.rows_faulty, said.has_errors) == (
            tried.file.submission_id, tried.outcome, tried.file.rows_read, tried.rows_faulty, tried.has_errors,
        )  # fmt: skip
        assert sum(group["count"] for group in said.groups) == len(tried.findings)
        assert bool(said.received_before) == (content == LOADS)


def test_a_check_that_takes_too_long_is_killed(store, site, keep):
    with pytest.raises(NotChecked) as caught:
        Checker(store.data, site.limits, seconds=0).check(keep(GOOD.encode()), MINE)
    assert not caught.value.is_busy


def test_when_too_many_check_at_once_the_next_is_told_to_come_again(store, site, keep):
    checker = Checker(store.data, site.limits, wait_seconds=0.01)
    for _ in range(AT_ONCE):
        checker._turn.acquire()
    with pytest.raises(NotChecked) as caught:
        checker.check(keep(GOOD.encode()), MINE)
    assert caught.value.is_busy
    for _ in range(AT_ONCE):
        checker._turn.release()
    assert checker.check(keep(GOOD.encode()), MINE).outcome == "accepted"


@pytest.mark.parametrize(("seconds", "wait", "status"), [(0, 60, 422), (60, -1, 503)])
def test_a_visitor_is_told_so_in_words_and_nothing_is_left(site, store, seconds, wait, status):
    checker = Checker(store.data, site.limits, seconds=seconds)
    if wait < 0:
        checker._room = __import__("threading").Semaphore(0)
    with TestClient(make_app(site, checker), base_url=URL) as client:
        browser = Browser(client)
        key = client.app.state.web.doors.link_for(Visitor("factory", MINE))
        browser.post("/enter", f"/enter?key={key}", key=key)
        answer = browser.check(GOOD)
        assert answer.status_code == status and "<h1>" in answer.text
        assert not list(store.uploads.glob("*"))


def test_a_bomb_is_a_finding(store, site, keep):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.csv", b"0" * 50_000_000)
    said = Checker(store.data, replace(site.limits, ratio=10)).check(keep(bomb.getvalue()), MINE)
    assert said.outcome == "rejected" and [group["check_id"] for group in said.groups] == ["file_is_within_limits"]


def test_uploads_are_private_and_forgotten_with_the_process(store, keep):
    folder = keep(b"x")
    assert [oct(os.stat(path).st_mode & 0o777) for path in (store.uploads, folder)] == ["0o700", "0o700"]
    Intake(store).begin()
    assert not folder.exists()
