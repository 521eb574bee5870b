"""Writing the site: everything beside the old one, then one exchange. It reads the published file and nothing else."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from flows.ahead import Submit, at_once
from flows.clock import BANGKOK
from flows.errors import PagesError, UsageError
from flows.ledger import stamp
from flows.letters.words import LABELS, UNITS, WORDS
from flows.query import open_published
from flows.rows import Row, row_of, rows_of
from flows.site import charts, factories, facts, lists, open_data, tiles
from flows.site.lists import Listing
from flows.site.rendering import FOLDER, environment, render, script
from flows.site.rules import Rule, all_rules
from flows.site.swap import replace_folder
from flows.site.words import WORDS as SITE_WORDS
from flows.sql_files import anomalies
from flows.steps.verify import Verdict
from flows.whole_files import write_whole
from schemas.reports import all_reports
from schemas.suites import all_suites


@dataclass(frozen=True)
class NightReport:
    """What the night's own page says beside what is in the published file.

    Attributes:
        night: the night.
        at: when its result stood.
        verdicts: what the suites said.
        durations: seconds of each step, in order.
        suspicion: why the pipeline suspects itself, a sentence; None when it does not.
    """

    night: date
    at: datetime
    verdicts: Sequence[Verdict]
    durations: Sequence[tuple[str, float]] = ()
    suspicion: str | None = None


@dataclass
class Site:
    """The pages on their way."""

    folder: Path
    edition: str
    files: int = 0
    counts: dict[str, dict[str, int]] = field(default_factory=dict)

    def write(self, name: str, text: str) -> None:
        """One file below the folder."""
        (self.folder / name).write_text(text, encoding="utf-8")
        self.files += 1

    def page(self, name: str, template: str, **values: Any) -> None:
        """One page, with the way up to the site's root."""
        root = "../" * name.count("/")
        self.write(name, render(template, root=root, edition=self.edition, here=name, **values))

    def data(self, key: str, data: str) -> None:
        """One piece of data, as a script file."""
        self.write(f"data/{key}.js", script(key, self.edition, data))


def prepare_pages() -> None:
    """Make ready what pages need of no night: templates compiled, rules read."""
    for name in environment().list_templates(extensions=["j2"]):
        environment().get_template(name)
    all_rules()


@dataclass(frozen=True)
class Writing:
    """A site that is being written: the pages and lists beside, what each factory has by who began it."""

    published: Path
    folder: Path
    new: Path
    scratch: Path
    edition: str
    memory_mb: int
    made: Future[None]
    pages: Future[int]


def begin_site(
    published: Path, folder: Path, scratch: Path, report: NightReport, memory_mb: int = 1_200, beside: Submit = at_once
) -> Writing:
    """Begin to write the whole site; `finish_site` writes what is left, and says what failed.

    Args:
        published: the published file.
        folder: the site's place; replaced as a whole.
        scratch: where DuckDB may lay aside what does not fit into memory.
        report: what the night's page says.
        memory_mb: the most memory that DuckDB may use in each process [MB].
        beside: has a piece of work done beside this one.
    """
    folder = folder.resolve()  # a link to a share stays a link
    new = folder.with_name(f".{folder.name}.new")
    made = at_once(_make_folders, new)
    pages = beside(_write_pages, published, new, folder, scratch, report, memory_mb)
    return Writing(published, folder, new, scratch, stamp(report.at), memory_mb, made, pages)


def finish_site(writing: Writing) -> int:
    """Write what is left of a site and put it in the place of the old one.

    Returns:
        Number of files written.

    Raises:
        PagesError: it could not be written; the old pages stay.
    """
    try:
        writing.made.result()
        files = _write_factories(writing) + writing.pages.result()
        replace_folder(writing.new, writing.folder)
    except (OSError, duckdb.Error, UsageError) as error:
        raise PagesError(
            f"the pages could not be written, those of the night before stay: {str(error).splitlines()[0]}"
        ) from error
    return files


def write_site(published: Path, folder: Path, scratch: Path, report: NightReport) -> int:
    """Write the whole site here and now, see `begin_site` and `finish_site`."""
    return finish_site(begin_site(published, folder, scratch, report))


