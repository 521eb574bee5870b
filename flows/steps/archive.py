"""Archive first: every file is kept durably, hashed and in the ledger before anything else is done with it.

Files go into packs: Parquet files, one row a file, found by sha256, written once. A synced copy of each file would cost
more than all the rest of the night; a pack is written beside, flushed once, renamed, entered in the ledger, and only then
do its files leave the inbox. What dies in between is either still in the inbox or already in the ledger.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from flows.ahead import Submit, at_once, one_ahead
from flows.clearing import InInbox, Stuck, clear
from flows.errors import NightError
from flows.ledger import Entry, Ledger, stamp, sync_folder

log = logging.getLogger(__name__)

DESK = "desk"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PACK_FILES = 5_000
PACK_BYTES = 64_000_000
PACK_SCHEMA = pa.schema(
    {
        "submission_id": pa.string(),
        "original_name": pa.string(),
        "submitted_by": pa.string(),
        "received_at": pa.timestamp("us", tz="UTC"),
        "modified_ns": pa.int64(),
        "size_bytes": pa.int64(),
        "refusal": pa.string(),  # folder, link, special, too_large, unreadable: no submission; NULL for a plain file
        "content": pa.binary(),  # NULL when an earlier pack has the same bytes, or for a refusal
    }
)


@dataclass(slots=True)
class Incoming:
    """One thing in the inbox."""

    path: str
    original_name: str
    submitted_by: str
    modified_ns: int
    size_bytes: int
    refusal: str | None


@dataclass(slots=True)
class Kept:
    """One file with its identity, ready for a pack; received at so many microseconds since 1970, UTC."""

    incoming: Incoming
    submission_id: str
    received_us: int
    content: bytes | None

    @property
    def order(self) -> tuple[int, str, str, str]:
        """Which of two reports is the later one: by time of receipt, then by sha256."""
        return self.received_us, self.submission_id, self.incoming.submitted_by, self.incoming.original_name


@dataclass
class Archived:
    """What a night took in.

    Attributes:
        files: by pack.
        clearing: by pack, what could not be taken out of the inbox, when that is known.
        stuck: what still could not be taken out of those of earlier nights.
    """

    files: dict[str, list[InInbox]] = field(default_factory=dict)
    clearing: dict[str, Future[list[Stuck]]] = field(default_factory=dict)
    stuck: list[str] = field(default_factory=list)


def archive(
    inbox: Path,
    folder: Path,
    ledger: Ledger,
    night: date,
    cut_off: datetime,
    earliest: datetime | None,
    max_file_bytes: int,
    known: Callable[[Sequence[str]], set[str]] = lambda submission_ids: set(),
    kept: Callable[[Entry], None] = lambda entry: None,
) -> Archived:
    """Take in what is in the inbox.

    Args:
        inbox: the desk's files, and `by/<factory_id>/` with those of a factory's own channel.
        folder: the archive.
        ledger: gets one entry per pack.
        night: the night that takes the files in.
        cut_off: files modified later are left.
        earliest: the cut-off of the night before; no file counts as received earlier.
        max_file_bytes: larger files are kept apart and refused.
        known: which of some submission ids the archive has the bytes of.
        kept: told each pack as soon as it is in the ledger.

    Returns:
        What was taken in; `begin_clearing` and `finish_clearing` take it out of the inbox.
    """
    _remove_orphans(folder, ledger)
    found = sorted(_look_into(inbox, cut_off, max_file_bytes), key=lambda each: (each.submitted_by, each.original_name))
    found, stuck = _finish_last_clearing(found, folder, ledger)
    archived = Archived(stuck=stuck)
    tonight: set[str] = set()
    numbers = count(sum(1 for _ in ledger.of_kind("pack")) + 1)

    def made() -> Iterator[tuple[list[Kept], pa.Table]]:
        for batch in _batches(found):
            if not (files := _keep_all(batch, earliest)):
                continue
            have = known([each.submission_id for each in files]) | tonight
            tonight.update(each.submission_id for each in files if each.content is not None)
            yield files, _pack_table(files, have)

    def write(made: tuple[list[Kept], pa.Table]) -> tuple[list[Kept], dict[str, object]]:
        files, table = made
        return files, _write_pack(table, folder, f"{night.isoformat()}-{next(numbers):06d}.parquet")

    # A pack is compressed and flushed while the next files are read.
    for files, pack in one_ahead(write, made()):
        kept(ledger.append("pack", {"night": night.isoformat(), **pack}))
        archived.files[str(pack["pack"])] = [_in_inbox(each.incoming, each.submission_id) for each in files]
    log.info("archive: %d files taken in", sum(map(len, archived.files.values())))
    return archived


def begin_clearing(archived: Archived, folder: Path, submit: Submit = at_once) -> None:
    """Have the inbox cleared of what was taken in, beside other work: a disk may let each file wait.

    Args:
        archived: what `archive` gave.
        folder: the archive.
        submit: has a piece of work done beside this one.
    """
    for pack, files in archived.files.items():
        archived.clearing[pack] = submit(clear, files, folder)


def finish_clearing(archived: Archived, ledger: Ledger) -> list[str]:
    """Wait until the inbox is cleared of what was taken in, and enter it in the ledger.

    Returns:
        What could not be taken out, and why. It is archived and not taken in again; every night tries once more.
    """
    stuck = list(archived.stuck)
    for pack, clearing in archived.clearing.items():
        try:
            left = [_words(each) for each in clearing.result()]
        except NightError as died:
            left = [f"pack {pack}: {died}"]
        stuck += left
        if not left:
            ledger.append("inbox_cleared", {"pack": pack})
    if stuck:
        log.warning("archive: the inbox does not let go of %d things, first of all %s", len(stuck), stuck[0])
    return stuck


def _look_into(inbox: Path, cut_off: datetime, max_file_bytes: int) -> Iterator[Incoming]:
    """Everything in the desk's folder and in the channels that was modified up to the cut-off."""
    cut_off_ns = int(cut_off.timestamp()) * 1_000_000_000 + cut_off.microsecond * 1_000
    for entry in os.scandir(inbox):
        if entry.name == "by" and entry.is_dir(follow_symlinks=False):
            for channel in os.scandir(entry.path):
                if channel.is_dir(follow_symlinks=False):
                    yield from _entries(channel.path, shown(channel.name), cut_off_ns, max_file_bytes)
                else:
                    yield from _entry(channel, "unknown", cut_off_ns, max_file_bytes)
        else:
            yield from _entry(entry, DESK, cut_off_ns, max_file_bytes)


