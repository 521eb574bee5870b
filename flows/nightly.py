"""The nightly flow: the contents page of the pipeline. The steps are plain functions; Prefect only starts and watches them."""

from __future__ import annotations

import dataclasses
import gc
import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

# Before Prefect is imported: no telemetry, and a first start of its embedded server on a slow disk is waited for.
os.environ.setdefault("DO_NOT_TRACK", "1")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW", "ignore")
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")
os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")

import duckdb
from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

from flows import night as wiring
from flows.address_book import write_address_book
from flows.ahead import Submit
from flows.clock import now
from flows.errors import NightError, PagesError
from flows.feedback.giving import give_back
from flows.feedback.post import addresses
from flows.feedback.remind import compose_to_factories
from flows.judging import judge, prepare
from flows.lease import lease
from flows.ledger import Ledger, stamp
from flows.mail import MailRoute, SendResult, mails_of, record, send
from flows.settings import Settings, limits_of, route_of, signer_of, unsubscribed_of
from flows.side_process import SideProcess
from flows.site.telling import compose_pages_failed
from flows.site.writing import NightReport, Writing, begin_site, finish_site, prepare_pages, write_stopped_page
from flows.steps.alert import compose, compose_stop, compose_stuck, refresh_table
from flows.steps.archive import archive, begin_clearing, finish_clearing, started
from flows.steps.detect import Detected, detect
from flows.steps.publish import publish
from flows.steps.summarise import summarise, summarise_found
from flows.steps.verify import Verdict, verify
from flows.warehouse import Store, open_work, transaction

log = logging.getLogger(__name__)
Result = TypeVar("Result")


@dataclass(frozen=True)
class NightResult:
    """What a published night did."""

    night: date
    counts: dict[str, int]
    detected: Detected
    mails: SendResult


def step(name: str, work: Callable[[], Result]) -> Result:
    """Run one step as a Prefect task: seen in its page, never cached, never retried (only mail meets the outside)."""

    def timed() -> Result:
        begun = time.monotonic()
        result = work()
        log.info("step %s: %.2f s", name, time.monotonic() - begun)
        return result

    coat = task(name=name, cache_policy=NO_CACHE, persist_result=False)
    return coat(timed)()


@flow(name="nightly", validate_parameters=False)
def nightly(night: date | str | None = None, data: Path | str = Path("data")) -> NightResult:
    """One night: from the inbox to a published file and mails.

    Args:
        night: a day in Bangkok, `2026-11-22`; None is today.
        data: folder of the installation.

    Raises:
        UsageError: the night cannot be run (it lies ahead, or before the last one).
        NightError: it was stopped; nothing is published, operators are mailed.
    """
    settings, store = Settings(), Store(Path(data))
    store.make_folders()
    gc.set_threshold(50_000, 20, 20)  # what a night makes it keeps: looking through it for garbage in every corner costs time
    with lease(store.lease), SideProcess.take(prepare) as side, SideProcess(is_patient=True) as sweeper:
        ledger = Ledger(store.ledger)
        times = wiring.times_of(ledger, _day(night), now())
        started(ledger, times.night, times.cut_off)
        stopped: NightError | None = NightError("it ended unexpectedly: the log of the run has the traceback")
        try:
            result = _run(settings, store, ledger, times, side.submit, sweeper.submit)
            stopped = None
        except NightError as error:
            # A new one: the old one's traceback would keep the warehouse open as long as Prefect keeps the failed state.
            stopped = NightError(str(error), error.failures)
        finally:
            if stopped:  # a bug goes on from here as it is
                _stop(settings, store, ledger, times.night, stopped)
        if stopped:
            raise stopped
    _show_artifacts(result)
    return result


def _day(night: date | str | None) -> date | None:
    return date.fromisoformat(night) if isinstance(night, str) else night


