"""Rows by the names of their columns."""

from __future__ import annotations

import duckdb

from flows.rows import row_of, rows_of


def test_rows_are_dictionaries_by_column_in_the_order_of_the_query() -> None:
    with duckdb.connect() as connection:
        found = rows_of(connection, "SELECT n, n * $by AS tens FROM range(2) AS t(n) ORDER BY n DESC", {"by": 10})
        assert found == [{"n": 1, "tens": 10}, {"n": 0, "tens": 0}]
        assert rows_of(connection, "SELECT 1 AS n WHERE false") == []
        assert row_of(connection, "SELECT 7 AS n") == {"n": 7}
