"""Mend-me files: rows held back come in again and join the accepted ones of their report."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest

from flows.feedback.cells import SHIELD, is_run
from flows.feedback.giving import receipt_of
from flows.feedback.mend_file import mend_files
from flows.ledger import Ledger
from flows.night import known_among, pending, record_run, refresh_nights, take_in, times_of
from flows.proof import prove
from flows.reading.headers import MEND_COLUMN
from flows.reading.limits import Limits
from flows.rebuild import rebuild
from flows.steps.archive import archive, begin_clearing, finish_clearing, started
from flows.steps.publish import publish
from flows.trying import try_files
from flows.warehouse import Store, open_work, transaction
from tests.nights.small_world import GENERATOR, REGISTER, put

HEAD = "factory_id,report_year,waste_code,opening_stock_t,generated_t,managed_on_site_t,sent_off_site_t,closing_stock_t"
GOOD, BAD = f"{GENERATOR},2025,120109,0,10,0,9,1", f"{GENERATOR},2025,130205,0,มาก,0,4,1"
BAD_TOO = f"{GENERATOR},2025,150202,0,2,0,x,1"


class Nights:
    """A store whose nights are only the steps that matter here, one a day."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.store.make_folders()
        self.day = date(2026, 5, 1)
        self.put("register.csv", REGISTER)

    def put(self, name: str, content: str | bytes, hour: int = 1) -> None:
        put(self.store.inbox, name, content, f"{self.day}T{hour:02d}:00")

    def run(self) -> None:
        ledger = Ledger(self.store.ledger)
        times = times_of(ledger, self.day, datetime(2026, 6, 1, tzinfo=UTC))
        started(ledger, times.night, times.cut_off)
        with open_work(self.store.work) as connection:
            archived = archive(
                self.store.inbox, self.store.archive, ledger, self.day, times.cut_off, times.earliest, 10**8,
                lambda ids: known_among(connection, ids),
            )  # fmt: skip
            begin_clearing(archived, self.store.archive)
            finish_clearing(archived, ledger)
            with transaction(connection):
                packs = pending(connection, ledger)
                take_in(connection, packs, self.day, self.store, Limits(), lambda name, work: work())
                record_run(connection, times, packs, date(2025, 1, 1))
                refresh_nights(connection, ledger, (self.day, datetime(2026, 6, 1, tzinfo=UTC)))
            publish(connection, self.store.published)
        self.day += timedelta(days=1)

    def send(self, *files: str | bytes) -> None:
        for number, content in enumerate(files, start=1):
            self.put(f"{number}.csv", content, hour=number)
        self.run()

    def ask(self, sql: str) -> list[tuple]:
        with open_work(self.store.work) as connection:
            return connection.execute(sql).fetchall()

    def rows(self) -> dict[str, float]:
        return {code: float(t) for code, t in self.ask("SELECT waste_code, generated_t FROM core.annual ORDER BY 1")}

    def mend_me(self) -> bytes:
        ((last,),) = self.ask("SELECT submission_id FROM quarantine.row GROUP BY 1 ORDER BY max(night) DESC LIMIT 1")
        return mend_files(self.store.work, last)["annual"]

    def said(self) -> list[tuple]:
        return self.ask("SELECT source_row, check_id FROM audit.finding WHERE night = (SELECT max(night) FROM audit.finding) ORDER BY 1")


@pytest.fixture
def nights(tmp_path):
    nights = Nights(Store(tmp_path))
    nights.send("\n".join([HEAD, GOOD, BAD, BAD_TOO]) + "\n")
    assert nights.rows() == {"120109": 10}
    return nights


def mended(content: bytes, *changes: tuple[str, str]) -> bytes:
    text = content.decode("utf-8-sig")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text.encode("utf-8-sig")


def test_the_file(nights):
    rows = list(csv.DictReader(io.StringIO(nights.mend_me().decode("utf-8-sig"))))
    assert [row["รหัสของเสีย"] for row in rows] == ["130205", "150202"]
    assert [row[MEND_COLUMN].split()[1] for row in rows] == ["3", "4"]
    assert "Row 3, column generated_t" in rows[0]["waste-reports: findings"]


def test_a_hostile_cell_or_header_is_no_formula_in_it(nights):
    hostile = '=HYPERLINK("http://x.example")'
    quoted = '"' + hostile.replace('"', '""') + '"'
    nights.send(f"{HEAD},waste_name,{quoted}\n{BAD},{quoted},{quoted}\n")
    content = nights.mend_me().decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(content, newline="")) for cell in row]
    assert sum(hostile in cell for cell in cells) >= 2, "it is there, to be mended"
    assert not [cell for cell in cells if is_run(cell) and not cell.startswith(SHIELD)], "and no spreadsheet runs it"


def test_mended_rows_join_the_report(nights):
    nights.send(mended(nights.mend_me(), (",มาก,", ",5,"), (",x,", ",1,")))
    assert nights.rows() == {"120109": 10, "130205": 5, "150202": 2}
    assert nights.ask("SELECT count(*) FROM history.annual") == [(0,)]
    assert nights.ask("SELECT count(DISTINCT submission_id) FROM core.annual") == [(2,)]
    assert prove(nights.store)[0] == []


