"""Who is told what: letters from small tables, beside golden mails that were read by eye."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.errors import NightError
from flows.ledger import Ledger
from flows.letters import news, one_line
from flows.letters.news import BUDGET
from flows.letters.words import english_period, number, thai_date, thai_period
from flows.mail import Letter, mail_id_of, record
from flows.rows import rows_of
from flows.sql_files import Anomaly
from flows.steps import alert
from flows.steps.alert import compose_stop, refresh_table
from flows.warehouse import create_tables

GOLDEN = Path(__file__).parents[1] / "golden"
NIGHT, NEXT_NIGHT = date(2026, 5, 4), date(2026, 5, 5)
AT = datetime(2026, 5, 3, 18, 30, tzinfo=UTC)

PAINT, PLATING, RECYCLER = "10190000125400", "10100000225450", "10190000325501"  # two in province 19, one in 10
STRANGER = "10880000999999"  # no such province, not in the register
FACTORIES = [
    (PAINT, "บริษัท สีทอง จำกัด", "45(1)", "19"),
    (PLATING, "Bangkok Plating Co., Ltd.", "100(5)", "10"),
    (RECYCLER, "บริษัท รีไซเคิลไทย จำกัด", "106", "19"),
]

# Only the columns that letters read; flows/summaries makes the real ones, with many more.
SUMMARIES = """
CREATE TABLE summary.national (
  year INTEGER, factories_obliged BIGINT, factories_reporting BIGINT, generated_t DECIMAL(38, 6),
  generated_hazardous_t DECIMAL(38, 6), sent_t DECIMAL(38, 12), received_t DECIMAL(38, 12), completed_t DECIMAL(38, 12)
);
CREATE TABLE summary.waste_by_factory_year (
  factory_id VARCHAR, year INTEGER, factories_obliged BIGINT, factories_reporting BIGINT, generated_t DECIMAL(38, 6),
  generated_hazardous_t DECIMAL(38, 6), sent_t DECIMAL(38, 12), received_t DECIMAL(38, 12), completed_t DECIMAL(38, 12)
);
CREATE TABLE summary.factory_compliance (
  rank BIGINT, factory_id VARCHAR, factory_name VARCHAR, province_code VARCHAR, missing_reports BIGINT,
  mismatched_loads BIGINT, unanswered_loads BIGINT, receipts_without_manifest BIGINT, open_breaches BIGINT,
  oldest_open_breach_date DATE
);
CREATE TABLE summary.anomaly_verdict (rule VARCHAR, factory_id VARCHAR, rank_factor DOUBLE);
"""
#                 factory    year  owed came generated hazardous  sent     received  completed
FACTORY_YEARS = [
    (PAINT,       2025,  1,   0,  None,     None,      "30.250", "0",      "0"),
    (PLATING,     2025,  1,   1,  "120.5",  "80",      "100",    "0",      "0"),
    (RECYCLER,    2025,  1,   1,  "2000",   "0",       "1900.2", "128.75", "90"),
    (PAINT,       2026,  0,   0,  None,     None,      "12",     "0",      "0"),
    (RECYCLER,    2026,  0,   0,  None,     None,      "0",      "10",     "0"),
]  # fmt: skip
#   year  owed came generated  hazardous sent        received  completed
NATIONAL = [
    (2025, 3,   2,   "2120.5",  "80",     "2030.450", "128.75", "90"),
    (2026, 0,   0,   None,      None,     "12",       "10",     "0"),
]  # fmt: skip
#              rank factory    name              prov  missing differ unanswered unannounced open oldest
COMPLIANCE = [
    (1, RECYCLER, FACTORIES[2][1], "19", 2, 0, 3, 1, 6, date(2026, 3, 15)),
    (2, PAINT,    FACTORIES[0][1], "19", 1, 1, 0, 0, 2, date(2026, 4, 20)),
    (3, PLATING,  FACTORIES[1][1], "10", 0, 0, 0, 0, 0, None),
]  # fmt: skip
# Three rules as flows/anomalies has them: what the letters read of a rule's head.
RULES = tuple(
    Anomaly(
        name=name, title_en=title_en, title_th=title_th, ground=ground, ground_th=ground_th, one_row_is="", meaning_th="", score_th="", key=(), needs=(), columns={}, parameters=(),
        body="", lineage="", recipients=("headquarters", "province"), is_statistical=name == "mass_jump", silence_days=30, evidence={},
    )
    for name, title_en, title_th, ground, ground_th in [
        ("mass_jump", "A quantity is out of line", "ปริมาณผิดปกติเมื่อเทียบกับประวัติ", "statistics; the factors are policy", "สถิติ จำนวนเท่าเป็นนโยบาย"),
        ("report_missing", "A report has not come", "โรงงานยังไม่ส่งรายงาน", "cl. 13 (annual), cl. 22 (monthly)", "ข้อ 13 (รายปี) ข้อ 22 (รายเดือน)"),
        ("sent_received_mismatch", "Received is not what was sent", "ที่รับไม่ตรงกับที่ส่ง", "cl. 18; the tolerance is borrowed", "ข้อ 18 เกณฑ์ยืมมาจากต่างประเทศ"),
    ]
)  # fmt: skip
MISSING = {"report_type": "annual", "clause": "13", "due_date": "2026-04-30", "days_overdue": 4}
DIFFERS = {
    "state": "quantity_differs", "processor_id": RECYCLER, "sent_date": "2026-04-01", "received_date": "2026-04-02",
    "sent_t": 12.0, "received_t": 10.0, "difference_t": -2.0, "difference_pct": -16.7, "tolerance_pct": 10,
    "is_independent": True, "rows": [{"table": "core.manifest", "source_row": 7}],
}  # fmt: skip
JUMPS = {
    "kind": "load", "waste_code": "080111", "mass_t": 1200.0, "typical_t": 1.2, "times_typical": 1000.0,
    "looks_like_unit_slip": True, "rows": [{"table": "core.manifest", "source_row": 7}],
}  # fmt: skip


@pytest.fixture
def night() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse with a register of three factories, their figures, and no news."""
    with duckdb.connect() as connection:
        create_tables(connection)
        connection.execute(SUMMARIES)
        for factory in FACTORIES:
            connection.execute(
                "INSERT INTO core.factory (factory_id, factory_name, factory_class, province_code, contact_email) "
                "VALUES (?, ?, ?, ?, 'secret@factory.example')",
                factory,
            )
        for table, rows in (
            ("national", NATIONAL), ("waste_by_factory_year", FACTORY_YEARS), ("factory_compliance", COMPLIANCE),
        ):  # fmt: skip
            connection.executemany(f"INSERT INTO summary.{table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
        yield connection


def find(
    connection: duckdb.DuckDBPyConnection,
    rule: str,
    factory_id: str,
    score: float = 1,
    *,
    period: str = "2026-04",
    subject: str | None = None,
    evidence: object = None,
    first_night: date = NIGHT,
    state: str = "new",
) -> None:
    """Put one anomaly into anomaly.found."""
    (count,) = connection.execute("SELECT count(*) FROM anomaly.found").fetchone() or (0,)
    connection.execute(
        "INSERT INTO anomaly.found VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            f"a{count + 1:03}",
            rule,
            factory_id,
            period,
            subject,
            score,
            json.dumps(evidence or {}),
            first_night,
            NIGHT,
            state,
        ],
    )


