"""Publish: a new file beside the old one, then one rename. A reader of the old file keeps it undisturbed.

The published file is written anew rather than copied, because a copy would carry personal data in its free blocks.
"""

from __future__ import annotations

import dataclasses
import logging
import os
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import duckdb

from flows.batches import HELD_BACK
from flows.ledger import sync_folder
from flows.warehouse import columns_sql, quoted, transaction
from schemas.reports import all_reports
from schemas.tables import SCHEMAS, Column

log = logging.getLogger(__name__)

# Readable by DuckDB clients from 1.5 on: officials' tools are older than ours.
STORAGE_VERSION = "v1.5.0"


def publish(connection: duckdb.DuckDBPyConnection, target: Path) -> int:
    """Write every public table of the work file into `target`, replaced by one rename.

    Args:
        connection: the work file, after its commit.
        target: the published file.

    Returns:
        Size of the published file [byte].
    """
    beside = target.with_suffix(".new")
    beside.unlink(missing_ok=True)
    work = _name_of_work(connection)
    connection.execute(f"ATTACH {quoted(str(beside))} AS public (STORAGE_VERSION '{STORAGE_VERSION}')")
    try:
        tables = connection.execute(
            "SELECT schema_name, table_name, comment FROM duckdb_tables()"
            " WHERE database_name = $work AND schema_name IN (SELECT unnest($schemas)) ORDER BY ALL",
            {"work": work, "schemas": list(SCHEMAS)},
        ).fetchall()
        views = connection.execute(
            "SELECT schema_name, view_name, sql, comment FROM duckdb_views()"
            " WHERE database_name = $work AND schema_name IN (SELECT unnest($schemas)) ORDER BY ALL",
            {"work": work, "schemas": list(SCHEMAS)},
        ).fetchall()
        columns = _columns(connection, work)
        with transaction(connection):
            for schema in SCHEMAS:
                connection.execute(f"CREATE SCHEMA public.{schema}")
            for schema, table, comment in tables:
                _copy(connection, work, schema, table, comment, columns[schema, table])
            connection.execute("USE public")  # what a view names is looked up, now and later, in the file that holds it
            for schema, view, sql, comment in views:
                connection.execute(sql)
                _comment(connection, "VIEW", f'public.{schema}."{view}"', comment, columns[schema, view])
    finally:
        connection.execute(f"USE {work}")
        connection.execute("DETACH public")
    with beside.open("rb") as file:
        os.fsync(file.fileno())
    size = beside.stat().st_size
    # A write-ahead log left by a crash would make the new file unopenable.
    target.with_name(target.name + ".wal").unlink(missing_ok=True)
    beside.replace(target)
    sync_folder(target.parent)
    log.info("publish: %s, %d bytes", target.name, size)
    return size


def _name_of_work(connection: duckdb.DuckDBPyConnection) -> str:
    row = connection.execute("SELECT current_database()").fetchone()
    assert row is not None
    return str(row[0])


def _columns(connection: duckdb.DuckDBPyConnection, work: str) -> dict[tuple[str, str], list[Column]]:
    """Columns by schema and table: asked once, as the catalogue is read as a whole each time."""
    found: dict[tuple[str, str], list[Column]] = defaultdict(list)
    for schema, table, *column in connection.execute(
        "SELECT schema_name, table_name, column_name, data_type, coalesce(comment, '') FROM duckdb_columns()"
        " WHERE database_name = $work ORDER BY schema_name, table_name, column_index",
        {"work": work},
    ).fetchall():
        found[schema, table].append(Column(*column))
    return found


def _copy(
    connection: duckdb.DuckDBPyConnection,
    work: str,
    schema: str,
    table: str,
    comment: str | None,
    columns: Sequence[Column],
) -> None:
    replaced = _held_back(schema, table)
    replace = f" REPLACE ({', '.join(f'{sql} AS {name}' for name, sql in replaced.items())})" if replaced else ""
    name = f'public.{schema}."{table}"'
    connection.execute(f"CREATE TABLE {name} ({columns_sql(columns)})")
    connection.execute(f'INSERT INTO {name} SELECT *{replace} FROM {work}.{schema}."{table}"')
    held_back = replaced if schema in ("core", "history") else {}
    noted = [
        dataclasses.replace(each, meaning=f"{each.meaning} ({HELD_BACK})") if each.meaning and each.name in held_back else each
        for each in columns
    ]
    _comment(connection, "TABLE", name, comment, noted)


def _comment(
    connection: duckdb.DuckDBPyConnection, kind: str, name: str, comment: str | None, columns: Sequence[Column]
) -> None:
    comments = [f"COMMENT ON {kind} {name} IS {quoted(comment)}"] if comment else []
    comments += [f'COMMENT ON COLUMN {name}."{each.name}" IS {quoted(each.meaning)}' for each in columns if each.meaning]
    if comments:
        connection.execute("; ".join(comments))


def _held_back(schema: str, table: str) -> dict[str, str]:
    """Columns that hold personal data, with the SQL that stands in for them in the published file."""
    if schema in ("core", "history"):
        report = all_reports()[table]
        held = {field.name: "CAST(NULL AS VARCHAR)" for field in report.fields if field.is_personal}
        return held | {"other_cells": _masked("other_cells", "JSON")}
    personal = sorted({field.name for report in all_reports().values() for field in report.fields if field.is_personal})
    names = ", ".join(quoted(name) for name in personal)
    if (schema, table) == ("audit", "finding"):
        instead = quoted(HELD_BACK)
        is_personal = f"column_name IN ({names}) AND value IS NOT NULL"
        return {
            "value": f"CASE WHEN {is_personal} THEN {instead} ELSE {_masked('value', 'VARCHAR')} END",
            **{
                words: f"CASE WHEN {is_personal} THEN replace({words}, left(value, 100), {instead})"
                f" ELSE {_masked(words, 'VARCHAR')} END"
                for words in ("message_en", "message_th")
            },
        }
    if (schema, table) == ("quarantine", "row"):
        has_personal = " OR ".join(f"json_exists(cells, '$.{name}')" for name in personal)
        return {"cells": f"CASE WHEN {has_personal} THEN {_patched(personal)} ELSE {_masked('cells', 'JSON')} END"}
    return {}


def _patched(personal: list[str]) -> str:
    """The cells with every personal one held back."""
    sql = "cells"
    for name in personal:
        patched = f"json_merge_patch({sql}, json_object({quoted(name)}, {quoted(HELD_BACK)}))"
        sql = f"(CASE WHEN json_exists(cells, '$.{name}') THEN {patched} ELSE {sql} END)"
    return f"CAST({_masked(sql, 'VARCHAR')} AS JSON)"


def _masked(sql: str, sql_type: str) -> str:
    """Anything that looks like an e-mail address is held back, wherever a file wrote it."""
    text = f"CAST({sql} AS VARCHAR)"
    pattern = quoted(r'[^\s@,;<>"\\]+@[^\s@,;<>"\\]+\.[^\s@,;<>"\\.]+')
    masked = f"CASE WHEN contains({text}, '@') THEN regexp_replace({text}, {pattern}, {quoted(HELD_BACK)}, 'g') ELSE {text} END"
    return masked if sql_type == "VARCHAR" else f"CAST({masked} AS {sql_type})"
