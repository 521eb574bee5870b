"""Bounds of `waste sql`: time and memory."""

from __future__ import annotations

from decimal import Decimal

import pytest

from flows.errors import UsageError
from flows.query import ask, plain, show
from flows.warehouse import Store
from tests.nights.conftest import two_nights_once  # noqa: F401


def test_a_long_statement_is_interrupted(two_nights_once):  # noqa: F811
    with pytest.raises(UsageError, match=r"longer than 0\.5 seconds"):
        ask(Store(two_nights_once).published, "SELECT sum(a.i * b.i) FROM range(10000000) a(i), range(100000) b(i)", seconds=0.5)


def test_memory_is_bounded(two_nights_once):  # noqa: F811
    with pytest.raises(UsageError, match="refused"):
        ask(Store(two_nights_once).published, "SELECT list(i::VARCHAR || 'x') FROM range(50000000) a(i)", memory_mb=50)


@pytest.mark.parametrize(
    ("value", "text"),
    [(Decimal("12.500000"), "12.5"), (Decimal("100"), "100"), (Decimal("0.000000000001"), "0.000000000001"), (None, ""), (True, "true")],
)
def test_plain(value, text):
    assert plain(value) == text


def test_a_table_that_is_too_wide_is_turned(capsys):
    columns = [f"column_{number}" for number in range(60)]
    show(columns, [[f"{row}-{number}" for number in range(60)] for row in range(9)])
    said = capsys.readouterr().out.splitlines()
    assert any("row 1" in line and "row 2" in line for line in said)
    assert any("column_59" in line and "0-59" in line and "1-59" in line for line in said)
    assert any("more rows are not shown" in line for line in said)
    show(columns, [])
    assert capsys.readouterr().out


def test_a_table_that_fits_is_not_turned(capsys):
    show(["night", "files"], [["2026-06-30", 15]])
    said = capsys.readouterr().out
    assert "row 1" not in said and "2026-06-30" in said