def find_the_usual(connection: duckdb.DuckDBPyConnection) -> None:
    """One report missing, one load that differs and jumps too, one jump alone; and the files of the night."""
    find(connection, "report_missing", PAINT, 4, period="2025", subject="annual", evidence=MISSING)
    find(connection, "sent_received_mismatch", PAINT, 2, subject="M-7/1", evidence=DIFFERS)
    find(connection, "mass_jump", PAINT, 1000, subject="M-7/1", evidence=JUMPS)
    find(connection, "mass_jump", PLATING, 50, subject="M-9/1", evidence=JUMPS)
    for place, (outcome, read, accepted) in enumerate(
        [
            ("accepted", 1200, 1200),
            ("accepted", 3, 3),
            ("partly_accepted", 50, 48),
            ("rejected", 4, 0),
            ("duplicate", 0, 0),
        ]
    ):
        connection.execute(
            "INSERT INTO audit.submission (submission_id, night, outcome, rows_read, rows_accepted, rows_quarantined) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [str(place), NIGHT, outcome, read, accepted, read - accepted],
        )


def compose(
    connection: duckdb.DuckDBPyConnection, night: date, suspicion: str | None, rules: tuple[Anomaly, ...] = RULES
) -> list[Letter]:
    """With the rules of this file, so that a golden mail changes only when a letter does."""
    return alert.compose(connection, night, suspicion, rules)


def by_role(letters: list[Letter]) -> dict[str, Letter]:
    roles = {letter.to_role: letter for letter in letters}
    assert len(roles) == len(letters), "one letter a night for each role"
    return roles


