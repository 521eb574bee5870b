"""The largest and smallest figures of every numeric column are stored to the last digit, and no sum of them overflows."""

from decimal import Decimal

import pytest

from schemas.records import Field, Report
from schemas.reports import all_reports
from tests.helpers_reading import Given, Warehouse, cells_of, csv_bytes

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


def test_masses_of_the_largest_loads_can_be_summed():
    biggest = {"quantity": f"{LARGEST['decimal']:f}", "unit": "m3", "density_kg_per_l": "999999"}
    rows = [cells_of("manifest", manifest_no=f"M{number}", **biggest) for number in range(200)]
    night = Warehouse().night(Given(csv_bytes(rows)))
    (total,) = night.rows("SELECT sum(mass_t) AS t, sum(mass_t) * 1.5 AS more FROM core.manifest")
    assert total["t"] == 200 * Decimal("999998999999999999000001000000E-12")
