"""The command line: `waste`. Exit codes: 0 done, 1 a bug, 2 usage, 3 the night was stopped, 4 findings, 5 a difference."""

from __future__ import annotations

import atexit
import dataclasses
import gc
import logging
import os
import sys
from datetime import date
from pathlib import Path
from typing import Literal, NoReturn

import click

from flows.errors import NightError, UsageError

DATA = click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), default=Path("data"), show_default=True,
    help="Folder of the installation: raw/inbox, raw/archive, warehouse.",
)  # fmt: skip


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--quiet", is_flag=True, help="Only warnings and errors on standard error.")
def waste(quiet: bool) -> None:
    """Nightly pipeline of Thailand's industrial-waste regulator.

    Factories' files lie in DATA/raw/inbox; a night takes them in, checks them, and publishes DATA/warehouse/waste.duckdb.

    \b
    waste demo                 see all of it on made-up data
    waste night                one night now, on ./data
    waste sql "FROM summary.national"
    """
    _log_to_standard_error(logging.WARNING if quiet else logging.INFO)


def _log_to_standard_error(level: int) -> None:
    """Our own lines, plain. Prefect tells of its runs in its own pages; a failure of ours is told once, by `main`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(lambda record: record.name.split(".")[0] in ("flows", "schemas", "root"))
    logging.basicConfig(format="%(message)s", level=level, handlers=[handler])
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
    os.environ.setdefault("PREFECT_LOGGING_EXTRA_LOGGERS", "flows")


@waste.command()
@DATA
@click.option("--night", metavar="YYYY-MM-DD", help="An earlier day than today (in Bangkok); nights run in order.")
def night(data: Path, night: str | None) -> None:
    """One night now: exactly what the schedule runs.

    Takes in what lies in DATA/raw/inbox, checks and loads it, makes the summaries, looks for anomalies, verifies the whole
    and publishes it. It may be run twice, late, or after a crash: the result is the same.
    """
    from flows.judging import prepare
    from flows.side_process import SideProcess

    SideProcess.warm_up(prepare)
    gc.disable()  # Prefect's import makes a hundred thousand objects that all stay: looking for garbage there costs a second
    from flows.nightly import run_now

    gc.freeze()
    gc.enable()

    try:
        result = run_now(_date(night, "--night") if night else None, data)
    finally:
        SideProcess.dismiss()
    counts = ", ".join(f"{value:,} {name.replace('_', ' ')}" for name, value in result.counts.items())
    click.echo(f"night {result.night} is published: {counts}")
    if result.detected.suspicion:
        click.echo(f"suspicion: {result.detected.suspicion}")


def _date(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{name} {text!r} is not a day; write it as 2026-03-31 (C.E.)") from error


@waste.command()
@DATA
def serve(data: Path) -> None:
    """The schedule: serve the nightly flow with Prefect until stopped.

    The time comes from WASTE_CRON (default 0 1 * * *, Asia/Bangkok). Without PREFECT_API_URL a server is started
    on loopback, with its page on port WASTE_PREFECT_PORT (4200).
    """
    from flows.deployments import serve as serve_flow

    serve_flow(data)


@waste.command(name="try")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@DATA
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON on standard output.")
@click.option("--marked", type=click.Path(path_type=Path), help="Marked copy: a file, or a folder for several.")
@click.option("--sender", metavar="FACTORY_ID", help="As if sent through this factory's channel; else from the desk.")
def try_(files: tuple[Path, ...], data: Path, as_json: bool, marked: Path | None, sender: str | None) -> None:
    """Check files without submitting them: the answers that tonight would give. Exit code 4 when anything must be mended.

    Needs no warehouse and writes nothing (but marked copies). The register is that of DATA when something is published
    there, or a `factory` file among FILEs; without one, rules that need it are not judged, and it says so.

    \b
    waste try loads.csv
    waste try register.csv loads.xlsx --marked out/
    """
    from flows.answering import answer_files
    from flows.settings import Settings, limits_of

    if answer_files(files, data, as_json, marked, sender, limits_of(Settings())):
        sys.exit(4)


@waste.command()
@click.argument("report_type", metavar="TYPE")
@click.option("--language", type=click.Choice(["th", "en"]), default="th", show_default=True, help="Of headers and examples.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The file; default waste-TYPE-LANGUAGE.xlsx.")
@click.option("--factory", metavar="FACTORY_ID", default="", help="Stands in the example rows instead of a made-up number.")
@click.option("--processor", metavar="FACTORY_ID", default="", help="Likewise, as the processor.")
def template(report_type: str, language: Literal["th", "en"], out: Path | None, factory: str, processor: str) -> None:
    """The official XLSX template of a report type, with lists, comments and example rows.

    TYPE is factory, permit, manifest, receipt, annual, processing, inspection, complaint or disposition (an official's
    decision about an anomaly). The made-up factory numbers of the examples stand in no register, so that a template sent in
    as it is does no harm.
    """
    from flows.feedback.template import template as make

    made = make(report_type, language, {"factory_id": factory, "processor_id": processor})
    path = out or Path(f"waste-{report_type}-{language}.xlsx")
    try:
        path.write_bytes(made.content)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error
    click.echo(f"{path} is written (template version {made.version})")


@waste.command()
@DATA
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--link-for", metavar="WHO", help="Print a sign-in link for a factory number or an official's address; on this machine only."
)
def web(data: Path, host: str, port: int, link_for: str | None) -> None:
    """One stop for factories: check a file, submit it, see receipts, submissions and due dates; in the browser.

    It writes into DATA/raw/inbox, reads the published file, and nothing else: the night stays the only writer. Visitors sign
    in with a link mailed to the registered address. For visitors from outside put a TLS proxy in front and set WASTE_WEB_URL.

    \b
    waste web --data demo-data --link-for 10110000125454     look at it as that factory, without any mail
    """
    from flows.settings import Settings, limits_of, officers_of, route_of, signer_of
    from flows.warehouse import Store
    from flows.web.serving import serve_site
    from flows.web.site import Site, url_of

    settings = Settings()
    limits = dataclasses.replace(limits_of(settings), file_bytes=settings.web_max_file_mb * 1_000_000)
    site = Site(
        Store(data), url_of(settings.web_url, host, port), limits, signer_of(settings), route_of(settings), officers_of(settings)
    )
    serve_site(site, host, port, link_for)


OUT = click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write a file: .csv, .xlsx, .parquet or .json, by its name."
)
CSV = click.option("--csv", "as_csv", is_flag=True, help="CSV on standard output, safe to open in a spreadsheet.")
JSON = click.option("--json", "as_json", is_flag=True, help="JSON on standard output.")


@waste.command()
@DATA
@click.argument("statement")
@CSV
@JSON
@OUT
def sql(data: Path, statement: str, as_csv: bool, as_json: bool, out: Path | None) -> None:
    """One read-only statement on the published file.

    It has no access to files, settings or other databases, and is bounded in time and memory. Who asked what is logged in
    DATA/warehouse/queries.jsonl.

    \b
    waste sql "SELECT status, count(*) FROM summary.obligation GROUP BY ALL"
    waste sql "SELECT table_name, comment FROM duckdb_tables()"
    waste sql "FROM summary.national" --out national.xlsx
    """
    from flows.asking import Bounds, Form, answer
    from flows.settings import Settings
    from flows.warehouse import Store

    settings = Settings()
    answer(Store(data), "sql", statement, Bounds(settings.sql_seconds, settings.sql_memory_mb), Form(as_csv, as_json, out))


@waste.command(name="ask")
@DATA
@click.argument("question", required=False)
@click.argument("parameters", nargs=-1, metavar="[KEY=VALUE]...")
@CSV
@JSON
@OUT
def ask_(data: Path, question: str | None, parameters: tuple[str, ...], as_csv: bool, as_json: bool, out: Path | None) -> None:
    """A saved question with its parameters; without a name, the list of them.

    A parameter that is not given stands for the latest year, month or night, or for the whole country. Each question is one
    file in flows/questions, which runs in any other DuckDB client too.

    \b
    waste ask
    waste ask annual_reports_missing year=2025 --out missing.xlsx
    """
    from flows.asking import Bounds, Form, answer_question, list_questions
    from flows.query import show
    from flows.settings import Settings
    from flows.warehouse import Store

    if question is None:
        listed = list_questions()
        show(listed.columns, listed.rows)
        return
    settings = Settings()
    bounds = Bounds(settings.sql_seconds, settings.sql_memory_mb)
    answer_question(Store(data), question, parameters, bounds, Form(as_csv, as_json, out))


@waste.command(name="open")
@DATA
@click.option("--port", default=2718, show_default=True, type=click.IntRange(1, 65535))
@click.option("--no-browser", is_flag=True, help="Only print the address.")
def open_(data: Path, port: int, no_browser: bool) -> None:
    """A query page in the browser over the published file, on this machine only, until stopped.

    Saved questions and one's own SQL, with the bounds of `waste sql` and in the same log. A new publication is seen at the
    next query.
    """
    from flows.browsing import serve_page
    from flows.settings import Settings
    from flows.warehouse import Store

    settings = Settings()
    serve_page(Store(data), port, settings.sql_seconds, settings.sql_memory_mb, not no_browser)


@waste.group()
def anomaly() -> None:
    """What stands, and what an official decides about it.

    A decision is a file in the inbox and takes effect with the next night. A later one replaces an earlier one. It needs a
    reason, which is published with the anomaly, and the official's role or name, which is not.

    \b
    waste anomaly list --rule mass_jump
    waste anomaly silence 0f3a... --until 2026-12-31 --reason "visit planned" --official "Chonburi office"
    waste anomaly confirm 0f3a... --reason "seen on site" --official "Chonburi office"
    """


@anomaly.command(name="list")
@DATA
@click.option(
    "--state", "states", multiple=True, type=click.Choice(["new", "open", "silenced", "closed"]), help="Default: new and open.",
)
@click.option("--rule", help="Only of this rule.")
@click.option("--factory", "factory_id", metavar="FACTORY_ID", help="Only about this factory.")
@click.option("--province", "province_code", metavar="CODE", help="Only about factories of this province, such as 20.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1), help="How many, the worst of each rule first.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV on standard output, safe to open in a spreadsheet.")
@click.option("--json", "as_json", is_flag=True, help="JSON on standard output.")
def anomaly_list(
    data: Path, states: tuple[str, ...], rule: str | None, factory_id: str | None, province_code: str | None,
    limit: int, as_csv: bool, as_json: bool,
) -> None:  # fmt: skip
    """Anomalies that stand, with what was decided about them: the worst of each rule, then the second of each, and so on.

    The worst is that of the highest score times the rule's rank factor at the factory (summary.anomaly_verdict).
    """
    from flows.deciding import STANDING, found, lines_of
    from flows.query import write_csv, write_json
    from flows.warehouse import Store

    if as_csv and as_json:
        raise UsageError("give --csv or --json, not both")
    answer = found(Store(data).published, states or STANDING, rule, factory_id, province_code, limit)
    if as_csv:
        write_csv(answer, sys.stdout)
    elif as_json:
        write_json(answer, sys.stdout)
    else:
        for line in lines_of(answer):
            click.echo(line)


_IDS = click.argument("anomaly_ids", nargs=-1, required=True, metavar="ANOMALY_ID...")
_REASON = click.option("--reason", required=True, help="Why; published with the anomaly, so no names of persons.")
_OFFICIAL = click.option("--official", required=True, help="Role or name of who decides; kept, not published.")


@anomaly.command()
@_IDS
@DATA
@click.option("--until", required=True, metavar="YYYY-MM-DD", help="The last day of the silence.")
@_REASON
@_OFFICIAL
def silence(anomaly_ids: tuple[str, ...], data: Path, until: str, reason: str, official: str) -> None:
    """No mail and no rank until a day; after it the anomaly is open again, and told again, if it still stands."""
    _decide(anomaly_ids, data, "silence", reason, official, _date(until, "--until"))


@anomaly.command()
@_IDS
@DATA
@_REASON
@_OFFICIAL
def close(anomaly_ids: tuple[str, ...], data: Path, reason: str, official: str) -> None:
    """Settled: closed until its evidence is materially another than today's."""
    _decide(anomaly_ids, data, "close", reason, official)