class Outbox:
    """The outbox of one installation: what a night's letters leave behind for the next one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ledger = Ledger(folder / "ledger.jsonl")

    def take(self, connection: duckdb.DuckDBPyConnection, letters: list[Letter]) -> int:
        recorded = record(self.ledger, self.folder, letters, AT)
        refresh_table(connection, self.ledger)
        return recorded


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path)


# --- Golden mails ------------------------------------------------------------------------------------------------------


def assert_golden(name: str, letter: Letter) -> None:
    for ending, content in (("html", letter.html), ("txt", f"Subject: {letter.subject}\n\n{letter.text}")):
        path = GOLDEN / f"{name}.{ending}"
        if os.environ.get("UPDATE_GOLDEN"):
            path.write_text(content, encoding="utf-8")
        expected = path.read_text(encoding="utf-8") if path.exists() else ""
        assert content == expected, (
            f"{path.name} is not what is written now. When the change is meant: "
            "UPDATE_GOLDEN=1 python -m pytest tests/steps/test_alert.py, then look at `git diff tests/golden`."
        )


def test_headquarters_digest(night: duckdb.DuckDBPyConnection) -> None:
    find_the_usual(night)
    letter = by_role(compose(night, NIGHT, None))["headquarters"]
    assert letter.subject.startswith("เรื่องใหม่ 4 เรื่อง · New findings: 4 · ทั่วประเทศ Whole country")
    assert "files taken in: 5\n" in letter.text
    assert "rows read: 1,257\n" in letter.text and "rows accepted: 1,251\n" in letter.text
    assert "rows held back: 6\n" in letter.text
    assert "factories that owed an annual report: 3\n" in letter.text
    assert "coverage (%): 66.7\n" in letter.text  # 2 of 3
    assert "sent off site (t): 2,030.5\n" in letter.text  # 30.25 + 100 + 1,900.2
    assert "coverage (%): –\n" in letter.text  # nobody owes the report of 2026 yet
    assert "sent 12 t · received 10 t · difference -2 t · difference -16.7 %" in letter.text
    assert "1. บริษัท รีไซเคิลไทย จำกัด (6)" in letter.text and "Bangkok Plating" not in letter.text
    assert_golden("digest-headquarters", letter)


def test_headquarters_digest_of_an_empty_night(night: duckdb.DuckDBPyConnection) -> None:
    (letter,) = compose(night, NIGHT, None)
    assert (letter.to_role, letter.kind) == ("headquarters", "digest")
    assert "Nothing new to report" in letter.subject
    assert_golden("digest-headquarters-empty", letter)


def test_province_digest(night: duckdb.DuckDBPyConnection) -> None:
    find_the_usual(night)
    letter = by_role(compose(night, NIGHT, None))["province-19"]
    assert "New findings: 3 · สระบุรี Saraburi" in letter.subject
    assert "factories that owed an annual report: 2\n" in letter.text
    assert "coverage (%): 50\n" in letter.text
    assert "generated, by annual reports (t): 2,000\n" in letter.text
    assert_golden("digest-province", letter)


def test_suspicion_letter(night: duckdb.DuckDBPyConnection) -> None:
    find_the_usual(night)
    (letter,) = compose(night, NIGHT, "2 of 3 obliged factories (66.7 %) look missing, more than 50 %")
    assert (letter.to_role, letter.kind) == ("operators", "suspicion")
    for factory_id, name, *_ in FACTORIES:
        assert factory_id not in letter.html + letter.text and name not in letter.html + letter.text
    assert_golden("suspicion", letter)


def test_suspicion_letter_with_nothing_withheld(night: duckdb.DuckDBPyConnection) -> None:
    (letter,) = compose(night, NIGHT, "2 of 3 obliged factories (66.7 %) look missing, more than 50 %")
    assert "Withheld" not in letter.html + letter.text


def test_stop_letter() -> None:
    failures = [f"rows: expectation {place} was not met" for place in range(32)]
    letter = compose_stop(NIGHT, "the suite `manifest` does not believe tonight's table", failures)
    assert (letter.to_role, letter.kind) == ("operators", "stop")
    assert "expectation 29 " in letter.text and "expectation 30 " not in letter.text
    assert "Not shown in this mail: 2 more." in letter.text
    assert_golden("stop", letter)


def test_stop_letter_without_failures() -> None:
    letter = compose_stop(NIGHT, "the disk is full", [])
    assert "not believable" not in letter.html + letter.text


# --- The monthly inspection list ------------------------------------------------------------------------------------------

# summary.inspection_priority as letters read it: two factories in province 19, one in 10 that gives no reason to be inspected
PRIORITY = """
CREATE TABLE summary.inspection_priority AS
SELECT * FROM (VALUES
  (?, 'บริษัท สีทอง จำกัด', '19', 'operating', 1, 62.5, 32.0, 0.0, 16.0, 24.0, 16.0, 12.0, 5, 0, 1, 2, NULL, 1, 75.25),
  (?, 'Bangkok Plating Co., Ltd.', '10', 'operating', 3, 0.0, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, 0, 0, 0, 0, 0.0),
  (?, 'บริษัท รีไซเคิลไทย จำกัด', '19', 'stopped', 2, 5.0, 0.0, 60.0, 0.0, 40.0, 0.0, 0.0, 0, 1, 0, 0, 146, 0, 0.0),
  ('10190000425601', 'closed long ago', '19', 'closed', 4, 1.0, 100.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1, 0, 0, 0, 1, 0, 0.0)
) AS p (
  factory_id, factory_name, province_code, status, rank, score, breaches_share_pct, anomalies_share_pct, complaints_share_pct,
  inspection_share_pct, orders_share_pct, hazardous_share_pct, open_breaches, anomalies, complaints_about, complaints_near,
  days_since_inspection, orders_overdue, hazardous_t
)
"""


@pytest.fixture
def month(night: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The same warehouse, with priorities, after a night of the month before."""
    night.execute(PRIORITY, [PAINT, PLATING, RECYCLER])
    night.execute("UPDATE core.factory SET status = 'operating'")
    night.execute("INSERT INTO audit.night (night, outcome) VALUES ('2026-04-30', 'published')")
    return night


