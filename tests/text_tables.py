"""Tests the eye can check: small text tables into a warehouse in memory, and an expected text table out of it.

    connection = world(manifest='''
        | manifest_no | sent_date  | mass_t |
        | M1          | 2025-03-01 | 10     |
    ''')
    assert_table(connection, "core.manifest", '''
        | manifest_no | mass_t |
        | M1          | 10     |
    ''')

Columns that a table leaves out get the defaults below; an empty cell is NULL. Numbers are written without trailing zeros,
instants as `2025-03-01 17:00` (UTC). The order of rows means nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache

import duckdb

from flows.sql_files import ANOMALY_COLUMNS, Anomaly, anomalies
from flows.steps.summarise import summarise, summarise_found
from flows.warehouse import create_tables, row_tables

NIGHT = date(2026, 5, 1)
OBLIGATIONS_FROM = date(2025, 1, 1)

PLAIN, HAZARDOUS = "010101", "010304"  # waste codes: without a mark, and HA
SORTING, REUSE, LANDFILL = "011", "031", "071"  # management codes of the groups sorting, reuse and disposal

_PROVENANCE = {"submitted_by": "desk", "received_at": "2026-01-02 03:00", "night": "2026-01-02"}
_STOCK = {"opening_stock_t": "0", "closing_stock_t": "0", "nil_report": "no", "waste_code": PLAIN}
_LINE = {"manifest_no": "M1", "line_no": "1", "processor_id": "P1", "waste_code": PLAIN, "mass_t": "1", "unit": "t"}
DEFAULTS: dict[str, dict[str, str]] = {
    "factory": {"factory_name": "name", "factory_class": "34", "province_code": "10", "status": "operating"},
    "manifest": {**_LINE, "factory_id": "G1", "management_code": SORTING, "sent_date": "2025-03-01"},
    "permit": {
        **{name: cell for name, cell in _LINE.items() if name in ("line_no", "processor_id", "waste_code")},
        "permit_no": "A1", "factory_id": "G1", "management_code": SORTING, "permitted_t": "100",
        "valid_from_date": "2025-01-01", "valid_to_date": "2025-12-31",
    },
    "inspection": {"inspection_no": "I1", "factory_id": "G1", "item_code": "TH-10", "result": "pass"},
    "complaint": {"category": "odour", "province_code": "10", "status": "open", "received_date": "2026-04-01"},
    "disposition": {"action": "close", "reason": "seen on site", "official": "desk officer", "decided_date": "2026-05-01"},
    "receipt": {**_LINE, "received_date": "2025-03-02", "decision": "accepted"},
    "annual": {**_STOCK, "report_year": "2025", "generated_t": "1", "managed_on_site_t": "0", "sent_off_site_t": "0"},
    "processing": {**_STOCK, "report_month": "2025-03-01", "received_t": "0", "processed_t": "0"},
}  # fmt: skip


def world(**tables: str) -> duckdb.DuckDBPyConnection:
    """An empty warehouse with these rows: `manifest=` goes to core.manifest, `history_manifest=` to history.manifest."""
    connection = _empty_warehouse()
    for name, text in tables.items():
        load(connection, name, text)
    return connection


def own_world(**tables: str) -> duckdb.DuckDBPyConnection:
    """Like `world`, in a warehouse of its own: for tests that change the code lists."""
    connection = _new_warehouse()
    for name, text in tables.items():
        load(connection, name, text)
    return connection


def summarised(
    night: date = NIGHT, obligations_from: date = OBLIGATIONS_FROM, **tables: str
) -> duckdb.DuckDBPyConnection:
    """A warehouse with these rows and every summary made for that night."""
    connection = world(**tables)
    summarise(connection, night, obligations_from)
    summarise_found(connection)
    return connection


def load(connection: duckdb.DuckDBPyConnection, name: str, text: str) -> None:
    """Add the rows of a text table to core.<name>, or to history.<name> when it is called history_<name>."""
    insert(connection, name, [{column: cell or None for column, cell in row.items()} for row in parse(text)])


def insert(connection: duckdb.DuckDBPyConnection, name: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Add rows to core.<name> or history.<name>, with the defaults for what they leave out."""
    schema, report = ("history", name.removeprefix("history_")) if name.startswith("history_") else ("core", name)
    defaults = {**_PROVENANCE, "submission_id": report, **DEFAULTS.get(report, {})}
    for number, cells in enumerate(rows):
        row = {"source_row": number + 2, **defaults, **cells}
        if "unit" in row:
            row.setdefault("quantity", row["mass_t"])
        columns = ", ".join(f'"{column}"' for column in row)
        holes = ", ".join("?" for _ in row)
        connection.execute(f"INSERT INTO {schema}.{report} ({columns}) VALUES ({holes})", list(row.values()))


