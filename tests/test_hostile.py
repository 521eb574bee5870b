"""Every letter, page and template, found by its folder: what a report says is only text in it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest

from flows.feedback.page import page_of
from flows.feedback.receipt import receipts
from flows.feedback.remind import compose_to_factories
from flows.ledger import Ledger
from flows.letters import environment_of
from flows.mail import Letter, MailRoute
from flows.reading.limits import Limits
from flows.sheet.facts import sheet_of
from flows.sheet.page import html_of
from flows.signing import signer_of
from flows.site.rendering import environment as environment_of_pages
from flows.site.telling import compose_pages_failed
from flows.site.writing import write_stopped_page
from flows.steps.alert import compose, compose_stop, compose_stuck
from flows.warehouse import Store, open_work
from flows.web.doors import Doors
from flows.web.link_post import LinkPost
from flows.web.site import Site, Visitor
from tests.docs.small_night import NIGHT
from tests.site.conftest import EVIL, GENERATOR, PROCESSOR, SECRETS, SILENT, World, world  # noqa: F401

FLOWS = Path(__file__).parent.parent / "flows"
LETTERS, WEB = FLOWS / "letters", FLOWS / "web" / "pages"
RAW = ("<script>window", "<img src=x", "\u202e")


def looked_for(texts: str) -> list[str]:
    """What of the hostile cell stands there unescaped, and what is personal."""
    return [each for each in (*RAW, *SECRETS) if each in texts]


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Names of the templates that are filled from now on."""
    names: set[str] = set()
    get = jinja2.Environment.get_template

    def recorded(self: jinja2.Environment, name: str, *rest: object, **more: object) -> jinja2.Template:
        names.add(name)
        return get(self, name, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(jinja2.Environment, "get_template", recorded)
    return names


def every_letter(data: Path) -> Iterator[Letter]:
    """One letter of each kind at least, over the hostile world."""
    store = Store(data)
    with open_work(store.work) as connection:
        # A night of the month before, without which no list of inspections is due.
        connection.execute("INSERT INTO audit.night BY NAME SELECT DATE '2026-05-01' AS night, 'published' AS outcome")
        yield from compose(connection, NIGHT, None)
        yield from compose(connection, NIGHT, EVIL)
        # Twice: who has a file to mend hears of that alone, so the reminders come where no mail of that kind is wanted.
        yield from compose_to_factories(connection, NIGHT, Ledger(store.ledger), 99, (-15, -3, 1, 30), (), "https://ours.example")
        yield from compose_to_factories(connection, NIGHT, Ledger(store.ledger), 99, (-15, -3, 1, 30), {f"factory-{GENERATOR}"})
    yield compose_stop(NIGHT, EVIL, [EVIL] * 99)
    yield compose_stuck(NIGHT, [EVIL] * 99)
    yield compose_pages_failed(NIGHT, EVIL)
    site = Site(store, "http://127.0.0.1:8080", Limits(), signer_of(""), MailRoute(), {})
    yield LinkPost(site, Doors()).letter(Visitor("factory", GENERATOR))


def test_no_letter_carries_a_hostile_cell_but_as_text(world: World, tmp_path: Path, rendered: set[str]) -> None:  # noqa: F811
    shutil.copytree(world.store.data, tmp_path / "data")
    letters = list(every_letter(tmp_path / "data"))
    with open_work(tmp_path / "data" / "warehouse" / "work.duckdb") as connection:
        ids = [row[0] for row in connection.execute("SELECT DISTINCT submission_id FROM audit.submission ORDER BY ALL").fetchall()]
        pages = [page_of(each, signer_of("")) for each in receipts(connection, ids)]
    templates = {path.name for path in LETTERS.glob("*.j2")}
    assert templates - rendered - {name for name in templates if name.startswith("_")} == set(), "say here how each is written"
    for letter in letters:
        assert looked_for(letter.html) == [], letter.kind
        assert not any(each in letter.text for each in ("\u202e", *SECRETS)), f"{letter.kind}, as plain text"
        assert letter.subject.isprintable() and len(letter.subject.splitlines()) == 1
    assert [found for page in pages for found in looked_for(page)] == []
    kinds = {letter.kind for letter in letters if "&lt;script&gt;window" in letter.html}
    assert kinds >= {"digest", "inspections", "suspicion", "receipt", "stop", "stuck", "pages"}, "the hostile cell came so far in each of these"
    assert any("&lt;script&gt;window" in page for page in pages)


def test_every_template_of_a_page_or_html_letter_escapes() -> None:
    folders = {LETTERS: environment_of(LETTERS), WEB: environment_of(WEB), FLOWS / "site" / "templates": environment_of_pages()}
    found = {path.parent for path in FLOWS.rglob("*.j2")}
    assert found - {FLOWS / "sheet"} == set(folders), "a folder of templates more: say here how it is filled"
    for folder, environment in folders.items():
        for path in folder.glob("*.j2"):
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"\|\s*safe\b|autoescape|Markup", text), f"{path.name} leaves a value as it is"
            is_html = path.name.endswith(".html.j2")
            escapes = environment.autoescape if isinstance(environment.autoescape, bool) else environment.autoescape(path.name)
            assert escapes == is_html, path.name


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("factory", [GENERATOR, PROCESSOR, SILENT])
def test_no_sheet_carries_a_hostile_cell_but_as_text(world: World, factory: str, language: str) -> None:  # noqa: F811
    said = html_of(sheet_of(world.store.published, factory, language), "https://pages.example")  # type: ignore[arg-type]
    assert looked_for(said) == []
    assert ("&lt;script&gt;window" in said) == (factory != SILENT)


def test_the_page_of_a_stopped_night_carries_a_hostile_verdict_as_text(world: World, tmp_path: Path) -> None:  # noqa: F811
    page = write_stopped_page(tmp_path, world.report)
    said = page.read_text(encoding="utf-8")
    assert looked_for(said) == [] and "&lt;script&gt;window" in said
