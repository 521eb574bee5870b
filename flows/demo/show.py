"""`waste demo`: make the world, run its nights, say which planted faults and abuses were found, show the officials' view."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from flows.demo import PLANTED_FILE, make_demo, write_planted
from flows.errors import UsageError
from flows.query import ask, show
from flows.warehouse import Store

_MADE_BY_FILE = "made_by.json"
FRONT_PAGE = """
    SELECT year, factories_obliged AS obliged, factories_reporting AS reporting, round(coverage_pct, 1) AS coverage_pct,
        generated_t, sent_t, received_t, sent_hazardous_t
    FROM summary.national ORDER BY year
"""
WORST = """
    SELECT rank, factory_id, factory_name, province_code AS province, open_breaches, oldest_open_breach_date AS oldest
    FROM summary.factory_compliance ORDER BY rank LIMIT 10
"""
NIGHTS = """
    SELECT night, outcome, files, rows_read, rows_accepted, rows_quarantined FROM audit.night ORDER BY night
"""
MAILS = (
    "SELECT night, to_role, subject, state FROM anomaly.mail"
    " ORDER BY night DESC, starts_with(to_role, 'factory-'), to_role LIMIT 12"
)


@dataclass(frozen=True)
class Comparison:
    """Planted against found: each a set of keys."""

    planted: int
    missed: list[Any]
    unexpected: list[Any]


def run_demo(data: Path, factories: int, seed: int) -> None:
    """Everything that `waste demo` does; prints as it goes.

    Raises:
        UsageError: the folder holds something that is not a demo.
    """
    started = time.monotonic()
    store = Store(data)
    made_by = {"factories": factories, "seed": seed, "code": _code_hash()}
    if _is_made(data, made_by):
        click.echo(f"{data} holds this demo already (same code, size and seed): shown again, not made again")
    else:
        _make(data, store, factories, seed)
        (data / _MADE_BY_FILE).write_text(json.dumps(made_by), encoding="utf-8")
    planted = json.loads((data / PLANTED_FILE).read_text(encoding="utf-8"))
    _show_officials(store)
    is_all_found = _show_planted(store, planted)
    _show_paths(data, store)
    click.echo(f"done in {time.monotonic() - started:.0f} s")
    if not is_all_found:
        raise AssertionError("the demo did not find exactly what it planted: that is a bug")


def _code_hash() -> str:
    """Changes with every source file, so that an old demo is never shown for new code."""
    root = Path(__file__).resolve().parents[2]
    digest = hashlib.sha256()
    for folder in ("flows", "schemas"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".py", ".sql", ".csv", ".j2"):
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _is_made(data: Path, made_by: dict[str, Any]) -> bool:
    marker = data / _MADE_BY_FILE
    return marker.exists() and json.loads(marker.read_text(encoding="utf-8")) == made_by


def _make(data: Path, store: Store, factories: int, seed: int) -> None:
    from flows.judging import prepare
    from flows.side_process import SideProcess

    if data.exists() and any(data.iterdir()):
        if not (data / PLANTED_FILE).exists():
            raise UsageError(f"{data} is not empty and not a demo; give a fresh folder with --data")
        shutil.rmtree(data)
    store.make_folders()
    SideProcess.warm_up(prepare)
    plan = make_demo(store.inbox, factories, seed)
    write_planted(plan, data / PLANTED_FILE)
    files = sum(1 for path in store.inbox.rglob("*") if path.is_file())
    click.echo(f"made {factories} factories and {files:,} files; running {len(plan.nights)} nights")
    from flows.nightly import run_now

    for number, night in enumerate(plan.nights, start=1):
        result = run_now(night, data)
        if number < len(plan.nights):
            SideProcess.warm_up(prepare)
        counts = result.counts
        click.echo(
            f"night {night} ({number} of {len(plan.nights)}): {counts['files']:,} files, {counts['rows_read']:,} rows read,"
            f" {counts['rows_accepted']:,} accepted, {counts['rows_quarantined']:,} held back"
        )


def _show_officials(store: Store) -> None:
    for title, statement in (
        ("Nights", NIGHTS), ("Front page", FRONT_PAGE), ("The ten factories with most to answer for", WORST), ("Mails", MAILS),
    ):  # fmt: skip
        answer = ask(store.published, statement)
        show(answer.columns, answer.rows, title)


def _show_planted(store: Store, planted: dict[str, Any]) -> bool:
    faults = compare_faults(store.published, planted)
    abuses = compare_abuses(store.published, planted)
    for name, each in (("faults", faults), ("abuses", abuses)):
        found = each.planted - len(each.missed)
        click.echo(f"planted {name}: {found} of {each.planted} found, {len(each.unexpected)} others found")
        for word, keys in (("missed", each.missed), ("unexpected", each.unexpected)):
            for key in keys[:10]:
                click.echo(f"  {word}: {key}")
            if len(keys) > 10:
                click.echo(f"  and {len(keys) - 10} more {word}")
    return not (faults.missed or faults.unexpected or abuses.missed or abuses.unexpected)


def compare_faults(published: Path, planted: dict[str, Any]) -> Comparison:
    """Planted faults against audit.finding, one to one."""
    expected = {
        (each["submission_id"], each["source_sheet"], each["source_row"], each["column"], each["check_id"])
        for each in planted["faults"]
    }
    answer = ask(published, "SELECT submission_id, source_sheet, source_row, column_name, check_id FROM audit.finding")
    return _compared(expected, set(answer.rows), len(answer.rows))


def compare_abuses(published: Path, planted: dict[str, Any]) -> Comparison:
    """Planted abuses against anomaly.found, one to one, over all rules."""
    expected = {(each["rule"], each["factory_id"], each["period"], each["key"]) for each in planted["abuses"]}
    answer = ask(published, "SELECT rule, factory_id, period, subject FROM anomaly.found WHERE state <> 'closed'")
    found = {(rule, factory, period, subject) for rule, factory, period, subject in answer.rows}
    return _compared(expected, found, len(answer.rows))


def _compared(expected: set[Any], found: set[Any], count: int) -> Comparison:
    unexpected = sorted(found - expected, key=str)
    if count != len(found):
        unexpected.append(f"{count - len(found)} found twice")
    return Comparison(len(expected), sorted(expected - found, key=str), unexpected)


def _show_paths(data: Path, store: Store) -> None:
    click.echo("open next:")
    for words, path in (
        ("what officials query (waste sql, or any DuckDB client)", store.published),
        ("the morning pages, in a browser", store.pages / "index.html"),
        ("the mails, as files", store.outbox),
        ("what was planted", data / PLANTED_FILE),
    ):
        click.echo(f"  {path}  - {words}")
    click.echo(f"  waste sql --data {data} \"SELECT * FROM summary.obligation WHERE status = 'missing'\"")
