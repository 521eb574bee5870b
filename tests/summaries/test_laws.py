"""Laws that every summary keeps, whatever comes in."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.sql_files import summaries
from flows.steps.summarise import summarise, summarise_found
from tests.text_tables import NIGHT, OBLIGATIONS_FROM, insert, summarised, world

FLOWS = ("sent", "received", "completed")
GROUPS = ("sorting", "storage", "reuse", "recycle", "recovery", "treatment", "disposal", "other", "no_method")
WASTE_TABLES = ("waste_by_factory_month", "waste_by_factory_year", "waste_by_province_month", "national")

FACTORIES = ["G1", "G2", "P1", "P2"]
MASSES = st.decimals(min_value=Decimal("0.000001"), max_value=Decimal("99999"), places=9)
DAYS = st.dates(date(2024, 11, 1), NIGHT)
WASTE_CODES = st.sampled_from(["010101", "010304", "010305", "160199", "999999"])
METHODS = st.sampled_from([None, "011", "021", "031", "041", "052", "061", "071", "081", "999"])
Rows = list[dict[str, Any]]


def rows_of(key: tuple[str, ...], **columns: st.SearchStrategy[Any]) -> st.SearchStrategy[Rows]:
    """Rows in which the key stands once."""
    return st.lists(st.fixed_dictionaries(columns), max_size=8, unique_by=lambda row: tuple(row[name] for name in key))


REGISTER = rows_of(
    ("factory_id",),
    factory_id=st.sampled_from(FACTORIES),
    factory_class=st.sampled_from(["34", "106(1)", "101"]),
    province_code=st.sampled_from(["10", "21"]),
    status=st.sampled_from(["operating", "closed"]),
    opened_date=st.none() | DAYS,
    closed_date=st.none() | DAYS,
)
MANIFESTS = rows_of(
    ("factory_id", "manifest_no", "line_no"),
    manifest_no=st.sampled_from(["M1", "M2", "M3"]),
    line_no=st.sampled_from([1, 2]),
    factory_id=st.sampled_from(FACTORIES),
    processor_id=st.sampled_from(["P1", "P2"]),
    waste_code=WASTE_CODES,
    management_code=METHODS,
    mass_t=MASSES,
    sent_date=DAYS,
    submitted_by=st.sampled_from(["desk", "G1", "P1"]),
)
RECEIPTS = rows_of(
    ("processor_id", "manifest_no", "line_no"),
    manifest_no=st.sampled_from(["M1", "M2", "M4"]),
    line_no=st.sampled_from([1, 2]),
    processor_id=st.sampled_from(["P1", "P2"]),
    waste_code=WASTE_CODES,
    management_code=METHODS,
    mass_t=MASSES,
    received_date=DAYS,
    completed_date=st.none() | DAYS,
    decision=st.sampled_from(["accepted", "partly_accepted", "rejected"]),
    submitted_by=st.sampled_from(["desk", "P1"]),
)
ANNUALS = rows_of(
    ("factory_id", "report_year", "waste_code"),
    factory_id=st.sampled_from(FACTORIES),
    report_year=st.sampled_from([2024, 2025]),
    waste_code=WASTE_CODES,
    generated_t=st.decimals(min_value=0, max_value=9999, places=6),
    managed_on_site_t=st.decimals(min_value=0, max_value=9999, places=6),
    received_at=DAYS,
)
MONTHLIES = rows_of(
    ("factory_id", "report_month"),
    factory_id=st.sampled_from(["P1", "P2"]),
    report_month=st.sampled_from([date(2025, 1, 1), date(2025, 12, 1), date(2026, 3, 1)]),
    received_at=DAYS,
)
WORLDS = st.fixed_dictionaries(
    {"factory": REGISTER, "manifest": MANIFESTS, "receipt": RECEIPTS, "annual": ANNUALS, "processing": MONTHLIES}
)
World = dict[str, Rows]


def made(tables: World, order: Callable[[Rows], Rows] = list) -> duckdb.DuckDBPyConnection:
    """Every summary over these rows, put in in this order."""
    connection = world()
    for name, rows in tables.items():
        if name == "found":
            insert_found(connection, rows)
            continue
        insert(connection, name, order([{"submission_id": str(sorted(map(str, row.items()))), **row} for row in rows]))
    summarise(connection, NIGHT, OBLIGATIONS_FROM)
    summarise_found(connection)
    return connection


def insert_found(connection: duckdb.DuckDBPyConnection, anomalies: Rows) -> None:
    """Anomalies as `detect` would leave them, after which no rule has run."""
    for row in anomalies:
        holes = ", ".join("?" for _ in row)
        connection.execute(f"INSERT INTO anomaly.found ({', '.join(row)}) VALUES ({holes})", list(row.values()))


def sums(connection: duckdb.DuckDBPyConnection, source: str, columns: tuple[str, ...]) -> tuple[Decimal, ...]:
    """The sum of each column, 0 when there are no rows."""
    wanted = ", ".join(f"COALESCE(SUM({column}), 0)" for column in columns)
    row = connection.execute(f"SELECT {wanted} FROM {source}").fetchone()
    assert row
    return row


@settings(max_examples=15, deadline=None)
@given(tables=WORLDS)
def test_parts_sum_to_totals_in_every_row(tables: World) -> None:
    connection = made(tables)
    for table in WASTE_TABLES:
        for flow in FLOWS:
            by_hazard = f"{flow}_hazardous_t + {flow}_non_hazardous_t"
            by_method = " + ".join(f"{flow}_{group}_t" for group in GROUPS)
            wrong = f"{flow}_t IS NULL OR {flow}_t <> {by_hazard} OR {flow}_t <> {by_method}"
            assert not connection.execute(f"SELECT * FROM summary.{table} WHERE {wrong}").fetchall()
    for table in ("waste_by_factory_year", "national"):
        wrong = "generated_t <> generated_hazardous_t + generated_non_hazardous_t"
        assert not connection.execute(f"SELECT * FROM summary.{table} WHERE {wrong}").fetchall()


@settings(max_examples=15, deadline=None)
@given(tables=WORLDS)
def test_every_table_of_tonnes_sums_to_the_same_and_to_the_rows(tables: World) -> None:
    connection = made(tables)
    columns = tuple(f"{flow}{part}_t" for flow in FLOWS for part in ("", "_hazardous", "_sorting", "_no_method"))
    by_month = sums(connection, "summary.waste_by_factory_month", columns)
    for table in WASTE_TABLES[1:]:
        assert sums(connection, f"summary.{table}", columns) == by_month, table
    generated = ("generated_t", "generated_hazardous_t", "managed_on_site_t")
    assert sums(connection, "summary.national", generated) == sums(connection, "summary.waste_by_factory_year", generated)
    assert sums(connection, "summary.national", ("generated_t",)) == sums(connection, "core.annual", ("generated_t",))
    assert by_month[0] == sums(connection, "core.manifest", ("mass_t",))[0]
    assert by_month[4] == sums(connection, "core.receipt WHERE decision <> 'rejected'", ("mass_t",))[0]
    done = "core.receipt WHERE decision <> 'rejected' AND completed_date IS NOT NULL"
    assert by_month[8] == sums(connection, done, ("mass_t",))[0]


@settings(max_examples=15, deadline=None)
@given(tables=WORLDS)
def test_counts_add_up(tables: World) -> None:
    connection = made(tables)
    states = ("matched", "quantity_differs", "code_differs", "rejected", "awaiting", "unanswered")
    by_state = " + ".join(f"loads_{state}" for state in states)
    wrong = f"loads_sent <> {by_state} OR factories_obliged <> factories_reporting + factories_missing"
    assert not connection.execute(f"SELECT * FROM summary.national WHERE {wrong}").fetchall()
    for table in WASTE_TABLES[1:]:
        assert not connection.execute(
            f"SELECT * FROM summary.{table} WHERE factories_reporting > factories_obliged "
            "OR (coverage_pct IS NULL) <> (factories_obliged = 0)"
        ).fetchall()
    obliged = ("factories_obliged", "factories_reporting")
    assert sums(connection, "summary.national", obliged) == sums(connection, "summary.waste_by_factory_year", obliged)
    assert sums(connection, "summary.national", ("loads_sent",)) == sums(connection, "core.manifest", ("1",))
    kinds = "missing_reports + mismatched_loads + unanswered_loads + receipts_without_manifest"
    assert not connection.execute(f"SELECT * FROM summary.factory_compliance WHERE open_breaches <> {kinds}").fetchall()
    ranks = connection.execute("SELECT rank FROM summary.factory_compliance ORDER BY rank").fetchall()
    assert [rank for (rank,) in ranks] == list(range(1, len(tables["factory"]) + 1))


@settings(max_examples=15, deadline=None)
@given(tables=WORLDS)
def test_the_order_of_rows_changes_no_table(tables: World) -> None:
    def contents(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
        # Where a row stands in its file is the one thing that follows its order.
        return {
            file.name: sorted(map(str, connection.execute(
                f"SELECT COLUMNS(lambda name: NOT name LIKE '%source_row') FROM summary.{file.name}"
            ).fetchall())) for file in summaries()
        }  # fmt: skip

    assert contents(made(tables)) == contents(made(tables, lambda rows: rows[::-1]))


def test_an_empty_warehouse_makes_empty_tables() -> None:
    connection = summarised()
    for file in summaries():
        assert connection.execute(f"SELECT count(*) FROM summary.{file.name}").fetchall() == [(0,)], file.name


def test_the_same_night_twice_makes_the_same_tables() -> None:
    connection = summarised(manifest="""
        | manifest_no | sent_date  |
        | M1          | 2026-04-16 |
    """)
    before = connection.execute("SELECT * FROM summary.reconciliation").fetchall()
    summarise(connection, NIGHT, OBLIGATIONS_FROM)
    assert connection.execute("SELECT * FROM summary.reconciliation").fetchall() == before
    summarise(connection, NIGHT + timedelta(days=1), OBLIGATIONS_FROM)
    assert connection.execute("SELECT * FROM summary.reconciliation").fetchall() != before