def lists(letters: list[Letter]) -> dict[str, Letter]:
    return by_role([letter for letter in letters if letter.kind == "inspections"])


def test_inspection_list(month: duckdb.DuckDBPyConnection) -> None:
    letter = lists(compose(month, NIGHT, None))["province-19"]
    assert letter.subject == "โรงงานที่ควรตรวจในเดือนนี้ · Where to inspect this month · สระบุรี Saraburi · 4 พ.ค. 2569 / 4 May 2026"
    first, second = letter.text.split("\n2. ")
    assert "1. บริษัท สีทอง จำกัด" in first and "score 62.5, rank 1 in the country" in first
    shares = [line.split("/")[1].strip() for line in first.splitlines() if " % " in line]
    assert shares == [
        "open breaches 5", "never inspected", "complaints about it and near it 3", "orders overdue 1", "hazardous waste (t a year) 75.25",
    ]  # fmt: skip
    assert "60 % ข้อสังเกตจากข้อมูล 1 / anomalies 1" in second and "days since the last inspection 146" in second
    assert "closed long ago" not in letter.html + letter.text
    assert_golden("inspections-province", letter)


def test_inspection_list_with_nothing_in_it(month: duckdb.DuckDBPyConnection) -> None:
    letter = lists(compose(month, NIGHT, None))["province-10"]
    assert "No factory gives a reason" in letter.text and PLATING not in letter.text
    assert_golden("inspections-province-empty", letter)


def test_each_province_gets_its_list_once_a_month(month: duckdb.DuckDBPyConnection, outbox: Outbox) -> None:
    first = compose(month, NIGHT, None)
    assert list(lists(first)) == ["province-10", "province-19"]
    outbox.take(month, first)
    assert lists(compose(month, NEXT_NIGHT, None)) == {}
    assert outbox.take(month, compose(month, NIGHT, None)) == 0, "nor twice when the night is run again"
    month.execute("INSERT INTO audit.night (night, outcome) VALUES (?, 'published')", [NIGHT])
    assert list(lists(compose(month, date(2026, 6, 2), None))) == ["province-10", "province-19"]


def test_a_list_that_a_crash_left_out_goes_out_with_the_next_night(month: duckdb.DuckDBPyConnection, outbox: Outbox) -> None:
    outbox.take(month, [letter for letter in compose(month, NIGHT, None) if letter.to_role != "province-19"])
    assert list(lists(compose(month, NEXT_NIGHT, None))) == ["province-19"]


def test_when_the_pipeline_suspects_itself_lists_wait_for_the_next_night(month: duckdb.DuckDBPyConnection, outbox: Outbox) -> None:
    suspicious = compose(month, NIGHT, "a reason")
    assert lists(suspicious) == {}
    outbox.take(month, suspicious)
    assert list(lists(compose(month, NEXT_NIGHT, None))) == ["province-10", "province-19"]


def test_before_a_month_has_turned_there_is_no_list(month: duckdb.DuckDBPyConnection) -> None:
    month.execute("UPDATE audit.night SET night = '2026-05-01'")
    assert lists(compose(month, NIGHT, None)) == {}
    month.execute("UPDATE audit.night SET night = '2026-04-30', outcome = 'stopped'")
    assert lists(compose(month, NIGHT, None)) == {}


# --- Who is told -------------------------------------------------------------------------------------------------------


def test_a_province_hears_only_of_its_own_factories(night: duckdb.DuckDBPyConnection) -> None:
    find(night, "report_missing", PAINT)
    find(night, "report_missing", PLATING)
    letters = by_role(compose(night, NIGHT, None))
    assert list(letters) == ["headquarters", "province-10", "province-19"]
    assert PAINT in letters["province-19"].text and PLATING not in letters["province-19"].html + letters["province-19"].text
    assert PLATING in letters["province-10"].text and PAINT not in letters["province-10"].html + letters["province-10"].text


def test_a_factory_of_no_province_is_told_to_headquarters_only(night: duckdb.DuckDBPyConnection) -> None:
    find(night, "report_missing", STRANGER)
    letters = by_role(compose(night, NIGHT, None))
    assert list(letters) == ["headquarters"]
    assert "not in the register" in letters["headquarters"].text and STRANGER in letters["headquarters"].text


def test_a_rule_says_who_hears_of_it(night: duckdb.DuckDBPyConnection) -> None:
    find(night, "report_missing", PAINT)
    quiet = tuple(dataclasses.replace(rule, recipients=("headquarters",)) for rule in RULES)
    assert list(by_role(compose(night, NIGHT, None, quiet))) == ["headquarters"]


@pytest.mark.parametrize("state", ["silenced", "closed"])
def test_what_is_silenced_or_closed_is_not_told(night: duckdb.DuckDBPyConnection, state: str) -> None:
    find(night, "report_missing", PAINT, state=state)
    (letter,) = compose(night, NIGHT, None)
    assert "Nothing new" in letter.subject


