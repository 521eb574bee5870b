import io
import zipfile

import pytest

from flows.reading.limits import Limits
from tests.helpers_reading import Given, Warehouse, cells_of, csv_bytes, xlsx_bytes, zip_bytes

ROWS = [cells_of("manifest", number) for number in (1, 2, 3)]
CSV = [csv_bytes([row]) for row in ROWS]


def night(content: bytes, **limits: int):
    return Warehouse(limits=Limits(**limits)).night(Given(content))


def refusal(content: bytes, **limits: int) -> str:
    done = night(content, **limits)
    return f"{done.refusal['check_id']}: {done.refusal['message_en'].removeprefix('The file could not be taken: ')}"


def test_members_are_read_like_sheets():
    receipt = cells_of("receipt")
    book = xlsx_bytes(sheets={"S": [list(receipt), list(receipt.values())]})
    done = night(zip_bytes(a__csv=CSV[0], b__csv=CSV[1], c__xlsx=book, **{"sub/d__csv": CSV[2]}))
    assert done.findings == []
    assert {(r["manifest_no"], r["source_sheet"], r["source_row"]) for r in done.core("manifest")} == {
        ("M1", "a.csv", 2), ("M2", "b.csv", 2), ("M3", "sub/d.csv", 2),
    }  # fmt: skip
    assert done.core("receipt")[0]["source_sheet"] == "c.xlsx / S"
    assert (done.only["report_type"], done.only["rows_read"]) == ("manifest+receipt", 4)


def test_a_finding_names_the_member():
    done = night(zip_bytes(a__csv=CSV[0], b__csv=csv_bytes([ROWS[1] | {"quantity": "1,5"}])))
    (found,) = done.findings
    assert (found["source_sheet"], found["source_row"]) == ("b.csv", 2)
    assert found["message_en"].startswith("Sheet b.csv, row 2, column quantity:")


def test_two_members_are_one_file_when_it_comes_to_keys():
    done = night(zip_bytes(a__csv=CSV[0], b__csv=CSV[0]))
    assert [(f["check_id"], f["source_sheet"]) for f in done.findings] == [("row_is_unique", "a.csv"), ("row_is_unique", "b.csv")]


def test_two_members_of_one_name_are_told_apart():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("a.csv", CSV[0])
        with pytest.warns(UserWarning, match="Duplicate name"):
            book.writestr("a.csv", CSV[1])
    assert {r["source_sheet"] for r in night(out.getvalue()).core("manifest")} == {"a.csv", "a.csv [2]"}


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "C:\\x.csv", "a\nb.csv", "\u202egnp.csv", "รายงาน.csv", "x" * 300, "'; DROP--"]
)
def test_a_hostile_name_does_no_harm(name: str):
    done = night(zip_bytes(**{name: CSV[0]}))
    assert done.core("manifest")[0]["source_sheet"] == name.replace("\x00", "")[:200]


def test_what_desktops_add_is_left_out_and_named():
    extra = {
        "__MACOSX/._a.csv": b"\x00\x05\x16\x07",
        ".DS_Store": b"\x00",
        "sub/Thumbs.db": b"\xd0\xcf\x11\xe0",
        "desktop.ini": b"[x]",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        for name, content in {"a.csv": CSV[0], **extra}.items():
            book.writestr(name, content)
        book.mkdir("empty")
    done = night(out.getvalue())
    assert done.only["outcome"] == "accepted"
    assert done.only["reading_log"]["files_left_out"] == list(extra)


def test_one_bad_member_refuses_the_whole_and_is_named():
    assert refusal(zip_bytes(a__csv=CSV[0], b__pdf=b"%PDF-1.7")).startswith("file_is_readable: b.pdf: It is a PDF")
    assert refusal(zip_bytes(a__csv=CSV[0], b__csv=b"")).startswith("file_is_readable: b.csv: The file is empty.")


def test_one_level_only():
    assert refusal(zip_bytes(a__csv=CSV[0], inner__zip=zip_bytes(b__csv=CSV[1]))) == (
        "file_is_readable: inner.zip: It is a ZIP inside a ZIP. Pack the files themselves."
    )


def test_empty_encrypted_and_broken():
    assert refusal(zip_bytes()) == "file_is_readable: The ZIP is empty."
    assert "without a password" in refusal(locked(zip_bytes(a__csv=CSV[0])))
    whole = zip_bytes(a__csv=CSV[0] * 50, b__csv=CSV[1] * 50)
    for content in (
        whole[:-30],
        whole[:100],
        b"PK\x03\x04" + b"\x00" * 100,
        whole.replace(b"a.csv", b"z.csv", 1),
        damaged(whole),
    ):
        assert "cannot be unpacked" in refusal(content)


def locked(content: bytes) -> bytes:
    """The same ZIP with the mark of encryption set in both of its headers."""
    data = bytearray(content)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(signature) + offset] |= 1
    return bytes(data)


