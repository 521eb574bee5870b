"""Saved questions, files of answers, and the log of who asked what."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows import asking
from flows.asking import Bounds, Form, answer, answer_question, list_questions, question_of, variables_of
from flows.errors import NightError, UsageError
from flows.export import SHEET_ROWS, SUFFIXES, content_of, write_file
from flows.query_log import log_query
from flows.sql_files import questions
from flows.warehouse import Store
from tests.nights.conftest import two_nights, two_nights_once  # noqa: F401

HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=HYPERLINK(\"x\")", "<b>", "ก,\"ข\"\nค", "\x0b"]


@pytest.fixture
def store(two_nights: Store) -> Store:  # noqa: F811
    return two_nights


def _logged(store: Store) -> list[dict]:
    return [json.loads(line) for line in store.query_log.read_text(encoding="utf-8").splitlines()]


def test_every_question_is_logged_with_who_and_when_and_no_answer(store, capsys, tmp_path):
    answer(store, "sql", "SELECT factory_name FROM core.factory", Bounds(), Form(as_csv=True))
    answer_question(store, "annual_reports_missing", ["year=2025"], Bounds(), Form(out=tmp_path / "a.json"))
    with pytest.raises(UsageError):
        answer(store, "sql", "SELECT * FROM read_csv('/etc/passwd')", Bounds(), Form())
    assert "โรงงานหนึ่ง" in capsys.readouterr().out
    lines = _logged(store)
    assert [(line["via"], line["statement"], line["variables"]) for line in lines] == [
        ("sql", "SELECT factory_name FROM core.factory", {}),
        ("ask", "annual_reports_missing", {"year": "2025"}),
        ("sql", "SELECT * FROM read_csv('/etc/passwd')", {}),
    ]
    assert {line["who"] for line in lines} == {__import__("pwd").getpwuid(os.getuid()).pw_name}
    assert all(abs((datetime.now(UTC) - datetime.fromisoformat(line["at"])).total_seconds()) < 60 for line in lines)
    assert "โรงงาน" not in store.query_log.read_text(encoding="utf-8")
    assert not stat.S_IMODE(store.query_log.stat().st_mode) & 0o007


def test_who_is_not_what_the_caller_says(store, monkeypatch):
    for name in ("USER", "LOGNAME", "SUDO_USER"):
        monkeypatch.setenv(name, "somebody else")
    log_query(store.query_log, "sql", "SELECT 1\nSELECT 2")
    (line,) = _logged(store)
    assert line["who"] != "somebody else" and line["statement"] == "SELECT 1\nSELECT 2"


def test_where_nothing_can_be_logged_the_answer_comes_and_it_says_so(store, caplog, capsys):
    store.query_log.symlink_to(store.data / "elsewhere")  # a link is not followed either
    answer(store, "sql", "SELECT 42 AS x", Bounds(), Form(as_csv=True))
    assert capsys.readouterr().out == "x\n42\n"
    assert "in no log" in caplog.text and not (store.data / "elsewhere").exists()


def test_a_question_that_is_not_understood_is_told_what_there_is():
    with pytest.raises(UsageError, match="there are: annual_reports_missing, "):
        question_of("nothing")
    for pair in ("yeer=2025", "2025", "year=", "=2025"):
        with pytest.raises(UsageError, match=r"it takes year=\.\.\."):
            variables_of(question_of("annual_reports_missing"), [pair])
    assert [row[0] for row in list_questions().rows] == sorted(questions())


def test_only_one_form_and_only_kinds_that_we_write(store):
    for form in (Form(True, True), Form(True, False, Path("a.csv")), Form(out=Path("a.exe")), Form(out=Path("a"))):
        with pytest.raises(UsageError, match=r"only one|must end"):
            answer(store, "sql", "SELECT 1", Bounds(), form)
    assert not store.query_log.exists()


def test_a_question_file_with_half_a_head_is_refused(tmp_path):
    (tmp_path / "half.sql").write_text("-- title_en: x\nSELECT 1\n")
    with pytest.raises(NightError, match="lacks 'title_th'"):
        questions(tmp_path)


# --- Files ------------------------------------------------------------------------------------------------------------

TABLE = pa.table(
    {
        "=name": pa.array(HOSTILE),
        "exact": pa.array([Decimal("12345678901234567.123456789012345")] * len(HOSTILE), pa.decimal128(38, 15)),
        "mass_t": pa.array([Decimal("1.5")] * len(HOSTILE), pa.decimal128(18, 6)),
        "factory_id": pa.array(["01020000012555"] * len(HOSTILE)),
        "day": pa.array([date(2026, 5, 1)] * len(HOSTILE)),
        "at": pa.array([datetime(2026, 5, 1, tzinfo=UTC)] * len(HOSTILE), pa.timestamp("us", tz="UTC")),
        "no": pa.array([None] * len(HOSTILE), pa.string()),
        "rows": pa.array([[{"row": 1}]] * len(HOSTILE)),
        "ratio": pa.array([float("nan")] * len(HOSTILE)),
        "big": pa.array([10**17] * len(HOSTILE)),
    }
)


def test_a_sheet_has_no_formula_keeps_every_digit_and_numbers_are_numbers(tmp_path):
    write_file(TABLE, tmp_path / "a.xlsx")
    page = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert [cell.data_type for row in page.iter_rows() for cell in row].count("f") == 0
    assert [row[0].value for row in page.iter_rows(min_row=2)][:5] == ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"]
    assert page["A1"].value == "=name" and page["A1"].quotePrefix
    first = [cell.value for cell in page[2]]
    assert first[1:4] == ["12345678901234567.123456789012345", 1.5, "01020000012555"] and first[4].date() == date(2026, 5, 1)
    assert first[5:] == ["2026-05-01 00:00:00+00:00", None, '[{"row": 1}]', "nan", "100000000000000000"]


def test_csv_is_read_as_thai_by_a_spreadsheet_and_has_no_formula():
    content = content_of(TABLE, ".csv")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows[0][0] == "'=name" and [row[0] for row in rows[1:5]] == ["'=1+1", "'+1", "'-1", "'@SUM(A1)"]
    assert rows[1][1] == "12345678901234567.123456789012345"


def test_every_kind_of_file_is_read_back_without_a_formula():
    """A new kind must say here how a spreadsheet, or a program, would read it."""
    names = TABLE.select(["=name"])

    def sheet(content: bytes) -> list[str]:
        cells = [row[0] for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows()]
        assert {cell.data_type for cell in cells} == {"s"}
        return [cell.value for cell in cells]

    def csv_cells(content: bytes) -> list[str]:
        return [row[0] for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))]

    read_back = {
        ".csv": csv_cells,
        ".xlsx": sheet,
        ".parquet": lambda content: pq.read_table(io.BytesIO(content))["=name"].to_pylist(),
        ".json": lambda content: [row["=name"] for row in json.loads(content)],
    }
    assert set(read_back) == set(SUFFIXES)
    for suffix, read in read_back.items():
        said = read(content_of(names, suffix))
        assert len(said) >= len(HOSTILE)
        if suffix == ".csv":
            assert not [text for text in said if text.strip()[:1] in ("=", "+", "-", "@")], "a spreadsheet would run it"


def test_parquet_and_json_keep_what_was_answered(tmp_path):
    write_file(TABLE, tmp_path / "a.parquet")
    assert pq.read_table(tmp_path / "a.parquet").drop_columns("ratio").equals(TABLE.drop_columns("ratio"))
    read = json.loads(content_of(TABLE, ".json"), parse_float=Decimal)
    assert [row["=name"] for row in read] == HOSTILE and read[0]["exact"] == Decimal("12345678901234567.123456789012345")


def test_what_does_not_fit_or_cannot_be_written_is_said(tmp_path):
    with pytest.raises(UsageError, match="do not fit into a sheet"):
        content_of(pa.table({"x": pa.array([1] * (SHEET_ROWS + 1))}), ".xlsx")
    with pytest.raises(UsageError, match="cannot be written"):
        write_file(TABLE, tmp_path / "none" / "a.csv")


def test_a_file_is_replaced_as_a_whole(tmp_path):
    (tmp_path / "a.csv").write_text("old")
    write_file(pa.table({"x": [1]}), tmp_path / "a.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    assert (tmp_path / "a.csv").read_text(encoding="utf-8-sig") == "x\n1\n"


def test_the_bounds_hold_for_files_too(store, tmp_path):
    slow = "SELECT sum(a.i * b.i) FROM range(10000000) a(i), range(100000) b(i)"
    with pytest.raises(UsageError, match="longer than"):
        asking.answer(store, "sql", slow, Bounds(seconds=0.3), Form(out=tmp_path / "a.parquet"))
    assert not list(tmp_path.glob("a.*"))
