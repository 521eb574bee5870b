"""An official's decision through whole nights: from the command into the inbox, the archive, the tables, and a rebuild."""

from __future__ import annotations

import csv
import json
import stat
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from flows.__main__ import waste
from flows.clock import today
from flows.deciding import decide
from flows.errors import UsageError
from flows.query import ask
from flows.reading.limits import Limits
from flows.rebuild import rebuild
from flows.warehouse import Store
from tests.nights.one_night import run_night

WHO = "เจ้าหน้าที่ ก"


def standing(store: Store) -> dict[str, str]:
    """Anomalies of the small world by rule: the id of one."""
    return dict(ask(store.published, "SELECT rule, min(anomaly_id) FROM anomaly.found WHERE state <> 'closed' GROUP BY 1").rows)


def test_decisions_take_effect_with_the_next_night_and_outlive_a_rebuild(two_nights: Store) -> None:
    ids = standing(two_nights)
    silenced, closed = ids["report_missing"], ids["sent_received_mismatch"]
    until = today() + timedelta(days=30)
    decide(two_nights.published, two_nights.inbox, [silenced], "silence", "a visit is planned", WHO, today(), until)
    decide(two_nights.published, two_nights.inbox, [closed], "confirm", "seen on site", WHO, today())
    (two_nights.inbox / "typed by hand.csv").write_text(
        f"anomaly_id,action,reason,official,decided_date\nffffffffffffffff,close,settled,{WHO},{today()}\n", encoding="utf-8"
    )
    assert run_night(two_nights.data, str(today()))[0] == 0
    states = dict(ask(two_nights.published, "SELECT anomaly_id, state FROM anomaly.found").rows)
    assert (states[silenced], states[closed]) == ("silenced", "open")
    decisions = ask(two_nights.published, "SELECT anomaly_id, action, until_date, reason, official FROM core.disposition ORDER BY 2").rows
    assert decisions == [(closed, "confirm", None, "seen on site", None), (silenced, "silence", until, "a visit is planned", None)]
    assert ask(two_nights.published, "SELECT rule, rank_factor FROM summary.anomaly_verdict").rows == [("sent_received_mismatch", 1.5)]
    found = ask(two_nights.published, "SELECT check_id, value FROM audit.finding WHERE column_name = 'anomaly_id'").rows
    assert found == [("anomaly_is_known", "ffffffffffffffff")]
    assert WHO.encode() not in two_nights.published.read_bytes()
    outcome = rebuild(two_nights, 1_000, Limits())
    assert outcome.had_old and outcome.differences == {}


def test_the_file_that_a_command_writes(two_nights_once: Path, tmp_path: Path) -> None:
    published = Store(two_nights_once).published
    anomaly_id = standing(Store(two_nights_once))["report_missing"]
    day = date(2026, 5, 12)
    arguments = (published, tmp_path / "inbox", [anomaly_id, anomaly_id], "close", '=cmd|"x"\nsecond line', WHO, day)
    first, second = decide(*arguments), decide(*arguments)
    assert first.read_bytes() != second.read_bytes(), "the same decision again is no duplicate"
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    (row,) = csv.DictReader(first.open(encoding="utf-8", newline=""))
    assert (row["anomaly_id"], row["action"], row["until_date"]) == (anomaly_id, "close", "")
    assert (row["reason"], row["official"], row["decided_date"]) == ('=cmd|"x"\nsecond line', WHO, "2026-05-12")
    assert list(tmp_path.iterdir()) == [tmp_path / "inbox"], "nothing unfinished is left"


def test_what_is_no_decision(two_nights_once: Path, tmp_path: Path) -> None:
    published, day = Store(two_nights_once).published, date(2026, 5, 12)
    anomaly_id = standing(Store(two_nights_once))["report_missing"]
    with pytest.raises(UsageError, match="no anomaly has the id nobody"):
        decide(published, tmp_path, ["nobody", anomaly_id], "close", "why", WHO, day)
    with pytest.raises(UsageError, match="needs a reason and an official"):
        decide(published, tmp_path, [anomaly_id], "close", " ", WHO, day)
    with pytest.raises(UsageError, match="is over already"):
        decide(published, tmp_path, [anomaly_id], "silence", "why", WHO, day, date(2026, 5, 11))
    with pytest.raises(UsageError, match="nothing is published yet"):
        decide(tmp_path / "none.duckdb", tmp_path, [anomaly_id], "close", "why", WHO, day)
    assert list(tmp_path.iterdir()) == []


def test_the_list_and_the_commands(two_nights: Store) -> None:
    def say(*arguments: object) -> str:
        done = CliRunner().invoke(waste, ["anomaly", *map(str, arguments), "--data", str(two_nights.data)])
        assert done.exit_code == 0, done.output
        return done.stdout

    listed = json.loads(say("list", "--json"))
    assert {row["state"] for row in listed} <= {"new", "open"} and {row["rank_factor"] for row in listed} == {1.0}
    one = listed[0]
    assert [row["anomaly_id"] for row in json.loads(say("list", "--json", "--rule", one["rule"], "--limit", 1))] == [one["anomaly_id"]]
    assert json.loads(say("list", "--json", "--state", "silenced")) == [] and say("list", "--state", "silenced") == "no such anomaly\n"
    assert f"{one['anomaly_id']}  {one['state']}  {one['rule']}  {one['period']}" in say("list")
    mine = json.loads(say("list", "--json", "--factory", one["factory_id"], "--province", one["factory_id"][2:4]))
    assert {row["factory_id"] for row in mine} == {one["factory_id"]}
    for action in ("close", "confirm", "refute", "reopen"):
        assert "waits for the next night" in say(action, one["anomaly_id"], "--reason", "why", "--official", WHO)
    assert "waits" in say("silence", one["anomaly_id"], "--until", "2999-12-31", "--reason", "why", "--official", WHO)
    actions = {next(csv.DictReader(path.open(encoding="utf-8")))["action"] for path in two_nights.inbox.glob("D-*.csv")}
    assert actions == {"close", "confirm", "refute", "reopen", "silence"}
    wrong = CliRunner().invoke(waste, ["anomaly", "silence", one["anomaly_id"], "--until", "soon", "--reason", "x", "--official", "y"])
    assert isinstance(wrong.exception, UsageError) and "--until 'soon' is not a day" in str(wrong.exception)
