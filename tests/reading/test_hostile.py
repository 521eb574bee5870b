"""Whatever comes in ends in a defined outcome: rows and tonnes conserved, every row held back for a reason, no exception.

`Warehouse.night` asserts the laws after every file. Files of others are looked at where they lie, and never committed.
"""

import json
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.fields.cells import BLANKS, read_decimal
from schemas.reports import all_reports
from tests.helpers_reading import Given, Warehouse, cells_of, csv_bytes, read_one, xlsx_bytes

HOSTILE = Path(__file__).resolve().parents[3] / "shared" / "hostile"
HOSTILE_FILES = sorted(path for path in HOSTILE.rglob("*") if path.is_file())

# A few of the kind, for machines without the big list
NAUGHTY = [
    "undefined", "NULL", "nil", "NaN", "Infinity", "1/0", "0x1F", "1e309", "-1e309", "0.0.0", "1,,000", "1.000,00", "٠١٢", "¹²³",
    "Ω≈ç√∫", "‪‪test‪", "⁦test⁧", "Ṱ̺̺̕o͞ ̷i̲̬", "（╯°□°）", "👩‍👩‍👧", "👨🏿", "𠜎𠜱", "\ufffe", "\u202e", "<script>alert(1)</script>", "' OR 1=1 --",
    '"; DROP TABLE core.manifest; --', "{{7*7}}", "%s%s%n", "{found}", "{0}", "$1", "../../etc/passwd", "=1+1", "@SUM(A1)", "+1", "-1",
    "=cmd|'/C calc'!A0", "COM1", "file:///etc/passwd", "\\", "\\N", "''", "`", "\x7f", "\x1b[31m", "ก" * 300, "ิิิิ", "เเเ", "๙" * 20,
]  # fmt: skip


@cache
def naughty_strings() -> list[str]:
    """The big list of naughty strings where it is at hand, without what stands in a text file as a line end."""
    path = HOSTILE / "blns" / "blns.txt"
    lines = path.read_text("utf-8").split("\n") if path.exists() else []
    return [*NAUGHTY, *(line for line in lines if line and not line.startswith("#"))]


@pytest.mark.skipif(not HOSTILE_FILES, reason="the pile of hostile files is not on this machine")
@pytest.mark.parametrize("path", HOSTILE_FILES, ids=lambda path: path.name)
def test_every_hostile_file_has_an_outcome(path: Path):
    night = Warehouse().night(Given(path.read_bytes(), name=path.name))
    assert night.only["outcome"] == "rejected"
    assert [f["check_id"] for f in night.findings] in (["file_is_readable"], ["file_is_within_limits"])


@pytest.mark.parametrize(
    ("report", "form"),
    [*((report, form) for report in all_reports() for form in ("csv", "json")), ("manifest", "xlsx"), ("annual", "xlsx")],
)
def test_any_string_in_any_cell_of_any_report(report: str, form: str):
    """One row per string; the string stands in each column in turn."""
    strings, fields = naughty_strings(), all_reports()[report].fields
    if form == "xlsx":  # XML cannot hold them
        strings = ["".join(c for c in text if c >= " " and c not in "\ufffe\uffff") for text in strings]
    rows = [cells_of(report, 1 + number % 60, **{fields[number % len(fields)].name: text}) for number, text in enumerate(strings)]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    content = {
        "csv": lambda: csv_bytes(rows),
        "json": lambda: json.dumps(rows).encode(),
        "xlsx": lambda: xlsx_bytes(columns, *([row.get(name, "") for name in columns] for row in rows)),
    }[form]()
    night = Warehouse().night(Given(content))
    assert night.only["rows_read"] == len(rows)
    assert {f["check_id"] for f in night.findings if f["source_row"] is None} == set()


_text = st.one_of(st.sampled_from(NAUGHTY), st.text(max_size=12), st.from_regex(r"[-+0-9.,eE๐-๙ /:]{1,12}", fullmatch=True))


@st.composite
def _reports(draw: st.DrawFn) -> tuple[str, list[dict[str, str]]]:
    report = draw(st.sampled_from(list(all_reports())))
    names = [field.name for field in all_reports()[report].fields]
    changes = draw(st.lists(st.dictionaries(st.sampled_from(names), _text, max_size=4), min_size=1, max_size=12))
    return report, [cells_of(report, number) | cells for number, cells in enumerate(changes, start=1)]


@settings(max_examples=20)
@given(_reports(), st.sampled_from(["csv", "json"]))
def test_any_text_in_any_cell(made: tuple[str, list[dict[str, str]]], form: str):
    """Laws 1 and 4: nothing raises, and rows are conserved; tonnes too, where the report has them."""
    report, rows = made
    night = Warehouse().night(Given(csv_bytes(rows) if form == "csv" else json.dumps(rows).encode()))
    if "refused" in night.only["reading_log"]:
        return
    if all_reports()[report].has_mass:
        accepted = sum((row["quantity"] for row in night.core(report)), Decimal(0))
        held = sum((_quantity(row["cells"].get("quantity", "")) for row in night.quarantine), Decimal(0))
        assert accepted + held == sum((_quantity(row.get("quantity", "")) for row in rows), Decimal(0))


def _quantity(text: str) -> Decimal:
    text = text.strip(BLANKS)
    value = read_decimal(text).value if text else None
    return value if value is not None else Decimal(0)


@given(st.binary(max_size=300))
def test_any_bytes(content: bytes):
    file, batches = read_one(content)
    assert (len(file.findings), file.rows_read, batches) == (1, 0, [])


@settings(max_examples=30)
@given(st.data())
def test_a_good_file_with_any_bytes_changed(data: st.DataObject):
    """A torn or flipped file of each kind: what can be read is read by the rules, what cannot is refused."""
    rows = [cells_of("manifest", number, waste_name="ของเสีย") for number in (1, 2)]
    kinds = [csv_bytes(rows), csv_bytes(rows).decode().encode("cp874"), json.dumps(rows).encode(), *_workbooks()]
    content = bytearray(data.draw(st.sampled_from(kinds)))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(1, len(content)))]
    Warehouse().night(Given(bytes(content)))


@cache
def _workbooks() -> list[bytes]:
    cells = cells_of("manifest")
    return [xlsx_bytes(list(cells), list(cells.values()))]


def test_names_of_files_mean_nothing():
    content = csv_bytes([cells_of("manifest")])
    for number, name in enumerate(("../../x.csv", "a\nb", "'; DROP--", "con", "รายงาน.pdf", "x" * 300)):
        night = Warehouse().night(Given(content + b"\n" * number, name=name))
        assert (night.only["outcome"], night.only["original_name"]) == ("accepted", name)
