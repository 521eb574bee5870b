"""A small hostile world with its pages, and a browser to look at them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from flows.site.writing import NightReport, write_site
from flows.steps.verify import Verdict
from flows.warehouse import Store
from tests.docs.small_night import NIGHT, run_small_night

GENERATOR, PROCESSOR, SILENT = "10100000125551", "10101000025601", "10200000225552"
# What somebody could write into any cell: markup, quotes, a formula, a turned direction.
EVIL = """<script>window.hacked=1</script><img src=x onerror="window.hacked=1">'`=1+1\u202e${hacked}</td>"""
NAME = EVIL.replace('"', '""')
MONTHS = ("2025-11", "2025-12", "2026-01", "2026-02", "2026-03", "2026-04")
FILES = {
    "register.csv": f"""factory_id,factory_name,factory_class,province_code,status,contact_email,old_factory_no
{GENERATOR},"{NAME}",42,10,operating,one@factory.example,3-42-1/55สป
{PROCESSOR},ผู้รับกำจัดภาคกลาง,101,10,operating,two@factory.example,
{SILENT},โรงงานเงียบ,42,20,operating,three@factory.example,
""",
    'by/10100000125551/load"><b>.csv': "manifest_no,line_no,factory_id,processor_id,waste_code,management_code,quantity,unit,sent_date,vehicle_no\n"
    + "".join(f'M{month},1,{GENERATOR},{PROCESSOR},120109,049,{10 + place},t,{month}-05,"{NAME}"\n' for place, month in enumerate(MONTHS))
    + f'"{NAME}",1,{GENERATOR},{PROCESSOR},120109,049,7,t,2026-03-01,\n'
    + f'M9,1,{GENERATOR},{PROCESSOR},"{NAME}",049,7,t,2026-03-01,\n',
    f"by/{PROCESSOR}/answers.csv": "manifest_no,line_no,processor_id,received_date,waste_code,quantity,unit,decision\n"
    + "".join(f"M{month},1,{PROCESSOR},{month}-06,120109,{10 + place - (month == '2026-04') * 3},t,accepted\n" for place, month in enumerate(MONTHS))
    + f'"X{NAME}",1,{PROCESSOR},2026-03-02,120109,4,t,accepted\n',
    "annual.csv": "factory_id,report_year,nil_report,waste_code,opening_stock_t,generated_t,managed_on_site_t,sent_off_site_t,closing_stock_t\n"
    + "".join(f"{GENERATOR},{year},,120109,0,{year - 2014},0,{year - 2014},0\n" for year in (2023, 2024))
    + f"{GENERATOR},2025,,120109,0,30,0,21,1\n",
    "permits.csv": "permit_no,line_no,factory_id,waste_code,management_code,processor_id,permitted_t,valid_from_date,valid_to_date\n"
    f'"{NAME}",1,{GENERATOR},120109,049,{PROCESSOR},5,2025-11-01,2026-12-31\n',
    "inspections.csv": "inspection_no,factory_id,inspected_date,inspector,item_code,result,finding,order_due_date\n"
    f'I1,{GENERATOR},2026-02-01,นายลับสุดยอด,TH-10,fail,"{NAME}",2026-03-01\n',
    "complaints.csv": "complaint_no,received_date,category,description,factory_id,province_code,status\n"
    f'C1,2026-04-01,odour,เบอร์ผู้ร้องเรียน 0812345678,{GENERATOR},10,open\n',
}  # fmt: skip
SECRETS = ("0812345678", "นายลับสุดยอด", "@factory.example")
VERDICTS = [Verdict("core.manifest", f"no key twice {EVIL}", "repeated_keys", 0.0, True)]


@dataclass
class World:
    """The small world's folder, and where its pages lie."""

    store: Store
    report: NightReport

    @property
    def pages(self) -> Path:
        return self.store.pages

    def write(self, **changes: object) -> int:
        report = NightReport(**{**vars(self.report), **changes})  # type: ignore[arg-type]
        return write_site(self.store.published, self.store.pages, self.store.scratch, report)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Do not write here; the hostile world after its night."""
    store = Store(tmp_path_factory.mktemp("site") / "data")
    run_small_night(store.data, FILES)
    report = NightReport(NIGHT, datetime(2026, 6, 1, 18, tzinfo=UTC), VERDICTS, [("archive", 0.25), (f"read {EVIL}", 1.5)], EVIL)
    made = World(store, report)
    made.write()
    return made


def chromium() -> str | None:
    """The browser of this machine."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="module")  # a second Playwright in one process is refused, and other modules start their own
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        words = "no Chromium on this machine (Debian: apt-get install chromium), so no page is looked at in a browser"
        pytest.fail(words) if os.environ.get("CI") else pytest.skip(words)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Watch:
    """What a page did that it must not."""

    problems: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        page.on("console", lambda said: said.type in ("error", "warning") and self.problems.append(said.text))
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("dialog", lambda dialog: self.problems.append(f"dialog {dialog.message}"))
        page.on("request", lambda asked: asked.url.startswith(("file:", "data:")) or self.problems.append(f"asks {asked.url}"))


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that is watched: an error, a warning, a dialog or a request to any host fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    page, watch = context.new_page(), Watch()
    watch.over(page)
    yield page
    assert page.evaluate("window.hacked") is None
    context.close()
    assert watch.problems == []
