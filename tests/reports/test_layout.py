"""The report types are the layout `report_columns.csv`, the regime's reference, copied beside this file; and the
department's own `disposition`, which is no report of the regime but comes in like one."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from schemas.records import Field, Report
from schemas.reports import all_reports

with (Path(__file__).parent / "report_columns.csv").open(encoding="utf-8", newline="") as file:
    LAYOUT = list(csv.DictReader(file))
OWN = "disposition"
OF_THE_REGIME = [report for report in all_reports().values() if report.name != OWN]

# REGIME, table of report types: row key; what a later one replaces
KEYS = {
    "factory": (("factory_id",), ("factory_id",)),
    "permit": (("permit_no", "line_no"), ("permit_no",)),
    "manifest": (("factory_id", "manifest_no", "line_no"), ("factory_id", "manifest_no")),
    "receipt": (("processor_id", "manifest_no", "line_no"), ("processor_id", "manifest_no")),
    "annual": (("factory_id", "report_year", "waste_code", "management_code"), ("factory_id", "report_year")),
    "processing": (
        ("factory_id", "report_month", "waste_code", "management_code", "product_name"), ("factory_id", "report_month"),
    ),
    "inspection": (("inspection_no", "item_code"), ("inspection_no",)),
    "complaint": (("complaint_no",), ("complaint_no",)),
    OWN: (("anomaly_id",), ("anomaly_id",)),
}  # fmt: skip
# A cell of these is read more narrowly than the layout says: the words behind a unit, the classes of the Factory Act list
NARROWER = {("unit", "enum"): "unit", ("factory_class", "text"): "factory_class"}


def allowed(field: Field) -> str:
    """The bounds or words of a column, as the layout writes them."""
    if field.words:
        return "|".join(field.words)
    if field.above is not None:
        return f">{field.above}"
    if field.at_least is not None:
        return f"{field.at_least}..{field.at_most}" if field.at_most is not None else f">={field.at_least}"
    return ""


@pytest.mark.parametrize("report", OF_THE_REGIME, ids=lambda report: report.name)
def test_columns_are_those_of_the_layout_in_its_order(report: Report):
    lines = [line for line in LAYOUT if line["report_type"] == report.name]
    assert [field.name for field in report.fields] == [line["column"] for line in lines]
    for field, line in zip(report.fields, lines, strict=True):
        assert field.kind == NARROWER.get((field.name, line["type"]), line["type"]), field.name
        assert (field.required, field.unit, field.header_th) == (line["required"], line["unit"], line["header_th"])
        assert allowed(field) == line["allowed"], field.name


def test_every_report_type_of_the_layout_is_there():
    assert set(all_reports()) - {OWN} == {line["report_type"] for line in LAYOUT} == set(KEYS) - {OWN}


@pytest.mark.parametrize("report", all_reports().values(), ids=lambda report: report.name)
def test_keys(report: Report):
    assert (report.row_key, report.version_key) == KEYS[report.name]
    assert set(report.version_key) <= set(report.row_key)


def test_the_register_is_loaded_first_and_documents_before_what_refers_to_them():
    order = ["factory", "permit", "manifest", "receipt", "annual", "processing", "inspection", "complaint", OWN]
    assert list(all_reports()) == order


def test_a_density_has_an_upper_bound_that_keeps_masses_exact():
    """The one bound that the layout does not have: no matter is denser, and the product stays within 38 digits."""
    for report in all_reports().values():
        if report.has_mass:
            assert report.field("density_kg_per_l").at_most == Decimal(999_999)
