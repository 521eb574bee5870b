"""The lineage of every summary: complete, of rows that exist, and adding up to every figure."""

import json
from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings

from flows.lineage import make_lineage, view_of
from flows.sql_files import LINEAGE_COLUMNS, Anomaly, Summary, anomalies, summaries
from flows.steps.detect import detect
from flows.steps.summarise import summarise, summarise_found
from tests.oracle.worlds import RICH_WORLDS, dense_world
from tests.summaries.test_laws import World, made
from tests.text_tables import HAZARDOUS, LANDFILL, NIGHT, OBLIGATIONS_FROM, SORTING, summarised, world

ALL = summaries()
# Numbers that are not sums of what rows say: places, days, shares, scores, and what the register or a permission is called.
NO_SUMS = {"rank", "province_rank", "days_late", "days_since_inspection", "answer_due_date", "permit_line_no", "line_no", "year"}
NO_SUM_ENDINGS = ("_pct", "_score", "score")
# Columns that no row decides: parameters and code lists do.
NOT_FROM_ROWS = {
    "reconciliation": {"tolerance_pct"},
    "obligation": {"clause"},
    "waste_by_province_month": {"generated_t"},
}
# The locators themselves.
LOCATORS = {
    f"{side}_{part}" for side in ("manifest", "receipt") for part in ("submission_id", "source_sheet", "source_row")
}  # fmt: skip
# Figures of evidence that rules compare.
SUMS = {"reported_t", "sent_t", "rejected_t", "received_t", "loads", "intake_capacity_t"}
NUMBERS = ("BIGINT", "HUGEINT", "INTEGER", "DECIMAL")


def is_sum(name: str, sql_type: str) -> bool:
    return sql_type.startswith(NUMBERS) and name not in NO_SUMS | LOCATORS and not name.endswith(NO_SUM_ENDINGS)


