"""Side processes of the night: real ones, which do as they are told, fail and die."""

from __future__ import annotations

import os
import pickle
import signal
import time
from concurrent.futures import Future
from pathlib import Path

import pytest

from flows.errors import NightError, PagesError, SubmissionError
from flows.side_process import SideProcess


def nothing() -> None:
    pass


def written(path: Path, seconds: float = 0) -> int:
    time.sleep(seconds)
    path.write_text(str(os.getpid()))
    return os.getpid()


def fail(error: Exception) -> None:
    raise error


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def exist(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def side():
    with SideProcess.take(nothing) as side:
        yield side


def test_work_is_done_elsewhere_in_order_and_paths_mean_the_same(side: SideProcess, tmp_path: Path, monkeypatch) -> None:
    asked: list[Future[int]] = [side.submit(written, tmp_path / "a", 0.2), side.submit(written, Path("b"))]
    pids = {each.result() for each in asked}
    assert len(pids) == 1 and os.getpid() not in pids
    assert (tmp_path / "a").read_text() == Path("b").read_text()
    assert (tmp_path / "a").stat().st_mtime_ns < Path("b").stat().st_mtime_ns
    Path("b").unlink()


@pytest.mark.parametrize("error", [NightError("stop", ("one",)), PagesError("no pages"), ValueError(7), OSError(13, "no", "x.csv")])
def test_what_it_raises_is_raised_here_and_it_goes_on(side: SideProcess, tmp_path: Path, error: Exception) -> None:
    with pytest.raises(type(error)) as caught:
        side.submit(fail, error).result()
    assert (caught.value.args, str(caught.value)) == (error.args, str(error))
    assert any("in fail" in note for note in caught.value.__notes__), "where it was raised"
    side.submit(written, tmp_path / "after").result()


def test_when_it_dies_all_that_was_asked_is_told_so(side: SideProcess, tmp_path: Path) -> None:
    first, later = side.submit(die), side.submit(written, tmp_path / "later")
    for asked in (first, later):
        with pytest.raises(NightError, match="side process of the night died at work on"):
            asked.result()
    assert not (tmp_path / "later").exists()


def test_what_cannot_be_sent_is_not_sent_and_harms_nothing(side: SideProcess, tmp_path: Path) -> None:
    with pytest.raises((pickle.PicklingError, AttributeError)):
        side.submit(lambda: None).result()
    side.submit(written, tmp_path / "after").result()


def test_what_cannot_be_understood_there_is_its_death_in_words(side: SideProcess) -> None:
    with pytest.raises(NightError, match=r"died at work on fail: (.|\n)*missing 2 required positional arguments"):
        side.submit(fail, SubmissionError("file_is_readable", "en", "th")).result()


def test_it_ends_with_its_night(tmp_path: Path) -> None:
    with SideProcess.take(nothing) as side:
        pid = side.submit(written, tmp_path / "pid").result()
        side.submit(written, tmp_path / "never", 60)
    assert not exist(pid) and not (tmp_path / "never").exists()


def test_one_that_no_night_has_taken_is_dismissed(tmp_path: Path) -> None:
    SideProcess.warm_up(nothing)
    warm = SideProcess._warm
    assert warm is not None
    pid = warm.submit(written, tmp_path / "pid").result()
    SideProcess.dismiss()
    SideProcess.dismiss()
    assert SideProcess._warm is None and not exist(pid)


def test_one_that_was_asked_for_nothing_was_never_started() -> None:
    with SideProcess() as side:
        assert side._child is None


def test_a_patient_one_lets_all_others_go_first() -> None:
    with SideProcess(is_patient=True) as side:
        assert side.submit(os.nice, 0).result() == 19
    with SideProcess() as side:
        assert side.submit(os.nice, 0).result() == os.nice(0)
