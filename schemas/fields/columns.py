"""A whole column at once: each distinct text is read once, then spread over the rows it stands in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas.fields.cells import BLANKS, Cell, reader_of
from schemas.records import Field

_ARROW_TYPES = {
    "decimal": pa.decimal128(18, 6),
    "integer": pa.int64(),
    "date": pa.date32(),
    "month": pa.date32(),
    "year": pa.int32(),
}
# What the vectorised path reads without looking closer; everything else goes to `read_decimal`.
_PLAIN_DECIMAL = r"^[0-9]{1,12}(\.[0-9]{1,6})?$"


def arrow_type(column: Field) -> pa.DataType:
    """Type of the typed column in Arrow."""
    return _ARROW_TYPES.get(column.kind, pa.string())


@dataclass
class Typed:
    """One column, converted.

    Attributes:
        values: as long as the batch; NULL where the cell is empty or cannot be read.
        faults: fault name -> row positions (int64) of the cells that cannot be read.
        calendar: BE, CE or NULL per row, for dates, months and years.
        notes: what the reading log says of a cell, NULL per row where it says nothing; None when it says nothing at all.
    """

    values: pa.Array
    faults: dict[str, np.ndarray] = field(default_factory=dict)
    calendar: pa.Array | None = None
    notes: pa.Array | None = None


def trimmed(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Text without the blanks around it, NULL where nothing is left."""
    flat = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    text = pc.utf8_trim(flat, characters=BLANKS) if _may_have_blanks(flat) else flat
    is_empty = pc.equal(text, "")
    return pc.if_else(is_empty, pa.scalar(None, pa.string()), text) if pc.any(is_empty).as_py() else text


def _may_have_blanks(text: pa.Array) -> bool:
    """Whether any byte could be of a blank: most columns are numbers and codes, and looking is quicker than trimming."""
    if not pa.types.is_string(text.type):  # its offsets are of another size
        return True
    _, offsets, data = text.buffers()
    if data is None:
        return False
    ends = np.frombuffer(offsets, np.int32)[text.offset : text.offset + len(text) + 1]
    used = np.frombuffer(data, np.uint8)[ends[0] : ends[-1]]
    return len(used) > 0 and bool(used.min() <= 0x20 or used.max() >= 0x80)


def convert(column: Field, text: pa.Array, latest_year_be: int) -> Typed:
    """Convert one trimmed column of text.

    Args:
        column: what the column is.
        text: string array, NULL = empty.
        latest_year_be: latest credible year in a factory number.
    """
    if column.kind in ("text", "enum"):
        return Typed(text)
    if column.kind == "decimal":
        return _convert_decimals(column, text, latest_year_be)
    return _convert_distinct(text, reader_of(column, latest_year_be), arrow_type(column))


def _convert_decimals(column: Field, text: pa.Array, latest_year_be: int) -> Typed:
    is_plain = pc.fill_null(pc.match_substring_regex(text, _PLAIN_DECIMAL), False)
    plain = pc.if_else(is_plain, text, pa.scalar(None, pa.string())).cast(arrow_type(column))
    others = pc.if_else(is_plain, pa.scalar(None, pa.string()), text)
    if others.null_count == len(others):
        return Typed(plain)
    rest = _convert_distinct(others, reader_of(column, latest_year_be), arrow_type(column))
    return Typed(pc.coalesce(plain, rest.values), rest.faults, notes=rest.notes)


def _convert_distinct(text: pa.Array, reader: Callable[[str], Cell], to: pa.DataType) -> Typed:
    encoded = text.dictionary_encode()
    cells = [reader(distinct) for distinct in encoded.dictionary.to_pylist()]
    values = pa.array([cell.value for cell in cells], to).take(encoded.indices)
    faults: dict[str, np.ndarray] = {}
    names = sorted({cell.fault for cell in cells if cell.fault})
    if names:
        number_of = {name: number for number, name in enumerate(names)}
        faulty = pa.array([number_of.get(cell.fault) for cell in cells], pa.int32()).take(encoded.indices)
        per_row = pc.fill_null(faulty, -1).to_numpy(zero_copy_only=False)
        faults = {name: np.flatnonzero(per_row == number) for name, number in number_of.items()}
    calendars = _spread([cell.calendar for cell in cells], encoded)
    return Typed(values, faults, calendars, _spread([cell.note or None for cell in cells], encoded))


def _spread(of_distinct: list[str | None], encoded: pa.DictionaryArray) -> pa.Array | None:
    """What is known of each distinct text, for the rows that it stands in; None when nothing is."""
    return pa.array(of_distinct, pa.string()).take(encoded.indices) if any(of_distinct) else None
