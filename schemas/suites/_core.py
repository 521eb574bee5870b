"""What must be true of every `core` table: keys once, every row from a known file, codes and factories known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.records import Report
from schemas.suites import Suite, none_expected

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation


def core_suite(report: Report) -> Suite:
    """The suite of `core.<report>`."""
    key = ", ".join(f"coalesce(CAST({column} AS VARCHAR), '')" for column in report.row_key)
    parties = [field.name for field in report.of_kind("id14") if report.name != "factory"]
    unknown = {
        "unregistered_factories": [f"{column} NOT IN (SELECT factory_id FROM core.factory)" for column in parties],
        "unknown_waste_codes": _not_listed(report, "waste_code"),
        "unknown_management_codes": _not_listed(report, "management_code"),
    }
    flags = "".join(
        f", count_if(coalesce({' OR '.join(conditions) or 'false'}, false)) AS {name}" for name, conditions in unknown.items()
    )
    mass = ", count_if(mass_t IS NULL) AS rows_without_mass" if report.has_mass else ", 0 AS rows_without_mass"
    required = [field.name for field in report.fields if field.required == "yes"]
    empty = " OR ".join(f"{column} IS NULL" for column in required)
    sql = f"""
        SELECT
            (SELECT coalesce(sum(copies - 1), 0) FROM (
                SELECT count(*) AS copies FROM core.{report.name} GROUP BY {key} HAVING count(*) > 1
            ))::BIGINT AS repeated_keys,
            count_if(submission_id NOT IN (SELECT submission_id FROM audit.submission)) AS rows_of_no_file,
            count_if({empty}) AS rows_with_empty_cells{flags}{mass}
        FROM core.{report.name}
    """

    def expectations(gxe: Any) -> list[Expectation]:
        return [
            none_expected(gxe, "repeated_keys", f"No key ({', '.join(report.row_key)}) occurs twice."),
            none_expected(gxe, "rows_of_no_file", "Every row comes from a file in audit.submission."),
            none_expected(gxe, "rows_with_empty_cells", f"Always filled: {', '.join(required)}."),
            none_expected(gxe, "unregistered_factories", "Every factory named is in the register."),
            none_expected(gxe, "unknown_waste_codes", "Every waste code is in the code list."),
            none_expected(gxe, "unknown_management_codes", "Every management code is in the code list."),
            none_expected(gxe, "rows_without_mass", "Every quantity could be turned into tonnes."),
        ]

    return Suite(f"core.{report.name}", report.title_en, report.title_th, sql, expectations)


def _not_listed(report: Report, column: str) -> list[str]:
    return [f"{column} NOT IN (SELECT code FROM ref.{column})"] if report.has(column) else []