def rows_of(connection: duckdb.DuckDBPyConnection, source: str) -> list[dict[str, Any]]:
    cursor = connection.execute(f"FROM {source}")
    names = [name for name, *_ in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def faults(connection: duckdb.DuckDBPyConnection, file: Summary) -> list[str]:
    """What is wrong with the lineage of a summary, in words."""
    types = {name: sql_type for name, sql_type, *_ in connection.execute(f"DESCRIBE summary.{file.name}").fetchall()}
    lines = rows_of(connection, view_of(file.name))
    found = [f"{line} stands {times} times" for line, times in Counter(map(str, lines)).items() if times > 1]
    amounts: dict[tuple[object, ...], dict[str, list[Decimal]]] = defaultdict(lambda: defaultdict(list))
    for line in lines:
        told = amounts[tuple(line[name] for name in file.key)][line["figure"]]
        if line["amount"] is not None:
            told.append(line["amount"])
    for row in rows_of(connection, f"summary.{file.name}"):
        told_of = amounts.pop(tuple(row[name] for name in file.key), {})
        found += [f"{name} is told of {row}, but is no column of it" for name in told_of if name not in types]
        for name, sql_type in types.items():
            told = told_of.get(name, [])
            figure = row[name] if is_sum(name, sql_type) and name not in file.key else None
            if figure != (sum(told) if told else None) and (told or figure != 0):
                found.append(f"{name} of {row} is {figure}, its rows make {told}")
    found += [f"no row of the summary has the key {key}" for key in amounts]
    place = ("submission_id", "source_sheet", "source_row")
    for table in {line["source_table"] for line in lines} - {"anomaly.found"}:
        there = set(connection.execute(f"SELECT {', '.join(place)} FROM {table}").fetchall())
        told_places = {tuple(line[name] for name in place) for line in lines if line["source_table"] == table}
        found += [f"{table} has no row {lost}" for lost in told_places - there]
    return found


@pytest.mark.parametrize("file", ALL, ids=lambda file: file.name)
def test_every_summary_has_a_lineage_by_its_key(file: Summary) -> None:
    assert file.key, f"{file.name}.sql: the head lacks the key"
    assert file.lineage, f"{file.name}.sql: below its SELECT, behind `-- lineage`, it says from which rows each column comes"
    connection = summarised()
    make_lineage(connection, ALL)
    given = [name for name, *_ in connection.execute(f"DESCRIBE {file.lineage}").fetchall()]
    assert given == [*file.key, *LINEAGE_COLUMNS]


@settings(max_examples=8, deadline=None)
@given(tables=RICH_WORLDS)
def test_the_rows_add_up_to_every_figure(tables: World) -> None:
    connection = made(tables)
    make_lineage(connection, ALL)
    assert {file.name: faults(connection, file) for file in ALL} == {file.name: [] for file in ALL}


@pytest.mark.parametrize("seed", range(2))
def test_the_rows_of_a_dense_world_add_up_to_every_figure(seed: int) -> None:
    connection = made(dense_world(seed))
    make_lineage(connection, ALL)
    assert {file.name: faults(connection, file)[:5] for file in ALL} == {file.name: [] for file in ALL}


@pytest.mark.parametrize("rule", [rule for rule in anomalies() if rule.lineage], ids=lambda rule: rule.name)
def test_the_rows_of_an_anomaly_add_up_to_its_evidence(rule: Anomaly) -> None:
    connection = made(dense_world(2))
    connection.execute("UPDATE core.factory SET intake_capacity_t = 1")
    make_lineage(connection, (*ALL, rule))
    found = connection.execute(rule.body).fetchall()
    assert found
    for factory_id, period, _, _, evidence in found:
        made_of = dict(connection.execute(
            f"SELECT figure, sum(amount) FROM {view_of(rule.name)} WHERE factory_id = ? AND period = ? GROUP BY figure",
            [factory_id, period],
        ).fetchall())  # fmt: skip
        figures = {name: value for name, value in json.loads(evidence, parse_float=Decimal).items() if name in SUMS}
        assert len(figures) > 1 and figures == {name: made_of.get(name, 0) for name in figures}


def everything() -> duckdb.DuckDBPyConnection:
    """A world in which every column of every summary has a value that a row decides."""
    connection = world(
        factory="""
            | factory_id | factory_class | province_code | opened_date | closed_date | latitude_deg | longitude_deg |
            | G1         | 34            | 10            | 2020-01-01  |             | 13.7         | 100.5         |
            | G2         | 34            | 10            |             |             |              |               |
            | P1         | 106           | 21            |             |             | 12.7         | 101.1         |
        """,
        permit=f"""
            | permit_no | line_no | waste_code  | management_code | permitted_t | valid_to_date |
            | A1        | 1       | {HAZARDOUS} | {LANDFILL}      | 15          | 2025-12-31    |
            | A2        | 1       | {HAZARDOUS} | {LANDFILL}      | 99          | 2026-12-31    |
            | A3        | 1       | 010101      | {SORTING}       | 5           | 2025-12-31    |
        """,
        manifest=f"""
            | manifest_no | factory_id | waste_code  | management_code | sent_date  | mass_t | permit_no | submitted_by |
            | M1          | G1         | {HAZARDOUS} | {LANDFILL}      | 2025-03-01 | 10     | A1        | G1           |
            | M2          | G1         | {HAZARDOUS} | {LANDFILL}      | 2025-03-02 | 9      |           | P1           |
            | M3          | G1         | 010101      | {SORTING}       | 2026-02-03 | 4      |           | desk         |
            | M4          | G2         | 010101      | 999             | 2026-04-28 | 3      |           | desk         |
            | M5          | G2         | 010101      |                 | 2026-01-28 | 2      |           | desk         |
            | M6          | G2         | 010101      | 031             | 2026-01-29 | 8      |           | desk         |
        """,
        receipt=f"""
            | manifest_no | waste_code  | management_code | received_date | completed_date | mass_t | decision        | extended | submitted_by |
            | M1          | {HAZARDOUS} |                 | 2025-03-01    | 2025-04-01     | 10     | accepted        | yes      | P1           |
            | M2          | {HAZARDOUS} | 061             | 2025-03-03    | 2025-05-01     | 6      | partly_accepted |          | P1           |
            | M3          | {HAZARDOUS} |                 | 2026-02-04    |                | 4      | accepted        |          | P1           |
            | M6          | 010101      |                 | 2026-01-30    |                | 0      | rejected        |          | desk         |
            | M9          | 010101      | 021             | 2026-02-04    | 2026-02-05     | 1.5    | accepted        |          | P1           |
        """,
        annual=f"""
            | factory_id | report_year | waste_code  | opening_stock_t | generated_t | managed_on_site_t | sent_off_site_t | closing_stock_t | nil_report | received_at |
            | G1         | 2024        | {HAZARDOUS} | 0               | 5           | 1                 | 1               | 3               |            | 2025-02-01  |
            | G1         | 2025        | {HAZARDOUS} | 3               | 19          | 1                 | 18              | 3               |            | 2026-02-01  |
            | G1         | 2025        | 010101      | 0               | 7           | 0                 | 0               | 5               |            | 2026-02-01  |
            | P1         | 2025        |             |                 |             |                   |                 |                 | yes        | 2026-05-20  |
        """,
        history_annual=f"""
            | factory_id | report_year | waste_code  | generated_t | received_at | submission_id |
            | P1         | 2025        | {HAZARDOUS} | 5           | 2026-04-20  | first         |
        """,
        processing="""
            | factory_id | report_month | waste_code | opening_stock_t | received_t | processed_t | closing_stock_t | received_at | product_name |
            | P1         | 2025-03-01   | 010304     | 1               | 16         | 10          | 7               | 2025-04-10  | a            |
            | P1         | 2025-03-01   | 010304     | 0               | 2          | 2           | 0               | 2025-04-10  | b            |
            | P1         | 2025-04-01   | 010304     | 9               | 0          | 1           | 6               | 2025-05-20  | a            |
        """,
        inspection="""
            | inspection_no | item_code | factory_id | inspected_date | result | order_due_date | resolved_date |
            | I1            | a         | G1         | 2025-12-01     | fail   | 2026-01-01     |               |
            | I1            | b         | G1         | 2025-12-01     | fail   | 2026-01-01     | 2025-12-20    |
            | I0            | a         | G1         | 2025-02-01     | fail   | 2025-03-01     |               |
        """,
        complaint="""
            | complaint_no | factory_id | province_code | latitude_deg | longitude_deg |
            | C1           | G1         | 10            |              |               |
            | C2           |            | 10            | 13.701       | 100.501       |
            | C3           |            | 10            |              |               |
            | C4           |            | 21            | 15.0         | 101.1         |
        """,
    )  # fmt: skip
    summarise(connection, NIGHT, OBLIGATIONS_FROM)
    detect(connection, NIGHT)
    summarise_found(connection)
    make_lineage(connection, ALL)
    return connection


def test_in_a_world_with_everything_every_column_has_its_rows() -> None:
    connection = everything()
    for file in ALL:
        assert faults(connection, file) == [], file.name
        named = {name for (name,) in connection.execute(f"SELECT DISTINCT figure FROM {view_of(file.name)}").fetchall()}
        filled = {name for row in rows_of(connection, f"summary.{file.name}") for name, value in row.items() if value}
        left_out = filled - named - set(file.key) - NOT_FROM_ROWS.get(file.name, set()) - LOCATORS
        assert left_out == set(), f"{file.name}: no row is said to decide {left_out}"
    assert Decimal("19") == sum(amount for (amount,) in connection.execute(
        "SELECT amount FROM lineage_national WHERE year = 2025 AND figure = 'sent_hazardous_t'").fetchall())  # fmt: skip
