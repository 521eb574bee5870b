"""What `waste template` writes passes `waste try` unchanged."""

from __future__ import annotations

import io

import openpyxl
import pytest
from click.testing import CliRunner

from flows.__main__ import waste
from flows.errors import UsageError
from flows.feedback.template import LIST_SHEET, MARK_SHEET, template
from schemas.reports import all_reports
from tests.nights.small_world import GENERATOR, PROCESSOR, REGISTER


def opened(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("report", list(all_reports()))
def test_it_passes_unchanged(bench, report, language):
    said = bench.say(template(report, language).content)
    assert said.file.report_types == (report,)
    assert said.outcome == "accepted" and not said.findings and said.file.rows_read >= 1


def test_with_ones_own_numbers_it_passes_with_the_register_too(bench):
    for report in ("manifest", "receipt", "annual", "permit"):
        made = template(report, "th", {"factory_id": GENERATOR, "processor_id": PROCESSOR})
        said = bench.say(made.content, REGISTER.encode())
        assert not said.findings, report


def test_an_example_left_in_does_no_harm(bench):
    said = bench.say(template("manifest", "th").content, REGISTER.encode())
    assert said.outcome == "rejected" and {each.check_id for each in said.findings} == {"factory_is_registered"}


def test_lists_comments_and_marks():
    book = opened(template("manifest", "th").content)
    sheet = book["manifest"]
    assert sheet["A1"].value == "เลขที่เอกสารกำกับ" and "required" in sheet["A1"].comment.text
    listed = {str(each.sqref): each.formula1 for each in sheet.data_validations.dataValidation}
    assert [key for key in listed if key.startswith("M2:")] and all(LIST_SHEET in each for each in listed.values())
    assert book[LIST_SHEET].sheet_state == "hidden" and book[MARK_SHEET].sheet_state == "veryHidden"
    assert book[MARK_SHEET]["A1"].value.startswith("waste-reports template manifest th ")
    assert sheet.column_dimensions["C"].number_format == "@"


@pytest.mark.parametrize("report", list(all_reports()))
def test_on_paper_it_is_as_wide_as_a_page_with_its_head_on_each(report):
    book = opened(template(report, "th").content)
    for sheet, head in ((book[report], "$1:$1"), (book["คำอธิบาย"], "$6:$6")):
        assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.print_title_rows == head
    assert book["คำอธิบาย"]["A6"].value == "ชื่อคอลัมน์ / Column"


def test_the_version_that_a_file_was_filled_in_on_stands_in_its_reading_log(bench):
    made = template("annual", "en")
    log = bench.say(made.content).file.log
    assert log["template"] == f"waste-reports template annual en {made.version}"
    assert log["hidden_sheets_left_out"] == [LIST_SHEET]


def test_the_same_template_has_the_same_version_and_another_layout_another():
    assert template("annual", "th").version == template("annual", "en").version != template("manifest", "th").version


def test_round_trip_filled_marked_mended(bench):
    book = opened(template("manifest", "th", {"factory_id": GENERATOR, "processor_id": PROCESSOR}).content)
    sheet = book["manifest"]
    names = {sheet.cell(1, column).value: column for column in range(1, sheet.max_column + 1)}
    sheet.cell(3, names["รหัสของเสีย"], "๑๒๐๑๐๙")
    sheet.cell(3, names["หน่วย"], "กระสอบ")
    target = io.BytesIO()
    book.save(target)
    said = bench.say(target.getvalue(), REGISTER.encode())
    assert [(each.source_row, each.column_name) for each in said.findings] == [(3, "unit")]
    marked = opened(bench.again(target.getvalue()).content)
    marked["manifest"].cell(3, names["หน่วย"], "ตัน")
    target = io.BytesIO()
    marked.save(target)
    assert bench.say(target.getvalue(), REGISTER.encode()).outcome == "accepted"


def test_command(tmp_path):
    path = tmp_path / "t.xlsx"
    assert CliRunner().invoke(waste, ["template", "annual", "--language", "en", "--out", str(path)]).exit_code == 0
    assert opened(path.read_bytes())["annual"]["A1"].value == "factory_id"
    assert isinstance(CliRunner().invoke(waste, ["template", "nothing"]).exception, UsageError)
