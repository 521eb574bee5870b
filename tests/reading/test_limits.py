"""Each limit at its edge, in every format that can reach it; the settings hold the values."""

import json
import time

import pytest

from flows.reading.limits import Limits
from tests.helpers_reading import Given, Warehouse, cells_of, csv_bytes, read_one, xlsx_bytes

ROWS = [cells_of("manifest", number) for number in (1, 2, 3)]


def as_xlsx(rows):
    return xlsx_bytes(list(rows[0]), *(list(row.values()) for row in rows))


FORMATS = {
    "plain": csv_bytes,
    "quoted": lambda rows: csv_bytes(rows, quoting=1),
    "json": lambda rows: json.dumps(rows).encode(),
    "xlsx": as_xlsx,
}


def refused(content: bytes, **limits: int) -> str | None:
    file, _ = read_one(content, Limits(**limits))
    assert {each.check_id for each in file.findings if each.severity == "error"} <= {"file_is_within_limits"}
    return file.log.get("refused")


@pytest.mark.parametrize("form", FORMATS)
def test_rows(form: str):
    content = FORMATS[form](ROWS)
    assert refused(content, rows=3) is None
    assert refused(content, rows=2) == (
        "It has more rows than one file may have; the limit is 2 rows. Split the report into several files."
    )


@pytest.mark.parametrize("form", FORMATS)
def test_the_length_of_a_cell_is_counted_in_characters(form: str):
    """A Thai letter is one character and three bytes."""
    rows = [ROWS[0] | {"waste_name": ""}, ROWS[1] | {"waste_name": "น" * 40}]
    content = FORMATS[form](rows)
    number = 2 if form == "json" else 3
    assert refused(content, cell_characters=40) is None
    assert refused(content, cell_characters=39) == (
        f"Row {number} has a cell that is too long; the limit is 39 characters. Shorten it."
    )


@pytest.mark.parametrize("form", FORMATS)
def test_columns(form: str):
    row = ROWS[0] | {f"x{number}": "1" for number in range(10)}
    content = FORMATS[form]([row])
    assert refused(content, columns=len(row)) is None
    assert f"the limit is {len(row) - 1}." in (refused(content, columns=len(row) - 1) or "")


def test_one_long_cell_among_many_files_refuses_its_file_only():
    files = [Given(csv_bytes([cells_of("manifest", n) | {"waste_name": "n" * (5_001 if n == 2 else 5_000)}])) for n in (1, 2, 3)]
    night = Warehouse().night(*files)
    assert sorted(row["manifest_no"] for row in night.core("manifest")) == ["M1", "M3"]
    assert [f["check_id"] for f in night.findings] == ["file_is_within_limits"]


def test_a_cell_beyond_what_a_csv_reader_takes():
    assert (refused(csv_bytes([ROWS[0] | {"waste_name": '"' + "x" * 200_000}])) or "").startswith(
        "Row 2 has a cell that is too long"
    )


def test_a_header_cell_too():
    content = csv_bytes([ROWS[0] | {"x" * 6_000: "1"}])
    assert (refused(content) or "").startswith("Row 1 has a cell that is too long")


def test_a_row_that_is_wider_than_any_layout():
    content = csv_bytes([ROWS[0]]) + b"," * 2_000 + b"x\n"
    assert (refused(content) or "").startswith("Row 3 has too many columns; the limit is 1,000.")


def test_blank_rows_without_end():
    assert refused(csv_bytes(ROWS) + b"\n" * 200, rows=50) is not None


@pytest.mark.parametrize(
    "content",
    [
        b"[" + b"{}," * 700_000 + b"{}]",
        b"[" + b"1," * 1_000_000 + b"1]",
        b'[{"manifest_no":' + b"[" * 1_000_000,
        csv_bytes(ROWS) + b"a\n" * 1_000_000,
        csv_bytes(ROWS) + b"x," * 1_000_000,
        b",".join(b"x%d" % n for n in range(300_000)),
        b'"' * 2_000_001,
        "ก".encode("cp874") * 2_000_000,
        b"1" * 2_000_000,
        csv_bytes([ROWS[0] | {"sent_date": "1 a" + " " * 4_900 + "x"}]) * 20,
    ],
    ids=lambda content: repr(content[:12]),
)
def test_two_megabytes_of_nothing_good_end_within_seconds(content: bytes):
    start = time.monotonic()
    file, _ = read_one(content, Limits(rows=100_000))
    assert time.monotonic() - start < 5
    assert file.findings or file.rows_read


def test_a_workbook_that_takes_too_long_is_refused():
    book = as_xlsx([cells_of("manifest", number) for number in range(1, 300)])
    assert refused(book, workbook_seconds=0) == (
        "Opening the workbook takes too long; the limit is 0 seconds. Split the report into several files."
    )
    assert refused(book) is None, "the next one is read"
