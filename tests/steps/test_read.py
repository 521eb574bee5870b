"""Files of a pack become batches of text rows: one per report type, every row with its file and its number."""

import json

import pytest

from flows.reading.limits import Limits
from flows.reading.workbook import WorkbookReader
from flows.steps.archive import PACK_SCHEMA
from flows.steps.read import read
from schemas.reports import all_reports
from tests.helpers_reading import Given, Warehouse, cells_of, csv_bytes, pack_of, texts, xlsx_bytes


def step(files: list[Given], tmp_path, first_file_no: int = 0, seen: set[str] | None = None, **refusals: str):
    pack = pack_of(files)
    if refusals:
        column = [refusals.get(name) for name in pack["original_name"].to_pylist()]
        pack = pack.set_column(pack.column_names.index("refusal"), PACK_SCHEMA.field("refusal"), [column])
    limits = Limits()
    with WorkbookReader(limits) as workbooks:
        return read(pack, first_file_no, set() if seen is None else seen, workbooks, tmp_path, limits)


def test_files_of_one_report_are_one_batch_whatever_their_form(tmp_path):
    rows = [cells_of("manifest", number) for number in range(1, 5)]
    files = [
        Given(csv_bytes(rows[:1]), at="2026-03-01 08:00"),
        Given(json.dumps(rows[1:2]).encode(), at="2026-03-01 09:00"),
        Given(xlsx_bytes(list(rows[2]), list(rows[2].values())), at="2026-03-01 10:00"),
        Given(csv_bytes(rows[3:], ";", quoting=1), at="2026-03-01 11:00"),
        Given(csv_bytes([cells_of("receipt")]), at="2026-03-01 12:00"),
    ]
    read_files, batches = step(files, tmp_path, first_file_no=7)
    assert {batch.report.name: batch.text.num_rows for batch in batches} == {"manifest": 4, "receipt": 1}
    manifests = next(batch for batch in batches if batch.report.name == "manifest")
    places = sorted(zip(*(manifests.text[name].to_pylist() for name in ("file_no", "manifest_no", "source_row")), strict=True))
    assert places == [(7, "M1", 2), (8, "M2", 1), (9, "M3", 2), (10, "M4", 2)]
    assert [file.file_no for file in read_files] == [7, 8, 9, 10, 11]


def test_every_batch_has_every_column_of_its_layout(tmp_path):
    for report in all_reports().values():
        needed = {field.name for field in report.fields if field.required == "yes"}
        rows = [{name: text for name, text in cells_of(report.name).items() if name in needed}]
        _, batches = step([Given(csv_bytes(rows))], tmp_path)
        names = [field.name for field in report.fields]
        assert batches[0].text.column_names[: len(names)] == names
        assert batches[0].text.column_names[len(names) :] == [
            "file_no", "source_sheet", "source_row", "is_held", "other_cells", "misfit",
        ]  # fmt: skip


def test_the_same_bytes_are_a_duplicate_of_this_pack_or_of_one_before(tmp_path):
    first, second = Given(csv_bytes([cells_of("manifest")])), Given(csv_bytes([cells_of("receipt")]))
    seen = {second.submission_id}
    files, batches = step([first, first, second], tmp_path, seen=seen)
    assert sorted((file.submission_id == first.submission_id, file.outcome) for file in files) == [
        (False, "duplicate"), (True, ""), (True, "duplicate"),
    ]  # fmt: skip
    assert [batch.report.name for batch in batches] == ["manifest"]
    assert seen == {first.submission_id, second.submission_id}


@pytest.mark.parametrize(
    ("kind", "check_id", "words"),
    [
        ("folder", "file_is_readable", "It is a folder, not a file. Send the files themselves."),
        ("link", "file_is_readable", "It is a link, not a file; it is not followed."),
        ("special", "file_is_readable", "It is not a file."),
        ("unreadable", "file_is_readable", "Its permissions do not let it be read. Send it again, readable."),
        ("too_large", "file_is_within_limits", "The file has 0 MB; the limit is 100 MB. Split the report into several files."),
    ],
)
def test_what_the_archive_did_not_open_is_refused_in_words(tmp_path, kind: str, check_id: str, words: str):
    files, batches = step([Given(b"x", name="n")], tmp_path, n=kind)
    (finding,) = files[0].findings
    assert (finding.check_id, files[0].log, batches) == (check_id, {"refused": words}, [])


def test_one_strange_file_among_plain_ones_changes_nothing_for_them(tmp_path):
    """It cannot be joined with the others, or breaks the joint parse; they keep their rows and numbers."""
    plain = [Given(csv_bytes([cells_of("manifest", number), cells_of("manifest", number + 20)])) for number in range(1, 6)]
    header, line = csv_bytes([cells_of("manifest", 40)]).splitlines(keepends=True)
    for strange in (
        header + line + b",,\n",
        header + line.replace(b",10,", b",10") + line.replace(b"M40", b"M,41"),
        header + b" ,\t" + b"," * (header.count(b",") - 1) + b"\n" + line,
        header + line.replace(b"M40", b"x" * 6_000),
        header + line + header,
        header + line.replace(b"M40", b"\xff"),
    ):  # fmt: skip
        files, batches = step([*plain, Given(strange)], tmp_path)
        numbers = {file.file_no: file for file in files}
        rows = [
            (numbers[file_no].submission_id, number, row)
            for batch in batches
            for file_no, number, row in zip(
                *(batch.text[n].to_pylist() for n in ("file_no", "manifest_no", "source_row")), strict=True
            )
        ]
        for number, file in enumerate(plain, start=1):
            mine = {(row, name) for submission_id, name, row in rows if submission_id == file.submission_id}
            assert mine == {(2, f"M{number}"), (3, f"M{number + 20}")}
        assert all(file.rows_read == 2 for file in files if file.submission_id != Given(strange).submission_id)


def test_files_under_one_header_in_two_encodings(tmp_path):
    content = csv_bytes([cells_of("manifest", waste_name="น้ำมัน")])
    files, batches = step([Given(content), Given(content.decode().encode("cp874"))], tmp_path)
    assert texts(batches, "waste_name") == ["น้ำมัน"] * 2
    assert sorted(file.log["encoding"] for file in files) == ["cp874", "utf-8"]


def test_scratch_is_left_empty_and_no_name_becomes_a_path(tmp_path):
    book = xlsx_bytes(list(cells_of("manifest")), list(cells_of("manifest").values()))
    files, _ = step([Given(book, name="../../../evil.xlsx")], tmp_path)
    assert files[0].rows_read == 1 and list(tmp_path.iterdir()) == []


def test_unknown_columns_of_one_file_do_not_touch_another():
    one = Given(csv_bytes([cells_of("manifest", 1) | {"note": "a"}]))
    two = Given(csv_bytes([cells_of("manifest", 2)]))
    night = Warehouse().night(one, two)
    assert {row["manifest_no"]: row["other_cells"] for row in night.core("manifest")} == {"M1": '{"note": "a"}', "M2": None}