def _make_folders(new: Path) -> None:
    shutil.rmtree(new, ignore_errors=True)
    for name in ("", "assets", "data", "data/list", "data/factory", "data/name", "province", "rule", "open"):
        (new / name).mkdir(parents=True)


def _write_pages(published: Path, new: Path, before: Path, scratch: Path, report: NightReport, memory_mb: int) -> int:
    """All but what each factory has: how many files."""
    with closing(_open(published, memory_mb, scratch)) as connection:
        site = Site(new, stamp(report.at))
        _write_all(connection, site, before, report)
        return site.files


def _write_factories(writing: Writing) -> int:
    """What each factory has, and what the search looks through: how many files."""
    with (
        TemporaryDirectory(dir=writing.scratch) as scratch,  # two of DuckDB's processes may not share one
        closing(_open(writing.published, writing.memory_mb, Path(scratch))) as connection,
    ):
        site = Site(writing.new, writing.edition)
        for shard, data in factories.shards(connection, factories.shards_of(_factory_count(connection))):
            site.data(f"factory/{shard}", data)
        pieces: dict[str, int] = {}
        for province, piece, data in factories.names(connection):
            pieces[province] = piece
            site.data(f"name/{province}-{piece}", data)
        site.data("names", json.dumps(pieces))
        return site.files


def _open(published: Path, memory_mb: int, scratch: Path) -> duckdb.DuckDBPyConnection:
    """The published file, with the temporary tables that pages are made from."""
    connection = open_published(published, memory_mb, scratch)
    for sql in (lists.FILES, lists.PARTIES, lists.FOUND):
        connection.execute(sql)
    return connection


def _factory_count(connection: duckdb.DuckDBPyConnection) -> int:
    return int(row_of(connection, "SELECT count(*) AS factories FROM core.factory")["factories"])


def write_stopped_page(folder: Path, report: NightReport) -> Path:
    """The page of a night that was stopped, beside the pages of the last published one, which stay."""
    (folder / "assets").mkdir(parents=True, exist_ok=True)
    for path in (FOLDER / "static").iterdir():
        write_whole(folder / "assets" / path.name, path.read_bytes())
    values = _night_values(report) | {"tonight": None, "nights": [], "files": [], "mails": [], "is_stopped": True}
    page = render("night.html.j2", root="", edition="", here="night.html", **values)
    write_whole(folder / "night.html", page.encode())
    return folder / "night.html"


def _write_all(connection: duckdb.DuckDBPyConnection, site: Site, before: Path, report: NightReport) -> None:
    for path in (FOLDER / "static").iterdir():
        site.write(f"assets/{path.name}", path.read_text(encoding="utf-8"))
    years = rows_of(connection, f"SELECT * {facts.YEARS}")
    year = _year_of(years, report.night)
    state = {row["province_code"]: row for row in rows_of(connection, facts.STATE, {"year": year})}
    trend = rows_of(connection, facts.TREND)
    has_chart = len(_sums(trend)) > 1  # one month is no line, and the script of the charts is a megabyte
    vega = charts.lay_script(site.folder / "assets", before / "assets") if has_chart else None
    _write_lists(connection, site, sorted({year, *(int(each["year"]) for each in years)}, reverse=True))
    provinces = rows_of(connection, "SELECT * FROM ref.province ORDER BY code")
    _write_words(site, provinces, _factory_count(connection))
    shared = {
        "night": report.night,
        "year": year,
        "vega": vega,
        "counts": site.counts,
        "names": {p["code"]: p for p in provinces},
    }
    duties, first = rows_of(connection, facts.DUTIES), rows_of(connection, facts.FIRST)
    found = {row["rule"]: row for row in rows_of(connection, facts.FOUND_BY_RULE)}
    broken = {row["check_id"]: row for row in rows_of(connection, facts.BROKEN_BY_CHECK)}
    rules = all_rules()
    by_name = {rule.name: rule for rule in rules}
    site.page(
        "index.html", "index.html.j2", state=state[None], years=years, trend=_sums(trend), chart=charts.trend(_sums(trend)),
        tiles=_tiles(state), duties=[row for row in duties if row["area"] is None], first=first[:10],
        found=[(by_name[name], row) for name, row in sorted(found.items(), key=lambda item: (-item[1]["standing"], item[0]))],
        tonight=_tonight(connection, report.night), suspicion=report.suspicion, **shared,
    )  # fmt: skip
    found_here = _grouped(rows_of(connection, facts.FOUND_BY_PROVINCE), "province_code")
    trends = _grouped(trend, "province_code")
    for province in provinces:
        code = province["code"]
        site.page(
            f"province/{code}.html", "province.html.j2", province=province, state=state[code], trend=trends[code],
            chart=charts.trend(trends[code]), duties=[row for row in duties if row["area"] == code],
            first=[row for row in first if row["province_code"] == code],
            found=[(by_name[row["rule"]], row) for row in found_here[code]], **shared,
        )  # fmt: skip
    site.page("rules.html", "rules.html.j2", rules=rules, found=found, broken=broken, **shared)
    for rule in rules:
        site.page(
            f"rule/{rule.name}.html", "rule.html.j2", rule=rule, found=found.get(rule.name), broken=broken.get(rule.name),
            example=_example(connection, rule), **shared,
        )  # fmt: skip
    site.page("night.html", "night.html.j2", **_night_values(report), **_night_tables(connection, report.night), is_stopped=False)
    for name in ("list", "factory", "search"):
        site.page(f"{name}.html", f"{name}.html.j2", **shared)
    opened = open_data.write_open_data(connection, site.folder / "open", report.at)
    site.page("open/index.html", "open.html.j2", opened=opened, **shared)