@anomaly.command()
@_IDS
@DATA
@_REASON
@_OFFICIAL
def confirm(anomaly_ids: tuple[str, ...], data: Path, reason: str, official: str) -> None:
    """It is as the anomaly says: it stays open, and its rule ranks higher at this factory."""
    _decide(anomaly_ids, data, "confirm", reason, official)


@anomaly.command()
@_IDS
@DATA
@_REASON
@_OFFICIAL
def refute(anomaly_ids: tuple[str, ...], data: Path, reason: str, official: str) -> None:
    """A false alarm: closed like `close`, and its rule ranks lower at this factory."""
    _decide(anomaly_ids, data, "refute", reason, official)


@anomaly.command()
@_IDS
@DATA
@_REASON
@_OFFICIAL
def reopen(anomaly_ids: tuple[str, ...], data: Path, reason: str, official: str) -> None:
    """Take back whatever was decided before, the verdict included."""
    _decide(anomaly_ids, data, "reopen", reason, official)


def _decide(
    anomaly_ids: tuple[str, ...],
    data: Path,
    action: Literal["silence", "close", "confirm", "refute", "reopen"],
    reason: str,
    official: str,
    until: date | None = None,
) -> None:
    from flows.clock import today
    from flows.deciding import decide
    from flows.warehouse import Store

    store = Store(data)
    path = decide(store.published, store.inbox, anomaly_ids, action, reason, official, today(), until)
    click.echo(f"{path} waits for the next night")