def test_what_was_told_is_not_told_again(night: duckdb.DuckDBPyConnection, outbox: Outbox) -> None:
    find_the_usual(night)
    outbox.take(night, compose(night, NIGHT, None))
    (letter,) = compose(night, NEXT_NIGHT, None)
    assert "Nothing new" in letter.subject


def decide(connection: duckdb.DuckDBPyConnection, anomaly_id: str, action: str, night: date, until_date: date | None = None) -> None:
    connection.execute(
        "INSERT INTO core.disposition (anomaly_id, action, until_date, night) VALUES (?, ?, ?, ?)",
        [anomaly_id, action, until_date, night],
    )


def test_what_still_stands_after_its_silence_days_is_told_again_as_a_reminder(night: duckdb.DuckDBPyConnection, outbox: Outbox) -> None:
    find_the_usual(night)
    outbox.take(night, compose(night, NIGHT, None))
    (last_silent,) = compose(night, NIGHT + timedelta(days=29), None)
    assert "Nothing new" in last_silent.subject
    find(night, "report_missing", RECYCLER)
    letters = by_role(compose(night, NIGHT + timedelta(days=30), None))  # silence_days of RULES
    assert letters["headquarters"].subject.startswith("เรื่องใหม่ 1 เรื่อง, เตือนซ้ำ 4 เรื่อง · New findings: 1, reminders: 4 · ")
    assert "New findings: 1, reminders: 3 " in letters["province-19"].subject
    missing = letters["headquarters"].text.split("== โรงงานยังไม่ส่งรายงาน")[1].split("\n== ")[0]
    assert missing.index(RECYCLER) < missing.index(PAINT), "what is new comes first"
    assert missing.count("told on 4 May 2026, it still stands") == 1
    assert letters["headquarters"].html.count("told on 4 May 2026, it still stands") == 3  # the jump alone is not named


def test_each_rule_has_silence_days_of_its_own(night: duckdb.DuckDBPyConnection, outbox: Outbox) -> None:
    find(night, "report_missing", PAINT)
    find(night, "sent_received_mismatch", PAINT)
    outbox.take(night, compose(night, NIGHT, None))
    short = tuple(dataclasses.replace(rule, silence_days=7) if rule.name == "report_missing" else rule for rule in RULES)
    letters = by_role(compose(night, NIGHT + timedelta(days=7), None, short))
    assert "Reminders: 1 " in letters["headquarters"].subject
    assert "A report has not come" in letters["headquarters"].text
    assert "Received is not what was sent" not in letters["headquarters"].text


def test_what_an_official_silenced_is_told_as_soon_as_it_stands_again(night: duckdb.DuckDBPyConnection, outbox: Outbox) -> None:
    find(night, "report_missing", PAINT)
    outbox.take(night, compose(night, NIGHT, None))
    decide(night, "a001", "silence", NEXT_NIGHT, until_date=NIGHT + timedelta(days=3))
    assert "Reminders: 1 " in by_role(compose(night, NIGHT + timedelta(days=4), None))["headquarters"].subject


def test_what_was_closed_and_stands_again_is_told(night: duckdb.DuckDBPyConnection, outbox: Outbox) -> None:
    find(night, "report_missing", PAINT)
    outbox.take(night, compose(night, NIGHT, None))
    decide(night, "a001", "close", NEXT_NIGHT)
    assert "Reminders: 1 " in by_role(compose(night, NIGHT + timedelta(days=2), None))["headquarters"].subject


def test_a_rule_that_was_right_at_a_factory_is_named_first_there(night: duckdb.DuckDBPyConnection) -> None:
    find(night, "report_missing", PAINT, 4)
    find(night, "report_missing", PLATING, 5)
    night.execute("INSERT INTO summary.anomaly_verdict VALUES ('report_missing', ?, 1.5)", [PAINT])
    text = by_role(compose(night, NIGHT, None))["headquarters"].text
    assert text.index(PAINT) < text.index(PLATING)


def test_what_a_suspicious_night_found_is_told_on_the_next(night: duckdb.DuckDBPyConnection, outbox: Outbox) -> None:
    find(night, "report_missing", PAINT)
    outbox.take(night, compose(night, NIGHT, "a reason"))
    outbox.take(night, [compose_stop(NIGHT, "a reason", [])])
    assert list(by_role(compose(night, NEXT_NIGHT, None))) == ["headquarters", "province-19"]


def test_a_night_run_twice_records_each_letter_once(night: duckdb.DuckDBPyConnection, outbox: Outbox) -> None:
    find_the_usual(night)
    first = compose(night, NIGHT, None)
    assert outbox.take(night, first) == 2
    assert compose(night, NIGHT, None) == first
    assert outbox.take(night, compose(night, NIGHT, None)) == 0


