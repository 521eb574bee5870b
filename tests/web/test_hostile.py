"""Every page of the web, found by its folder, and every route: what a file, a name or a form says is only text."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import jinja2
import pytest
from starlette.routing import Route

from flows.web import app as routes
from tests.web.small_site import BAD, EVIL, LOADS, MINE

OWN = {"factory_id": MINE, "submission_id": hashlib.sha256(LOADS.encode()).hexdigest(), "report_type": "manifest"}
EVIL_BAD = BAD.replace("999999", EVIL.replace('"', '""').join('""'))
EVIL_COMPLAINT = {"complaint_no": EVIL, "received_date": EVIL, "category": EVIL, "status": EVIL, "factory_id": EVIL, "description": EVIL}


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Names of the templates that are filled from now on."""
    names: set[str] = set()
    get = jinja2.Environment.get_template

    def recorded(self, name, *rest, **more):
        names.add(name)
        return get(self, name, *rest, **more)

    monkeypatch.setattr(jinja2.Environment, "get_template", recorded)
    return names


def paths(app) -> list[str]:
    """Every route that is looked at, filled with one's own."""
    found = [each.path for each in app.routes if isinstance(each, Route) and "GET" in (each.methods or ())]
    for name, value in OWN.items():
        found = [path.replace(f"{{{name}:str}}", value).replace(f"{{{name}}}", value) for path in found]
    assert not [path for path in found if "{" in path], "say here what is one's own of it"
    return found


def is_harmless(answer) -> bool:
    """A page shows the text and is not led by it; a file is handed over as one, under a name of ours."""
    kind = answer.headers.get("content-type", "")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert all(value.isprintable() for value in answer.headers.values())
    if kind.startswith("text/html"):
        has_policy = "default-src 'none'" in answer.headers["content-security-policy"]
        return has_policy and "<script" not in answer.text
    is_file = "attachment" in answer.headers.get("content-disposition", "") or kind.startswith("image/svg")
    return is_file and EVIL not in answer.headers.get("content-disposition", "")


def test_no_page_carries_what_a_visitor_typed_or_sent_but_as_text(app, visitor, stranger, rendered):
    factory, officer, desk = visitor(MINE), visitor("country@diw.example"), visitor("desk@diw.example")
    factory.check(EVIL_BAD, f"{EVIL}.csv")
    shown = desk.post("/complaint", "/complaint", **EVIL_COMPLAINT)
    assert shown.status_code == 422 and "&lt;script&gt;" in shown.text and is_harmless(shown)
    seen = []
    for browser in (factory, officer, desk, stranger):
        for path in paths(app):
            answer = browser.client.get(path, params={"words": EVIL, "key": EVIL})
            assert is_harmless(answer), path
            seen.append(answer.text)
    assert "&lt;script&gt;" in factory.get("/check").text
    factory.post("/submit", "/check")
    (submission,) = re.findall(r'href="(/receipt/[0-9a-f]{64})"', factory.get("/").text.split("รอคืนนี้")[1].split("</table>")[0])
    waiting = factory.get(submission)
    assert is_harmless(waiting)
    assert sum("&lt;script&gt;" in text for text in seen) >= 4, "the hostile name came so far"
    templates = {path.name for path in Path(routes.PAGES).glob("*.j2")}
    assert templates <= rendered, f"not looked at: {templates - rendered}"
