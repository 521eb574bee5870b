"""`waste open`: the query page in a real browser, without a request to any outside host."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import duckdb
import pytest

from flows.browsing import command_of, serve_page
from flows.errors import UsageError
from flows.warehouse import Store
from tests.nights.conftest import two_nights, two_nights_once  # noqa: F401

CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
HOSTILE = "<img src='http://evil.example/x' onerror='alert(1)'>"
needs_browser = pytest.mark.skipif(
    "CI" not in os.environ and (CHROMIUM is None or find_spec("marimo") is None),
    reason="no Chromium or no marimo here: the page of `waste open` is not tried in a browser",
)


def test_before_anything_is_published_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing is published"):
        serve_page(Store(tmp_path), 2718, 60, 1000, False)


def test_the_password_is_on_no_command_line_and_nobody_else_is_let_in(tmp_path: Path) -> None:
    command = command_of(Store(tmp_path), 2718, 60, 1000, True)
    assert command[command.index("--host") + 1] == "127.0.0.1"
    assert command[command.index("--token-password-file") + 1] == "-"
    assert "edit" not in command and "--no-token" not in command


@pytest.fixture
def page_url(two_nights: Store) -> Iterator[str]:  # noqa: F811
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-u", "-m", "flows", "open", "--data", str(two_nights.data), "--port", str(port), "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True) as process:
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found
        try:
            yield found[0]
        finally:
            os.killpg(process.pid, 15)


@pytest.mark.browser
@needs_browser
def test_a_question_an_own_statement_a_refusal_and_the_next_publication(two_nights: Store, page_url: str, tmp_path: Path) -> None:  # noqa: F811
    from playwright.sync_api import Error, sync_playwright

    said: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("dialog", lambda dialog: said.append(f"dialog {dialog.message}"))
        page.on("request", lambda request: None if request.url.startswith((page_url.partition("?")[0], "data:", "blob:")) else said.append(request.url))
        for _ in range(60):  # marimo needs a moment to listen
            try:
                page.goto(page_url)
                break
            except Error:
                page.wait_for_timeout(500)
        said.clear()
        page.get_by_role("button", name="Ask").click(timeout=60_000)
        page.get_by_text("โรงงานเงียบ").first.wait_for(timeout=30_000)
        page.get_by_role("combobox").first.select_option(label="SQL ของตนเอง · SQL of one's own")

        def ask(statement: str, expected: str) -> None:
            box = page.locator("textarea").first
            box.fill(statement)
            box.blur()
            page.get_by_role("button", name="Ask").click()
            page.get_by_text(expected).first.wait_for(timeout=30_000)

        quoted = HOSTILE.replace("'", "''")
        ask(f"SELECT '{quoted}' AS x, 'seen' || 1 AS y", "seen1")
        ask("SELECT * FROM read_csv('/etc/passwd')", "DuckDB refused")
        beside = tmp_path / "next.duckdb"
        beside.write_bytes(two_nights.published.read_bytes())
        with duckdb.connect(str(beside)) as connection:
            connection.execute("UPDATE core.factory SET factory_name = 'NEW NAME'")
        beside.replace(two_nights.published)
        ask("SELECT factory_name FROM core.factory", "NEW NAME")
        browser.close()
    assert said == []
    statements = [line for line in two_nights.query_log.read_text(encoding="utf-8").splitlines() if '"via": "open"' in line]
    assert len(statements) == 4