def _year_of(years: Sequence[Row], night: date) -> int:
    """The year whose tonnes the front page shows: the last one whose annual reports are due, else the last with waste."""
    due = [int(row["year"]) for row in years if row["factories_obliged"]]
    return max(due or [int(row["year"]) for row in years], default=night.year)


def _sums(trend: Sequence[Row]) -> list[Row]:
    """The country's months out of the provinces'."""
    months: dict[str, Row] = {}
    for row in trend:
        month = months.setdefault(
            row["month"], {"month": row["month"], "sent_t": 0.0, "received_t": 0.0, "sent_hazardous_t": 0.0}
        )
        for name in ("sent_t", "received_t", "sent_hazardous_t"):
            month[name] += row[name] or 0
    return list(months.values())


def _grouped(rows: Sequence[Row], column: str) -> defaultdict[str, list[Row]]:
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return groups


# What a tile can show, and whether more of it is worse.
_MEASURES = ("missing", "mismatched", "unanswered", "overdue", "hazardous_t")


def _tiles(state: Mapping[str | None, Row]) -> list[Row]:
    """One tile a province: its place, and for each measure a shade from 0 (nothing) to 5 (the most of all provinces)."""
    most = {name: max(row[name] for code, row in state.items() if code) for name in _MEASURES}
    return [
        {
            "code": code,
            "row": row,
            "column": column,
            "figures": {name: state[code][name] for name in _MEASURES},
            "shades": {name: _shade(state[code][name], most[name]) for name in _MEASURES},
        }
        for code, (row, column) in tiles.places().items()
        if code in state
    ]


def _shade(value: float, most: float) -> int:
    """Square roots, so that one great province does not leave all others white."""
    return 0 if not value else min(5, 1 + int(5 * (value / most) ** 0.5))


def _pieces(connection: duckdb.DuckDBPyConnection, listing: Listing) -> Iterator[tuple[str, int, int, str]]:
    cursor = connection.execute(f"""
        WITH listed AS ({listing.sql}),

        part AS (
            SELECT coalesce(province_code, 'none') AS part, cells,
                row_number() OVER (PARTITION BY coalesce(province_code, 'none') ORDER BY place) AS place
            FROM listed
            UNION ALL SELECT 'all', cells, place FROM listed WHERE place <= {lists.PIECE}
        )

        SELECT part, 1 + (place - 1) // {lists.PIECE} AS piece, count(*),
            '[' || string_agg(CAST(cells AS VARCHAR), ',\n' ORDER BY place) || ']'
        FROM part GROUP BY ALL ORDER BY ALL
    """)
    while rows := cursor.fetchmany(16):
        yield from rows