@waste.command()
@click.argument("table", metavar="SCHEMA.TABLE")
@click.argument("chosen", nargs=-1, metavar="[COLUMN=VALUE | COLUMN]...")
@DATA
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON on standard output.")
@click.option("--all", "is_whole", is_flag=True, help="Every row, instead of the first few of many.")
@click.option("--cells/--no-cells", default=True, show_default=True, help="Fetch the original cells from the archive.")
def explain(table: str, chosen: tuple[str, ...], data: Path, as_json: bool, is_whole: bool, cells: bool) -> None:
    """From a published figure down to rows, files, cells and hashes. Exit code 5 when a figure is not what its rows make.

    COLUMN=VALUE chooses rows (COLUMN= those where it is empty), a bare COLUMN one figure of them. The rows of files that
    have a part in it are listed with their parts, which add up to the figure; then their files, with pack, ledger line
    and reading log. Works for summary, core, history, quarantine, anomaly.found, audit.finding and audit.submission.

    \b
    waste explain summary.national year=2025 sent_t
    waste explain summary.obligation factory_id=10100000125551 period=2025
    waste explain anomaly.found rule=mass_jump --all
    waste explain core.manifest manifest_no=M1
    """
    from flows.explaining import explain as explain_rows
    from flows.settings import Settings, limits_of
    from flows.warehouse import Store

    if not explain_rows(Store(data), table, chosen, as_json, is_whole, cells, limits_of(Settings())):
        sys.exit(5)


