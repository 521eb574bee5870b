"""Rows of a query by the names of their columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb

Row = dict[str, Any]


def rows_of(connection: duckdb.DuckDBPyConnection, sql: str, values: Mapping[str, Any] | None = None) -> list[Row]:
    """Rows as dictionaries, by column.

    Args:
        connection: where to ask.
        sql: one statement.
        values: what its parameters stand for, by name.
    """
    cursor = connection.execute(sql, dict(values or {}))
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def row_of(connection: duckdb.DuckDBPyConnection, sql: str, values: Mapping[str, Any] | None = None) -> Row:
    """The one row of a query that always has one."""
    return rows_of(connection, sql, values)[0]
