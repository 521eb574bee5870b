"""The inspection sheet: what stands on it, in both languages, as page and PDF, and what must not."""

from __future__ import annotations

import dataclasses
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page

from flows.errors import UsageError
from flows.feedback.page import thai_fonts
from flows.sheet.facts import LONGEST, LONGEST_FIGURES, MOST, Sheet, sheet_of
from flows.sheet.page import _breakable, address_of, html_of, pdf_of, write_sheet
from tests.docs.small_night import run_small_night
from tests.site.conftest import EVIL, GENERATOR, PROCESSOR, SECRETS, SILENT, World, browser, page, world  # noqa: F401
from tests.site.test_browser import serious

ADDRESS = f"https://pages.example/waste/factory.html#{GENERATOR}"

EVIL_CELL = EVIL.replace('"', '""')


def rows(sheet: Sheet, source: str, title: str = "") -> list[tuple[str, ...]]:
    return [row for each in sheet.sections if each.source == source and title in each.title for row in each.rows]


def test_what_stands_on_it(world: World) -> None:  # noqa: F811
    sheet = sheet_of(world.store.published, GENERATOR, "en")
    assert dict(sheet.facts)["Old number"] == "3-42-1/55สป"
    counts = {label: figure for label, figure, _ in sheet.counts}
    assert (counts["loads that differ"], counts["orders overdue"], counts["complaints"]) == ("1", "1", "1")
    assert [row[1:] for row in rows(sheet, "summary.obligation")] == [("year 2025", "30 April 2026", "late", "31")]
    assert [row[4:] for row in rows(sheet, "summary.reconciliation", "mismatched")][-1] == ("15", "12", "-20", "quantity differs")
    assert [row[6:] for row in rows(sheet, "summary.permit_use")] == [("5", "82", "1,640", "exceeded")]
    stock = rows(sheet, "summary.stock_balance")[0]
    assert stock[2:] == ("0", "30", "21", "9", "1", "8", "no"), "opening, in, out, in minus out, reported, gap, closes"
    out = rows(sheet, "summary.reconciliation", "In and out")[0]
    assert (out[0], out[1], out[-1]) == ("out", "120109", "82"), "75 t of six months' loads and 7 t nobody answered"
    assert [row[3] for row in rows(sheet, "core.inspection")] == ["fail"]
    assert [row[2:4] for row in rows(sheet, "core.complaint")] == [("odour", "open")]
    assert [row[0] for row in rows(sheet, "summary.reconciliation", "Linked")] == [PROCESSOR]
    assert any("position" in each.lower() for each in sheet.unknown)


def test_a_processor_s_waste_that_should_be_on_site(world: World) -> None:  # noqa: F811
    sheet = sheet_of(world.store.published, PROCESSOR, "en")
    _, loads, received, completed, left, due = rows(sheet, "summary.completion", "not yet completed")[0]
    assert (loads, received, completed, left, due) == ("7", "76", "0", "76", "6 December 2025"), "hazardous: 30 days after 6 November"
    assert len(rows(sheet, "summary.completion", "overdue")) <= MOST


def test_a_silent_factory_s_sheet_says_what_is_not_known(world: World) -> None:  # noqa: F811
    sheet = sheet_of(world.store.published, SILENT, "th")
    assert "ไม่มีเที่ยวขนในระบบ" in sheet.unknown
    assert "รายงานที่ยังไม่ส่งหรือส่งล่าช้า" in {each.title for each in sheet.sections}
    assert "เรื่องร้องเรียน (ไม่มีข้อมูลส่วนบุคคล)" in sheet.empty


@pytest.mark.parametrize("language", ["th", "en"])
def test_nothing_hostile_and_nothing_personal_in_the_page(world: World, language: str) -> None:  # noqa: F811
    said = html_of(sheet_of(world.store.published, GENERATOR, language), ADDRESS)  # type: ignore[arg-type]
    assert "<script" not in said and "<img" not in said and "\u202e" not in said
    assert "&lt;script&gt;window.hacked=1" in said
    assert not any(secret in said for secret in SECRETS)