@waste.command(name="as-of")
@click.argument("day", metavar="DATE")
@DATA
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The file; default waste-as-of-DATE.duckdb there.")
def as_of(day: str, data: Path, out: Path | None) -> None:
    """The published file as it was on DATE (a day in Bangkok): after the last night that was published by then.

    Replays archive and ledger into DATA/warehouse/waste-as-of-DATE.duckdb; reads only, so it may run beside a night. Code
    lists and rules are those of the installed version.

    \b
    waste as-of 2026-03-31
    duckdb -readonly data/warehouse/waste-as-of-2026-03-31.duckdb "FROM summary.national"
    """
    from flows.as_of import as_of as write_as_of
    from flows.settings import Settings, limits_of
    from flows.warehouse import Store

    settings = Settings()
    made = write_as_of(Store(data), _date(day, "DATE"), out, settings.memory_limit_mb, limits_of(settings))
    click.echo(f"{made.path} is written: as published by the night of {made.night} ({made.runs} runs, {made.files} files)")


@waste.command()
@click.option("--data", type=click.Path(path_type=Path), default=Path("demo-data"), show_default=True, help="A fresh folder.")
@click.option("--factories", default=300, show_default=True, type=click.IntRange(30), help="Size of the made-up world.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same files.")
def demo(data: Path, factories: int, seed: int) -> None:
    """Made-up factories, a year of files with planted faults and abuses, several nights, and what officials would see."""
    from flows.demo.show import run_demo

    run_demo(data, factories, seed)