def damaged(content: bytes) -> bytes:
    data = bytearray(content)
    data[60] ^= 0xFF
    return bytes(data)


def test_an_unknown_compression_is_refused():
    data = bytearray(zip_bytes(a__csv=CSV[0]))
    for signature, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        place = data.find(signature) + offset
        data[place : place + 2] = (97).to_bytes(2, "little")
    assert "cannot be unpacked" in refusal(bytes(data))


# --- limits -------------------------------------------------------------------------------------------------------------


def test_how_many_members():
    members = {f"{number}__csv": CSV[0].replace(b"M1", b"M%d" % number) for number in range(4)}
    assert night(zip_bytes(**members), zip_members=4).only["outcome"] == "accepted"
    assert refusal(zip_bytes(**members), zip_members=3) == (
        "file_is_within_limits: The ZIP has too many files; the limit is 3 files. Split the report into several files."
    )


def test_a_thousand_members():
    members = {f"{number}__csv": CSV[0].replace(b"M1", b"M%d" % number) for number in range(1_000)}
    assert "the limit is 500 files" in refusal(zip_bytes(**members))


def test_a_workbook_may_have_many_parts():
    """Pictures and sheets are parts of one file, not files of a ZIP."""
    book = xlsx_bytes(list(ROWS[0]), list(ROWS[0].values()))
    out = io.BytesIO(book)
    with zipfile.ZipFile(out, "a") as more:
        for number in range(20):
            more.writestr(f"xl/media/{number}.png", b"x")
    assert night(out.getvalue(), zip_members=5).only["outcome"] == "accepted"


def test_the_unpacked_size():
    content = zip_bytes(a__csv=CSV[0] + b"x" * 200_000)
    assert refusal(content, unpacked_bytes=100_000).startswith(
        "file_is_within_limits: Unpacked, the file is too large; the limit is"
    )


def test_a_bomb_is_told_by_its_ratio():
    content = zip_bytes(a__csv=CSV[0] + b"\n" * 3_000_000)
    assert refusal(content) == (
        "file_is_within_limits: The file unpacks to an implausible size; the limit is 100:1. Save it anew and send that."
    )


def test_a_bomb_inside_a_member_is_told_too():
    book = xlsx_bytes(list(ROWS[0]), list(ROWS[0].values()))
    out = io.BytesIO(book)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as more:
        more.writestr("xl/media/1.png", b"\0" * 3_000_000)
    assert refusal(zip_bytes(a__xlsx=out.getvalue())).startswith(
        "file_is_within_limits: a.xlsx: The file unpacks to an implausible"
    )


def test_a_size_that_lies_is_found_out():
    data = bytearray(zip_bytes(a__csv=CSV[0] * 100))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = data.find(signature) + offset
        data[place : place + 4] = (100).to_bytes(4, "little")
    assert "cannot be unpacked" in refusal(bytes(data))


def test_rows_are_counted_over_all_members():
    assert night(zip_bytes(a__csv=CSV[0], b__csv=CSV[1]), rows=2).only["outcome"] == "accepted"
    assert "more rows than one file may have" in refusal(zip_bytes(a__csv=CSV[0], b__csv=CSV[1], c__csv=CSV[2]), rows=2)
