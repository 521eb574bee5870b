"""A generated year with everything planted: every table that officials read equals the plain-Python oracle's."""

from __future__ import annotations

import json
import math
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings

from flows import night as wiring
from flows.clock import end_of_day
from flows.demo import make_demo
from flows.ledger import Ledger
from flows.reading.limits import Limits
from flows.sql_files import summaries
from flows.steps.archive import archive, started
from flows.steps.detect import detect
from flows.steps.summarise import summarise, summarise_found
from flows.warehouse import Store, open_work, transaction
from schemas.reports import all_reports
from tests.oracle.oracle import TABLES, World
from tests.oracle.worlds import RICH_WORLDS, dense_world
from tests.summaries.test_laws import World as Rows
from tests.summaries.test_laws import made
from tests.text_tables import HAZARDOUS, NIGHT, OBLIGATIONS_FROM, insert

FACTORIES, SEED = 60, 11
DECISIONS = ("confirm", "refute", "close", "confirm", "silence", "reopen")


def rows_of(connection: duckdb.DuckDBPyConnection, table: str) -> list[dict[str, Any]]:
    cursor = connection.execute(f"FROM {table}")
    names = [name for name, *_ in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def world_of(connection: duckdb.DuckDBPyConnection, night: date) -> World:
    core = {name: rows_of(connection, f"core.{name}") for name in all_reports()}
    history = {name: rows_of(connection, f"history.{name}") for name in all_reports()}
    held = connection.execute("SELECT cells FROM quarantine.row WHERE report_type = 'manifest'").fetchall()
    held_manifest_nos = frozenset(json.loads(cells).get("manifest_no", "").strip() for (cells,) in held)
    return World(core, history, night, OBLIGATIONS_FROM, held_manifest_nos, rows_of(connection, "anomaly.found"))


def differences(connection: duckdb.DuckDBPyConnection, world: World, name: str) -> list[str]:
    """Where a summary is not what the oracle says, in words."""
    file = next(file for file in summaries() if file.name == name)

    def by_key(rows: list[dict[str, Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
        found = {tuple(row[column] for column in file.key): row for row in rows}
        assert len(found) == len(rows), f"{name}: {file.key} is no key"
        return found

    wanted, found = by_key(TABLES[name](world)), by_key(rows_of(connection, f"summary.{name}"))
    words = [f"{key} is missing" for key in wanted.keys() - found.keys()]
    words += [f"{key} is too much" for key in found.keys() - wanted.keys()]
    for key in wanted.keys() & found.keys():
        assert wanted[key].keys() == found[key].keys(), name
        words += [
            f"{key}: {column} is {found[key][column]}, the oracle says {value}"
            for column, value in wanted[key].items()
            if not is_same(found[key][column], value)
        ]
    return words


def is_same(found: Any, wanted: Any) -> bool:
    """Equal; a share, which the database divides in binary, to 12 digits."""
    if isinstance(found, float) and isinstance(wanted, (Decimal, int)):
        return math.isclose(found, wanted, rel_tol=1e-12, abs_tol=1e-12)
    return bool(found == wanted)


def officials_decide(connection: duckdb.DuckDBPyConnection) -> None:
    """Officials, who do not come in the demo, decide about every third of tonight's anomalies."""
    found = connection.execute("SELECT anomaly_id FROM anomaly.found ORDER BY anomaly_id").fetchall()
    decided = zip(found[::3], cycle(DECISIONS), strict=False)
    insert(connection, "disposition", [{"anomaly_id": anomaly_id, "action": action} for (anomaly_id,), action in decided])


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> tuple[duckdb.DuckDBPyConnection, World]:
    """The demo's year with its faults and abuses, in one night."""
    store, limits = Store(tmp_path_factory.mktemp("year")), Limits()
    store.make_folders()
    night = make_demo(store.inbox, FACTORIES, SEED).nights[-1]
    ledger = Ledger(store.ledger)
    started(ledger, night, end_of_day(night))
    archive(store.inbox, store.archive, ledger, night, end_of_day(night), None, limits.file_bytes)
    connection = open_work(store.work)
    with transaction(connection):
        wiring.take_in(connection, wiring.pending(connection, ledger), night, store, limits, lambda name, work: work())
        summarise(connection, night, OBLIGATIONS_FROM)
        detect(connection, night)
        officials_decide(connection)
        summarise_found(connection)
    return connection, world_of(connection, night)


def test_the_oracle_knows_every_summary() -> None:
    assert set(TABLES) == {file.name for file in summaries()}


def test_the_year_has_everything_in_it(year: tuple[duckdb.DuckDBPyConnection, World]) -> None:
    _, world = year
    states = {
        name: Counter(row[column] for row in TABLES[name](world))
        for name, column in (("obligation", "status"), ("reconciliation", "state"), ("completion", "state"), ("permit_use", "state"))
    }  # fmt: skip
    assert set(states["obligation"]) >= {"on_time", "nil", "late", "missing"}
    assert set(states["reconciliation"]) >= {"matched", "quantity_differs", "awaiting", "unanswered", "without_manifest"}
    assert set(states["completion"]) >= {"completed", "overdue"}
    assert set(states["permit_use"]) >= {"within", "exceeded", "expired"}
    assert any(world.history.values())
    decided = TABLES["anomaly_verdict"](world)
    assert any(row["confirmed"] for row in decided) and any(row["refuted"] for row in decided)
    assert_every_part_counts(TABLES["inspection_priority"](world))


def assert_every_part_counts(ranked: list[dict[str, Any]]) -> None:
    parts = [name for name in ranked[0] if name.endswith("_score")]
    for name in (*parts, "complaints_about", "complaints_near"):
        assert any(row[name] for row in ranked), name


@pytest.mark.parametrize("name", list(TABLES))
def test_the_year_s_tables_are_the_oracle_s(year: tuple[duckdb.DuckDBPyConnection, World], name: str) -> None:
    connection, world = year
    assert TABLES[name](world), "the oracle says nothing"
    assert differences(connection, world, name)[:5] == []


@pytest.mark.parametrize("seed", range(4))
def test_a_dense_world_s_tables_are_the_oracle_s(seed: int) -> None:
    connection = made(dense_world(seed))
    world = world_of(connection, NIGHT)
    assert {name: differences(connection, world, name)[:5] for name in TABLES} == {name: [] for name in TABLES}


def test_the_dense_worlds_have_every_state_and_decision_in_them() -> None:
    worlds = [world_of(made(dense_world(seed)), NIGHT) for seed in range(4)]
    assert_every_part_counts([row for world in worlds for row in TABLES["inspection_priority"](world)])
    for world in worlds:
        assert {row["state"] for row in world.found} == {"new", "open", "silenced", "closed"}
        assert {row["latitude_deg"] is None for row in world.core["complaint"]} == {True, False}
        ranked = TABLES["inspection_priority"](world)
        assert len({row["score"] for row in ranked}) < len(ranked), "nobody ties"
    actions = {row["action"] for world in worlds for rows in (world.core, world.history) for row in rows["disposition"]}
    assert actions == {"silence", "close", "confirm", "refute", "reopen"}
    factors = {row["rank_factor"] for world in worlds for row in TABLES["anomaly_verdict"](world)}
    assert factors >= {Decimal("0.25"), Decimal("0.5"), Decimal("1.5"), Decimal(4)}


@pytest.mark.parametrize(
    ("confirmed", "refuted", "factor"),
    [(1_800, 0, "4"), (0, 1_800, "0.25"), (1_755, 1_100, "0.25"), (1_755, 1_030, "0.25"), (1_755, 1_024, "4"), (1_755, 1_027, "0.7627")],
)
def test_thousands_of_verdicts_still_make_a_factor(confirmed: int, refuted: int, factor: str) -> None:
    """1.5 ** 1,755 is more than the database's numbers hold, and 0.5 ** 1,100 less."""
    connection = made({"factory": [{"factory_id": "G1"}], "disposition": [{"anomaly_id": "R0", "action": "reopen"}]})
    connection.execute(
        "INSERT INTO core.disposition SELECT d.* REPLACE ('R' || n AS anomaly_id, IF(n <= $confirmed, 'confirm', 'refute') AS action) "
        "FROM core.disposition AS d, range(1, $all + 1) AS t(n)",
        {"confirmed": confirmed, "all": confirmed + refuted},
    )
    connection.execute(
        "INSERT INTO anomaly.found (anomaly_id, rule, factory_id, state) "
        "SELECT anomaly_id, 'mass_jump', 'G1', 'open' FROM core.disposition"
    )
    summarise_found(connection)
    assert differences(connection, world_of(connection, NIGHT), "anomaly_verdict") == []
    ((found,),) = connection.execute("SELECT round(rank_factor, 4)::DECIMAL(9, 4) FROM summary.anomaly_verdict").fetchall()
    assert found == Decimal(factor)


def test_equal_scores_tie_whatever_they_are_made_of() -> None:
    """12.027 points both, which binary sums of the parts tell apart: 0.822 + 10 + 1.205 and 2.027 + 10 + 0."""
    load = {"manifest_no": "M1", "waste_code": HAZARDOUS, "mass_t": Decimal("1.0011")}
    connection = made({
        "factory": [{"factory_id": each, "opened_date": date(2026, 1, 1)} for each in ("G1", "G2")],
        "inspection": [
            {"inspection_no": each, "factory_id": each, "inspected_date": NIGHT - timedelta(days=days), "result": "fail",
             "order_due_date": date(2026, 4, 30)}
            for each, days in (("G1", 60), ("G2", 148))
        ],
        "manifest": [{**load, "factory_id": "G1", "sent_date": date(2026, 4, 20)}],
        "receipt": [{**load, "received_date": date(2026, 4, 20)}],
    })  # fmt: skip
    found = connection.execute("SELECT factory_id, score FROM summary.inspection_priority ORDER BY rank").fetchall()
    assert found == [("G1", 12.027), ("G2", 12.027)]
    assert differences(connection, world_of(connection, NIGHT), "inspection_priority") == []


@settings(max_examples=10, deadline=None)
@given(tables=RICH_WORLDS)
def test_any_world_s_tables_are_the_oracle_s(tables: Rows) -> None:
    connection = made(tables)
    world = world_of(connection, NIGHT)
    assert {name: differences(connection, world, name) for name in TABLES} == {name: [] for name in TABLES}


@settings(max_examples=15, deadline=None)
@given(tables=RICH_WORLDS)
def test_every_tonne_is_counted_once(tables: Rows) -> None:
    connection = made(tables)

    def tonnes(source: str, column: str) -> Decimal:
        found = connection.execute(f"SELECT coalesce(sum({column}), 0) FROM {source}").fetchone()
        assert found
        return Decimal(found[0])

    sent = tonnes("core.manifest", "mass_t")
    assert sent == tonnes("summary.reconciliation", "sent_t") == tonnes("summary.removal", "sent_t")
    assert sent == tonnes("summary.permit_use", "sent_t") + tonnes("summary.removal WHERE permit_no IS NULL", "sent_t")
    assert tonnes("core.receipt", "mass_t") == tonnes("summary.reconciliation", "received_t")
    kept = tonnes("core.receipt WHERE decision <> 'rejected'", "mass_t")
    assert kept == tonnes("summary.completion", "received_t") == tonnes("summary.waste_by_factory_month", "received_t")
    for report, columns in (("annual", ("generated_t", "sent_off_site_t")), ("processing", ("received_t", "processed_t"))):
        for column in (*columns, "opening_stock_t", "closing_stock_t"):
            balance = f"summary.stock_balance WHERE report_type = '{report}'"
            assert tonnes(f"core.{report}", column) == tonnes(balance, column), (report, column)
