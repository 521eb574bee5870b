import unicodedata

import pytest

from flows.reading.headers import Header, match_header
from schemas.records import Report
from schemas.reports import all_reports

REPORTS = list(all_reports().values())


def matched(*cells: str) -> Header:
    header = match_header(cells)
    assert header is not None
    return header


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
def test_every_report_is_found_by_its_english_names_and_by_its_thai_headers(report: Report):
    english, thai = [field.name for field in report.fields], [field.header_th for field in report.fields]
    mixed = [name if place % 2 else header for place, (name, header) in enumerate(zip(english, thai, strict=True))]
    for cells in (english, thai, mixed, english[::-1]):
        header = matched(*cells)
        assert header.report.name == report.name
        assert set(header.places) == set(english)
        assert not header.unknown and not header.refuses_file


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
def test_the_required_columns_alone_are_enough(report: Report):
    required = [field.header_th for field in report.fields if field.required == "yes"]
    if len(required) < 3:  # the annual and monthly reports: what only nil rows leave out makes the difference
        required += [field.header_th for field in report.fields if field.required == "unless nil"]
    assert matched(*required).report.name == report.name


@pytest.mark.parametrize(
    "spelled",
    [
        "QUANTITY", "Quantity", " quantity ", "\tquantity\n", "ｑｕａｎｔｉｔｙ", "quan\ntity", "\ufeffquantity", "quan\u200btity",
        "ปริมาณ", " ปริมาณ ", "ปริ\nมาณ", "ปริมาณ\u00a0", "ปริ\u200bมาณ",
    ],
)  # fmt: skip
def test_case_space_width_and_line_breaks_do_not_matter(spelled: str):
    header = matched("manifest_no", "factory_id", "processor_id", "waste_code", "sent_date", spelled)
    assert header.places["quantity"] == 5


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_the_unicode_form_does_not_matter(form: str):
    for report in REPORTS:
        header = matched(*(unicodedata.normalize(form, field.header_th) for field in report.fields))
        assert header.report.name == report.name and not header.unknown


def test_all_headers_of_a_report_are_different():
    for report in REPORTS:
        matched_all = matched(*(field.header_th for field in report.fields), *(field.name for field in report.fields))
        assert len(matched_all.repeated) == len(report.fields), "each column twice, once in each language"


def test_what_is_missing_unknown_and_repeated():
    header = matched(
        "manifest_no", "factory_id", "processor_id", "sent_date", "note", "", "note", "FACTORY_ID", "เลขทะเบียนโรงงานผู้ก่อกำเนิด"
    )
    assert header.report.name == "manifest"
    assert header.missing == ("waste_code", "management_code", "quantity", "unit")
    assert header.unknown == {4: "note", 5: "(6)", 6: "note [2]"}
    assert header.repeated == {"factory_id": ("factory_id", "FACTORY_ID", "เลขทะเบียนโรงงานผู้ก่อกำเนิด")}


@pytest.mark.parametrize("cells", [[], [""], ["quantity"], ["a", "b"], ["quantity", "unit"], ["รายงาน", "ปริมาณ"]])
def test_what_is_no_header(cells: list[str]):
    assert match_header(cells) is None