@waste.command()
@click.argument("receipt", required=False)
@DATA
@click.option("--public-key", metavar="KEY", help="The department's public key; else that of the settings.")
def verify(receipt: str | None, data: Path, public_key: str | None) -> None:
    """Prove archive and ledger unbroken: every hash, every row count. Exit code 5 when anything differs.

    With RECEIPT (its .html or .pdf, or the text of its QR code): prove offline that it is ours and unaltered.
    """
    if receipt is not None:
        _verify_receipt(receipt, public_key)
        return
    from flows.proof import prove
    from flows.warehouse import Store

    differences, counts = prove(Store(data))
    for difference in differences:
        click.echo(f"DIFFERENCE: {difference}")
    click.echo(f"{counts.packs} packs, {counts.files} files, {counts.entries} ledger entries read")
    if differences:
        sys.exit(5)
    click.echo("unbroken: every hash and every row count is as it was written")


def _verify_receipt(receipt: str, public_key: str | None) -> None:
    from flows.feedback.page import prove_receipt
    from flows.settings import Settings, signer_of
    from flows.signing import signer_of as test_signer_of

    path = Path(receipt)
    if receipt.startswith("WR1."):
        content = receipt.encode()
    elif path.is_file():
        content = path.read_bytes()
    else:
        raise UsageError(f"{receipt} is neither a file nor the text of a QR code (WR1...)")
    public = public_key or signer_of(Settings()).public
    proof = prove_receipt(content, public)
    for name, value in proof.facts.items():
        click.echo(f"  {name}: {value}")
    click.echo(proof.words)
    if proof.is_ours and public == test_signer_of("").public:
        click.echo("but it is signed with the test key, which everybody knows: it proves nothing")
    if not proof.is_ours or proof.is_whole is False:
        sys.exit(5)


@waste.command()
@click.argument("submission_id")
@DATA
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder; default DATA/feedback.")
def receipt(submission_id: str, data: Path, out: Path | None) -> None:
    """Write the receipt of a submission: receipt.html, receipt.pdf and findings.json, in a folder named by its id.

    SUBMISSION_ID is the sha256 of the file, or its first letters (at least 8).
    """
    from flows.feedback.giving import receipt_of, written
    from flows.settings import Settings, font_folders_of, signer_of
    from flows.warehouse import Store

    settings, store = Settings(), Store(data)
    found = receipt_of(store.published, submission_id)
    for line in written(out or store.feedback, found, signer_of(settings), font_folders_of(settings)):
        click.echo(line)


