"""One factory sees only its own, an officer only the area: every route is asked for what is another's."""

from __future__ import annotations

import hashlib

import pytest
from starlette.routing import Mount, Route

from tests.web.small_site import BAD, LOADS, MINE, MINE_MARK, OTHER, OTHER_LOADS, OTHER_MARK

IDS = {"factory_id": OTHER, "submission_id": hashlib.sha256(OTHER_LOADS.encode()).hexdigest(), "report_type": "manifest"}
QUERY = f"?words={OTHER}&factory_id={OTHER}&submission_id={IDS['submission_id']}&sender={OTHER}&scope={OTHER}&role=officer"


def _paths(app) -> list[tuple[str, str]]:
    """Every way into the application, filled with what is another's."""
    found = []
    for route in app.routes:
        if isinstance(route, Mount):
            assert route.path == "/static"  # files of ours, the same for everybody
            continue
        assert isinstance(route, Route)
        assert set(route.param_convertors) <= set(IDS), f"{route.path}: say here what is another's of it"
        path = route.path
        for name, value in IDS.items():
            path = path.replace(f"{{{name}:str}}", value).replace(f"{{{name}}}", value)
        found += [(method, path) for method in sorted(route.methods or ()) if method != "HEAD"]
    return found


def _seen(browser, app) -> str:
    """All that a visitor gets to read when asking every route for what is another's; signing out comes last."""
    texts = []
    for method, path in sorted(_paths(app), key=lambda each: each[1] == "/sign-out"):
        if method == "GET":
            texts.append(browser.client.get(path).text)
            answer = browser.client.get(path + QUERY)
        else:
            fields = {"csrf": browser.token(), "factory_id": OTHER, "channel": OTHER, "who": "", **IDS}
            files = {"file": ("x.csv", BAD.encode())} if path == "/check" else None
            answer = browser.client.post(path + QUERY, data=fields, files=files)
        texts.append(f"{answer.headers}{answer.content.decode('utf-8', 'replace')}")
    return "".join(texts)


@pytest.mark.parametrize("who", [MINE, "province20@diw.example", "desk@diw.example", None])
def test_no_route_shows_what_is_another_s(app, visitor, stranger, who):
    seen = _seen(visitor(who) if who else stranger, app)
    assert OTHER_MARK not in seen
    assert "M2" not in seen or who in (MINE, "province20@diw.example")
    shown_to_me = {MINE: MINE_MARK, "province20@diw.example": MINE_MARK, "desk@diw.example": "complaint_no", None: "Sign in"}
    assert shown_to_me[who] in seen  # what was asked was answered


@pytest.mark.parametrize("who", [OTHER, "country@diw.example"])
def test_whoever_may_see_it_does(app, visitor, who):
    """The same questions: the test above would notice."""
    browser = visitor(who)
    for path in (f"/factory/{OTHER}", f"/receipt/{IDS['submission_id']}"):
        assert OTHER_MARK in browser.get(path).text
    made = browser.get(f"/mend/{IDS['submission_id']}/manifest")
    assert (OTHER_MARK in made.text, made.status_code) == ((True, 200) if who == OTHER else (False, 404)), "the factory's alone"
    assert OTHER_MARK in _seen(browser, app)


def test_what_is_another_s_and_what_is_nobody_s_look_the_same(visitor):
    factory = visitor(MINE)
    for another, nobody in ((f"/factory/{OTHER}", "/factory/10999999925559"), (f"/receipt/{IDS['submission_id']}", f"/receipt/{'0' * 64}"),
        (f"/mend/{IDS['submission_id']}/manifest", f"/mend/{'0' * 64}/manifest")):
        answers = [factory.get(path) for path in (another, nobody)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].text == answers[1].text


def test_a_copy_of_another_s_file_opens_no_receipt_of_theirs(visitor, store):
    """The upload's own receipt comes; what the night said to the other factory does not."""
    factory = visitor(MINE)
    factory.check(OTHER_LOADS)
    factory.post("/submit", "/check")
    page = factory.get(f"/receipt/{IDS['submission_id']}").text
    assert MINE in page and "waste_code_is_known" not in page
    assert factory.get(f"/mend/{IDS['submission_id']}/manifest").status_code == 404


def test_a_file_waiting_in_another_channel_is_not_seen(visitor, store):
    (store.inbox / "by" / OTHER).mkdir(parents=True, exist_ok=True)
    (store.inbox / "by" / OTHER / f"{OTHER_MARK}.csv").write_bytes(b"waits")
    (store.inbox / "desk.csv").write_bytes(b"desk")
    for content in (b"waits", b"desk"):
        assert visitor(MINE).get(f"/receipt/{hashlib.sha256(content).hexdigest()}").status_code == 404
    assert visitor(OTHER).get(f"/receipt/{hashlib.sha256(b'waits').hexdigest()}").status_code == 200
    assert visitor("desk@diw.example").get(f"/receipt/{hashlib.sha256(b'desk').hexdigest()}").status_code == 404


def test_each_role_has_its_own_pages_only(visitor):
    officer, desk, factory = visitor("province20@diw.example"), visitor("desk@diw.example"), visitor(MINE)
    mend = f"/mend/{hashlib.sha256(LOADS.encode()).hexdigest()}/manifest"
    for browser, paths in (
        (officer, ("/check", "/check/marked", "/template/manifest", "/complaint", mend)),
        (desk, ("/check", f"/factory/{MINE}", "/template/manifest", mend)),
        (factory, ("/complaint", mend.replace("manifest", "annual"), mend.replace("manifest", "nothing"))),
    ):
        assert [browser.get(path).status_code for path in paths] == [404] * len(paths)
    assert officer.get(f"/factory/{MINE}").status_code == 200
    assert officer.get(f"/receipt/{hashlib.sha256(LOADS.encode()).hexdigest()}").status_code == 200
    assert visitor("country@diw.example").get("/?words=other").text.count(OTHER) == 2  # its link and its number


def test_an_officer_s_search_stays_in_the_area(visitor):
    officer = visitor("province20@diw.example")
    assert MINE in officer.get("/?words=mine").text
    for words in (OTHER, "OTHER", "%", "' OR true --", "_"):
        assert OTHER_MARK not in officer.client.get("/", params={"words": words}).text
