"""The whole way of one report: template, filled in Thai by program, submitted, marked, mended, submitted, accepted."""

from __future__ import annotations

import io
from dataclasses import fields

import openpyxl
import pytest

from flows.feedback.marked import mark
from flows.feedback.template import template
from flows.reading.limits import Limits
from schemas.records import Finding
from schemas.reports import all_reports
from tests.helpers_reading import FACTORIES, Given, Night, Warehouse, assert_table, saved

HEADERS = {field.name: field.header_th for field in all_reports()["manifest"].fields}
SOUND = {
    "manifest_no": "กท-๖๙/๑", "factory_id": FACTORIES["G1"], "processor_id": FACTORIES["P1"], "waste_code": "๑๒๐๑๐๙",
    "waste_name": "น้ำมันหล่อเย็นใช้แล้ว “เกรด ก”", "management_code": "011", "quantity": "1,250.5", "unit": "กก.",
    "vehicle_no": "๘๐-๑๒๓๔ กทม", "container_type": "ถัง 200 ลิตร", "sent_date": "1 มี.ค. 2569",
}  # fmt: skip
FAULTY = SOUND | {"manifest_no": "กท-๖๙/๒", "quantity": "1,5", "unit": "ถัง", "waste_name": "=กากตะกอน"}


def filled(*rows: dict[str, str]) -> bytes:
    """The Thai template with these rows in place of its examples."""
    book = openpyxl.load_workbook(io.BytesIO(template("manifest", "th").content))
    sheet = book["manifest"]
    places = {cell.value: cell.column for cell in sheet[1]}
    sheet.delete_rows(2, 2)
    for number, row in enumerate(rows, start=2):
        for name, text in row.items():
            sheet.cell(number, places[HEADERS[name]]).value = text
            sheet.cell(number, places[HEADERS[name]]).data_type = "s"
    return saved(book)


def found(night: Night) -> list[tuple[int | None, str | None, str]]:
    return [(f["source_row"], f["column_name"], f["check_id"]) for f in night.findings]


@pytest.fixture
def first() -> tuple[Warehouse, bytes, Night]:
    warehouse, content = Warehouse(), filled(SOUND, FAULTY)
    return warehouse, content, warehouse.night(Given(content, by=FACTORIES["G1"], at="2026-03-19 10:00"))


def test_from_the_template_to_core(first):
    warehouse, content, night = first
    assert found(night) == [(3, "quantity", "value_is_readable"), (3, "unit", "value_is_allowed")]
    assert (night.only["rows_accepted"], night.only["rows_quarantined"]) == (1, 1)

    findings = [Finding(**{each.name: row[each.name] for each in fields(Finding)}) for row in night.findings]
    copy = mark(content, night.only["reading_log"], findings, Limits())
    assert copy is not None
    book = openpyxl.load_workbook(io.BytesIO(copy.content))
    sheet = book["manifest"]
    places = {cell.value: cell.column for cell in sheet[1]}
    for name, text in (("quantity", "1.5"), ("unit", "ตัน")):
        cell = sheet.cell(3, places[HEADERS[name]])
        assert cell.comment is not None and "ต้องแก้ไข" in cell.comment.text
        cell.value = text
    assert sheet.cell(3, places[HEADERS["waste_name"]]).data_type == "s"

    again = warehouse.night(Given(saved(book), by=FACTORIES["G1"], at="2026-03-20 10:00"))
    assert [(each["outcome"], each["rows_accepted"], each["rows_quarantined"]) for each in again.submissions] == [
        ("partly_accepted", 1, 1), ("accepted", 2, 0),
    ]  # fmt: skip
    assert_table(again.core("manifest"), """
        | manifest_no | waste_code | waste_name                     | mass_t | sent_date  | source_row |
        | กท-๖๙/๑     | 120109     | น้ำมันหล่อเย็นใช้แล้ว “เกรด ก” | 1.2505 | 2026-03-01 | 2          |
        | กท-๖๙/๒     | 120109     | =กากตะกอน                      | 1.5    | 2026-03-01 | 3          |
    """)
