"""Proof that nothing was altered: every hash of archive and ledger, every row count of the warehouse."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from flows.errors import NightError
from flows.ledger import Entry, Ledger
from flows.warehouse import Store
from schemas.reports import all_reports


@dataclass
class Counts:
    """What was read."""

    entries: int = 0
    packs: int = 0
    files: int = 0


def prove(store: Store) -> tuple[list[str], Counts]:
    """Read everything and compare.

    Returns:
        Differences in words (none = unbroken), and what was read.
    """
    counts = Counts()
    try:
        ledger = Ledger(store.ledger)
    except NightError as error:
        return [str(error)], counts
    counts.entries = len(ledger.entries)
    differences = []
    if ledger.torn_bytes:
        differences.append(f"the ledger ends in {ledger.torn_bytes} bytes of a line that was not finished")
    kept: set[str] = set()
    names: list[str] = []
    for entry in ledger.of_kind("pack"):
        counts.packs += 1
        names.append(str(entry.facts["pack"]))
        differences += _prove_pack(store.archive, entry, kept, counts)
    differences += _strangers(store, names)
    differences += _prove_outbox(store, ledger)
    for path in (store.work, store.published):
        if path.exists():
            differences += _prove_rows(path, kept)
    return differences, counts


def _prove_pack(folder: Path, entry: Entry, kept: set[str], counts: Counts) -> list[str]:
    name = str(entry.facts["pack"])
    path = folder / name
    if not path.exists():
        return [f"pack {name} is missing"]
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != entry.facts["sha256"]:
        return [f"pack {name} is not what was written: its hash differs"]
    try:
        pack = pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        return [f"pack {name} cannot be read: {error}"]
    if pack.num_rows != entry.facts["files"]:
        return [f"pack {name} has {pack.num_rows} files, the ledger says {entry.facts['files']}"]
    differences = []
    for row in pack.select(["submission_id", "refusal", "content", "original_name"]).to_pylist():
        counts.files += 1
        if row["content"] is not None:
            kept.add(row["submission_id"])
            if hashlib.sha256(row["content"]).hexdigest() != row["submission_id"]:
                differences.append(f"{row['original_name']} in pack {name} does not hash to {row['submission_id']}")
        elif row["refusal"] == "too_large":
            differences += _prove_refused(folder / "refused" / row["submission_id"], row["submission_id"])
        elif row["refusal"] is None and row["submission_id"] not in kept:
            differences.append(f"{row['original_name']} in pack {name} has no bytes, here or in an earlier pack")
    return differences


def _prove_refused(path: Path, submission_id: str) -> list[str]:
    if not path.exists():
        return [f"the refused file {submission_id} is missing"]
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return [] if digest == submission_id else [f"the refused file {submission_id} is not what was received"]


def _strangers(store: Store, names: list[str]) -> list[str]:
    """Packs that the ledger does not know: left by a crash, or put there by somebody."""
    return [
        f"pack {path.name} is not in the ledger"
        for path in sorted(store.archive.glob("*.parquet"))
        if path.name not in names
    ]


def _prove_outbox(store: Store, ledger: Ledger) -> list[str]:
    differences = []
    for entry in ledger.of_kind("mail_recorded"):
        path = store.outbox / str(entry.facts["eml"])
        if not path.exists():
            differences.append(f"mail {path.name} is missing from the outbox")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != entry.facts["sha256"]:
            differences.append(f"mail {path.name} is not what was written")
    return differences


def _prove_rows(path: Path, kept: set[str]) -> list[str]:
    """Row counts of one warehouse file against its own audit tables and the archive."""
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        return [f"{path.name} cannot be opened: {str(error).splitlines()[0]}"]
    try:
        return [f"{path.name}: {each}" for each in _row_differences(connection, kept)]
    except duckdb.Error as error:
        return [f"{path.name} cannot be read: {str(error).splitlines()[0]}"]
    finally:
        connection.close()


def _row_differences(connection: duckdb.DuckDBPyConnection, kept: set[str]) -> list[str]:
    stored = " UNION ALL ".join(
        f"SELECT submission_id, count(*) AS n FROM {schema}.{name} GROUP BY 1"
        for schema in ("core", "history")
        for name in all_reports()
    )
    rows = connection.execute(
        f"""
        WITH said AS (
            SELECT submission_id, sum(rows_read) AS r, sum(rows_accepted) AS a, sum(rows_quarantined) AS q
            FROM audit.submission GROUP BY 1
        ),
        accepted AS (SELECT submission_id, sum(n) AS n FROM ({stored}) GROUP BY 1),
        held AS (SELECT submission_id, count(*) AS n FROM quarantine.row GROUP BY 1)
        SELECT coalesce(s.submission_id, a.submission_id, h.submission_id), s.r, s.a, coalesce(a.n, 0), s.q, coalesce(h.n, 0)
        FROM said AS s FULL JOIN accepted AS a USING (submission_id) FULL JOIN held AS h USING (submission_id)
        WHERE s.r IS DISTINCT FROM s.a + s.q OR s.a IS DISTINCT FROM coalesce(a.n, 0) OR s.q IS DISTINCT FROM coalesce(h.n, 0)
        ORDER BY 1
        """
    ).fetchall()
    differences = [
        f"submission {ident}: {read} rows read, {accepted} accepted ({in_core} found), {held} held back ({found} found)"
        for ident, read, accepted, in_core, held, found in rows
    ]
    submissions = connection.execute(
        "SELECT DISTINCT submission_id FROM audit.submission WHERE rows_read > 0 ORDER BY 1"
    ).fetchall()
    differences += [f"submission {row[0]} is not in the archive" for row in submissions if row[0] not in kept]
    nights = connection.execute(
        "SELECT n.night FROM audit.night AS n LEFT JOIN audit.submission AS s USING (night)"
        " GROUP BY n.night, n.rows_read, n.rows_accepted, n.rows_quarantined, n.files"
        " HAVING n.files <> count(s.submission_id) OR n.rows_read <> coalesce(sum(s.rows_read), 0)"
        " OR n.rows_accepted <> coalesce(sum(s.rows_accepted), 0)"
        " OR n.rows_quarantined <> coalesce(sum(s.rows_quarantined), 0) ORDER BY 1"
    ).fetchall()
    return differences + [f"the counts of night {row[0]} are not those of its files" for row in nights]
