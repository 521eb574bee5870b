"""kill -9 at any point, then the night again: as if nothing had happened (law 10)."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import pytest

from flows.proof import prove
from flows.warehouse import Store
from tests.nights.one_night import Death, run_night
from tests.nights.small_world import NIGHT_1, NIGHT_2, fill, tables


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """Both nights run in peace: their tables, and the points that each passes."""
    store = Store(tmp_path_factory.mktemp("peace"))
    store.make_folders()
    fill(store.inbox)
    code, points_1 = run_night(store.data, NIGHT_1)
    assert code == 0
    first = tables(store.published)
    before_2 = tmp_path_factory.mktemp("between") / "data"
    shutil.copytree(store.data, before_2)
    code, points_2 = run_night(store.data, NIGHT_2)
    assert code == 0
    return {"first": first, "second": tables(store.published), "before_2": before_2, "points_1": points_1, "points_2": points_2}


def _deaths(points: dict[str, int]) -> list[Death]:
    return [Death(kind, number) for kind, count in sorted(points.items()) for number in range(1, count + 1)]


def test_points_cover_every_durable_moment(undisturbed):
    points = undisturbed["points_1"]
    assert points["step"] >= 10
    assert points["fsync"] >= 8
    assert points["unlink"] >= 7
    assert points["rename"] >= 3


@pytest.mark.parametrize("kind", ["step", "fsync", "unlink", "rename"])
def test_first_night_killed_anywhere(undisturbed, tmp_path, kind):
    deaths = [death for death in _deaths(undisturbed["points_1"]) if death.at == kind]
    for death in deaths if kind in ("step", "fsync") else (deaths[0], deaths[len(deaths) // 2], deaths[-1]):
        store = Store(tmp_path / f"{death.at}{death.number}")
        store.make_folders()
        fill(store.inbox)
        code, _ = run_night(store.data, NIGHT_1, death)
        assert code == -signal.SIGKILL, death
        code, _ = run_night(store.data, NIGHT_1)
        assert code == 0, death
        assert tables(store.published) == undisturbed["first"], death
        assert prove(store)[0] == [], death


def test_second_night_killed_then_run_again(undisturbed, tmp_path):
    for death in (death for death in _deaths(undisturbed["points_2"]) if death.at == "fsync"):
        data = tmp_path / f"{death.at}{death.number}"
        shutil.copytree(undisturbed["before_2"], data)
        code, _ = run_night(data, NIGHT_2, death)
        assert code == -signal.SIGKILL, death
        code, _ = run_night(data, NIGHT_2)
        assert code == 0, death
        assert tables(Store(data).published) == undisturbed["second"], death


def test_killed_every_time_it_is_started(undisturbed, tmp_path: Path):
    """Dying again and again, each time a little later, still ends in the same tables."""
    store = Store(tmp_path)
    store.make_folders()
    fill(store.inbox)
    for number in (3, 4, 5, 2, 1):
        run_night(store.data, NIGHT_1, Death("fsync", number))
    code, _ = run_night(store.data, NIGHT_1)
    assert code == 0
    assert tables(store.published) == undisturbed["first"]
