"""The small site, published once; each test works on a copy."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from flows.address_book import write_address_book
from flows.mail import MailRoute
from flows.reading.limits import Limits
from flows.signing import signer_of
from flows.warehouse import Store, open_work
from flows.web.app import make_app
from flows.web.site import Site
from tests.docs.small_night import run_small_night
from tests.web.small_site import EVIL, LOADS, MINE, OTHER, OTHER_LOADS, OTHER_MARK, REGISTER, URL, Browser, enter

OFFICERS = {"province20@diw.example": "20", "country@diw.example": "all", "desk@diw.example": "desk"}


@pytest.fixture(scope="session")
def published_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small world after a night; do not write here."""
    data = tmp_path_factory.mktemp("site") / "data"
    files = {
        "register.csv": REGISTER,
        f"by/{MINE}/{EVIL.replace('/', '')}.csv": LOADS,
        f"by/{OTHER}/{OTHER_MARK}.csv": OTHER_LOADS,
    }
    run_small_night(data, files)
    store = Store(data)
    with open_work(store.work) as connection:
        write_address_book(connection, store.address_book)
    return data


@pytest.fixture
def store(published_once: Path, tmp_path: Path) -> Store:
    shutil.copytree(published_once, tmp_path / "data")
    return Store(tmp_path / "data")


@pytest.fixture
def site(store: Store) -> Site:
    return Site(store, URL, Limits(file_bytes=200_000), signer_of(""), MailRoute(), OFFICERS)


@pytest.fixture
def app(site: Site) -> Iterator:
    app = make_app(site)
    with TestClient(app, base_url=URL):
        yield app


@pytest.fixture
def visitor(app) -> Callable[[str], Browser]:
    """Somebody with a browser of their own, signed in."""
    return lambda who: enter(app.state.web, TestClient(app, base_url=URL), who)


@pytest.fixture
def stranger(app) -> Browser:
    """Somebody who is not signed in."""
    return Browser(TestClient(app, base_url=URL))
