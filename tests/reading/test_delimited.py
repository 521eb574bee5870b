import pytest

from tests.helpers_reading import Given, Warehouse, cells_of, csv_bytes, read_one, texts

ROWS = [cells_of("manifest", number) for number in (1, 2, 3)]
PLAIN = csv_bytes(ROWS)
HEADER, *LINES = PLAIN.decode().splitlines()


def numbers(batches) -> list[int]:
    return texts(batches, "source_row")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("quoted", [False, True])
def test_delimiters(delimiter: str, quoted: bool):
    rows = [row | {"waste_name": f"a{delimiter}b" if quoted else "a"} for row in ROWS]
    file, batches = read_one(csv_bytes(rows, delimiter))
    assert file.log["delimiter"] == delimiter
    assert texts(batches, "waste_name") == [rows[0]["waste_name"]] * 3
    assert texts(batches, "manifest_no") == ["M1", "M2", "M3"]


def test_the_delimiter_is_that_of_the_header_whatever_stands_more_often():
    rows = [row | {"waste_name": "a,b,c,d,e,f,g"} for row in ROWS]
    file, batches = read_one(csv_bytes(rows, ";"))
    assert (file.log["delimiter"], texts(batches, "waste_name")[0]) == (";", "a,b,c,d,e,f,g")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends(end: str, last: bool):
    content = end.join([HEADER, *LINES]) + (end if last else "")
    _, batches = read_one(content.encode())
    assert texts(batches, "sent_date") == ["2026-03-01"] * 3
    assert numbers(batches) == [2, 3, 4]


def test_a_line_end_inside_a_cell_belongs_to_the_cell():
    """Rows are counted as a spreadsheet shows them."""
    rows = [ROWS[0] | {"waste_name": "oil,\nused\r\nand more"}, ROWS[1] | {"quantity": "x"}]
    night = Warehouse().night(Given(csv_bytes(rows)))
    assert night.core("manifest")[0]["waste_name"] == "oil,\nused\r\nand more"
    assert [(f["source_row"], f["check_id"]) for f in night.findings] == [(3, "value_is_readable")]


def test_other_line_ends_of_unicode_are_text():
    rows = [row | {"waste_name": "a\u2028b\u0085c\x0bd"} for row in ROWS]
    assert texts(read_one(csv_bytes(rows))[1], "waste_name") == ["a\u2028b\u0085c\x0bd"] * 3


def test_a_quote_inside_a_quoted_cell_is_written_twice():
    rows = [ROWS[0] | {"waste_name": 'drum "blue"'}]
    assert texts(read_one(csv_bytes(rows))[1], "waste_name") == ['drum "blue"']


@pytest.mark.parametrize("cell", ['"never closed', '"closed" and more'])
def test_quotes_that_cannot_be_followed_refuse_the_file_from_their_row_on(cell: str):
    content = "\n".join([HEADER, LINES[0], LINES[1].replace("M2", cell), LINES[2]]).encode()
    refusal = Warehouse().night(Given(content)).refusal
    assert "The quotes cannot be followed from row" in refusal["message_en"]
    assert refusal["check_id"] == "file_is_readable"


def test_a_quote_in_the_middle_of_a_cell_is_a_quote():
    content = "\n".join([HEADER, LINES[0].replace("M1", 'M"1')]).encode()
    assert texts(read_one(content)[1], "manifest_no") == ['M"1']


def test_title_rows_above_the_header():
    content = "\n".join(["รายงานประจำเดือน", "", f"บริษัท ก{',' * 8}", HEADER, *LINES]).encode()
    file, batches = read_one(content)
    assert numbers(batches) == [5, 6, 7]
    assert file.log["header_row"] == 4
    assert file.log["rows_above_header"] == {"count": 2, "first_row": 1}


def test_the_header_is_looked_for_in_the_first_rows_only():
    title = ["title"] * 30
    assert read_one("\n".join([*title, HEADER, *LINES]).encode())[0].rows_read == 3
    assert read_one("\n".join([*title, "title", HEADER, *LINES]).encode())[0].log["refused"].startswith("None of its first rows")


