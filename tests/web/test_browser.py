"""The whole way in a real browser against the real server: sign in, upload, mend, upload, submit, a night, its receipt."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from flows.clock import today
from flows.feedback.page import prove_receipt
from flows.query import ask
from flows.signing import signer_of
from flows.warehouse import Store
from tests.nights.one_night import run_night
from tests.nights.small_world import GENERATOR, MANIFESTS, PROCESSOR, REGISTER, SILENT, put

CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and "CI" not in os.environ, reason="no Chromium here: the pages of `waste web` are not tried in a browser"),
]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
BAD = MANIFESTS.replace("M1", "W1").replace("M2", "W2").replace("M3", "W3")
GOOD = BAD.replace("999999", "120109")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """An installation after its first night."""
    store = Store(tmp_path_factory.mktemp("browser") / "data")
    store.make_folders()
    put(store.inbox, "register.csv", REGISTER, "2026-01-05T01:00")
    put(store.inbox, f"by/{PROCESSOR}/PROCESSOR-ONLY.csv", "x", "2026-01-05T01:00")
    assert run_night(store.data, str(today()))[0] == 0
    return store


@contextmanager
def serving(store: Store, who: str) -> Iterator[str]:
    """A sign-in link of the server, which runs as `waste web` in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-u", "-m", "flows", "web", "--data", str(store.data), "--port", str(port), "--link-for", who]
    environment = {**os.environ, "WASTE_WEB_OFFICERS": '{"all@diw.example": "all", "desk@diw.example": "desk"}'}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline(), process.stdout.readline()]
        found = re.search(r"http://\S+/enter\?key=\S+", lines[1])
        assert found, lines
        try:
            for _ in range(200):
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield found[0]
        finally:
            process.terminate()


class Looking:
    """A page of Chromium: what it says, asks for, and looks like."""

    def __init__(self, playwright: Any, link: str, pictures: Path) -> None:
        self.browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        self.page = self.browser.new_page(viewport=DESK)
        self.site = link.partition("enter")[0]
        self.said: list[str] = []
        self.pictures = Path(os.environ.get("WASTE_PICTURES", pictures))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: None if request.url.startswith(self.site) else self.said.append(request.url))
        self.page.goto(link)

    def look(self, name: str) -> None:
        """Nothing serious for the accessibility checker, nothing wider than a phone or a desk."""
        assert _serious(self.page) == [], name
        for width, size in (("phone", PHONE), ("desk", DESK)):
            self.page.set_viewport_size(size)
            assert self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{name} is wider than a {width}"
            self.page.screenshot(path=str(self.pictures / f"{name}-{width}.png"), full_page=True)


def _serious(page) -> list[str]:
    """What the accessibility checker calls serious or critical."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found if each["impact"] in ("serious", "critical")]


@pytest.fixture
def chromium() -> Iterator[Any]:
    if "CI" not in os.environ:
        pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed: `make setup`")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright


def says(page: Any, *texts: str) -> None:
    """The page has these texts, as soon as it is there: a click does not wait for the answer."""
    from playwright.sync_api import expect

    for text in texts:
        expect(page.locator("html")).to_contain_text(text, timeout=30_000)


def test_upload_findings_mend_submit_night_receipt(store: Store, chromium: Any, tmp_path: Path) -> None:
    bad, good = tmp_path / "รายการ.csv", tmp_path / "รายการ แก้แล้ว.csv"
    bad.write_text(BAD, encoding="utf-8")
    good.write_text(GOOD, encoding="utf-8")
    with serving(store, GENERATOR) as link:
        seen = Looking(chromium, link, tmp_path)
        page, look = seen.page, seen.look
        look("enter")
        with page.expect_navigation():
            page.get_by_role("button", name="Sign in").click()
        look("factory")
        page.set_input_files("#file", bad)
        with page.expect_navigation():
            page.get_by_role("button", name="Check").click()
        says(page, "waste_code_is_known", "แถว 4")
        look("answer-faulty")
        with page.expect_download() as marked:
            page.get_by_role("link", name="Marked copy").click()
        assert "999999" in Path(marked.value.path()).read_text(encoding="utf-8-sig")
        with page.expect_navigation():
            page.get_by_role("link", name="Check another file").click()
        page.set_input_files("#file", good)
        with page.expect_navigation():
            page.get_by_role("button", name="Check").click()
        says(page, "Nothing must be mended")
        look("answer-sound")
        with page.expect_navigation():
            page.get_by_role("button", name="Submit", exact=False).click()
        page.wait_for_url("**/receipt/**")
        assert "<svg" in page.content()
        look("upload-receipt")
        receipt = page.url
        page.goto(seen.site)
        look("factory-waiting")

        assert run_night(store.data, str(today()))[0] == 0
        page.goto(receipt)
        says(page, "Accepted", "รับทั้งหมด")
        look("night-receipt")
        page.goto(seen.site)
        says(page, "รับทั้งหมด")
        assert "Waiting for tonight" not in page.content() and "PROCESSOR-ONLY" not in page.content()
        look("factory-accepted")
        cookies = page.context.cookies()
        body = page.request.get(receipt).body()
        with page.expect_navigation():
            page.get_by_role("button", name="Sign out").click()
        look("door")
        assert seen.said == []
        page.goto(link)
        with page.expect_navigation():
            page.get_by_role("button", name="Sign in").click()
        says(page, "This link has been used")
    assert all(cookie["httpOnly"] and cookie["sameSite"] == "Strict" for cookie in cookies)
    assert ask(store.published, "SELECT manifest_no, submitted_by FROM core.manifest ORDER BY 1").rows == [(f"W{n}", GENERATOR) for n in (1, 2, 3)]
    proof = prove_receipt(body, signer_of("").public)
    assert proof.is_ours and proof.is_whole and proof.facts["out"] == "accepted"


def test_an_officer_looks_a_factory_up(store: Store, chromium: Any, tmp_path: Path) -> None:
    with serving(store, "all@diw.example") as link:
        seen = Looking(chromium, link, tmp_path)
        page = seen.page
        with page.expect_navigation():
            page.get_by_role("button", name="Sign in").click()
        seen.look("area")
        page.get_by_role("searchbox").fill(SILENT)
        with page.expect_navigation():
            page.get_by_role("button", name="Search").click()
        with page.expect_navigation():
            page.get_by_role("link", name="โรงงานเงียบ").click()
        says(page, SILENT, "missing, overdue")
        assert 'type="file"' not in page.content()
        seen.look("area-factory")
        assert seen.said == []


def test_the_desk_enters_a_complaint(store: Store, chromium: Any, tmp_path: Path) -> None:
    with serving(store, "desk@diw.example") as link:
        seen = Looking(chromium, link, tmp_path)
        page = seen.page
        with page.expect_navigation():
            page.get_by_role("button", name="Sign in").click()
        seen.look("complaint")
        page.fill("#complaint_no", "C69-0001")
        page.fill("#received_date", "2035-01-01")
        page.select_option("#category", "odour")
        page.select_option("#status", "open")
        page.select_option("#province_code", "10")
        with page.expect_navigation():
            page.get_by_role("button", name="Enter").click()
        says(page, "date_is_not_future")
        seen.look("complaint-faulty")
        seen.said.clear()  # the browser tells of the answer 422, as it should
        page.fill("#received_date", "2026-05-01")
        with page.expect_navigation():
            page.get_by_role("button", name="Enter").click()
        page.wait_for_url("**/receipt/**")
        assert seen.said == []
