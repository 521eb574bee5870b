"""The pandera model of a report type, made from its columns: types, what must be filled, what is allowed."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pandera.pandas as pa
from pandera.pandas import Check, Column, DataFrameSchema

from schemas.codes import code_list
from schemas.fields.columns import arrow_type
from schemas.records import Field, Report

IS_ALLOWED = "value_is_allowed"


def _checks(field: Field) -> list[Check]:
    checks: list[Check] = []
    if field.words:
        checks.append(Check.isin(list(field.words), error=IS_ALLOWED))
    if field.kind == "code2":
        checks.append(Check.isin([line["code"] for line in code_list("province")], error=IS_ALLOWED))
    if field.kind == "factory_class":
        known = "|".join(line["code"] for line in code_list("factory_class"))
        checks.append(Check.str_matches(rf"^0*(?:{known})(?:\s*\([0-9]{{1,3}}\))*$", error=IS_ALLOWED))
    if field.at_least is not None:
        checks.append(Check.ge(field.at_least, error=IS_ALLOWED))
    if field.above is not None:
        checks.append(Check.gt(field.above, error=IS_ALLOWED))
    if field.at_most is not None:
        checks.append(Check.le(field.at_most, error=IS_ALLOWED))
    return checks


@cache
def model_of(report: Report, is_nil: bool = False) -> DataFrameSchema:
    """The model of typed rows (Arrow-backed columns, NULL = empty).

    A cell that must be filled is `nullable=False` (check `value_is_present`); words and bounds carry the name of their
    check. No coercion: cells are converted before, each failure a finding of its own, because pandera's lazy coercing
    pass loses faults.

    Args:
        report: the report type.
        is_nil: for nil rows, on which columns required "unless nil" may be empty.
    """
    always = {"yes"} if is_nil else {"yes", "unless nil"}
    columns = {
        field.name: Column(
            pd.ArrowDtype(arrow_type(field)),
            checks=_checks(field),
            nullable=field.required not in always,
            coerce=False,
            description=field.meaning,
            title=field.header_th,
        )
        for field in report.fields
    }
    return pa.DataFrameSchema(columns, name=report.name, title=report.title_en, strict=False)
