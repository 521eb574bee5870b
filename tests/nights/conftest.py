"""Nights for the tests around them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from flows.warehouse import Store
from tests.nights.killed import Undisturbed
from tests.nights.one_night import run_night
from tests.nights.small_world import NIGHT_1, NIGHT_2, fill


@pytest.fixture(scope="session")
def two_nights_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small world after both nights; do not write here."""
    store = Store(tmp_path_factory.mktemp("nights") / "data")
    store.make_folders()
    fill(store.inbox)
    for night in (NIGHT_1, NIGHT_2):
        assert run_night(store.data, night)[0] == 0
    return store.data


@pytest.fixture
def two_nights(two_nights_once: Path, tmp_path: Path) -> Store:
    """A copy of one's own."""
    shutil.copytree(two_nights_once, tmp_path / "data")
    return Store(tmp_path / "data")


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    """What nights that were killed must end as; do not write in its folder."""
    return Undisturbed.run(tmp_path_factory.mktemp("peace"))
