"""A whole column at once gives what its cells give one by one."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.fields.cells import BLANKS
from schemas.fields.columns import trimmed

CELL = st.none() | st.text(st.sampled_from("a7/ \t\u00a0\u200b\u3000ก"), max_size=4)


@given(st.lists(CELL), st.integers(0, 3), st.sampled_from([pa.string(), pa.large_string()]))
@example(["a", "7"], 0, pa.string())  # no blank anywhere: nothing is trimmed
@example([" a", "7"], 1, pa.string())  # the blank is in a row that was left out
@example(["", None], 0, pa.string())
@example([], 0, pa.string())
def test_trimmed_is_each_cell_without_the_blanks_around_it(cells: list[str | None], left_out: int, kind: pa.DataType) -> None:
    column = pa.array(cells, kind).slice(left_out)
    expected = [(cell or "").strip(BLANKS) or None for cell in cells[left_out:]]
    assert trimmed(column).to_pylist() == expected
    assert trimmed(pa.chunked_array([column, column], kind)).to_pylist() == expected * 2


@pytest.mark.parametrize("blank", BLANKS)
def test_every_blank_is_seen(blank: str) -> None:
    assert trimmed(pa.array([f"{blank}7{blank}", blank])).to_pylist() == ["7", None]
