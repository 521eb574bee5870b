"""The two DuckDB files: work.duckdb, which only the night opens, and waste.duckdb, which officials read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from flows.errors import NightError
from schemas.codes import COLUMN_MEANINGS, LIST_MEANINGS, list_names
from schemas.codes import FOLDER as CODES_FOLDER
from schemas.reports import all_reports
from schemas.tables import PLAIN_TABLES, PRIVATE_TABLES, SCHEMAS, Column, Table, core_table, history_table

# Columns of code lists that are not text.
_REF_TYPES = {
    "valid_from": "DATE", "valid_to": "DATE", "is_hazardous": "BOOLEAN", "detail_required": "BOOLEAN", "value": "DECIMAL(18, 6)",
}  # fmt: skip

# Text of which hardly two values are the same: DuckDB would look long for what they share, and find nothing.
_ALL_DIFFERENT = frozenset({"manifest_no", "cells", "message_en", "message_th"})


@dataclass(frozen=True)
class Store:
    """Where everything of one installation lies, below one folder."""

    data: Path

    @property
    def inbox(self) -> Path:
        """Files to take in; `by/<factory_id>/` holds those of a factory's own channel."""
        return self.data / "raw" / "inbox"

    @property
    def archive(self) -> Path:
        """Packs with every byte ever received."""
        return self.data / "raw" / "archive"

    @property
    def ledger(self) -> Path:
        """The hash-chained record of nights, packs and mails."""
        return self.archive / "ledger.jsonl"

    @property
    def work(self) -> Path:
        """The private warehouse."""
        return self.data / "warehouse" / "work.duckdb"

    @property
    def published(self) -> Path:
        """The published warehouse."""
        return self.data / "warehouse" / "waste.duckdb"

    @property
    def lease(self) -> Path:
        """Held by the one night that runs."""
        return self.data / "warehouse" / "night.lease"

    @property
    def scratch(self) -> Path:
        """Files of the running night; emptied by the next one."""
        return self.data / "warehouse" / "scratch"

    @property
    def outbox(self) -> Path:
        """Mails as files."""
        return self.data / "outbox"

    @property
    def pages(self) -> Path:
        """Pages that open offline."""
        return self.data / "published"

    @property
    def feedback(self) -> Path:
        """What goes back to submitters, one folder per submission."""
        return self.data / "feedback"

    @property
    def sheets(self) -> Path:
        """Inspection sheets, written when asked for."""
        return self.data / "sheets"

    @property
    def uploads(self) -> Path:
        """Files that came through `waste web` and are not submitted yet; beside the inbox, so that a rename takes them in."""
        return self.data / "raw" / "uploads"

    @property
    def address_book(self) -> Path:
        """Addresses of factories for `waste web`; private, like the work file they come from."""
        return self.data / "warehouse" / "addresses.json"

    @property
    def query_log(self) -> Path:
        """Who asked what of the published file."""
        return self.data / "warehouse" / "queries.jsonl"

    def make_folders(self) -> None:
        """Create what is missing."""
        for folder in (self.inbox, self.archive, self.work.parent, self.scratch, self.outbox, self.pages):
            folder.mkdir(parents=True, exist_ok=True)
        for private in (self.archive, self.scratch, self.outbox):
            private.chmod(0o700)


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def row_tables() -> Iterator[Table]:
    """Core and history of every report type."""
    for report in all_reports().values():
        yield core_table(report)
        yield history_table(report)


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create what is missing: every schema and table, and the code lists anew from their files."""
    for schema in (*SCHEMAS, "meta"):
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    for table in (*row_tables(), *PLAIN_TABLES, *PRIVATE_TABLES):
        connection.execute(f"CREATE TABLE IF NOT EXISTS {table.full_name} ({columns_sql(table.columns)})")
    for name in list_names():
        load_list(connection, name, CODES_FOLDER / f"{name}.csv")


def columns_sql(columns: Iterable[Column]) -> str:
    """Columns as a CREATE TABLE has them."""
    return ", ".join(
        f'"{each.name}" {each.sql_type}' + (" USING COMPRESSION zstd" if each.name in _ALL_DIFFERENT else "") for each in columns
    )


def load_list(connection: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    """Make `ref.<name>` of a file in the layout of that list.

    Raises:
        duckdb.Error: a day or flag in it cannot be read.
    """
    connection.execute(
        f"CREATE OR REPLACE TABLE ref.{name} AS SELECT * REPLACE ({_ref_casts(name)}) "
        f"FROM read_csv({quoted(str(path))}, header = true, all_varchar = true, delim = ',', quote = '\"', strict_mode = true)"
    )
    connection.execute(f"COMMENT ON TABLE ref.{name} IS {quoted(LIST_MEANINGS[name])}")
    for column in _header(name):
        connection.execute(f"COMMENT ON COLUMN ref.{name}.{column} IS {quoted(COLUMN_MEANINGS[column])}")


def _header(name: str) -> list[str]:
    with (CODES_FOLDER / f"{name}.csv").open(encoding="utf-8") as file:
        return file.readline().strip().split(",")


def _ref_casts(name: str) -> str:
    header = _header(name)
    return ", ".join(f"CAST({column} AS {_REF_TYPES[column]}) AS {column}" for column in header if column in _REF_TYPES)


def comment_tables(connection: duckdb.DuckDBPyConnection, tables: tuple[Table, ...], kind: str = "TABLE") -> None:
    """Write the meaning of each table (or VIEW, by `kind`) and column into the database itself."""
    comments = []
    for table in tables:
        comments.append(f"COMMENT ON {kind} {table.full_name} IS {quoted(table.one_row_is)}")
        comments += [
            f'COMMENT ON COLUMN {table.full_name}."{column.name}" IS {quoted(column.meaning)}' for column in table.columns
        ]
    if comments:
        connection.execute("; ".join(comments))


def open_work(path: Path, memory_limit_mb: int = 1_200) -> duckdb.DuckDBPyConnection:
    """Open the private warehouse for writing and create what is missing in it.

    Raises:
        NightError: another process has it open, or it is not a warehouse of ours.
    """
    config = {"memory_limit": f"{memory_limit_mb}MB", "preserve_insertion_order": "false"}
    # It holds personal data, which the published file does not; so does its log, which the first tables begin.
    before = os.umask(0o077)
    try:
        connection = duckdb.connect(str(path), config=config)  # type: ignore[arg-type]
        path.chmod(0o600)
        create_tables(connection)
    except duckdb.Error as error:
        raise NightError(
            f"{path} cannot be opened: {error}. Only the night opens it; if it is damaged, `waste rebuild` makes it anew."
        ) from error
    finally:
        os.umask(before)
    return connection


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing."""
    connection.execute("BEGIN TRANSACTION")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
