"""kill -9 before any step, unlink or rename, then the night again: as if nothing had happened (law 10)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.nights.killed import Undisturbed, deaths, first_night_killed


def test_points_cover_every_durable_moment(undisturbed: Undisturbed) -> None:
    points = undisturbed.points_1
    assert points["step"] >= 10
    assert points["fsync"] >= 8
    assert points["unlink"] >= 7
    assert points["rename"] >= 3


def test_killed_before_any_step(undisturbed: Undisturbed, tmp_path: Path) -> None:
    for death in deaths(undisturbed.points_1, "step"):
        first_night_killed(undisturbed, tmp_path, death)


@pytest.mark.parametrize("kind", ["unlink", "rename"])
def test_killed_before_the_first_the_middle_and_the_last(undisturbed: Undisturbed, tmp_path: Path, kind: str) -> None:
    each = deaths(undisturbed.points_1, kind)
    for death in (each[0], each[len(each) // 2], each[-1]):
        first_night_killed(undisturbed, tmp_path, death)
