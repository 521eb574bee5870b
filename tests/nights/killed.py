"""Nights that are killed and run again, beside the same nights in peace."""

from __future__ import annotations

import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

from flows.proof import prove
from flows.warehouse import Store
from tests.nights.one_night import Death, run_night
from tests.nights.small_world import NIGHT_1, NIGHT_2, fill, tables

Tables = dict[str, list[str]]


@dataclass(frozen=True)
class Undisturbed:
    """Both nights run in peace: their tables, the points that each passes, and the folder as it was between them."""

    first: Tables
    second: Tables
    points_1: dict[str, int]
    points_2: dict[str, int]
    between: Path

    @classmethod
    def run(cls, folder: Path) -> Undisturbed:
        store, between = Store(folder / "data"), folder / "between"
        store.make_folders()
        fill(store.inbox)
        code, points_1 = run_night(store.data, NIGHT_1)
        assert code == 0
        first = tables(store.published)
        shutil.copytree(store.data, between)
        code, points_2 = run_night(store.data, NIGHT_2)
        assert code == 0
        return cls(first, tables(store.published), points_1, points_2, between)


def deaths(points: dict[str, int], kind: str) -> list[Death]:
    """One at every point of a kind that a night passes."""
    return [Death(kind, number) for number in range(1, points[kind] + 1)]


def first_night_killed(undisturbed: Undisturbed, folder: Path, death: Death) -> None:
    """The first night dies; the next try ends as if nothing had happened."""
    store = Store(folder / f"{death.at}{death.number}")
    store.make_folders()
    fill(store.inbox)
    _dies_then_ends(store, NIGHT_1, death)
    assert tables(store.published) == undisturbed.first, death
    assert prove(store)[0] == [], death


def second_night_killed(undisturbed: Undisturbed, folder: Path, death: Death) -> None:
    """The same of the second night, whose first one was published."""
    store = Store(folder / f"{death.at}{death.number}")
    shutil.copytree(undisturbed.between, store.data)
    _dies_then_ends(store, NIGHT_2, death)
    assert tables(store.published) == undisturbed.second, death


def _dies_then_ends(store: Store, night: str, death: Death) -> None:
    code, _ = run_night(store.data, night, death)
    assert code == -signal.SIGKILL, death
    code, _ = run_night(store.data, night)
    assert code == 0, death
