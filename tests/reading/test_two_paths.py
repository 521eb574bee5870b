"""Most files are joined and parsed at once, the rest are read one by one. Both must give the same rows and the same log."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.reading.limits import Limits
from flows.reading.workbook import WorkbookReader
from flows.steps import read as read_step
from schemas.reports import all_reports
from tests.helpers_reading import Given, cells_of, csv_bytes, pack_of

MANIFEST = [field.name for field in all_reports()["manifest"].fields]
HEADER_TH = {field.name: field.header_th for field in all_reports()["manifest"].fields}

# What a cell may hold that is hard to cut: nothing, blanks, other delimiters, marks of byte order, line ends of Unicode
_cells = st.one_of(
    st.sampled_from(
        ["", " ", "\u00a0", "\u200b", "\ufeff", "M1", "1,5", "a;b", "a|b", "\u2028", "\x0b", "\x1c", "\x85", "ของเสีย", "'"]
    ),
    st.sampled_from(
        ["manifest_no", "MANIFEST_NO ", "เลขที่เอกสารกำกับ", "quantity", "รวม", "\x00", '"', '""', "\r", "\n", "x" * 41]
    ),
    st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), max_size=6),
)


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """A manifest file that is plain or nearly so: one thing or another may be strange."""
    columns = draw(st.lists(st.sampled_from(MANIFEST), min_size=8, max_size=17, unique=True))
    delimiter = draw(st.sampled_from([",", ";", "\t", "|"]))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    sound = cells_of("manifest")
    rows = draw(st.lists(st.lists(_cells, min_size=len(columns), max_size=len(columns)), max_size=5))
    rows.append([sound.get(name, "") for name in columns])
    for row in rows[:-1]:
        if draw(st.integers(0, 9)) == 0:
            row.append(draw(_cells))
        if draw(st.integers(0, 9)) == 0:
            row.pop()
        for place in range(len(row)):
            if draw(st.booleans()):
                row[place] = sound.get(columns[place % len(columns)], "x")
    header = [HEADER_TH[name] if draw(st.integers(0, 4)) == 0 else name for name in columns]
    if draw(st.integers(0, 9)) == 0:
        rows.insert(draw(st.integers(0, len(rows))), list(header))
    is_raw = draw(st.booleans())
    lines = [header, *rows]
    if is_raw:
        text = end.join(delimiter.join(line) for line in lines)
    else:
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(lines)
        text = out.getvalue().removesuffix(end)
    text += draw(st.sampled_from(["", end, end * 2, f"{delimiter * 3}{end}", " "]))
    return text.encode(draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig"])), "surrogatepass")


def outcome(contents: list[bytes], limits: Limits, tmp_path_factory: pytest.TempPathFactory) -> object:
    """Everything that the read step says of these files, in an order of its own."""
    files = [Given(content) for content in contents]
    with WorkbookReader(limits) as workbooks:
        read_files, batches = read_step.read(pack_of(files), 0, set(), workbooks, tmp_path_factory.getbasetemp(), limits)
    rows = [row for batch in batches for row in batch.text.to_pylist()]
    said = [(file.outcome, file.report_types, file.rows_read, file.log, file.findings) for file in read_files]
    return said, sorted(rows, key=lambda row: (row["file_no"], row["source_row"]))


@settings(max_examples=120)
@given(st.lists(files(), min_size=1, max_size=3))
def test_the_quick_path_and_the_exact_one_agree(tmp_path_factory: pytest.TempPathFactory, contents: list[bytes]):
    limits = Limits(cell_characters=40)
    quick = outcome(contents, limits, tmp_path_factory)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(read_step, "_join", lambda *_: False)
        exact = outcome(contents, limits, tmp_path_factory)
    assert quick == exact


def is_quick(content: bytes) -> bool:
    """Whether the exact reader is not asked."""
    asked = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(read_step, "read_file", lambda *args: asked.append(args) or [])
        with WorkbookReader(Limits()) as workbooks:
            read_step.read(pack_of([Given(content)]), 0, set(), workbooks, None, Limits())  # type: ignore[arg-type]
    return not asked


def test_plain_files_are_quick():
    """Else the night would take ten times as long, and nobody would know why."""
    rows = [cells_of("manifest", number, waste_name="ของเสีย") for number in range(1, 4)]
    thai = [{HEADER_TH[name]: text for name, text in row.items()} for row in rows]
    faulty = [*rows, cells_of("manifest", 9, manifest_no="", quantity="1.234")]
    for content in (
        csv_bytes(rows), csv_bytes(rows, ";"), csv_bytes(thai), csv_bytes(faulty),
        csv_bytes(rows).decode().encode("cp874"), csv_bytes(rows).decode().encode("utf-8-sig"),
        csv_bytes(rows).replace(b"\n", b"\r\n"), csv_bytes(rows).rstrip(b"\n"),
    ):  # fmt: skip
        assert is_quick(content)


def test_strange_files_are_not():
    plain = csv_bytes([cells_of("manifest", number) for number in (1, 2)])
    header = plain.splitlines(keepends=True)[0]
    for content in (
        plain + b"\n\n", plain + header, plain + b",,\n", plain.replace(b"M1", b'"M1"'), b"title\n" + plain,
        plain.replace(b"quantity", b"quantities"), plain + b"," * header.count(b",") + b"\n",
    ):  # fmt: skip
        assert not is_quick(content)