@waste.command()
@click.argument("factory_id")
@DATA
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder; default DATA/sheets.")
@click.option("--language", type=click.Choice(["th", "en"]), default="th", show_default=True, help="Of the sheet.")
def sheet(factory_id: str, data: Path, out: Path | None, language: Literal["th", "en"]) -> None:
    """Write the inspection sheet of a factory, as HTML and PDF to print: what to look at there, and what is not known.

    FACTORY_ID is its registration number of 14 digits, or its old number. The QR code opens the factory's page under
    WASTE_PAGES_ADDRESS, else in DATA/published. It holds no personal data.

    \b
    waste sheet 10100000125551
    """
    from flows.settings import Settings, font_folders_of
    from flows.sheet.facts import sheet_of
    from flows.sheet.page import address_of, write_sheet
    from flows.warehouse import Store

    settings, store = Settings(), Store(data)
    made = sheet_of(store.published, factory_id, language)
    address = address_of(made, settings.pages_address or store.pages.resolve().as_uri())
    for line in write_sheet(out or store.sheets, made, address, font_folders_of(settings)):
        click.echo(line)


@waste.command()
@click.argument("submission_id")
@DATA
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder; default DATA/feedback.")
def mend(submission_id: str, data: Path, out: Path | None) -> None:
    """Write the mend-me file of a submission: only the rows held back, with what is wrong beside each.

    Mended and sent in again, its rows join the accepted ones of their report instead of replacing them.
    """
    from flows.feedback.giving import receipt_of
    from flows.feedback.mend_file import mend_files
    from flows.warehouse import Store

    store = Store(data)
    whole_id = receipt_of(store.published, submission_id).submission_id
    made = mend_files(store.work, whole_id)
    folder = (out or store.feedback) / whole_id
    for name, content in made.items():
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"mend-{name}.csv"
        path.write_bytes(content)
        click.echo(f"{path} is written")
    if not made:
        click.echo("no row of this submission is held back: there is nothing to mend")


@waste.command()
@click.argument("notices", nargs=-1, required=True, metavar="NOTICE...")
@DATA
def bounced(notices: tuple[str, ...], data: Path) -> None:
    """Record mails that came back, so that nothing more is mailed there.

    NOTICE is the mail server's notice as a file, or the Message-ID of our mail. A factory whose mail came back gets no more
    until the register brings a newer line of it. `anomaly.mail` shows it from the next night on.

    \b
    waste bounced Maildir/new/*
    """
    from flows.bounces import bounce_of
    from flows.lease import lease
    from flows.ledger import Ledger
    from flows.mail import bounce
    from flows.warehouse import Store

    store = Store(data)
    told = [bounce_of(notice) for notice in notices]
    with lease(store.lease):
        ledger = Ledger(store.ledger)
        for mail_id, reason in told:
            mail = bounce(ledger, mail_id, reason)
            click.echo(f"recorded: the {mail.kind} of {mail.night} to {mail.to_role} came back {reason}".rstrip())


@waste.command()
@click.option("--new", is_flag=True, help="Make a new secret for WASTE_SIGNING_KEY; nothing is stored.")
def key(new: bool) -> None:
    """The public key with which receipts are proven; publish it where factories trust it."""
    from flows.settings import Settings, signer_of
    from flows.signing import new_secret
    from flows.signing import signer_of as signer_of_secret

    if new:
        secret = new_secret()
        click.echo(f"WASTE_SIGNING_KEY={secret}")
        click.echo(f"its public key: {signer_of_secret(secret).public}")
        return
    signer = signer_of(Settings())
    click.echo(signer.public)
    if signer.is_test:
        click.echo("this is the test key, which everybody knows: set WASTE_SIGNING_KEY (`waste key --new`)", err=True)


