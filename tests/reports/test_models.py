"""The pandera model of a report says the same as its layout, and never loses a fault."""

from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pytest
from pandera.errors import SchemaErrors

from schemas.fields.columns import arrow_type
from schemas.models import model_of
from schemas.records import Report
from schemas.reports import all_reports


def failures(report: Report, is_nil: bool = False, **cells: list[object]) -> list[tuple[str, str, int]]:
    """(column, check, row) of what the model finds in typed cells; other columns are empty."""
    length = len(next(iter(cells.values())))
    frame = pa.table(
        {field.name: pa.array(cells.get(field.name, [None] * length), arrow_type(field)) for field in report.fields}
    ).to_pandas(types_mapper=pd.ArrowDtype)
    try:
        model_of(report, is_nil).validate(frame, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
        return sorted(zip(cases["column"], cases["check"], cases["index"].astype(int), strict=True))
    return []


MANIFEST, ANNUAL = all_reports()["manifest"], all_reports()["annual"]


def test_all_faults_of_a_column_are_found_together():
    """A coercing, lazy model would lose the -5 behind the cell that is no number."""
    found = failures(MANIFEST, quantity=[Decimal(-5), None, Decimal(2), Decimal(0)])
    assert [case for case in found if case[0] == "quantity"] == [
        ("quantity", "not_nullable", 1), ("quantity", "value_is_allowed", 0), ("quantity", "value_is_allowed", 3),
    ]  # fmt: skip


def test_an_empty_cell_that_may_be_empty_is_not_compared():
    assert [case for case in failures(MANIFEST, density_kg_per_l=[None, Decimal(0)]) if case[0] == "density_kg_per_l"] == [
        ("density_kg_per_l", "value_is_allowed", 1)
    ]


@pytest.mark.parametrize("report", all_reports().values(), ids=lambda report: report.name)
def test_required_columns(report: Report):
    nothing = {field.name: [None] for field in report.fields}
    missed = [column for column, check, _ in failures(report, **nothing) if check == "not_nullable"]
    assert missed == sorted(field.name for field in report.fields if field.required in ("yes", "unless nil"))
    missed_of_nil = [column for column, check, _ in failures(report, is_nil=True, **nothing) if check == "not_nullable"]
    assert missed_of_nil == sorted(field.name for field in report.fields if field.required == "yes")


@pytest.mark.parametrize("report", all_reports().values(), ids=lambda report: report.name)
def test_a_report_gives_its_model(report: Report):
    assert list(report.model.columns) == [field.name for field in report.fields]
    assert report.model.title == report.title_en
