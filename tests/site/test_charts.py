"""The script of the charts: from the night before, from the installation, or bundled."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.site import charts


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path, Path]:
    """New assets, those of the night before, and the installation's."""
    new, before, prepared = (tmp_path / name for name in ("new", "before", "prepared"))
    new.mkdir()
    before.mkdir()
    monkeypatch.setattr(charts, "PREPARED", prepared)
    return new, before, prepared


def test_setup_prepares_what_a_first_night_lays(folders: tuple[Path, Path, Path]) -> None:
    new, before, prepared = folders
    charts.main()
    name = charts.lay_script(new, before)
    assert [path.name for path in prepared.iterdir()] == [name]
    assert (new / name).read_text(encoding="utf-8") == (prepared / name).read_text(encoding="utf-8")
    assert "vegaEmbed" in (new / name).read_text(encoding="utf-8")


def test_without_a_prepared_script_it_is_bundled(folders: tuple[Path, Path, Path]) -> None:
    new, before, prepared = folders
    name = charts.lay_script(new, before)
    assert not prepared.exists()
    assert "vegaEmbed" in (new / name).read_text(encoding="utf-8")


def test_that_of_the_night_before_is_kept(folders: tuple[Path, Path, Path]) -> None:
    new, before, _ = folders
    name = charts.lay_script(new, before)
    (new / name).rename(before / name)
    (before / name).write_text("of the night before")
    assert (new / charts.lay_script(new, before)).read_text() == "of the night before"
