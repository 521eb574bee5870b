"""Every text that a cell may hold, and what is read from it: a value, or the name of the fault."""

import time
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.fields.cells import (
    HINTS,
    LONGEST_VALUE,
    Cell,
    factory_id_reader,
    read_code,
    read_date,
    read_decimal,
    read_email,
    read_integer,
    read_month,
    read_unit,
    read_year,
    reader_of,
)  # fmt: skip
from schemas.records import Field
from schemas.reports import all_reports


def seen(cell: Cell) -> Any:
    """The value, or the fault."""
    return cell.fault or cell.value


DECIMALS = {
    "0": "0", "10": "10", "10.5": "10.5", "0.000001": "0.000001", "999999999999.999999": "999999999999.999999",
    "1,234": "1234", "1,234.5": "1234.5", "12,345,678.9": "12345678.9", "๑๒.๕": "12.5", "๑,๒๓๔": "1234", ".5": "0.5",
    "-5": "-5", "-1,234.5": "-1234.5", "007": "7", "1.50": "1.5", "1.0000000000": "1", "0.0": "0",
    "1,5": "decimal_comma", "1.234,5": "decimal_comma", "12,34": "decimal_comma", "0,5": "decimal_comma",
    "1,2345": "decimal_comma", "0,500": "decimal_comma", "1,23,456": "decimal_comma", "-1,5": "decimal_comma", "1٫5": "decimal_comma",
    "1e3": "exponent", "1E+3": "exponent", "2.01903E+13": "exponent", "-1e-3": "exponent", "1,5e3": "exponent",
    "12 kg": "unit_inside", "12kg": "unit_inside", "12 ตัน": "unit_inside", "5 t.": "unit_inside", "1,234 กก.": "unit_inside",
    "-0": "negative_zero", "-0.000": "negative_zero",
    "1.1234567": "too_many_decimals", "0.0000001": "too_many_decimals",
    "1234567890123": "too_large", "1,234,567,890,123": "too_large",
    "N/A": "not_a_number", "-": "not_a_number", "ไม่มี": "not_a_number", "nil": "not_a_number", "5.": "not_a_number",
    "+5": "not_a_number", "1 234": "not_a_number", "1.2.3": "not_a_number", "--5": "not_a_number", "(5)": "not_a_number",
    "1/2": "not_a_number", "12%": "not_a_number", "¹²": "not_a_number", "١٢": "not_a_number", "１２": "not_a_number",
    "1,,234": "decimal_comma", ",5": "not_a_number", "1'234": "not_a_number", "1_000": "not_a_number", "0x10": "unit_inside",
    "inf": "not_a_number", "nan": "not_a_number", "1\n2": "not_a_number", "=1+1": "not_a_number",
}  # fmt: skip
INTEGERS = {"1": 1, "0": 0, "1,000": 1000, "๑๒": 12, "-1": -1, "1.0": "not_whole", "1.5": "not_whole", "one": "not_a_number"}
DATES = {
    "2026-03-31": date(2026, 3, 31), "2569-03-31": date(2026, 3, 31), "2026-3-1": date(2026, 3, 1),
    "31/03/2026": date(2026, 3, 31), "31/3/2569": date(2026, 3, 31), "๓๑/๐๓/๒๕๖๙": date(2026, 3, 31), "1/2/2569": date(2026, 2, 1),
    "31 มี.ค. 2569": date(2026, 3, 31), "31 มีนาคม 2569": date(2026, 3, 31), "31 มีนาคม พ.ศ. 2569": date(2026, 3, 31),
    "31 มี.ค. ค.ศ. 2026": date(2026, 3, 31), "31มี.ค.2569": date(2026, 3, 31), "31 Mar 2026": date(2026, 3, 31),
    "31 march 2569": date(2026, 3, 31), "1 พค 2569": date(2026, 5, 1), "1 sept 2026": date(2026, 9, 1),
    "2026-03-31 00:00:00": date(2026, 3, 31), "2026-03-31T00:00:00Z": date(2026, 3, 31), "2026-03-31T00:00:00.000": date(2026, 3, 31),
    "2026-03-31 14:30": date(2026, 3, 31), "31/03/2569 8:15": date(2026, 3, 31), "2026-03-31T23:59:59+07:00": date(2026, 3, 31),
    "29/02/2567": date(2024, 2, 29), "29/02/2024": date(2024, 2, 29), "2567-02-29": date(2024, 2, 29),
    "29/02/2568": "no_such_day", "29/02/2025": "no_such_day", "29 ก.พ. 2568": "no_such_day",
    "31/04/2569": "no_such_day", "03/31/2026": "no_such_day", "2026-13-01": "no_such_day", "0/1/2569": "no_such_day",
    "31/03/69": "short_year", "31-03-69": "short_year", "31 มี.ค. 69": "short_year", "1.3.26": "short_year",
    "46112": "serial_date", "2026-03-31T17:00:00Z": "not_a_date", "2026-03-31 25:00": "not_a_date",
    "31 มี.ค. พ.ศ. 2026": "year_out_of_range", "31 มี.ค. ค.ศ. 2569": "year_out_of_range",
    "2300-01-01": "year_out_of_range", "1899-12-31": "year_out_of_range", "2700-01-01": "year_out_of_range", "0000-01-01": "year_out_of_range",
    "2399-12-31": "year_out_of_range", "2400-01-01": date(1857, 1, 1), "2699-12-31": date(2156, 12, 31), "1900-01-01": date(1900, 1, 1),
    "31-03-2569": "not_a_date", "2026/03/31": "not_a_date", "31.03.2569": "not_a_date", "20260331": "not_a_date", "2026": "not_a_date",
    "yesterday": "not_a_date", "31 xyz 2569": "not_a_date", "-": "not_a_date",
}  # fmt: skip
MONTHS = {
    "2026-03": date(2026, 3, 1), "2569-3": date(2026, 3, 1), "03/2569": date(2026, 3, 1), "มี.ค. 2569": date(2026, 3, 1),
    "มีนาคม พ.ศ. 2569": date(2026, 3, 1), "March 2026": date(2026, 3, 1), "2026-03-01": date(2026, 3, 1), "๒๕๖๙-๐๓": date(2026, 3, 1),
    "2026-03-01 00:00:00": date(2026, 3, 1), "2026-03-15": "not_a_month", "2026-13": "not_a_month", "มี.ค. 69": "not_a_month",
    "3/69": "not_a_month", "2026": "not_a_month", "March": "not_a_month", "2300-01": "year_out_of_range",
}  # fmt: skip
YEARS = {
    "2026": 2026, "2569": 2026, "พ.ศ. 2569": 2026, "พศ 2569": 2026, "ค.ศ. 2026": 2026, "๒๕๖๙": 2026, "69": "not_a_year",
    "2569.0": "not_a_year", "2300": "year_out_of_range", "พ.ศ. 2026": "year_out_of_range", "2,569": "not_a_year", "": "not_a_year",
}  # fmt: skip
EMAILS = {
    "a@b.co": "a@b.co", "first.last+x@sub.example.or.th": "first.last+x@sub.example.or.th", "a@b": "not_an_address",
    "a@b.c, d@e.f": "not_an_address", "<a@b.co>": "not_an_address", "a b@c.de": "not_an_address", "@b.co": "not_an_address",
    "a@@b.co": "not_an_address", "a@b.co\nBcc: x@y.zz": "not_an_address", f"{'a' * 250}@b.co": "not_an_address",
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), DECIMALS.items())
def test_decimals(text: str, expected: str):
    assert seen(read_decimal(text)) == (Decimal(expected) if expected[0] in "-0123456789" else expected)


