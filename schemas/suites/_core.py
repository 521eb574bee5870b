"""What must be true of every `core` table: keys once, every row from a known file, codes and factories known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.records import Report
from schemas.suites import Suite, none_expected

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation


def core_suite(report: Report) -> Suite:
    """The suite of `core.<report>`: only what a row of it could break."""
    key = ", ".join(f"coalesce(CAST({column} AS VARCHAR), '')" for column in report.row_key)
    required = [field.name for field in report.fields if field.required == "yes"]
    parties = [field.name for field in report.of_kind("id14") if report.name != "factory"]
    repeated = f"""(SELECT coalesce(sum(copies - 1), 0)::BIGINT FROM (
        SELECT count(*) AS copies FROM core.{report.name} GROUP BY {key} HAVING count(*) > 1))"""
    # figure: (SQL over the whole table, what must be true)
    figures = {
        "repeated_keys": (repeated, f"No key ({', '.join(report.row_key)}) occurs twice."),
        "rows_of_no_file": (
            "count_if(submission_id NOT IN (SELECT submission_id FROM audit.submission))",
            "Every row comes from a file in audit.submission.",
        ),
        "rows_with_empty_cells": (
            f"count_if({' OR '.join(f'{column} IS NULL' for column in required)})",
            f"Always filled: {', '.join(required)}.",
        ),
    }
    if parties:
        unknown = " OR ".join(f"{column} NOT IN (SELECT factory_id FROM core.factory)" for column in parties)
        figures["unregistered_factories"] = f"count_if({unknown})", "Every factory named is in the register."
    for column, words in (("waste_code", "waste code"), ("management_code", "management code")):
        if report.has(column):
            unlisted = f"count_if({column} NOT IN (SELECT code FROM ref.{column}))"
            figures[f"unknown_{column}s"] = unlisted, f"Every {words} is in the code list."
    if report.has_mass:
        figures["rows_without_mass"] = "count_if(mass_t IS NULL)", "Every quantity could be turned into tonnes."
    select = ", ".join(f"{sql} AS {name}" for name, (sql, _) in figures.items())

    def expectations(gxe: Any) -> list[Expectation]:
        return [none_expected(gxe, name, words) for name, (_, words) in figures.items()]

    return Suite(
        f"core.{report.name}", report.title_en, report.title_th, f"SELECT {select} FROM core.{report.name}", expectations
    )
