"""The morning pages in a browser, opened from a folder as officials do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.site.conftest import EVIL, GENERATOR, SILENT, World

pytestmark = pytest.mark.browser

KINDS = (
    "index.html", "province/10.html", "province/95.html", "rules.html", "rule/sent_received_mismatch.html", "rule/waste_code_is_known.html",
    "night.html", "search.html", "open/index.html", f"factory.html#{GENERATOR}", f"factory.html#{SILENT}", "factory.html#1", "list.html#mismatched/all",
    "list.html#held-back/all", "list.html#without-manifest/all", "list.html#inspect/10", "list.html#missing/20", "list.html#year-2025/all",
    "list.html#permit_exceeded/all", "list.html#nothing/all",
)  # fmt: skip
# Without its preload, which asks for the style sheet by itself and so breaks the page's policy.
AXE = {"resultTypes": ["violations"], "preload": False}
SHOWN_EVIL = EVIL.replace("\u202e", "")


def opened(page: Page, world: World, name: str) -> None:
    page.goto("about:blank")
    page.goto(f"{world.pages.as_uri()}/{name}")
    page.wait_for_function("!document.getElementById('waiting')")
    page.wait_for_function("!document.querySelector('[data-chart]') || document.querySelector('[data-chart] svg')")


def serious(page: Page) -> list[str]:
    """What an accessibility checker finds serious."""
    found = Axe().run(page, options=AXE).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found if each["impact"] in ("serious", "critical")]


@pytest.mark.parametrize("name", KINDS)
def test_a_page_is_accessible_and_fits_a_phone(page: Page, world: World, name: str) -> None:
    opened(page, world, name)
    assert serious(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function("document.documentElement.scrollWidth <= 390")  # a chart draws itself anew


@pytest.mark.parametrize("name", ["index.html", f"factory.html#{GENERATOR}", "list.html#mismatched/all"])
def test_a_page_is_accessible_on_a_phone(page: Page, world: World, name: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, world, name)
    assert serious(page) == []


def test_from_the_front_page_to_a_cells_origin_in_clicks(page: Page, world: World) -> None:
    opened(page, world, "index.html")
    page.get_by_role("link", name="Loads that differ").click()
    expect(page.locator("#count")).to_contain_text("1 rows")
    row = page.locator("tbody tr")
    expect(row).to_contain_text("M2026-04/1")
    row.locator("summary").last.click()
    expect(row.locator("details[open]")).to_contain_text("answers.csv")
    expect(row.locator("details[open]")).to_contain_text("7")  # the header is row 1, the sixth load row 7
    row.locator("a", has_text=SHOWN_EVIL[:20]).click()
    expect(page.locator("h1")).to_contain_text(SHOWN_EVIL)
    expect(page.locator("section[aria-labelledby=found]")).to_contain_text("permit")


def test_a_held_back_cell_is_shown_as_it_came(page: Page, world: World) -> None:
    opened(page, world, "index.html")
    page.get_by_role("link", name="held back").click()
    cells = page.locator("tbody tr", has_text="รหัสของเสีย").first
    expect(cells).to_contain_text(SHOWN_EVIL)
    cells.locator("summary").click()
    expect(cells.locator("details[open]")).to_contain_text('load"><b>.csv')


def test_one_switch_is_remembered_from_page_to_page(page: Page, world: World) -> None:
    opened(page, world, "index.html")
    expect(page.locator("h1 .th")).to_be_visible()
    expect(page.locator("h1 .en")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1 .th")).to_be_hidden()
    page.get_by_role("link", name="Rules").click()
    expect(page.locator("h1 .th")).to_be_hidden()
    expect(page.locator("h1 .en")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "en"


def test_the_switch_goes_along_in_links_where_a_browser_keeps_nothing(page: Page, world: World) -> None:
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('none') } })")
    opened(page, world, "index.html")
    page.get_by_role("button", name="ไทย", exact=True).click()
    page.locator("header nav").get_by_role("link", name="กฎ").click()
    expect(page.locator("h1 .th")).to_be_visible()
    expect(page.locator("h1 .en")).to_be_hidden()


@pytest.mark.parametrize("asked", ["ผู้รับกำจัด", "10101000025601", "1010-1000-0256"])
def test_a_factory_is_found_by_name_and_number(page: Page, world: World, asked: str) -> None:
    opened(page, world, "search.html")
    page.get_by_role("searchbox").fill(asked)
    expect(page.locator("#results li")).to_have_count(1)
    page.locator("#results a").click()
    expect(page.locator("h1")).to_have_text("ผู้รับกำจัดภาคกลาง")


def test_the_map_shows_another_figure(page: Page, world: World) -> None:
    opened(page, world, "index.html")
    tile = page.locator(".tiles a[href='province/10.html']")
    page.get_by_label("Show").select_option("mismatched")
    expect(tile).to_have_class("s5")
    expect(tile.locator("b")).to_have_text("1")
    tile.click()
    expect(page.locator("h1")).to_contain_text("กรุงเทพมหานคร")


def test_thai_letters_are_drawn_and_not_boxes(page: Page, world: World) -> None:
    opened(page, world, "index.html")
    drawn = page.evaluate("""() => {
        const ink = (text) => {
            const canvas = document.createElement("canvas");
            canvas.width = canvas.height = 64;
            const brush = canvas.getContext("2d");
            brush.font = `40px ${getComputedStyle(document.body).fontFamily}`;
            brush.fillText(text, 10, 45);
            return Array.from(brush.getImageData(0, 0, 64, 64).data).join();
        };
        return [ink("ก"), ink("ข"), ink("\\u{10FFFD}"), ink("")];
    }""")
    assert len(set(drawn)) == 4


def with_other_lists(world: World, tmp_path: Path, old: str, new: str) -> Path:
    """The pages, with one word of the lists' index replaced."""
    copy = tmp_path / "published"
    shutil.copytree(world.pages, copy)
    data = copy / "data" / "lists.js"
    text = data.read_text(encoding="utf-8")
    assert old in text
    data.write_text(text.replace(old, new, 1), encoding="utf-8")
    return copy


def test_pages_of_another_publication_say_so_instead_of_mixing_nights(page: Page, world: World, tmp_path: Path) -> None:
    copy = with_other_lists(world, tmp_path, '"2026-06-01T', '"2026-06-02T')
    page.goto(f"{copy.as_uri()}/list.html#missing/all")
    expect(page.locator("#notice")).to_contain_text("New pages have been published")
    expect(page.locator("tbody tr")).to_have_count(0)


def test_a_list_that_shows_its_first_rows_only_says_where_all_are(page: Page, world: World, tmp_path: Path) -> None:
    opened(page, world, "list.html#missing/all")
    expect(page.locator("#count")).to_have_text("18 แถว 18 rows")
    expect(page.locator("#whole")).to_be_hidden()
    copy = with_other_lists(world, tmp_path, '"piece": 1000', '"piece": 10')
    page.goto(f"{copy.as_uri()}/list.html#missing/all")
    expect(page.locator("#count")).to_contain_text("18 rows; the first 10 are shown")
    expect(page.locator("#whole code")).to_have_text("""waste sql --csv "FROM summary.obligation WHERE status = 'missing'\"""")


def test_a_figure_of_an_early_year_leads_to_its_factories(page: Page, world: World) -> None:
    opened(page, world, "index.html")
    page.locator("section[aria-labelledby=years] tr", has_text="2023").get_by_role("link", name="9", exact=True).click()
    expect(page.locator("h1")).to_contain_text("Waste by factory in 2023")
    expect(page.locator("tbody tr")).to_have_count(1)
