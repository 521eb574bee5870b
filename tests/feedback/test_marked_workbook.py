"""Marked copies of workbooks."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
import xlwt
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName

from flows.feedback.marked_workbook import LIST_SHEET
from tests.nights.small_world import GENERATOR, MANIFESTS, PROCESSOR

HEAD = MANIFESTS.splitlines()[0].split(",")
ROW = ["M1", 1, GENERATOR, PROCESSOR, "120109", "049", 1.5, "t", "2026-04-01"]


def saved(book) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def workbook(*rows, head=HEAD):
    book = openpyxl.Workbook()
    book.active.title = "ขนส่ง"
    book.active.append(head)
    for row in rows:
        book.active.append(row)
    return book


def opened(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content))


def test_wrong_cells_are_coloured_and_commented_and_others_untouched(bench):
    book = workbook(ROW, ["M2", 1, GENERATOR, PROCESSOR, "999999", "049", 2, "t", "2026-04-01"])
    book.active["A2"].font = Font(bold=True, color="FF00FF00")
    book.active["B2"].comment = Comment("ของโรงงาน", "factory")
    book.active.merge_cells("K1:M1")
    copy = opened(bench.again(saved(book)).content)
    sheet = copy["ขนส่ง"]
    assert sheet["E3"].fill.fgColor.rgb == "FFFFC8CF"
    assert "แถว 3" in sheet["E3"].comment.text and "row 3, column waste_code" in sheet["E3"].comment.text
    assert sheet["E2"].fill.fill_type is None and sheet["E2"].comment is None
    assert sheet["A2"].font.b and sheet["B2"].comment.text == "ของโรงงาน"
    assert sheet["G2"].value == 1.5
    assert copy[LIST_SHEET]["E2"].value == "waste_code_is_known"


def test_marking_a_marked_copy_again_leaves_no_old_marks(bench):
    book = workbook(ROW, ["M2", 1, GENERATOR, PROCESSOR, "999999", "049", 2, "t", "2026-04-01"])
    first = opened(bench.again(saved(book)).content)
    first["ขนส่ง"]["E3"] = "120109"
    first["ขนส่ง"]["G2"] = "มาก"
    second = opened(bench.again(saved(first)).content)["ขนส่ง"]
    assert second["E3"].comment is None and second["E3"].fill.fill_type is None
    assert second["G2"].comment is not None


def test_a_finding_of_the_row_and_of_the_file(bench):
    copy = opened(bench.again(saved(workbook(ROW, ROW))).content)["ขนส่ง"]
    assert "row_is_unique" in copy["A2"].comment.text
    book = workbook([*ROW, "x"], head=[*HEAD, "หมายเหตุ"])
    assert "column_is_known" in opened(bench.again(saved(book)).content)["ขนส่ง"]["J1"].comment.text


def test_formulas_become_what_was_read(bench):
    book = workbook(ROW)
    book.active["G2"] = "=1+1"
    book.active["J1"], book.active["J2"] = "waste_name", "=HYPERLINK(\"http://evil.example\")"
    copy = opened(bench.marked(saved(book)).content)["ขนส่ง"]
    assert not [cell.coordinate for row in copy.iter_rows() for cell in row if cell.data_type == "f"]


def test_a_formula_without_a_value_stays_unreadable(bench):
    book = workbook(ROW)
    book.active["G2"] = "=A1+1"
    book.active["J1"], book.active["J2"] = "waste_name", "=A1"
    copy = opened(bench.again(saved(book)).content)["ขนส่ง"]
    assert copy["G2"].value == "#VALUE!"


def test_a_header_below_titles_merged_over_two_rows(bench):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["รายงานการขนส่ง"])
    sheet.append([*HEAD[:8], "วัน"])
    sheet.append([None] * 8 + ["sent_date"])
    for column in range(1, 9):
        sheet.merge_cells(start_row=2, end_row=3, start_column=column, end_column=column)
    sheet.append(["M1", 1, GENERATOR, PROCESSOR, "999999", "049", 1, "t", "2026-04-01"])
    assert opened(bench.again(saved(book)).content)["Sheet"]["E4"].comment is not None


def test_text_that_looks_like_a_formula_stays_text(bench):
    book = workbook(["=M1", *ROW[1:]])
    book.active["A2"].data_type = "s"
    copy = opened(bench.again(saved(book)).content)["ขนส่ง"]
    assert (copy["A2"].data_type, copy["A2"].value, copy["A2"].quotePrefix) == ("s", "=M1", True)


def test_what_can_run_is_left_out(bench):
    book = workbook(["M1", 1, GENERATOR, PROCESSOR, "9", "049", 1, "t", "2026-04-01"])
    book.active["A2"].hyperlink = "file:///c:/evil.exe"
    book.defined_names["Auto_Open"] = DefinedName("Auto_Open", attr_text="'ขนส่ง'!$A$1")
    book.defined_names["far"] = DefinedName("far", attr_text="[1]Sheet1!$A$1")
    book.defined_names["near"] = DefinedName("near", attr_text="'ขนส่ง'!$A$1:$A$2")
    content = with_members(saved(book), {"xl/vbaProject.bin": b"macro", "xl/externalLinks/externalLink1.xml": b"<x/>"})
    copy = bench.again(content).content
    names = zipfile.ZipFile(io.BytesIO(copy)).namelist()
    assert not [name for name in names if "vba" in name or "external" in name]
    again = opened(copy)
    assert list(again.defined_names) == ["near"]
    assert again["ขนส่ง"]["A2"].hyperlink is None
    assert b"evil.exe" not in b"".join(zipfile.ZipFile(io.BytesIO(copy)).read(name) for name in names)


def with_members(content: bytes, more: dict[str, bytes]) -> bytes:
    target = io.BytesIO(content)
    with zipfile.ZipFile(target, "a") as book:
        for name, data in more.items():
            book.writestr(name, data)
    return target.getvalue()


def test_an_old_workbook_is_converted_and_says_so(bench):
    book = xlwt.Workbook()
    page = book.add_sheet("loads")
    for row, cells in enumerate([[], HEAD, ROW, ["M2", 1, GENERATOR, PROCESSOR, "999999", "049", 2, "t", "2026-04-01"]]):
        for column, cell in enumerate(cells):
            page.write(row, column, cell)
    copy = bench.again(saved(book))
    assert copy.suffix == ".xlsx" and "XLSX" in copy.note_en
    assert opened(copy.content)["loads"]["E4"].comment is not None


def test_a_stray_cell_far_away_does_not_hurt(bench):
    book = workbook(ROW, ["M2", 1, GENERATOR, PROCESSOR, "999999", "049", 2, "t", "2026-04-01"])
    book.active.cell(20_000, 200, " ")
    assert opened(bench.marked(saved(book)).content)["ขนส่ง"]["E3"].comment is not None


@pytest.mark.parametrize("text", ["<b>&\"'", "\u202eevil", "a\nb"])
def test_hostile_text_of_a_cell(bench, text):
    book = workbook(["M1", 1, GENERATOR, PROCESSOR, text, "049", 1, "t", "2026-04-01"])
    assert opened(bench.again(saved(book)).content)["ขนส่ง"]["E2"].comment is not None