@pytest.mark.parametrize(
    ("read", "texts"),
    [(read_integer, INTEGERS), (read_date, DATES), (read_month, MONTHS), (read_year, YEARS), (read_email, EMAILS)],
    ids=["integer", "date", "month", "year", "email"],
)
def test_other_kinds(read: Any, texts: dict[str, Any]):
    assert {text: seen(read(text)) for text in texts} == texts


def test_calendars_are_told_by_the_size_of_the_year():
    assert [read_date(text).calendar for text in ("2026-01-01", "2569-01-01", "1/1/2569", "31/2/2569")] == [
        "CE",
        "BE",
        "BE",
        None,
    ]
    assert (read_year("2569").calendar, read_month("2026-01").calendar) == ("BE", "CE")


def test_units_and_codes():
    assert {text: read_unit(text).value for text in ("t", "ตัน", "กก.", "kg", "L", "m3", "ton")} == {
        "t": "t", "ตัน": "t", "กก.": "kg", "kg": "kg", "L": "L", "m3": "m3", "ton": "ton",
    }  # fmt: skip
    assert [read_code(text).value for text in ("010101", "๐๑๐๑๐๑", "10101", " x")] == ["010101", "010101", "10101", " x"]


def test_factory_numbers():
    read = factory_id_reader(2569)
    assert {text: seen(read(text)) for text in ("10100000125551", "๑๐๑๐๐๐๐๐๑๒๕๕๕๑", "10100000125691")} == {
        "10100000125551": "10100000125551", "๑๐๑๐๐๐๐๐๑๒๕๕๕๑": "10100000125551", "10100000125691": "10100000125691",
    }  # fmt: skip
    assert read("10100000125701").fault == "id_year"
    assert factory_id_reader(2570)("10100000125701").value == "10100000125701"


