"""`waste explain`: from every figure and anomaly of a published file to rows, cells, files and hashes."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from flows.errors import UsageError
from flows.explaining import explain
from flows.ledger import Ledger
from flows.reading.limits import Limits
from flows.sql_files import summaries
from flows.warehouse import Store
from tests.docs.small_night import run_small_night
from tests.nights.small_world import GENERATOR, PROCESSOR, RECEIPTS, REGISTER, SILENT

LOADS = [
    ["manifest_no", "line_no", "factory_id", "processor_id", "waste_code", "management_code", "quantity", "unit", "sent_date"],
    ["M1", 1, GENERATOR, PROCESSOR, "120109", "049", 1000, "kg", "2026-04-01"],
    ["M2", 1, GENERATOR, PROCESSOR, "120109", "049", 2, "t", "2026-04-02"],
    ["M3", 1, GENERATOR, PROCESSOR, "999999", "049", 3, "t", "2026-04-03"],
    ["M4", 1, GENERATOR, PROCESSOR, "120109", "049", "๑,๒๐๐.๕", "kg", "2026-04-03"],
]
ANNUAL_HEADER = (
    "factory_id,report_year,nil_report,waste_code,opening_stock_t,generated_t,managed_on_site_t,sent_off_site_t,closing_stock_t"
)
ANNUAL = f"{ANNUAL_HEADER},remark\n{GENERATOR},2025,,120109,0,10,0,9,1,\x1b[31mask a.b@factory.example\n"
CORRECTED = ANNUAL.replace(",0,10,0,9,1", ",0,12,0,11,1")
CAPACITY = REGISTER.replace("contact_email", "contact_email,intake_capacity_t").replace("factory.example", "factory.example,2")
PERMITS = f"""permit_no,line_no,factory_id,processor_id,waste_code,management_code,permitted_t,valid_from_date,valid_to_date
A1,1,{GENERATOR},{PROCESSOR},120109,049,3,2026-01-01,2026-12-31
"""
COMPLAINTS = f"""complaint_no,received_date,category,factory_id,province_code,description,status
C1,2026-05-01,odour,{GENERATOR},10,Somchai of 12 Main Road smells it,open
"""


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "loads"
    book.active.append(["Loads of April"])
    for row in LOADS:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    data = tmp_path_factory.mktemp("explained")
    files = {
        "register.csv": CAPACITY,
        "loads.xlsx": workbook(),
        f"by/{PROCESSOR}/answers.csv": RECEIPTS,
        "annual.csv": ANNUAL,
        "corrected.csv": CORRECTED,
        "complaints.csv": COMPLAINTS,
        "permits.csv": PERMITS,
    }
    run_small_night(data, files, {"annual.csv": "2026-04-20T01:00"})
    return Store(data)


def told(store: Store, capsys: pytest.CaptureFixture[str], table: str, *chosen: str) -> dict[str, Any]:
    explain(store, table, chosen, as_json=True, is_whole=False, has_cells=True, limits=Limits())
    return json.loads(capsys.readouterr().out, parse_float=Decimal)


def words(store: Store, capsys: pytest.CaptureFixture[str], table: str, *chosen: str, is_whole: bool = False) -> str:
    explain(store, table, chosen, as_json=False, is_whole=is_whole, has_cells=True, limits=Limits())
    return capsys.readouterr().out


@pytest.mark.parametrize("name", [file.name for file in summaries()])
def test_the_listed_rows_add_up_to_every_figure_of_every_row(store: Store, capsys: pytest.CaptureFixture[str], name: str) -> None:
    document = told(store, capsys, f"summary.{name}")
    assert len(document["rows"]) == document["matched"] > 0
    for row in document["rows"]:
        listed: dict[str, list[Decimal]] = defaultdict(list)
        for source in row["sources"]:
            for part in source["parts"]:
                if part["amount"] is not None:
                    listed[part["column"]].append(Decimal(part["amount"]))
        for figure in row["figures"]:
            made = sum(listed[figure["column"]]) if listed[figure["column"]] else None
            assert figure["amount"] == made and figure["adds_up"], (row["key"], figure)
            assert made is None or made == figure["value"], (row["key"], figure)


def test_the_sums_are_those_of_the_files(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    document = told(store, capsys, "summary.national", "year=2026", "sent_t")
    (row,) = document["rows"]
    assert row["row"]["sent_t"] == Decimal("4.2005")
    assert [(s["source_sheet"], s["source_row"], s["parts"][0]["amount"]) for s in row["sources"]] == [
        ("loads", 4, 2), ("loads", 6, Decimal("1.2005")), ("loads", 3, 1),
    ]  # fmt: skip


def test_a_row_shows_its_cells_as_received_and_its_file_s_hashes(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    document = told(store, capsys, "core.manifest", "manifest_no=M4")
    (source,) = document["rows"][0]["sources"]
    assert source["cells"]["quantity"] == {"text": "๑,๒๐๐.๕", "column_no": 7, "address": "G6"}
    assert source["row"]["mass_t"] == Decimal("1.2005")
    file = document["submissions"][source["submission_id"]]
    assert file["original_name"] == "loads.xlsx" and file["reading_log"]["header_row"] == 2
    pack = next(Ledger(store.ledger).of_kind("pack"))
    assert (file["archive"]["ledger_line"], file["archive"]["ledger_hash"]) == (pack.seq, pack.hash)
    content = (store.archive / file["archive"]["pack"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == file["archive"]["pack_sha256"]


def test_every_anomaly_leads_to_rows_and_says_its_rule(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    document = told(store, capsys, "anomaly.found")
    rules = {row["row"]["rule"]: row for row in document["rows"]}
    assert {"report_missing", "completion_overdue", "sent_received_mismatch"} <= set(rules)
    for name, row in rules.items():
        assert row["rule"]["ground"]
        assert row["sources"], name
    (differs,) = (row for row in document["rows"] if row["row"]["rule"] == "sent_received_mismatch")
    assert [(s["table"], s["source_row"]) for s in differs["sources"]] == [("core.manifest", 4), ("core.receipt", 3)]


def test_an_anomaly_s_loads_are_listed_where_its_evidence_names_only_the_report(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    (row,) = told(store, capsys, "anomaly.found", "rule=capacity_exceeded")["rows"]
    assert row["row"]["evidence"]["received_t"] == Decimal("2.5")
    parts = [(s["table"], s["source_row"], p["column"], p["amount"]) for s in row["sources"] for p in s["parts"]]
    assert sorted(parts) == [
        ("core.factory", 3, "intake_capacity_t", 2),
        ("core.receipt", 2, "received_t", 1), ("core.receipt", 3, "received_t", Decimal("1.5")),
    ]  # fmt: skip


def test_replaced_and_held_back_rows_and_findings_are_explained(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    (replaced,) = told(store, capsys, "history.annual")["rows"]
    assert replaced["sources"][0]["cells"]["generated_t"]["text"] == "10"
    (held,) = told(store, capsys, "quarantine.row")["rows"]
    assert held["row"]["cells"]["manifest_no"] == "M3"
    assert held["sources"][0]["findings"][0]["check_id"] == "waste_code_is_known"
    (finding,) = told(store, capsys, "audit.finding", "check_id=waste_code_is_known")["rows"]
    assert finding["sources"][0]["table"] == "quarantine.row"
    assert finding["sources"][0]["cells"]["waste_code"]["text"] == "999999"
    (file,) = told(store, capsys, "audit.submission", "original_name=loads.xlsx")["rows"]
    assert file["sources"][0]["source_row"] is None


def test_personal_data_stays_held_back(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    for table in ("core.complaint", "core.annual", "core.factory", "summary.inspection_priority"):
        text = str(told(store, capsys, table)) + words(store, capsys, table, is_whole=True)
        assert "Somchai" not in text and "@factory.example" not in text, table
    assert "(held back: personal data)" in words(store, capsys, "core.complaint")


def test_a_hostile_cell_does_not_reach_the_terminal(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert "ask" in words(store, capsys, "core.annual")
    assert "\x1b[31m" not in words(store, capsys, "core.annual")


def test_words_are_few_and_say_what_they_leave_out(
    store: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.explaining.SOURCES", 1)
    monkeypatch.setattr("flows.explaining.ROWS", 1)
    text = words(store, capsys, "summary.obligation", "status=missing")
    assert "more rows of summary.obligation match" in text
    text = words(store, capsys, "summary.national", "year=2026", "sent_t")
    assert "The country's figures · ตัวเลขรวมทั้งประเทศ" in text
    assert "sum 4.2005" in text
    assert "  2 more rows of files are not shown; --all or --json has every one." in text
    assert "not shown" not in words(store, capsys, "summary.national", "year=2026", "sent_t", is_whole=True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["summary.nation"], "these can: .*summary.national"),
        (["ref.duty"], "no table that can be explained"),
        (["core.manifest; DROP TABLE x"], "no table that can be explained"),
        (["summary.national", "yaer=2026"], "no column 'yaer'; it has year, factories_registered"),
        (["summary.national", "sent"], "no column 'sent'"),
        (["summary.national", "year=last"], "year is INTEGER; there are 2025, 2026"),
        (["summary.national", "year=1999"], "no row with year=1999; there are 2025, 2026"),
        (["summary.obligation", "status=gone"], "there are .*missing"),
        (["summary.obligation", f"factory_id={SILENT}", "report_type=processing"], "no row with all of"),
    ],
)
def test_what_does_not_exist_is_answered_with_what_does(store: Store, arguments: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        explain(store, arguments[0], arguments[1:], as_json=True, is_whole=False, has_cells=True, limits=Limits())


def test_without_an_archive_it_says_so(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    alone = Store(tmp_path)
    alone.published.parent.mkdir(parents=True)
    shutil.copy(store.published, alone.published)
    document = told(alone, capsys, "core.manifest", "manifest_no=M1")
    assert "there is no archive" in document["archive_fault"]
    assert document["rows"][0]["sources"][0]["cells"] is None
    assert "there is no archive" in words(alone, capsys, "core.manifest", "manifest_no=M1")


def test_a_flipped_byte_in_the_archive_is_told(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(store.data, tmp_path / "data")
    broken = Store(tmp_path / "data")
    pack = next(broken.archive.glob("*.parquet"))
    content = bytearray(pack.read_bytes())
    content[100] ^= 1
    pack.write_bytes(content)
    assert "is not what was written" in words(broken, capsys, "core.manifest", "manifest_no=M1")


def test_a_figure_that_its_rows_do_not_make_is_told(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    forged = Store(tmp_path)
    forged.published.parent.mkdir(parents=True)
    shutil.copy(store.published, forged.published)
    with duckdb.connect(str(forged.published)) as connection:
        connection.execute("UPDATE summary.national SET sent_t = sent_t + 1, sent_disposal_t = 1 WHERE year = 2026")
    assert not explain(forged, "summary.national", ["year=2026"], as_json=False, is_whole=False, has_cells=False, limits=Limits())
    text = capsys.readouterr().out
    assert "DOES NOT ADD UP" in text and "NO ROW OF A FILE" in text
    assert not explain(forged, "summary.national", ["sent_t"], as_json=True, is_whole=False, has_cells=False, limits=Limits())
