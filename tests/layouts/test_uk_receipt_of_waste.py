"""The layout card of the United Kingdom's receipt-of-waste workbook, from its own sheets to `core.receipt`."""

from __future__ import annotations

import io
from dataclasses import fields
from pathlib import Path

import openpyxl
import pytest

from flows.feedback.marked import mark
from flows.feedback.words import log_lines
from flows.originals import _row_cells
from flows.reading.limits import Limits
from flows.reading.workbook import WorkbookReader
from schemas.layouts import all_layouts
from schemas.records import Finding
from tests.helpers_reading import FACTORIES, Given, Night, Warehouse, assert_table
from tests.layouts.uk_workbook import ITEM_HEADER, ITEMS, MOVEMENT_HEADER, MOVEMENTS, item, movement, uk_workbook

CARD = all_layouts()["uk_receipt_of_waste"]
REAL = Path(__file__).resolve().parents[3] / "shared" / "realdata" / "receipt_workbook" / "uk_receipt_of_waste_filled.xlsx"
TWO_LOADS = uk_workbook(
    [movement(), movement(ref="WB/2", consignment="M2", received="3/3/2026")],
    [item(), item(code="15 01 10", weight=2850), item(ref="WB/2", code="140603", unit="Tonnes", weight="1,234.5")],
)


def night(content: bytes) -> Night:
    return Warehouse().night(Given(content, name="uk.xlsx"))


def errors(done: Night) -> list[tuple[str | None, int | None, str | None, str, str | None]]:
    return [
        (f["source_sheet"], f["source_row"], f["column_name"], f["check_id"], f["value"])
        for f in done.findings
        if f["check_id"] != "layout_is_ours"
    ]


def test_each_item_becomes_a_row_with_what_its_movement_says():
    done = night(TWO_LOADS)
    assert errors(done) == []
    assert_table(done.core("receipt"), f"""
        | manifest_no | line_no | processor_id | received_date | waste_code | mass_t | decision | management_code | source_sheet | source_row |
        | M1          | 1       | P1           | 2026-03-02    | 060101     | 10     | accepted |                 | {ITEMS}      | 9          |
        | M1          | 2       | P1           | 2026-03-02    | 150110     | 2.85   | accepted |                 | {ITEMS}      | 10         |
        | M2          | 1       | P1           | 2026-03-03    | 140603     | 1234.5 | accepted |                 | {ITEMS}      | 11         |
    """)
    assert (done.only["outcome"], done.only["rows_read"]) == ("accepted", 3)


def test_what_it_cannot_say_is_said_aloud_at_the_header():
    found = [f for f in night(TWO_LOADS).findings if f["check_id"] == "layout_is_ours"]
    assert sorted(f["column_name"] for f in found) == sorted(gap.column for gap in CARD.gaps)
    assert {(f["severity"], f["source_sheet"], f["source_row"]) for f in found} == {("warning", ITEMS, None)}
    code = next(f for f in found if f["column_name"] == "waste_code")
    assert "there is no official list from them to Annex 1" in code["message_en"] and "ภาคผนวก 1" in code["message_th"]


def test_the_reading_log_has_every_decision_with_count_and_first_row():
    log = night(TWO_LOADS).only["reading_log"]
    assert log["layout"] == "uk_receipt_of_waste" and log["header_row"] == 6
    assert log["rows_above_header"] == {"count": 4, "first_row": 1}
    assert log["rows_below_header"] == {"count": 2, "first_row": 7}
    assert log["layout_cells"] == {
        "waste_code": {"spaces and signs left out": {"count": 2, "first_row": 9}},
        "unit": {"Kilograms = kg": {"count": 2, "first_row": 9}, "Tonnes = t": {"count": 1, "first_row": 11}},
    }
    assert log["layout_columns"]["processor_id"] == f"{MOVEMENTS}: Receiver’s authorisation number"
    assert log["layout_columns"]["decision"] == '"accepted"'
    assert log["personal_columns_left_out"] == ["Receiver email", "Receiver phone number"]
    assert log["hidden_sheets_left_out"] == ["Data dropdowns"]
    said = [(line.label_en, line.value_en) for line in log_lines(log)]
    assert ("layout of another system", CARD.title_en) in said
    assert ("columns taken from", f"received_date ← {MOVEMENTS}: Date received") in said
    assert ("words of that layout turned", "waste_code: spaces and signs left out, 2, first in row 9") in said


def test_a_day_number_and_noise_behind_the_decimals_are_noted_with_their_row():
    log = night(uk_workbook([movement(received=46083)], [item(), item(code="150110", weight=10 / 3)])).only["reading_log"]
    assert log["day_numbers_read_as_dates"] == {"count": 2, "first_row": 9}
    assert log["numbers_rounded_to_6_decimals"] == {"count": 1, "first_row": 10}


@pytest.mark.parametrize(
    ("load", "waste", "finding"),
    [
        ({"receiver": "XX9999XX"}, {}, ("processor_id", "factory_id_is_well_formed", "XX9999XX")),
        ({"consignment": None}, {}, ("manifest_no", "value_is_present", "")),
        ({"received": "yesterday"}, {}, ("received_date", "value_is_readable", "yesterday")),
        ({}, {"code": "98 76 54"}, ("waste_code", "waste_code_is_known", "987654")),
        ({}, {"code": "06 01 01; 06 01 02"}, ("waste_code", "waste_code_is_known", "060101;060102")),
        ({}, {"unit": "Grams"}, ("unit", "value_is_allowed", "Grams")),
        ({}, {"weight": "1,5"}, ("quantity", "value_is_readable", "1,5")),
        ({}, {"weight": 0}, ("quantity", "decision_suits_quantity", "0")),
    ],
)
def test_what_cannot_be_mapped_is_a_finding_and_never_a_guess(load, waste, finding):
    done = night(uk_workbook([movement(**load)], [item(**waste)]))
    assert errors(done) == [(ITEMS, 9, *finding)]
    assert (done.only["rows_accepted"], done.only["rows_quarantined"]) == (0, 1)