def test_what_a_second_run_of_a_night_finds_is_told_once_on_the_next(night: duckdb.DuckDBPyConnection, outbox: Outbox) -> None:
    find(night, "report_missing", PAINT)
    outbox.take(night, compose(night, NIGHT, None))
    find(night, "report_missing", PLATING)
    assert outbox.take(night, compose(night, NIGHT, None)) == 0
    next_night = by_role(compose(night, NEXT_NIGHT, None))
    assert list(next_night) == ["headquarters", "province-10"]
    assert "New findings: 1 " in next_night["headquarters"].subject


def test_an_edition_torn_by_a_crash_is_completed(night: duckdb.DuckDBPyConnection, outbox: Outbox) -> None:
    """Headquarters' digest is written last: while it is missing, the night's others may still come."""
    find(night, "report_missing", PAINT)
    find(night, "report_missing", PLATING)
    letters = compose(night, NIGHT, None)
    outbox.take(night, letters)
    recorded = [entry.facts["to_role"] for entry in outbox.ledger.of_kind("mail_recorded")]
    assert recorded == ["province-10", "province-19", "headquarters"]
    first_line = outbox.ledger.path.read_bytes().splitlines(keepends=True)[0]
    outbox.ledger.path.write_bytes(first_line)  # as if the machine had stopped while the lines were written
    assert Outbox(outbox.folder).take(night, compose(night, NIGHT, None)) == 2


def test_news_of_a_rule_that_does_not_exist_stops_the_night(night: duckdb.DuckDBPyConnection) -> None:
    find(night, "made_up", PAINT)
    with pytest.raises(NightError, match="made_up"):
        compose(night, NIGHT, None)


# --- Blame carefully ---------------------------------------------------------------------------------------------------


def test_a_statistical_signal_alone_names_nobody(night: duckdb.DuckDBPyConnection) -> None:
    find(night, "mass_jump", PAINT)
    (letter,) = compose(night, NIGHT, None)  # and no letter for province 19
    assert "To look at in anomaly.found: 1 with a statistical signal only" in letter.text
    assert "a001" not in letter.html + letter.text  # PAINT is named, but in the list of open breaches


def test_two_jumps_of_one_rule_are_one_signal(night: duckdb.DuckDBPyConnection) -> None:
    find(night, "mass_jump", PAINT, period="2026-03")
    find(night, "mass_jump", PAINT, period="2026-04")
    (letter,) = compose(night, NIGHT, None)
    assert "To look at in anomaly.found: 2 " in letter.text


def test_a_second_signal_names_the_factory_and_makes_an_old_jump_news(night: duckdb.DuckDBPyConnection, outbox: Outbox) -> None:
    find(night, "mass_jump", PAINT)
    outbox.take(night, compose(night, NIGHT, None))
    assert "Nothing new" in compose(night, NEXT_NIGHT, None)[0].subject
    find(night, "report_missing", PAINT)
    letters = by_role(compose(night, NEXT_NIGHT, None))
    assert "New findings: 2" in letters["province-19"].subject
    assert "anomaly_id=a001" in letters["province-19"].text
    outbox.take(night, list(letters.values()))
    assert "Nothing new" in compose(night, NEXT_NIGHT + timedelta(days=1), None)[0].subject


@pytest.mark.parametrize(
    ("rows_of_the_other", "is_named"),
    [
        ([("core.manifest", "aaa", 7)], False),  # the same row looked at twice
        ([("core.manifest", "aaa", 7), ("core.manifest", "aaa", 8)], False),
        ([("core.manifest", "aaa", 7), ("core.receipt", "bbb", 7)], True),  # what somebody else filed
        ([("core.manifest", "bbb", 7)], True),  # another file
        ([], True),  # a report that is missing has no row
    ],
)
def test_a_second_signal_does_not_come_from_the_same_rows(
    night: duckdb.DuckDBPyConnection, rows_of_the_other: list[tuple[str, str, int]], is_named: bool
) -> None:
    def evidence(rows: list[tuple[str, str, int]]) -> dict[str, object]:
        keys = ("table", "submission_id", "source_row")
        return {"rows": [{"source_sheet": None, **dict(zip(keys, row, strict=True))} for row in rows]}

    find(night, "mass_jump", PAINT, evidence=evidence([("core.manifest", "aaa", 8), ("core.manifest", "aaa", 7)]))
    find(night, "sent_received_mismatch", PAINT, evidence=evidence(rows_of_the_other))
    letter = by_role(compose(night, NIGHT, None))["headquarters"]
    assert ("anomaly_id=a001" in letter.text) == is_named
    assert "anomaly_id=a002" in letter.text  # which is no guess


def test_without_statistical_rules_everything_is_named(night: duckdb.DuckDBPyConnection) -> None:
    find(night, "mass_jump", PAINT)
    sure = tuple(dataclasses.replace(rule, is_statistical=False) for rule in RULES)
    assert list(by_role(compose(night, NIGHT, None, sure))) == ["headquarters", "province-19"]


@pytest.mark.parametrize("state", ["silenced", "closed"])
def test_a_second_signal_counts_only_while_it_is_open(night: duckdb.DuckDBPyConnection, state: str) -> None:
    find(night, "mass_jump", PAINT)
    find(night, "report_missing", PAINT, state=state)
    (letter,) = compose(night, NIGHT, None)
    assert "To look at in anomaly.found: 1 " in letter.text


