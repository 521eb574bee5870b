"""kill -9 before any flush to the disk, then the night again: as if nothing had happened (law 10)."""

from __future__ import annotations

from pathlib import Path

from flows.warehouse import Store
from tests.nights.killed import Undisturbed, deaths, first_night_killed, second_night_killed
from tests.nights.one_night import Death, run_night
from tests.nights.small_world import NIGHT_1, fill, tables


def test_first_night_killed_before_any_flush(undisturbed: Undisturbed, tmp_path: Path) -> None:
    for death in deaths(undisturbed.points_1, "fsync"):
        first_night_killed(undisturbed, tmp_path, death)


def test_second_night_killed_before_any_flush(undisturbed: Undisturbed, tmp_path: Path) -> None:
    for death in deaths(undisturbed.points_2, "fsync"):
        second_night_killed(undisturbed, tmp_path, death)


def test_killed_every_time_it_is_started(undisturbed: Undisturbed, tmp_path: Path) -> None:
    """Dying again and again, each time a little later, still ends in the same tables."""
    store = Store(tmp_path)
    store.make_folders()
    fill(store.inbox)
    for number in (3, 4, 5, 2, 1):
        run_night(store.data, NIGHT_1, Death("fsync", number))
    code, _ = run_night(store.data, NIGHT_1)
    assert code == 0
    assert tables(store.published) == undisturbed.first
