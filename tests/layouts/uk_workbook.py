"""The United Kingdom's receipt-of-waste workbook in small: its sheets, its rows above the data, its phantom columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import openpyxl

from tests.helpers_reading import FACTORIES, saved

MOVEMENTS, ITEMS = "7. Waste movement level", "8. Waste item level"
MOVEMENT_HEADER = (
    "Errors found in your Waste movements", "Waste Tracking ID", "Your unique reference", "Site name",
    "Receiver’s authorisation number", "Receiver email", "Receiver phone number", "Date received",
    "Hazardous waste consignment code", "Carrier registration number", "Means of transport",
)  # fmt: skip
ITEM_HEADER = (
    "Errors found in your Waste movements", "Your unique reference ", "EWC code (could be multiple EWC codes for one load)",
    "Waste description", "Source of Components", "Weight unit of measurement", "Total weight of waste", "Is the waste hazardous?",
    "Source of Components", "Disposal / Recovery code & Weight",
)  # fmt: skip
_REFERENCE, _CODE, _UNIT, _WEIGHT = ITEM_HEADER[1], ITEM_HEADER[2], ITEM_HEADER[5], ITEM_HEADER[6]
# Short names for the tests
_MOVEMENT = {
    "ref": "Your unique reference", "receiver": "Receiver’s authorisation number", "received": "Date received",
    "consignment": "Hazardous waste consignment code", "email": "Receiver email", "phone": "Receiver phone number",
    "carrier": "Carrier registration number", "site": "Site name",
}  # fmt: skip
_ITEM = {"ref": _REFERENCE, "code": _CODE, "unit": _UNIT, "weight": _WEIGHT, "what": "Waste description", "recovery": ITEM_HEADER[9]}


def movement(**cells: Any) -> dict[str, Any]:
    """A row of the sheet of movements, by short names."""
    given = {
        "ref": "WB/1", "receiver": FACTORIES["P1"], "received": datetime(2026, 3, 2, 11, 5),  # noqa: DTZ001
        "consignment": "M1", "carrier": "CBDU171976", "site": "Site",
    } | cells  # fmt: skip
    return {_MOVEMENT.get(name, name): cell for name, cell in given.items()}


def item(**cells: Any) -> dict[str, Any]:
    """A row of the sheet of items, by short names."""
    given = {"ref": "WB/1", "code": "06 01 01*", "unit": "Kilograms", "weight": 10_000, "what": "Acid", "recovery": "D09"} | cells
    return {_ITEM.get(name, name): cell for name, cell in given.items()}


def uk_workbook(
    movements: Sequence[Mapping[str, Any]],
    items: Sequence[Mapping[str, Any]],
    movement_header: Sequence[str] = MOVEMENT_HEADER,
    item_header: Sequence[str] = ITEM_HEADER,
    first_row: int = 9,
    without: Sequence[str] = (),
) -> bytes:
    """A workbook with these rows, given by header."""
    book = openpyxl.Workbook()
    book.active.title = "Coversheet"
    book.active.append(["Report receipt of waste"])
    guidance = book.create_sheet("1. Guidance")
    guidance.append(["Page 1: Guidance"])
    for column in range(1, 16_385):
        guidance.cell(17, column, "Back to cover sheet" if column % 2 else "Go to next step")
    codes = book.create_sheet("3. EWCs")
    codes.append(["01 Wastes resulting from exploration, mining, quarrying"])
    for title, header, rows in ((MOVEMENTS, movement_header, movements), (ITEMS, item_header, items)):
        sheet = book.create_sheet(title)
        sheet["A1"], sheet["A2"], sheet["A3"] = title, "You can use this spreadsheet if ...", "Back to Coversheet"
        for column, text in enumerate(header, start=1):
            sheet.cell(4, column).value = "Mandatory"
            sheet.cell(6, column, text)
            sheet.cell(7, column, f"For example, this is {text}")
        sheet.cell(8, 2, "Technical guidance")
        for number, row in enumerate(rows, start=first_row):
            for column, text in enumerate(header, start=1):
                if text in row:
                    sheet.cell(number, column).value = row[text]
        sheet.cell(40, 16_384).number_format = "@"  # phantom: formatted, never filled
    lists = book.create_sheet("Data dropdowns")
    lists.append(["", "Weight unit", "Kilograms", "Tonnes", "Grams"])
    lists.sheet_state = "hidden"
    for name in without:
        del book[name]
    return saved(book)