def _run(
    settings: Settings, store: Store, ledger: Ledger, times: wiring.Times, beside: Submit, when_idle: Submit
) -> NightResult:
    durations: list[tuple[str, float]] = []

    def run(name: str, work: Callable[[], Result]) -> Result:
        """A step, whose seconds stand on the night's page."""
        begun = time.monotonic()
        result = step(name, work)
        durations.append((name, time.monotonic() - begun))
        return result

    with open_work(store.work, settings.memory_limit_mb) as connection:
        limits = limits_of(settings)
        reader = wiring.pack_reader(connection, store, limits, beside)
        for pack in wiring.pending(connection, ledger):  # of a night that died
            reader.add(pack)
        archived = run("archive", lambda: archive(
            store.inbox, store.archive, ledger, times.night, times.cut_off, times.earliest, limits.file_bytes,
            partial(wiring.known_among, connection), reader.add,
        ))  # fmt: skip
        begin_clearing(archived, store.archive, when_idle)
        with transaction(connection):
            packs = wiring.pending(connection, ledger)
            intake = wiring.Intake.of(reader.read(run))
            wiring.judge_and_load(connection, intake, times.night, run)
            run("summarise", lambda: summarise(connection, times.night, settings.obligations_from))
            detected = run("detect", lambda: detect(connection, times.night))
            run("summarise what was found", lambda: summarise_found(connection))
            wiring.record_run(connection, times, packs, settings.obligations_from)
            finished_at = now()
            wiring.refresh_nights(connection, ledger, (times.night, finished_at))
            verdicts = run("verify", lambda: verify(connection, lambda totals: beside(judge, totals)))
            beside(prepare_pages)
            report = NightReport(times.night, finished_at, verdicts, durations, detected.suspicion)
            stop_when_unbelievable(verdicts, report, store.pages)
            refresh_table(connection, ledger)  # what earlier letters told, also those of a night that died
            letters = run("compose letters", lambda: compose(connection, times.night, detected.suspicion))
            if not detected.suspicion:  # when the pipeline suspects itself, nobody is told to mend anything
                letters += run("compose mails to factories", lambda: compose_to_factories(
                    connection, times.night, ledger, settings.factory_mails_per_night, settings.reminder_days,
                    unsubscribed_of(settings), settings.web_url,
                ))  # fmt: skip
            record(ledger, store.outbox, letters, finished_at)
            refresh_table(connection, ledger)
            wiring.comment_all(connection)
        run("publish", lambda: publish(connection, store.published))
        # The pages need the published file and nothing else: they are written beside what is left of the night.
        site = begin_site(store.published, store.pages, store.scratch, report, settings.memory_limit_mb, beside)
        write_address_book(connection, store.address_book)
        runs = wiring.runs_since_publication(connection, ledger)
        night_facts = {"night": str(times.night), "finished_at": stamp(finished_at), "runs": runs}
        ledger.append("night_published", night_facts)
        if stuck := finish_clearing(archived, ledger):
            record(ledger, store.outbox, [compose_stuck(times.night, stuck)], finished_at)
        counts = wiring.counts_of(connection, times.night)
        mails = run("alert", lambda: send(
            ledger, store.outbox, _route(settings, connection, ledger), now(), hold_factories=bool(detected.suspicion)
        ))  # fmt: skip
        refresh_table(connection, ledger)
    run("feedback", lambda: give_back(store, times.night, signer_of(settings), settings.receipts_per_night))
    run("pages", lambda: _finish_pages(settings, store, ledger, site, times.night))
    return NightResult(times.night, counts, detected, mails)


def run_now(night: date | str | None, data: Path) -> NightResult:
    """The flow, once, in this process.

    Without Prefect's heartbeat, whose thread takes a second to end: that a night died is told by our own lease and ledger.

    Raises:
        UsageError: before Prefect is asked for anything, when the night cannot be run.
    """
    wiring.times_of(Ledger(Store(data).ledger), _day(night), now())
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        return nightly(night, data)


def _route(settings: Settings, connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> MailRoute:
    """The way out of the house, with the registered addresses of factories that mails wait for."""
    route = route_of(settings)
    waiting = [mail.to_role for mail in mails_of(ledger).values() if not mail.is_final]
    return dataclasses.replace(route, addresses={**route.addresses, **addresses(connection, waiting)})


def stop_when_unbelievable(verdicts: list[Verdict], report: NightReport, pages: Path) -> None:
    """Stop the night when an expectation is not met; its page says which."""
    failed = [each for each in verdicts if not each.is_met]
    if failed:
        write_stopped_page(pages, report)
        words = tuple(f"{each.suite}: {each.words} ({each.figure} = {each.observed})" for each in failed)
        raise NightError(f"the warehouse is not believable: {'; '.join(words)}", words)


def _finish_pages(settings: Settings, store: Store, ledger: Ledger, site: Writing, night: date) -> None:
    """The pages, last of all: without them the night is still published and its mails are out, but operators must know."""
    try:
        log.info("pages: %d files", finish_site(site))
    except (PagesError, NightError) as error:
        log.error("%s; operators are told", error)
        record(ledger, store.outbox, [compose_pages_failed(night, str(error))], now())
        send(ledger, store.outbox, route_of(settings), now())


def _stop(settings: Settings, store: Store, ledger: Ledger, night: date, error: NightError) -> None:
    """A stopped night is in the ledger, and operators are told."""
    log.error("the night is stopped, operators are told")
    ledger.append("night_stopped", {"night": str(night), "reason": str(error)})
    record(ledger, store.outbox, [compose_stop(night, str(error), error.failures)], now())
    send(ledger, store.outbox, route_of(settings), now())


def _show_artifacts(result: NightResult) -> None:
    """The night's summary on its page in Prefect."""
    rows = [{"figure": name, "value": value} for name, value in result.counts.items()]
    create_table_artifact(table=rows, key="night-counts", description=f"Night {result.night}")
    found = "\n".join(
        f"| {rule} | {counts.new} | {counts.open} | {counts.closed} |" for rule, counts in result.detected.counts.items()
    )
    markdown = f"# Night {result.night}\n\n| rule | new | open | closed |\n|---|---|---|---|\n{found}\n"
    create_markdown_artifact(markdown=markdown, key="night-anomalies", description=f"Night {result.night}")