def test_a_header_once_more_is_left_out_and_counted():
    content = "\n".join([HEADER, LINES[0], HEADER, LINES[1]]).encode()
    file, batches = read_one(content)
    assert numbers(batches) == [2, 4]
    assert file.log["repeated_headers"] == {"count": 1, "first_row": 3}


def test_a_header_in_the_other_language_below_the_first_one_is_left_out_too():
    names = {"manifest_no": "เลขที่เอกสารกำกับ", "factory_id": "เลขทะเบียนโรงงานผู้ก่อกำเนิด"}
    other = ",".join(names.get(name, name) for name in HEADER.split(","))
    file = read_one("\n".join([HEADER, other, *LINES]).encode())[0]
    assert (file.rows_read, file.log["repeated_headers"]["count"]) == (3, 1)


def test_a_row_that_only_begins_like_the_header_is_a_row():
    """Its manifest has a strange number, but it is a row with a fault or without one, never left out."""
    content = "\n".join([HEADER, LINES[0].replace("M1", "manifest_no"), LINES[1]]).encode()
    assert texts(read_one(content)[1], "manifest_no") == ["manifest_no", "M2"]


@pytest.mark.parametrize("blank", ["", " ", "\u00a0", ",,,,,,,,", " , ,\t, ,,,, ,"])
def test_blank_rows_are_left_out_and_counted(blank: str):
    content = "\n".join([HEADER, LINES[0], blank, blank, LINES[1], blank]).encode()
    file, batches = read_one(content)
    assert numbers(batches) == [2, 5]
    # a line end after the last row makes no row
    assert file.log["blank_rows"] == {"count": 3 if blank else 2, "first_row": 3}


def test_a_header_cell_may_have_line_ends_and_quotes_of_its_own():
    names = HEADER.replace("manifest_no", '"manifest\n_no"').replace("quantity", '" ปริ\r\nมาณ "')
    file, batches = read_one("\n".join([names, *LINES]).encode())
    assert (file.rows_read, texts(batches, "quantity"), file.findings) == (3, ["10"] * 3, [])
    assert numbers(batches) == [2, 3, 4]


def test_trailing_delimiters_are_no_cells():
    content = "\n".join(f"{line},,," for line in (HEADER, *LINES)).encode()
    file, batches = read_one(content)
    assert numbers(batches) == [2, 3, 4]
    assert file.findings == [] and not any(texts(batches, "is_held"))


def test_spaces_around_cells_are_left_out():
    night = Warehouse().night(Given(csv_bytes([{k: f" \u200b{v}\u00a0" for k, v in ROWS[0].items()}]).replace(b",", b" ,")))
    assert night.findings == []
    assert night.core("manifest")[0]["manifest_no"] == "M1"


def test_a_file_that_looks_like_nothing_is_refused():
    for content in (b"hello", b"a,b,c\n1,2,3\n", b"\x01\x02\x03", b",,,\n,,,\n", "ไม่มีหัวตาราง\n".encode()):
        assert read_one(content)[0].log["refused"].startswith("None of its first rows is the header"), content


def test_a_header_without_rows_is_told_about_nil_reports():
    for content in (HEADER, f"{HEADER}\n", f"{HEADER}\n\n\n", f"title\n{HEADER}\n,,,,\n"):
        assert read_one(content.encode())[0].log["refused"].startswith("It has a header but no row."), content


def test_an_empty_file_is_empty():
    for content in (b"", b"\n\n", b" \t\r\n"):
        assert read_one(content)[0].log["refused"] == "The file is empty."
    assert "refused" in read_one(b"\xef\xbb\xbf")[0].log


def test_a_web_page_named_csv():
    assert read_one(b"<!DOCTYPE html><table><tr><td>1</td></tr></table>")[0].log["refused"].startswith("It is a web page")
    assert read_one(b'<?xml version="1.0"?><Workbook/>')[0].log["refused"].startswith("It is a web page")