def test_the_budget_goes_round_the_rules_and_says_what_it_left_out(night: duckdb.DuckDBPyConnection) -> None:
    for score in range(50):
        find(night, "report_missing", PAINT, score, period=str(score))
    for score in range(3):
        find(night, "sent_received_mismatch", PAINT, score)
    letter = by_role(compose(night, NIGHT, None))["headquarters"]
    assert letter.text.count("waste explain anomaly.found") == BUDGET == 20
    assert "New findings: 53" in letter.subject
    assert "(50)" in letter.text and "Not shown in this mail: 33 more." in letter.text  # 50 - 17
    assert letter.text.count("more.") == 1  # the three loads are all there
    worst_first = [line.split("=")[1] for line in letter.text.splitlines() if "anomaly_id=" in line][:17]
    assert worst_first == [f"a{count:03}" for count in range(50, 33, -1)]


def test_of_many_anomalies_only_those_that_a_letter_shows_are_fetched(
    night: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    night.execute(
        "INSERT INTO anomaly.found (anomaly_id, rule, factory_id, period, score, evidence, first_night, last_night, state) "
        "SELECT 'n' || i, ['report_missing', 'sent_received_mismatch'][i % 2 + 1], [$paint, $plating, $stranger][i % 3 + 1], "
        "'2026-04', i, json_object('days_overdue', i), $night, $night, 'new' FROM range(6_000) AS t(i)",
        {"paint": PAINT, "plating": PLATING, "stranger": STRANGER, "night": NIGHT},
    )
    fetched: list[str] = []

    def watched(*arguments: Any) -> list[dict[str, Any]]:
        rows = rows_of(*arguments)
        fetched.extend(f"{row['area']} {row['anomaly_id']}" for row in rows if "evidence" in row)
        return rows

    monkeypatch.setattr(news, "rows_of", watched)
    headquarters = by_role(compose(night, NIGHT, None))["headquarters"]
    assert len(set(fetched)) == len(fetched) == 4 * BUDGET  # the country, and three codes of provinces
    assert "New findings: 6,000" in headquarters.subject
    shown = {line.rpartition("=")[2] for line in headquarters.text.splitlines() if "anomaly_id=" in line}
    assert shown == {f"n{number}" for number in range(6_000 - BUDGET, 6_000)}
    worst_first = [*range(5_998, -1, -2), *range(5_999, 0, -2)]  # the even numbers are of the first rule
    assert headquarters.named == tuple(f"n{number}" for number in worst_first)  # told all the same, and so not told again


def test_no_address_of_a_factory_is_in_a_letter(night: duckdb.DuckDBPyConnection) -> None:
    find_the_usual(night)
    for letter in [*compose(night, NIGHT, None), *compose(night, NIGHT, "a reason")]:
        assert "@" not in letter.html + letter.text


# --- Hostile cells -------------------------------------------------------------------------------------------------------

HOSTILE = "<script>alert(1)</script>\r\nBcc: all@diw.example\n\n== Forged \u202eheading http://evil.example/x =cmd|' /C calc'!A0"


def test_a_hostile_name_is_only_text(night: duckdb.DuckDBPyConnection) -> None:
    find_the_usual(night)
    before = by_role(compose(night, NIGHT, None))["province-19"]
    night.execute("UPDATE core.factory SET factory_name = ? WHERE factory_id = ?", [HOSTILE, PAINT])
    night.execute("UPDATE summary.factory_compliance SET factory_name = ? WHERE factory_id = ?", [HOSTILE, PAINT])
    night.execute("UPDATE anomaly.found SET subject = ?, period = ? WHERE rule = 'mass_jump'", [HOSTILE, HOSTILE])
    night.execute("UPDATE anomaly.found SET evidence = ?", [json.dumps({"waste_code": HOSTILE, HOSTILE: HOSTILE})])
    letter = by_role(compose(night, NIGHT, None))["province-19"]
    assert letter.subject == before.subject
    assert letter.text.count("\n") == before.text.count("\n")
    assert not any(line.startswith(("Bcc", "== Forged")) for line in letter.text.splitlines())
    assert "&lt;script&gt;alert(1)&lt;/script&gt; Bcc: all@diw" in letter.html and "<script" not in letter.html
    for forbidden in ("\u202e", "http://", "evil.example"):
        assert forbidden not in letter.html + letter.text


@given(st.text())
def test_a_value_is_one_line(value: str) -> None:
    line = one_line(value)
    assert isinstance(line, str) and len(line.splitlines()) <= 1 and len(line) <= 400
    assert not set("\u202a\u202b\u202d\u202e\u2066\u2067\x00\x1b\x85\u2028\u2029").intersection(line)


def test_a_letter_fetches_nothing_from_outside(night: duckdb.DuckDBPyConnection) -> None:
    find_the_usual(night)
    for letter in [*compose(night, NIGHT, None), *compose(night, NIGHT, "a reason"), compose_stop(NIGHT, "x", ["y"])]:
        for outside in ("http", "src=", "url(", "@import", "<link", "<script"):
            assert outside not in letter.html


def test_every_role_gets_a_subject_that_a_header_can_carry(night: duckdb.DuckDBPyConnection) -> None:
    codes = [code for (code,) in night.execute("SELECT DISTINCT code FROM ref.province ORDER BY code").fetchall()]
    for code in codes:
        find(night, "report_missing", f"101{code[0]}".ljust(3, "0")[:2] + code + "0000125400")
    letters = by_role(compose(night, NIGHT, None))
    assert list(letters) == ["headquarters", *(f"province-{code}" for code in codes)]
    assert all(letter.subject.isprintable() for letter in letters.values())


# --- The tables --------------------------------------------------------------------------------------------------------


def test_letters_read_the_summaries_as_they_are_made() -> None:
    """The small tables above have the columns that flows/summaries makes."""
    summarise = pytest.importorskip("flows.steps.summarise")
    with duckdb.connect() as connection:
        create_tables(connection)
        connection.execute(
            "INSERT INTO core.factory (factory_id, factory_name, factory_class, province_code, status) "
            "VALUES (?, 'ก', '45(1)', '19', 'operating')",
            [PAINT],
        )
        connection.execute(
            "INSERT INTO core.manifest (factory_id, processor_id, manifest_no, line_no, waste_code, sent_date, mass_t, "
            "management_code, submission_id, submitted_by) "
            "VALUES (?, ?, 'M-1', 1, '080111', '2026-01-05', 13.2, '042', 'x', 'desk')",
            [PAINT, RECYCLER],
        )
        summarise.summarise(connection, NIGHT, date(2025, 1, 1))
        find(connection, "report_missing", PAINT, evidence=MISSING)
        summarise.summarise_found(connection)
        letters = by_role(alert.compose(connection, NIGHT, None))  # with the rules of flows/anomalies
        connection.execute("INSERT INTO audit.night (night, outcome) VALUES ('2026-04-30', 'published')")
        (listed,) = lists(alert.compose(connection, NIGHT, None)).values()
    assert PAINT in listed.text and "never inspected" in listed.text
    for letter in letters.values():
        assert "sent off site (t): 13.2" in letter.text
        assert "reports missing 1 · oldest 30 April 2026" in letter.text


def test_the_table_of_mails_is_what_the_ledger_says(night: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    find_the_usual(night)
    ledger = Ledger(tmp_path / "ledger.jsonl")
    record(ledger, tmp_path, compose(night, NIGHT, None), AT)
    sent_id = mail_id_of(NIGHT, "digest", "headquarters")
    ledger.append("mail_failed", {"mail_id": sent_id, "error": "no connection", "is_try": True, "is_final": False})
    ledger.append("mail_sending", {"mail_id": sent_id, "mode": "live"})
    taken = ledger.append("mail_sent", {"mail_id": sent_id, "state": "sent"})
    refresh_table(night, ledger)
    refresh_table(night, ledger)
    rows = night.execute("SELECT to_role, state, tries, sent_at, error FROM anomaly.mail ORDER BY to_role").fetchall()
    assert rows == [
        ("headquarters", "sent", 2, datetime.fromisoformat(taken.at).replace(tzinfo=None), None),
        ("province-19", "pending", 0, None, None),
    ]


def test_the_table_of_no_mails_is_empty(night: duckdb.DuckDBPyConnection, outbox: Outbox) -> None:
    night.execute("INSERT INTO anomaly.mail (mail_id) VALUES ('left over')")
    refresh_table(night, outbox.ledger)
    assert night.execute("SELECT count(*) FROM anomaly.mail").fetchall() == [(0,)]


# --- Words -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "decimals", "said"),
    [
        (1234.5, 3, "1,234.5"), (12, 3, "12"), (1000, 3, "1,000"), (-2.0, 3, "-2"), (0, 3, "0"), (0.0004, 3, "0.0004"),
        (0.4, 0, "0.4"), (66.6667, 1, "66.7"), (Decimal("1E+3"), 3, "1,000"), (Decimal("12.500000000000"), 3, "12.5"),
    ],
)  # fmt: skip
def test_number(value: float | Decimal, decimals: int, said: str) -> None:
    assert number(value, decimals) == said


def test_days_and_periods_are_said_in_both_calendars() -> None:
    assert thai_date(date(2026, 3, 2)) == "2 มีนาคม พ.ศ. 2569 (ค.ศ. 2026)"
    assert (thai_period("2025"), english_period("2025")) == ("ปี พ.ศ. 2568 (ค.ศ. 2025)", "year 2025")
    assert (thai_period("2026-03"), english_period("2026-03")) == ("มีนาคม พ.ศ. 2569 (ค.ศ. 2026)", "March 2026")
    assert (thai_period("2026-13"), english_period("2026-13")) == ("2026-13", "2026-13")
