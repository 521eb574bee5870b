"""As known on a date: the published file as it was that night, made anew by replaying the ledger up to it."""

from __future__ import annotations

import logging
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flows import night as wiring
from flows.errors import UsageError
from flows.ledger import Entry, Ledger, instant
from flows.reading.limits import Limits
from flows.rebuild import replay
from flows.steps.alert import refresh_table
from flows.steps.publish import publish
from flows.warehouse import Store, open_work

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class AsOf:
    """What was written: the file, the night that it shows, and how many runs and files were replayed."""

    path: Path
    night: date
    runs: int
    files: int


@dataclass(frozen=True)
class _Aside(Store):
    """The same installation, with scratch files of its own: a night may run meanwhile."""

    aside: Path

    @property
    def scratch(self) -> Path:
        """Files of the replay."""
        return self.aside / "scratch"


def as_of(store: Store, day: date, out: Path | None, memory_limit_mb: int, limits: Limits) -> AsOf:
    """Write the published file as officials had it after the last night up to a day.

    Archive and ledger are only read, so no lease is needed. As at any publication, `audit.night` ends with that night, and
    `anomaly.mail` shows the state before the sending of that night. Code lists and rules are those of this version.

    Args:
        store: the installation.
        day: a day in Bangkok.
        out: the file; default `waste-as-of-DAY.duckdb` beside the published one, which may be written again.
        memory_limit_mb: memory that DuckDB may use [MB].
        limits: bounds on reading a file.

    Raises:
        UsageError: no night was published by then, or the file cannot be written there.
        NightError: the ledger or a pack is not what was written.
    """
    ledger = Ledger(store.ledger)
    published = list(ledger.of_kind("night_published"))
    by_then = [entry for entry in published if date.fromisoformat(entry.facts["night"]) <= day]
    if not by_then:
        first = f"the first one published is {published[0].facts['night']}" if published else "none has been published yet"
        raise UsageError(f"no night was published by {day}: {first}")
    target = out or store.published.with_name(f"waste-as-of-{day}.duckdb")
    _refuse(store, target, is_chosen=out is not None)
    try:
        aside = tempfile.TemporaryDirectory(prefix=".as-of-", dir=target.parent)
    except OSError as error:
        raise UsageError(f"{target} cannot be written: {error.strerror}") from error
    with aside as folder:
        return _write(_Aside(store.data, Path(folder)), ledger, by_then, target, memory_limit_mb, limits)


def _refuse(store: Store, target: Path, is_chosen: bool) -> None:
    if target.resolve() in (store.published.resolve(), store.work.resolve()):
        raise UsageError(f"{target} is the warehouse itself; choose another file")
    if not target.parent.is_dir():
        raise UsageError(f"{target.parent} is no folder")
    if is_chosen and target.exists():
        raise UsageError(f"{target} is there already; choose another file")


def _write(
    store: _Aside, ledger: Ledger, published: list[Entry], target: Path, memory_limit_mb: int, limits: Limits
) -> AsOf:
    last = published[-1]
    night, finished_at = date.fromisoformat(last.facts["night"]), instant(last.facts["finished_at"])
    runs = [run for entry in published for run in entry.facts["runs"]]
    past = ledger.before(last)
    with open_work(store.aside / "work.duckdb", memory_limit_mb) as connection:
        files = sum(replay(connection, past, run, store, limits) for run in runs)
        wiring.refresh_nights(connection, past, (night, finished_at))
        refresh_table(connection, past)
        wiring.comment_all(connection)
        publish(connection, target)
    log.info("as of %s: %d runs, %d files", night, len(runs), files)
    return AsOf(target, night, len(runs), files)
