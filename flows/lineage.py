"""Lineage: from every column of every summary down to the rows of files that it comes from, as views to ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb

from flows.sql_files import LINEAGE_COLUMNS, SqlFile, Summary

# An amount is a tonnage or a count: as wide as the widest of them.
AMOUNT_SQL_TYPE = "DECIMAL(38, 15)"


def view_of(name: str) -> str:
    """Name of the view with the lineage of a summary or rule."""
    return f"lineage_{name}"


def needed_for(names: Iterable[str], files: Sequence[Summary]) -> tuple[Summary, ...]:
    """Summaries and all that they need, in the order of `files`; names that are no summary's are left out."""
    by_name = {file.name: file for file in files}
    wanted = set(names) & set(by_name)
    while more := {need for each in wanted for need in by_name[each].needs} - wanted:
        wanted |= more
    return tuple(file for file in files if file.name in wanted)


def make_lineage(connection: duckdb.DuckDBPyConnection, files: Iterable[SqlFile]) -> None:
    """Make the lineage of each file that says one a temporary view; also in a database that is open for reading only.

    A view has the columns of the key, then those of `LINEAGE_COLUMNS`.

    Args:
        connection: a warehouse with its summaries: the published file or the work file.
        files: summaries, each after those that it needs; then rules of anomalies.
    """
    for file in files:
        if file.lineage:
            columns = ", ".join((*file.key, *LINEAGE_COLUMNS)).replace(
                "amount", f"CAST(amount AS {AMOUNT_SQL_TYPE}) AS amount"
            )
            connection.execute(
                f"CREATE OR REPLACE TEMP VIEW {view_of(file.name)} AS SELECT {columns} FROM ({file.lineage}) "
                "WHERE figure IS NOT NULL"
            )