def test_what_was_decided_is_noted():
    assert read_decimal("๑๒").note == read_date("๑/๑/๒๕๖๙").note == read_code("๐๑๐๑๐๑").note == "Thai digits"
    assert (read_decimal("1,234").note, read_unit("ตัน").note, read_date("2026-03-31 14:30").note) == (
        "thousands groups", "ตัน = t", "time of day left out",
    )  # fmt: skip
    assert read_decimal("12").note == read_unit("t").note == read_date("2026-03-31 00:00").note == ""


FIELDS = [field for report in all_reports().values() for field in report.fields]


LONG = [
    "1 a" + " " * 4_990 + "x", "a" + " " * 4_990 + "x", "1." + "0" * 5_000, "0" * 5_000 + "1", "9" * 5_000, "1," * 2_500 + "1",
    "1,234" * 1_000, "-" * 5_000, "๙" * 5_000, "a@" + "." * 5_000, "a@b" + ".b" * 2_500 + "@", "1/1/" + "2" * 5_000, "พ.ศ." * 1_200,
]  # fmt: skip
ONE_OF_EACH_KIND = list({field.kind: field for field in FIELDS}.values())


@given(st.text())
def test_no_text_raises_and_every_fault_has_words(text: str):
    for field in ONE_OF_EACH_KIND:
        cell = reader_of(field, 2569)(text)
        assert (cell.fault == "") or (cell.value is None and cell.fault in HINTS)


@pytest.mark.parametrize("text", LONG, ids=lambda text: text[:8])
def test_a_long_text_takes_no_time(text: str):
    """A pattern that tries every way to divide it would take hours."""
    start = time.monotonic()
    for field in ONE_OF_EACH_KIND:
        cell = reader_of(field, 2569)(text)
        assert (cell.fault == "") or (cell.value is None and cell.fault in HINTS)
    assert time.monotonic() - start < 0.5


@given(st.decimals(-999_999_999_999, 999_999_999_999, places=6, allow_nan=False))
def test_every_number_reads_back_exactly(number: Decimal):
    for written in (f"{number:f}", f"{number:,f}"):
        cell = read_decimal(written)
        assert cell.value == number or (cell.fault == "negative_zero" and number == 0)


@given(st.dates(date(1900, 1, 1), date(2156, 12, 31)), st.sampled_from([0, 543]))
def test_every_day_reads_back_in_both_calendars(day: date, offset: int):
    year = day.year + offset
    for written in (f"{year:04}-{day.month:02}-{day.day:02}", f"{day.day}/{day.month}/{year}"):
        cell = read_date(written)
        assert (cell.value, cell.calendar) == (day, "BE" if offset else "CE")


@given(st.text(max_size=20))
def test_nothing_is_guessed_from_a_text_in_another_script(text: str):
    """What compatibility forms would turn into digits is no number: ¹, １, ⑴, ٣."""
    if unicodedata.normalize("NFKC", text) != text and not any(c in "0123456789๐๑๒๓๔๕๖๗๘๙" for c in text):
        assert read_decimal(text).value is None


def test_the_longest_text_that_is_looked_at():
    assert read_date("2026-03-31" + " " * LONGEST_VALUE).fault == "not_a_date"


def test_every_kind_of_column_has_a_reader():
    for field in FIELDS:
        assert isinstance(reader_of(field, 2569)("x"), Cell)
    assert isinstance(FIELDS[0], Field)
