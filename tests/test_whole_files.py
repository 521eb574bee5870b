"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from flows.whole_files import write_whole


def test_an_earlier_file_is_replaced_and_nothing_is_left_beside(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    (tmp_path / ".page.html.tmp").write_bytes(b"half of one that died")
    for content in (b"old", b"new"):
        write_whole(path, content)
        assert path.read_bytes() == content
    assert os.listdir(tmp_path) == ["page.html"]


def test_who_opened_the_old_one_keeps_it(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    write_whole(path, b"old")
    with path.open("rb") as reader:
        write_whole(path, b"new")
        assert reader.read() == b"old"


def test_a_private_file_is_private_before_anything_stands_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_to: list[int] = []
    really = os.open

    def watched(name: str, flags: int, mode: int) -> int:
        descriptor = really(name, flags, mode)
        open_to.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        return descriptor

    monkeypatch.setattr(os, "open", watched)
    (tmp_path / ".book.json.tmp").write_bytes(b"open to all")
    write_whole(tmp_path / "book.json", b"{}", mode=0o600)
    assert open_to == [0o600]
    assert stat.S_IMODE((tmp_path / "book.json").stat().st_mode) == 0o600


@pytest.mark.parametrize(("is_durable", "expected"), [(True, ["fsync", "replace"]), (False, ["replace"])])
def test_a_durable_file_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_durable: bool, expected: list[str]
) -> None:
    done: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def flush(descriptor: int) -> None:
        assert os.fstat(descriptor).st_size == 3
        done.append("fsync")
        fsync(descriptor)

    def rename(path: Path, target: Path) -> Path:
        done.append("replace")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", flush)
    monkeypatch.setattr(Path, "replace", rename)
    write_whole(tmp_path / "mail.eml", b"abc", is_durable=is_durable)
    assert done == expected


def test_what_cannot_be_written_leaves_the_old_one_and_nothing_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "page.html"
    write_whole(path, b"old")

    def refuse(path: Path, target: Path) -> Path:
        raise PermissionError("no")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PermissionError):
        write_whole(path, b"new")
    assert os.listdir(tmp_path) == ["page.html"] and path.read_bytes() == b"old"


def test_it_may_be_made_outside_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Path] = []
    replace = Path.replace
    monkeypatch.setattr(Path, "replace", lambda path, target: (seen.append(path), replace(path, target))[1])
    (tmp_path / "inbox").mkdir()
    write_whole(tmp_path / "inbox" / "D-1.csv", b"x", beside=tmp_path / ".D-1.csv.tmp")
    assert seen == [tmp_path / ".D-1.csv.tmp"]
    assert os.listdir(tmp_path / "inbox") == ["D-1.csv"]
