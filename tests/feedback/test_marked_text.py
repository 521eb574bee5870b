"""Marked copies of CSV, JSON and ZIP."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest

from flows.feedback.cells import SHIELD, harmless, is_run
from flows.reading.headers import MARK_COLUMN
from tests.nights.small_world import ANNUAL, GENERATOR, MANIFESTS, PROCESSOR, RECEIPTS

HEAD = MANIFESTS.splitlines()[0]


def load(number: str, code: str = "120109", quantity: str = "1", day: str = "2026-04-01") -> str:
    return f"{number},1,{GENERATOR},{PROCESSOR},{code},049,{quantity},t,{day}"


def rows(content: bytes, encoding: str = "utf-8-sig", delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(encoding), newline=""), delimiter=delimiter))


def test_each_line_stays_and_gets_a_mark(bench):
    copy = bench.again(MANIFESTS.encode())
    lines = copy.content.decode("utf-8-sig").splitlines()
    assert lines[0] == f'{HEAD},"{MARK_COLUMN}"'
    assert lines[1] == MANIFESTS.splitlines()[1] + ","
    assert lines[3].startswith(MANIFESTS.splitlines()[3] + ',"[ต้องแก้ไข · must be mended] แถว 4 ')
    assert "Row 4, column waste_code" in lines[3]


@pytest.mark.parametrize(
    ("delimiter", "encoding", "newline"),
    [(",", "utf-8", "\n"), (";", "utf-8-sig", "\r\n"), ("\t", "utf-16", "\r\n"), ("|", "cp874", "\n"), (",", "cp874", "\r")],
)
def test_delimiter_encoding_and_line_ends_are_kept(bench, delimiter, encoding, newline):
    text = ANNUAL.replace(",0,10,", ",0,สิบ,").replace(",", delimiter).replace("\n", newline)
    copy = bench.again(text.encode(encoding))
    back = "utf-8-sig" if encoding == "utf-8" else encoding
    assert f"{newline}{GENERATOR}" in copy.content.decode(back)
    assert "สิบ" in rows(copy.content, back, delimiter)[1][-1]


@pytest.mark.parametrize(
    "text",
    [
        f"บริษัท ก\n\nหมายเหตุ,=1+1\n{HEAD}\n{load('M1')}\n{load('M2', '999999')}\n",  # rows above
        f"{HEAD}\n{load('M1')}\n\n,,,,,,,,\n{load('M2', '999999')}",  # blank rows, no last line end
        f"{HEAD},,\n{load('M1')}\n{load('M2', '9')},,\n{load('M3', '9')},,,,\n",  # trailing columns
        f"{HEAD}\n{load('M1')},x\n{load('M2')},,x\n{load('M3')[:-11]}\nM4\n",  # ragged
        f"{HEAD},หมายเหตุ\n{load('M1')},ก\n{load('M2', '9')},\n",  # unknown column
        f"{HEAD}\n{load('M1')}\n{HEAD}\n{load('M2', '9')}\n",  # repeated header
        HEAD.replace(",unit", "") + "\n" + load("M1").replace(",t,", ",") + "\n",  # a column is missing
        HEAD + ",unit\n" + load("M1") + ",t\n",  # a column twice
        f'{HEAD}\n"M\n1",1{load("")[2:]}\n{load("M2", "9")}\n',  # a line end inside a cell
        f'{HEAD}\n"M""1",1{load("")[2:]}\n{load("M2", "x,y").replace("x,y", chr(34) + "x,y" + chr(34))}\n',  # quotes
        f"{HEAD}\n{load('M1')}\n{load('M1')}\n",  # a row twice
    ],
)
def test_sent_in_again_it_says_the_same(bench, text):
    copy = bench.again(text.encode())
    assert bench.again(copy.content).content.decode("utf-8-sig").count(MARK_COLUMN) == copy.content.decode("utf-8-sig").count(
        MARK_COLUMN
    )


def test_a_marked_copy_that_was_mended_is_accepted(bench):
    copy = bench.marked(MANIFESTS.encode())
    mended = bench.say(copy.content.replace(b",999999,", b",120109,"))
    assert mended.outcome == "accepted" and not mended.findings


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", " =1", "\t=1", "-ถัง"])
def test_what_a_spreadsheet_would_run_is_shielded(bench, text):
    assert is_run(text) and harmless(text).startswith(SHIELD)
    head = HEAD + ",waste_name"
    copy = bench.again(f"{head}\n{load('M1')},{text}\n{load('M2', '9')},\n".encode())
    assert not any(is_run(cell) and not cell.startswith(SHIELD) for row in rows(copy.content) for cell in row)
    assert rows(copy.content)[1][9] == SHIELD + text.strip()


@pytest.mark.parametrize("text", ["-5", "+5", "-1,234.5", "-", "1e-3", "-1E+3", "ก=1", ""])
def test_numbers_stay(text):
    assert not is_run(text) and harmless(text) == text


def test_json_keeps_every_byte_and_gets_a_key(bench):
    objects = list(csv.DictReader(io.StringIO(MANIFESTS)))
    text = json.dumps(objects, indent=2).replace('"1000"', "1000.50")
    copy = bench.again(text.encode())
    said = json.loads(copy.content)
    assert b"1000.50" in copy.content and copy.suffix == ".json"
    assert [MARK_COLUMN in each for each in said] == [False, False, True]
    assert "Row 3" in said[2][MARK_COLUMN]


def test_json_lines(bench):
    text = "\n".join(json.dumps(each) for each in csv.DictReader(io.StringIO(MANIFESTS)))
    copy = bench.again(text.encode("utf-8-sig"))
    assert [MARK_COLUMN in line for line in copy.content.decode("utf-8-sig").splitlines()] == [False, False, True]


@pytest.mark.parametrize("text", ['{"manifest_no": "M1",\n "factory_id": "1", "processor_id": "2"}', "[]", '[{}, {"manifest_no": 1}]'])
def test_odd_json(bench, text):
    from flows.feedback.marked import mark
    from flows.reading.limits import Limits

    said = bench.say(text.encode())
    copy = mark(text.encode(), said.file.log, said.findings, Limits())
    assert copy is None or json.loads(copy.content) is not None


def test_a_zip_of_files(bench):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as book:
        book.writestr("a/loads.csv", MANIFESTS)
        book.writestr("answers.csv", RECEIPTS.replace("1.0,t", "x,t"))
    copy = bench.again(target.getvalue())
    assert copy.suffix == ".zip"
    with zipfile.ZipFile(io.BytesIO(copy.content)) as book:
        assert book.namelist() == ["a/loads.csv", "answers.csv"]
        assert "row 2" in book.read("answers.csv").decode("utf-8-sig")


def test_names_in_a_zip_do_no_harm(bench):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as book:
        book.writestr("../../evil.csv", MANIFESTS)
        book.writestr("/etc/evil.csv", RECEIPTS)
    with zipfile.ZipFile(io.BytesIO(bench.marked(target.getvalue()).content)) as book:
        assert book.namelist() == ["file-1.csv", "file-2.csv"]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4", b"hello", b"\xff\xfe\x00", b'[{"a": 1, "a": 2}]'])
def test_what_cannot_be_read_cannot_be_marked(bench, content):
    from flows.feedback.marked import mark
    from flows.reading.limits import Limits

    said = bench.say(content)
    assert said.findings and mark(content, said.file.log, said.findings, Limits()) is None
