"""The largest and smallest figures of every numeric column are stored to the last digit, and no sum of them overflows."""

import json
from decimal import Decimal

import pytest

from schemas.records import Field, Report
from schemas.reports import all_reports
from tests.helpers_reading import Given, Warehouse, cells_of, csv_bytes, xlsx_bytes

LARGEST = {"decimal": Decimal("999999999999.999999"), "integer": Decimal(999_999_999_999)}


def bounds(field: Field) -> tuple[Decimal, Decimal]:
    """The smallest and the largest value that may stand in a column."""
    step = Decimal(1) if field.kind == "integer" else Decimal("0.000001")
    low = field.above + step if field.above is not None else field.at_least
    return low if low is not None else -LARGEST[field.kind], field.at_most or LARGEST[field.kind]


@pytest.mark.parametrize("report", all_reports().values(), ids=lambda report: report.name)
def test_every_number_is_stored_to_the_last_digit(report: Report):
    """A row for the smallest and one for the largest figure of every column; what holds a row back is another cell's fault."""
    tried = [(field.name, value) for field in report.of_kind("decimal", "integer") for value in bounds(field)]
    rows = [cells_of(report.name, n, **{name: f"{value:f}"}) for n, (name, value) in enumerate(tried, start=1)]
    night = Warehouse().night(Given(csv_bytes(rows or [cells_of(report.name)])))
    assert not [f for f in night.findings if f["check_id"] in ("value_is_readable", "value_is_allowed")]
    stored = {row["source_row"]: row for row in night.core(report.name)}
    held = {row["source_row"] for row in night.quarantine}
    for row, (name, value) in enumerate(tried, start=2):
        assert row in held or Decimal(stored[row][name]) == value


@pytest.mark.parametrize("report", ["annual", "processing"])
def test_a_hundred_rows_of_the_largest_figures_are_judged(report: str):
    """Balances add five columns over all rows of a waste."""
    biggest = {field.name: f"{LARGEST['decimal']:f}" for field in all_reports()[report].of_kind("decimal")}
    methods = ("011", "021", "031", "032", "033", "039", "041", "042", "044", "049")
    rows = [cells_of(report, **biggest | {"waste_code": "010101", "management_code": method}) for method in methods]
    night = Warehouse().night(Given(csv_bytes(rows)))
    assert {f["severity"] for f in night.findings} <= {"warning"}
    assert len(night.core(report)) == len(rows)


def test_masses_of_a_million_of_the_largest_loads_can_be_summed():
    """As many rows as one file may have: a sum that overflowed would stop the night."""
    biggest = {"quantity": f"{LARGEST['decimal']:f}", "unit": "m3", "density_kg_per_l": "9999"}
    night = Warehouse().night(Given(csv_bytes([cells_of("manifest", **biggest)])))
    (total,) = night.rows("SELECT sum(mass_t) AS t FROM core.manifest, range(1_000_000)")
    assert total["t"] == 1_000_000 * 9_999 * LARGEST["decimal"]
    (total,) = night.rows("SELECT sum(mass_t) * 1.5 AS t FROM core.manifest, range(100_000)")
    assert total["t"] == 150_000 * 9_999 * LARGEST["decimal"]


RECEIVED = [
    ("999999999999.999999", "t", "", "999999999999.999999"),
    ("999999999999.999999", "kg", "", "999999999.999999999"),
    ("999999999999.999999", "L", "9999", "9998999999999.999990001"),
    ("999999999999.999999", "m3", "9999", "9998999999999999.990001"),
    ("0.000001", "kg", "", "0.000000001"),
    ("0.000001", "L", "0.000001", "0.000000000000001"),
    ("0000000000000000000000001.50", "t", "", "1.5"),
    ("123,456,789,012.5", "t", "", "123456789012.5"),
    ("1000000000000", "t", "", None),
    ("9" * 4_000, "t", "", None),
    ("0.0000001", "t", "", None),
    ("0." + "0" * 4_000 + "1", "t", "", None),
    ("1e309", "t", "", None),
    ("Infinity", "t", "", None),
]


@pytest.mark.parametrize(("quantity", "unit", "density", "mass"), RECEIVED, ids=lambda text: (text or "-")[:24])
def test_a_received_quantity_is_stored_exactly_or_is_a_finding(quantity: str, unit: str, density: str, mass: str | None):
    cells = cells_of("receipt", quantity=quantity, unit=unit, density_kg_per_l=density)
    for content in (csv_bytes([cells]), json.dumps([cells]).encode(), xlsx_bytes(list(cells), list(cells.values()))):
        night = Warehouse().night(Given(content))
        found = [(f["column_name"], f["check_id"], f["value"]) for f in night.findings]
        assert found == ([] if mass else [("quantity", "value_is_readable", quantity)])
        assert [row["mass_t"] for row in night.core("receipt")] == ([Decimal(mass)] if mass else [])


@pytest.mark.parametrize("number", [1e12, 1e15, 1e20, 1.7976931348623157e308, 5e-324, -1e12])
def test_a_number_of_a_workbook_beyond_all_bounds_is_a_finding(number: float):
    cells = cells_of("receipt") | {"quantity": number}
    night = Warehouse().night(Given(xlsx_bytes(list(cells), list(cells.values()))))
    assert [(f["column_name"], f["severity"]) for f in night.findings] == [("quantity", "error")]
    assert night.core("receipt") == []