def assert_table(connection: duckdb.DuckDBPyConnection, source: str, expected: str) -> None:
    """The source holds exactly the expected rows, looked at through the expected columns.

    Args:
        connection: where to look.
        source: a table, or a table with its WHERE, as it stands after FROM.
        expected: a text table.
    """
    lines = [line for line in expected.splitlines() if line.strip()]
    header = _cells(lines[0])
    wanted = sorted(tuple(row.values()) for row in parse(expected))
    names = ", ".join(f'"{name}"' for name in header)
    found = sorted(tuple(map(shown, row)) for row in connection.execute(f"SELECT {names} FROM {source}").fetchall())
    assert found == wanted, f"{source[:80]} holds\n{_drawn(header, found)}\ninstead of\n{_drawn(header, wanted)}"


def found_by(rule: str) -> str:
    """What an anomaly rule finds, as a source: its columns, and each key of its evidence as one more."""
    file = next(file for file in anomalies() if file.name == rule)
    keys = ", ".join(f"{_evidence(key)} AS {key}" for key in file.evidence if key not in ANOMALY_COLUMNS)
    return f"(SELECT *, {keys} FROM ({_explained(file)}))"


def _explained(file: Anomaly) -> str:
    """The rule's SELECT, which fails when its evidence has other keys than its head explains, or when a key comes twice."""
    wanted = "[" + ", ".join(f"'{key}'" for key in file.evidence) + "]"
    subject = "factory_id, period, coalesce(subject, '')"
    return f"""
        SELECT * REPLACE (CASE
            WHEN json_keys(evidence) <> {wanted} THEN error('{file.name}: evidence has ' || json_keys(evidence)::VARCHAR)
            WHEN count(*) OVER (PARTITION BY {subject}) > 1 THEN error('{file.name}: found twice: ' || coalesce(subject, ''))
            ELSE evidence
        END AS evidence)
        FROM ({file.body})
    """


def _evidence(key: str) -> str:
    text = f"(evidence ->> '$.{key}')"
    return f"CAST({text} AS DOUBLE)" if key.endswith(("_t", "_pct")) else text


def parse(text: str) -> list[dict[str, str]]:
    """Rows of a text table by column; an empty cell is ""."""
    lines = [_cells(line) for line in text.splitlines() if line.strip()]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def shown(value: object) -> str:
    """A value as a text table writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds").removesuffix(":00")
    return str(value)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _drawn(header: list[str], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [tuple(header), *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(header))]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    )


def _empty_warehouse() -> duckdb.DuckDBPyConnection:
    """The one warehouse of the test run, with nothing in it: making it takes longer than emptying it."""
    connection = _warehouse()
    for table in row_tables():
        connection.execute(f"DELETE FROM {table.full_name}")
    for table in ("anomaly.found", "quarantine.row"):
        connection.execute(f"DELETE FROM {table}")
    connection.execute("DELETE FROM meta.decision")
    connection.execute("DROP TABLE IF EXISTS meta.anomaly_before")
    return connection


@cache
def _warehouse() -> duckdb.DuckDBPyConnection:
    return _new_warehouse()


def _new_warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 1})
    create_tables(connection)
    return connection