def _write_lists(connection: duckdb.DuckDBPyConnection, site: Site, years: Sequence[int]) -> None:
    """Every list in pieces, and the index that says which pieces there are."""
    listings = [
        *lists.LISTS,
        *(lists.year_listing(year) for year in years),
        *(lists.rule_listing(rule.name, rule.title_th, rule.title_en) for rule in anomalies()),
    ]
    index = {}
    for listing in listings:
        counts: dict[str, int] = {}
        for part, piece, count, data in _pieces(connection, listing):
            counts[part] = counts.get(part, 0) + count
            site.data(f"list/{listing.name}-{part}-{piece}", data)
        counts["all"] = sum(count for part, count in counts.items() if part != "all")
        site.counts[listing.name] = counts
        index[listing.name] = {
            "th": listing.title_th, "en": listing.title_en, "counts": counts, "whole": listing.whole,
            "columns": [[each.kind, each.th, each.en] for each in listing.columns],
        }  # fmt: skip
    site.data("lists", json.dumps({"piece": lists.PIECE, "lists": index}, ensure_ascii=False))


def _write_words(site: Site, provinces: Sequence[Row], factory_count: int) -> None:
    """What every page that draws its rows itself needs: words, provinces, rules, and how factories are spread."""
    words = {
        "shards": factories.shards_of(factory_count),
        "provinces": {row["code"]: [row["name_th"], row["name_en"]] for row in provinces},
        "rules": {rule.name: [rule.title_th, rule.title_en] for rule in all_rules()},
        "words": WORDS | SITE_WORDS,
        "labels": LABELS,
        "units": UNITS,
        "columns": {each.name: [each.header_th, each.name] for report in all_reports().values() for each in report.fields},
    }
    site.data("words", json.dumps(words, ensure_ascii=False))


def _tonight(connection: duckdb.DuckDBPyConnection, night: date) -> Row:
    return row_of(connection, "SELECT * FROM audit.night WHERE night = $night", {"night": night})


def _example(connection: duckdb.DuckDBPyConnection, rule: Rule) -> Row | None:
    """A finding of this check from the published file; the worked example of an anomaly stands in its own head."""
    if rule.is_anomaly:
        return None
    rows = rows_of(
        connection,
        "SELECT source_row, source_sheet, column_name, value, message_th, message_en, file.name FROM audit.finding"
        " LEFT JOIN file USING (submission_id) WHERE check_id = $rule"
        " ORDER BY night DESC, submission_id, source_row, column_name LIMIT 1",
        {"rule": rule.name},
    )
    return rows[0] if rows else None


def _night_values(report: NightReport) -> dict[str, Any]:
    suites = [
        {
            "suite": suite,
            "verdicts": (found := [each for each in report.verdicts if each.suite == suite.name]),
            "is_met": all(each.is_met for each in found),
        }
        for suite in all_suites()
    ]
    return {
        "night": report.night,
        "at": report.at.astimezone(BANGKOK),
        "suites": suites,
        "failed": sum(not each.is_met for each in report.verdicts),
        "expectations": len(report.verdicts),
        "durations": report.durations,
        "seconds": sum(seconds for _, seconds in report.durations),
        "suspicion": report.suspicion,
    }


def _night_tables(connection: duckdb.DuckDBPyConnection, night: date) -> dict[str, Any]:
    return {
        "tonight": _tonight(connection, night),
        "nights": rows_of(connection, "SELECT * FROM audit.night ORDER BY night DESC LIMIT 30"),
        "files": rows_of(
            connection,
            "SELECT coalesce(report_type, '') AS report_type, outcome, count(*) AS files, sum(rows_read) AS rows_read,"
            " sum(rows_accepted) AS rows_accepted, sum(rows_quarantined) AS rows_quarantined"
            " FROM audit.submission WHERE night = $night GROUP BY ALL ORDER BY ALL",
            {"night": night},
        ),
        "mails": rows_of(
            connection,
            "SELECT kind, state, count(*) AS mails FROM anomaly.mail WHERE night = $night GROUP BY ALL ORDER BY ALL",
            {"night": night},
        ),
    }