def _entries(folder: str, submitted_by: str, cut_off_ns: int, max_file_bytes: int) -> Iterator[Incoming]:
    try:
        entries = os.scandir(folder)
    except PermissionError:  # the owner of a channel can close it; the others are not kept waiting for that
        log.warning("archive: the channel of %s cannot be read: its folder's permissions do not allow it", submitted_by)
        return
    for entry in entries:
        yield from _entry(entry, submitted_by, cut_off_ns, max_file_bytes)


def _entry(entry: os.DirEntry[str], submitted_by: str, cut_off_ns: int, max_file_bytes: int) -> Iterator[Incoming]:
    try:
        status = entry.stat(follow_symlinks=False)
    except FileNotFoundError:  # taken back since it was listed
        return
    if status.st_mtime_ns > cut_off_ns:
        return
    if stat.S_ISDIR(status.st_mode):
        refusal: str | None = "folder"
    elif stat.S_ISLNK(status.st_mode):
        refusal = "link"
    elif not stat.S_ISREG(status.st_mode):
        refusal = "special"
    else:
        refusal = "too_large" if status.st_size > max_file_bytes else None
    yield Incoming(entry.path, shown(entry.name), submitted_by, status.st_mtime_ns, status.st_size, refusal)


def shown(name: str) -> str:
    """A file name as text that any table and page can hold; bytes that are not UTF-8 are written out."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _batches(found: list[Incoming]) -> Iterator[list[Incoming]]:
    """By time, so that a pack holds what came together."""
    batch: list[Incoming] = []
    size = 0
    for each in sorted(found, key=lambda each: each.modified_ns):
        if batch and (len(batch) >= PACK_FILES or size + each.size_bytes > PACK_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(each)
        size += 0 if each.refusal else each.size_bytes
    if batch:
        yield batch


def _keep_all(batch: list[Incoming], earliest: datetime | None) -> list[Kept]:
    """Files with their identity, in their order of receipt."""
    earliest_us = (earliest - _EPOCH) // timedelta(microseconds=1) if earliest else 0
    kept = (_keep(each, earliest_us) for each in batch)
    return sorted((each for each in kept if each is not None), key=lambda each: each.order)


def _keep(each: Incoming, earliest_us: int) -> Kept | None:
    """One file with its identity; None when it is no longer what was listed: the next night sees what has become of it."""
    content = None
    try:
        if each.refusal is None:
            content = _bytes_of(each)
            digest = hashlib.sha256(content)
        elif each.refusal == "too_large":
            with open(each.path, "rb") as file:
                digest = hashlib.file_digest(file, "sha256")
        else:
            digest = _digest_of_refused(each)
    except PermissionError:  # known by its name; the file itself is put aside
        each.refusal = "unreadable"
        digest = _digest_of_refused(each)
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.ELOOP, errno.EISDIR, errno.EINVAL):
            raise
        log.warning("archive: %s has changed while it was looked at; it is left to the next night", each.original_name)
        return None
    return Kept(each, digest.hexdigest(), max(each.modified_ns // 1_000, earliest_us), content)


def _digest_of_refused(each: Incoming) -> hashlib._Hash:
    """What stands in for the bytes of something that has none for us."""
    target = os.readlink(each.path) if each.refusal == "link" else str(each.modified_ns)
    return hashlib.sha256(f"{each.refusal}\0{each.original_name}\0{shown(target)}".encode())


def _bytes_of(each: Incoming) -> bytes:
    """A plain file's bytes. Twenty thousand are read in a row: no more calls of the system than are needed."""
    # A file swapped since it was listed is not followed when it is a link, nor waited for when it is a pipe.
    descriptor = os.open(each.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        content = os.read(descriptor, each.size_bytes + 1)
        if len(content) == each.size_bytes:
            return content
        rest = []  # it has grown, or the system gives less at a time than was asked for
        while part := os.read(descriptor, 1 << 20):
            rest.append(part)
        return b"".join([content, *rest])
    finally:
        os.close(descriptor)


def _pack_table(kept: list[Kept], known: set[str]) -> pa.Table:
    """Files as PACK_SCHEMA; bytes that `known` names are in another pack, and the same bytes are in this one once."""
    contents: list[bytes | None] = []
    known = set(known)
    for each in kept:
        contents.append(None if each.submission_id in known else each.content)
        if each.content is not None:
            known.add(each.submission_id)
    return pa.table(
        [
            pa.array([each.submission_id for each in kept], pa.string()),
            pa.array([each.incoming.original_name for each in kept], pa.string()),
            pa.array([each.incoming.submitted_by for each in kept], pa.string()),
            pa.array([each.received_us for each in kept], pa.timestamp("us", tz="UTC")),
            pa.array([each.incoming.modified_ns for each in kept], pa.int64()),
            pa.array([each.incoming.size_bytes for each in kept], pa.int64()),
            pa.array([each.incoming.refusal for each in kept], pa.string()),
            _binary(contents),
        ],
        schema=PACK_SCHEMA,
    )


def _binary(contents: list[bytes | None]) -> pa.Array:
    """As `pa.array(contents, pa.binary())`, in one copy: an array that grows by and by is copied several times."""
    is_there = pa.array([each is not None for each in contents], pa.bool_())
    ends = np.cumsum([0, *(len(each or b"") for each in contents)]).astype(np.int32)
    joined = b"".join(each or b"" for each in contents)
    buffers = [is_there.buffers()[1], pa.py_buffer(ends), pa.py_buffer(joined)]
    return pa.Array.from_buffers(pa.binary(), len(contents), buffers)


def _write_pack(table: pa.Table, folder: Path, name: str) -> dict[str, object]:
    """Write a pack beside, flush it, and give it its name."""
    beside = folder / f".{name}.tmp"
    with beside.open("wb") as file:
        pq.write_table(table, file, compression="zstd", use_dictionary=False, row_group_size=PACK_FILES)
        file.flush()
        os.fsync(file.fileno())
    with beside.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    beside.replace(folder / name)
    sync_folder(folder)
    size = pc.sum(pc.binary_length(table["content"])).as_py() or 0
    return {"pack": name, "sha256": digest, "files": table.num_rows, "bytes": size}


def _words(stuck: Stuck) -> str:
    path, why = stuck
    return f"{shown(path)}: {why}"


def _in_inbox(each: Incoming, submission_id: str) -> InInbox:
    return each.path, submission_id, each.refusal, each.modified_ns, each.size_bytes


def _remove_orphans(folder: Path, ledger: Ledger) -> None:
    """A pack that is not in the ledger was never archived: all its files are still in the inbox.

    It is put aside, not deleted: should somebody have brought back an older ledger, it is the only copy.
    """
    known = {entry.facts["pack"] for entry in ledger.of_kind("pack")}
    for path in folder.iterdir():
        if path.suffix in (".parquet", ".tmp") and path.name not in known:
            aside = folder / "aside"
            aside.mkdir(exist_ok=True)
            log.warning("archive: %s is not in the ledger, as when a night died while writing it; it is put aside", path.name)
            path.replace(aside / path.name)


def _finish_last_clearing(found: list[Incoming], folder: Path, ledger: Ledger) -> tuple[list[Incoming], list[str]]:
    """Files that are already in the ledger but did not leave the inbox before a night ended are taken out now.

    Returns:
        What is to be taken in tonight; and what is not, but could not be taken out either, and why.
    """
    cleared = {entry.facts["pack"] for entry in ledger.of_kind("inbox_cleared")}
    left = [str(entry.facts["pack"]) for entry in ledger.of_kind("pack") if entry.facts["pack"] not in cleared]
    if not left:
        return found, []
    pack_of = {
        (row["original_name"], row["submitted_by"], row["modified_ns"], row["submission_id"]): str(entry.facts["pack"])
        for entry in ledger.of_kind("pack")
        if entry.facts["pack"] in left
        for row in read_pack(folder, entry, with_content=False).to_pylist()
    }
    open_files: list[Incoming] = []
    stuck: dict[str, list[str]] = {}
    for each in found:
        kept = _keep(each, 0)
        if kept is None:
            continue
        pack = pack_of.get((each.original_name, each.submitted_by, each.modified_ns, kept.submission_id))
        if pack is None:
            open_files.append(each)
        elif refused := clear([_in_inbox(each, kept.submission_id)], folder):
            stuck.setdefault(pack, []).extend(map(_words, refused))
    for pack in left:
        if pack not in stuck:
            ledger.append("inbox_cleared", {"pack": pack})
    return open_files, [words for refused in stuck.values() for words in refused]


def proven_pack(folder: Path, entry: Entry) -> pa.Table:
    """The files of one pack, as PACK_SCHEMA, after its hash was compared with the ledger's.

    Raises:
        NightError: the pack is missing, or not what was written.
    """
    path = folder / str(entry.facts["pack"])
    if not path.exists():
        raise _lost(path.name)
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != entry.facts["sha256"]:
            raise _altered(path.name)
    return read_pack(folder, entry)


def submission_ids_of(folder: Path, entry: Entry) -> list[str]:
    """The submission ids of one pack, in its order; its hash is not compared.

    Raises:
        NightError: the pack is missing, or not what was written.
    """
    try:
        ids: list[str] = read_pack(folder, entry, with_content=False)["submission_id"].to_pylist()
    except FileNotFoundError as error:
        raise _lost(str(entry.facts["pack"])) from error
    except (pa.ArrowException, OSError) as error:
        raise _altered(str(entry.facts["pack"])) from error
    return ids


def _lost(name: str) -> NightError:
    return NightError(f"the archive has lost pack {name}; bring it back from the back-up")


def _altered(name: str) -> NightError:
    return NightError(f"pack {name} of the archive is not what was written; bring it back from the back-up")


def read_pack(folder: Path, entry: Entry, with_content: bool = True) -> pa.Table:
    """The files of one pack, as PACK_SCHEMA; without the bytes when only names are needed."""
    columns = [name for name in PACK_SCHEMA.names if with_content or name != "content"]
    return pq.read_table(folder / str(entry.facts["pack"]), columns=columns)


def packs_of(ledger: Ledger, loaded: Iterable[str]) -> list[Entry]:
    """Packs of the ledger that are not loaded yet, in the order in which they were received."""
    done = set(loaded)
    return [entry for entry in ledger.of_kind("pack") if entry.facts["pack"] not in done]


def started(ledger: Ledger, night: date, cut_off: datetime) -> None:
    """Enter the night in the ledger before its first side effect."""
    ledger.append("night_started", {"night": night.isoformat(), "cut_off_at": stamp(cut_off)})