def test_what_is_still_wrong_waits_and_can_be_mended_again(nights):
    nights.send(mended(nights.mend_me(), (",มาก,", ",5,")))
    assert nights.rows() == {"120109": 10, "130205": 5}
    assert nights.said() == [(3, "value_is_readable")]
    nights.send(mended(nights.mend_me(), (",x,", ",1,")))
    assert nights.rows() == {"120109": 10, "130205": 5, "150202": 2}


def test_sent_in_twice_it_adds_once(nights):
    first = mended(nights.mend_me(), (",มาก,", ",5,"), (",x,", ",1,"))
    again = mended(first, (",5,", ",5.0,"))
    nights.send(first, again)
    assert nights.rows() == {"120109": 10, "130205": 5, "150202": 2}
    assert nights.said() == [(2, "mend_is_current"), (3, "mend_is_current")]
    nights.send(mended(first, (",5,", ",5.00,")))
    assert nights.rows() == {"120109": 10, "130205": 5, "150202": 2}


def test_a_report_that_changed_since_is_not_touched(nights):
    old = mended(nights.mend_me(), (",มาก,", ",5,"), (",x,", ",1,"))
    nights.send("\n".join([HEAD, GOOD.replace(",10,", ",12,").replace(",9,", ",11,")]) + "\n")
    nights.send(old)
    assert nights.rows() == {"120109": 12}
    assert nights.said() == [(2, "mend_is_current"), (3, "mend_is_current")]


def test_a_new_version_of_the_same_night_comes_first(nights):
    old = mended(nights.mend_me(), (",มาก,", ",5,"), (",x,", ",1,"))
    nights.send("\n".join([HEAD, GOOD.replace(",10,", ",12,").replace(",9,", ",11,")]) + "\n", old)
    assert nights.rows() == {"120109": 12}


def test_a_later_version_of_the_same_night_replaces_all(nights):
    old = mended(nights.mend_me(), (",มาก,", ",5,"), (",x,", ",1,"))
    nights.send(old, "\n".join([HEAD, GOOD.replace(",10,", ",12,").replace(",9,", ",11,")]) + "\n")
    assert nights.rows() == {"120109": 12}
    assert nights.ask("SELECT count(*) FROM history.annual") == [(3,)]


def test_a_correction_that_waited_is_mended_as_a_whole(nights):
    nights.send("\n".join([HEAD, GOOD.replace(",10,", ",12,").replace(",9,", ",11,"), BAD]) + "\n")
    assert nights.rows() == {"120109": 10}
    nights.send(mended(nights.mend_me(), (",มาก,", ",5,")))
    assert nights.rows() == {"120109": 12, "130205": 5}
    assert nights.ask("SELECT count(*) FROM history.annual") == [(1,)]


def test_a_made_up_mention_adds_nothing(nights):
    forged = "\n".join([f"{HEAD},{MEND_COLUMN}", f"{BAD.replace('มาก', '5')},{'0' * 64} 3"]) + "\n"
    nights.send(forged)
    assert nights.rows() == {"120109": 10}
    assert nights.said() == [(2, "mend_is_current")]


def test_rebuild_gives_the_same(nights):
    nights.send(mended(nights.mend_me(), (",มาก,", ",5,"), (",x,", ",1,")))
    before = nights.rows()
    ledger = Ledger(nights.store.ledger)
    runs = nights.ask("SELECT night, packs, cut_off_at FROM meta.run ORDER BY run_no")
    for night, packs, cut_off in runs:
        run = {"night": str(night), "packs": packs, "cut_off_at": f"{cut_off.isoformat()}+00:00", "obligations_from": "2025-01-01"}
        ledger.append("night_published", {"night": str(night), "finished_at": f"{night}T00:00:00+00:00", "runs": [run]})
    assert {name for name in rebuild(nights.store, 1_000, Limits()).differences if name.startswith(("core", "history", "quar"))} == set()
    assert nights.rows() == before


def test_the_receipt_says_that_rows_were_added_by_mending(nights):
    nights.send(mended(nights.mend_me(), (",มาก,", ",5,"), (",x,", ",1,")))
    ((last,),) = nights.ask("SELECT submission_id FROM audit.submission ORDER BY night DESC LIMIT 1")
    change = receipt_of(nights.store.published, last).changes[0]
    assert (change.replaced, change.new_rows, change.mended_rows) == (0, 0, 2)


def test_try_says_the_same_as_the_night(nights, tmp_path):
    path = tmp_path / "mend.csv"
    path.write_bytes(mended(nights.mend_me(), (",มาก,", ",5,")))
    at = datetime(2026, 5, 20, tzinfo=UTC)
    tried = try_files([path], nights.store.published, nights.store.inbox, Limits(), at).tried[0]
    assert [(each.source_row, each.check_id) for each in tried.findings] == [(3, "value_is_readable")]
    nights.send("\n".join([HEAD, GOOD.replace(",10,", ",12,").replace(",9,", ",11,")]) + "\n")
    tried = try_files([path], nights.store.published, nights.store.inbox, Limits(), at).tried[0]
    assert (2, "mend_is_current") in [(each.source_row, each.check_id) for each in tried.findings]
    answer = try_files([path], tmp_path / "none", nights.store.inbox, Limits(), at)
    assert "mend_is_current" in answer.not_judged
