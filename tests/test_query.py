"""Bounds of `waste sql`: time and memory."""

from __future__ import annotations

from decimal import Decimal

import pytest

from flows.errors import UsageError
from flows.query import ask, plain
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
