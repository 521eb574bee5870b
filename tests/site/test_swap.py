"""A folder is replaced as a whole, also where the two cannot be exchanged in one step."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.site import swap
from flows.site.swap import replace_folder


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    new, target = tmp_path / ".published.new", tmp_path / "published"
    for folder, text in ((new, "new"), (target, "old")):
        folder.mkdir()
        (folder / "index.html").write_text(text)
    (target / "gone.html").write_text("old")
    return new, target


@pytest.mark.parametrize("can_exchange", [True, False])
def test_the_new_one_takes_the_place_of_the_old(folders: tuple[Path, Path], can_exchange: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    new, target = folders
    if not can_exchange:
        monkeypatch.setattr(swap, "_exchange", lambda one, other: False)
    replace_folder(new, target)
    assert [path.name for path in target.parent.iterdir()] == ["published"]
    assert [(path.name, path.read_text()) for path in target.iterdir()] == [("index.html", "new")]


def test_where_there_is_none_it_is_put_there(tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.mkdir()
    replace_folder(new, tmp_path / "published")
    assert [path.name for path in tmp_path.iterdir()] == ["published"]


def test_what_cannot_be_put_there_leaves_the_old_one(folders: tuple[Path, Path]) -> None:
    _, target = folders
    with pytest.raises(OSError, match="No such file"):
        replace_folder(target.with_name("missing"), target)
    assert (target / "index.html").read_text() == "old"