def test_rows_without_their_partner_are_held_each_on_its_own_sheet():
    done = night(uk_workbook(
        [movement(), movement(ref="TWICE"), movement(ref="TWICE"), movement(ref="NO ITEM"), movement(ref=None)],
        [item(), item(ref="NO LOAD"), item(ref="TWICE"), item(ref=None)],
    ))  # fmt: skip
    held = [(f["source_sheet"], f["source_row"]) for f in done.findings if f["check_id"] == "row_is_joined"]
    assert held == [(MOVEMENTS, 12), (MOVEMENTS, 13), (ITEMS, 10), (ITEMS, 11), (ITEMS, 12)]
    assert {check for _, _, _, check, _ in errors(done)} == {"row_is_joined"}
    assert (done.only["rows_read"], done.only["rows_accepted"]) == (6, 1)
    stray = next(row for row in done.quarantine if row["source_sheet"] == MOVEMENTS)
    assert stray["cells"]["processor_id"] == FACTORIES["P1"]


def test_columns_without_a_place_are_kept_as_received_and_personal_ones_are_not():
    book = uk_workbook([movement(email="a@b.example", phone="0812345678")], [item(**{"Source of Components": "OWN_TESTING"})])
    (row,) = night(book).core("receipt")
    kept = row["other_cells"]
    for text in ('"06 01 01*"', '"Kilograms"', '"Acid"', '"D09"', '"CBDU171976"', '"WB/1"', '"Source of Components [2]"'):
        assert text in kept
    assert "b.example" not in kept and "0812345678" not in kept


def test_a_column_that_the_card_does_not_know_is_a_warning_and_kept():
    done = night(uk_workbook([movement()], [item(Hint="x")], item_header=[*ITEM_HEADER, "Hint"]))
    assert errors(done) == [(ITEMS, None, "Hint", "column_is_known", "Hint")]
    assert '"Hint":"x"' in done.core("receipt")[0]["other_cells"].replace(": ", ":")


def test_a_renamed_column_is_missing():
    header = [text.replace("Receiver’s", "Keeper’s").replace("Hazardous waste consignment code", "Code") for text in MOVEMENT_HEADER]
    done = night(uk_workbook([movement()], [item()], movement_header=header))
    assert done.refusal["check_id"] == "file_is_readable"
    header = [text.replace("Hazardous waste consignment code", "Code") for text in MOVEMENT_HEADER]
    done = night(uk_workbook([movement(Code="M1")], [item()], movement_header=header))
    assert errors(done) == [(ITEMS, None, "Code", "column_is_known", "Code"), (ITEMS, None, "manifest_no", "column_is_present", None)]


def test_without_one_of_its_sheets_it_is_refused_in_words():
    words = night(uk_workbook([movement()], [item()], without=[MOVEMENTS])).refusal["message_en"]
    assert CARD.title_en in words and "Date received" in words and "Send the whole workbook" in words


def test_data_where_the_explanations_belong_is_refused_and_not_passed_over():
    words = night(uk_workbook([movement()], [item(), item(), item()], first_row=7)).refusal["message_en"]
    assert "Row 7 holds data" in words and "data begins in row 9" in words


def test_the_marked_copy_marks_the_cells_that_were_read_on_either_sheet():
    content = uk_workbook([movement(receiver="XX9999XX")], [item(), item(unit="Grams")])
    done = night(content)
    copy = mark(content, done.only["reading_log"], _findings(done), Limits())
    assert copy is not None and copy.note_en == ""
    book = openpyxl.load_workbook(io.BytesIO(copy.content))
    receiver, unit = book[MOVEMENTS]["E9"], book[ITEMS]["F10"]
    assert (receiver.value, receiver.fill.fgColor.rgb) == ("XX9999XX", "FFFFC8CF")
    assert "factory_id_is_well_formed" in receiver.comment.text
    assert (unit.value, unit.fill.fgColor.rgb) == ("Grams", "FFFFC8CF")
    assert "layout_is_ours" in book[ITEMS]["C6"].comment.text
    assert book[ITEMS]["F9"].comment is None
    assert errors(night(copy.content)) == errors(done)


def _findings(done: Night) -> list[Finding]:
    return [Finding(**{each.name: row[each.name] for each in fields(Finding)}) for row in done.findings]


def test_explain_names_the_cells_of_the_workbook(tmp_path: Path):
    (tmp_path / "book").write_bytes(TWO_LOADS)
    with WorkbookReader(Limits()) as workbooks:
        (sheet,) = workbooks.read(tmp_path / "book", None)
    cells = _row_cells(sheet, 1)
    assert {name: cells[name].address for name in ("waste_code", "processor_id", "decision")} == {
        "waste_code": "C10", "processor_id": f"'{MOVEMENTS}'!E9", "decision": None,
    }  # fmt: skip


@pytest.mark.skipif(not REAL.exists(), reason="the real workbook is not on this machine")
def test_the_real_workbook_is_read_and_its_foreign_receiver_named():
    done = night(REAL.read_bytes())
    assert errors(done) == [(ITEMS, row, "processor_id", "factory_id_is_well_formed", "XX9999XX") for row in (9, 10, 11)]
    assert [(row["cells"]["waste_code"], row["cells"]["quantity"], row["cells"]["line_no"]) for row in done.quarantine] == [
        ("060101", "10000", "1"), ("150110", "2850", "2"), ("140603", "75", "3"),
    ]  # fmt: skip