def test_the_sheet_on_a_screen(page: Page, world: World, tmp_path: Path) -> None:  # noqa: F811
    for language in ("th", "en"):
        sheet = sheet_of(world.store.published, GENERATOR, language)  # type: ignore[arg-type]
        write_sheet(tmp_path, sheet, ADDRESS)
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 844})
            page.goto((tmp_path / f"{GENERATOR}-{language}.html").as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert serious(page) == []


def test_the_pdf(world: World) -> None:  # noqa: F811
    if not thai_fonts():
        pytest.skip("no Thai font on this machine, so no PDF is written")
    sheet = sheet_of(world.store.published, GENERATOR, "th")
    made = pdf_of(sheet, ADDRESS)
    assert made is not None and made.startswith(b"%PDF")
    assert pdf_of(sheet, ADDRESS) == made, "the same sheet is the same file"


@pytest.fixture(scope="module")
def extremes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hundreds of loads, names without an end, words without a place to break."""
    loads = "".join(f'M{n}{"X" * (n % 40)},1,{GENERATOR},{PROCESSOR},120109,049,{n + 1},t,2026-03-{10 + n % 9},"{EVIL_CELL}"\n' for n in range(300))
    permits = "".join(f'"{EVIL_CELL}{n}",1,{GENERATOR},120109,049,{PROCESSOR},5,2025-11-01,2026-12-31\n' for n in range(9))
    files = {
        "register.csv": "factory_id,factory_name,factory_class,province_code,status\n"
        f"{GENERATOR},{'Aluminium' * 90},42,10,operating\n{PROCESSOR},{'บริษัทโลหะไทยเจริญรุ่งเรือง' * 30},101,10,operating\n",
        "loads.csv": "manifest_no,line_no,factory_id,processor_id,waste_code,management_code,quantity,unit,sent_date,vehicle_no\n" + loads,
        "permits.csv": "permit_no,line_no,factory_id,waste_code,management_code,processor_id,permitted_t,valid_from_date,valid_to_date\n" + permits,
    }
    return run_small_night(tmp_path_factory.mktemp("extremes"), files)


@pytest.mark.parametrize("factory", [GENERATOR, PROCESSOR])
@pytest.mark.parametrize("language", ["th", "en"])
def test_whatever_a_report_brings_the_sheet_stays_two_pages_and_says_what_it_leaves_out(extremes: Path, factory: str, language: str) -> None:
    sheet = sheet_of(extremes, factory, language)  # type: ignore[arg-type]
    assert len(sheet.name) == LONGEST and sheet.name.endswith("…")
    for section in sheet.sections:
        assert len(section.rows) <= MOST
        for row in section.rows:
            for column, cell in zip(section.columns, row, strict=True):
                assert len(cell) <= (LONGEST_FIGURES if section.source == "anomaly.found" else LONGEST)
                assert column.share or len(cell) <= 26, f"{section.title}, {column.head}: {cell!r} would take the width of the others"
    loads = next(each for each in sheet.sections if each.source == "summary.reconciliation" and each.left_out)
    assert loads.left_out == 300 - MOST
    assert f"{300 - MOST}" in html_of(sheet, ADDRESS)
    if thai_fonts():
        made = pdf_of(sheet, ADDRESS)
        assert made is not None and 1 <= len(re.findall(rb"/Type ?/Page\b", made)) <= 2
    words = re.findall(r"[^\s\u200b\u0e00-\u0e7f]+", json.dumps(_breakable(dataclasses.asdict(sheet)), ensure_ascii=False, default=str))
    assert max(map(len, words)) < 24, "no word runs over the next column"


def test_the_address_leads_to_the_factory_s_page(world: World) -> None:  # noqa: F811
    sheet = sheet_of(world.store.published, GENERATOR, "th")
    assert address_of(sheet, "https://pages.example/waste/") == ADDRESS


def test_an_old_number_finds_its_factory(world: World) -> None:  # noqa: F811
    assert sheet_of(world.store.published, " 3-42-1/55สป ", "th").factory_id == GENERATOR


def test_an_unknown_factory_is_said_in_words(world: World, tmp_path: Path) -> None:  # noqa: F811
    with pytest.raises(UsageError, match="the register has no factory"):
        sheet_of(world.store.published, "10999999925551", "th")
    with pytest.raises(UsageError, match="nothing is published yet"):
        sheet_of(tmp_path / "none.duckdb", GENERATOR, "th")


def test_the_command(world: World, tmp_path: Path) -> None:  # noqa: F811
    def waste(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "flows", "sheet", *map(str, arguments), "--data", str(world.store.data)]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    done = waste(PROCESSOR, "--out", tmp_path, "--language", "en")
    assert done.returncode == 0, done.stderr
    assert f"{PROCESSOR}-en.html is written" in done.stdout
    refused = waste(EVIL)
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr and len(refused.stderr.strip().splitlines()) == 1