@waste.command()
@DATA
def rebuild(data: Path) -> None:
    """A new work.duckdb from archive, ledger and code lists; says whether it equals the old one (exit code 5 if not).

    The old file is kept beside it as work.duckdb.old.
    """
    from flows.rebuild import rebuild as rebuild_store
    from flows.settings import Settings, limits_of
    from flows.warehouse import Store

    settings = Settings()
    outcome = rebuild_store(Store(data), settings.memory_limit_mb, limits_of(settings))
    click.echo(f"{outcome.runs} runs of nights replayed, {outcome.files} files")
    for name, words in outcome.differences.items():
        click.echo(f"DIFFERENCE in {name}: {words}")
    if outcome.differences:
        sys.exit(5)
    click.echo("equal to the old one, table by table" if outcome.had_old else "there was no old one to compare with")


@waste.command()
@DATA
@click.option("--rules", type=click.Path(path_type=Path), metavar="FILE", help="A code list as CSV, or a check as .py.")
@click.option("--as-of", metavar="YYYY-MM-DD", help="Judge every row by the lists and rules in force on this day.")
@click.option("--json", "as_json", is_flag=True, help="Every row as JSON on standard output.")
def replay(data: Path, rules: Path | None, as_of: str | None, as_json: bool) -> None:
    """Which accepted rows a new code list or rule would refuse, before it is switched on. Exit code 4 when there are any.

    FILE is a whole list in the layout of schemas/codes/<name>.csv (waste_code, management_code), or a check as in schemas/checks.
    A row is judged by what is in force for its period; where FILE begins later, as if it were of FILE's first day; with
    --as-of, as if it were of that day. Nothing is changed.

    \b
    waste replay --rules waste_code.csv
    waste replay --rules waste_code.csv --as-of 2027-01-01
    waste replay --rules density_is_credible.py --json
    """
    from flows.replaying import lines_of, to_json
    from flows.replaying import replay as replay_rows
    from flows.warehouse import Store

    replayed = replay_rows(Store(data).published, rules, _date(as_of, "--as-of") if as_of else None)
    if as_json:
        click.echo(to_json(replayed))
    else:
        for line in lines_of(replayed):
            click.echo(line)
    if replayed.has_errors:
        sys.exit(4)


@waste.command()
def docs() -> None:
    """Write schemas/DICTIONARY.md: reports, columns, units, codes, checks, summaries, anomalies."""
    from flows.dictionary import PATH, dictionary

    PATH.write_text(dictionary(), encoding="utf-8")
    click.echo(f"{PATH.name} is written")


@waste.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder; default docs/conformance.")
def conformance(out: Path | None) -> None:
    """Write the conformance kit: numbered files for software houses, each with the answer that must come."""
    from flows.conformance import FOLDER, kit

    logging.getLogger("flows").setLevel(logging.WARNING)
    folder, files = out or FOLDER, kit()
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.is_file() and path.name not in files:
            path.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    click.echo(f"{len(files)} files are written to {folder}")


def _leave(code: int) -> None:
    """End now: to take a hundred thousand imported objects apart one by one takes Python half a second at every call."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def main() -> NoReturn:
    """Entry point: one clear sentence for what is not a bug."""
    code, words = 1, ""  # 1 is a bug, and stays when its traceback leaves this function
    # Registered first, so called last, when Prefect has said all it has to say.
    atexit.register(lambda: _leave(code))
    try:
        waste(standalone_mode=False)
        code = 0
    except SystemExit as error:  # a command that has said what it found
        code = error.code if isinstance(error.code, int) else int(error.code is not None)
        raise
    except click.exceptions.Exit as error:
        code = error.exit_code
    except click.ClickException as error:
        error.show()
        code = 2
    except click.Abort:
        code, words = 130, "interrupted"
    except UsageError as error:
        code, words = 2, f"waste: {error}"
    except NightError as error:
        code, words = 3, f"waste: the night is stopped: {error}"
    if words:
        click.echo(words, err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
