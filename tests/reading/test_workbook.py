import io
import re
import struct
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time

import openpyxl
import pytest
import xlwt
from openpyxl.styles import Font

from tests.helpers_reading import FACTORIES, Given, Night, Warehouse, cells_of, read_one, saved, texts, xlsx_bytes, zip_bytes

CELLS = cells_of("manifest")
HEADER, ROW = list(CELLS), list(CELLS.values())


def row(**cells: object) -> list[object]:
    return [cells.get(name, text) for name, text in CELLS.items()]


def night(content: bytes) -> Night:
    return Warehouse().night(Given(content))


def with_xml(content: bytes, change: Callable[[bytes], bytes], part: str = "xl/worksheets/sheet1.xml") -> bytes:
    """A workbook with one part rewritten, as other programs write it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as book, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as other:
        for info in book.infolist():
            data = book.read(info)
            other.writestr(info, change(data) if info.filename == part else data)
    return out.getvalue()


def test_text_numbers_dates_and_truths():
    """A number in a number's column, a number in a text's column, a day cell, a day cell with a time, a truth."""
    done = night(xlsx_bytes(
        HEADER,
        row(manifest_no=7, factory_id=int(FACTORIES["G1"]), quantity=1234.5, sent_date=date(2026, 3, 1)),
        row(manifest_no="M2", quantity=0.1 + 0.2, sent_date=datetime(2026, 3, 1, 14, 30)),  # noqa: DTZ001
        row(manifest_no=7.25, quantity=10, sent_date="2026-03-01"),
        row(manifest_no=True, quantity="1,234.5"),
    ))  # fmt: skip
    assert done.findings == []
    rows = {row["manifest_no"]: row for row in done.core("manifest")}
    assert {no: (str(row["quantity"]), row["sent_date"]) for no, row in rows.items()} == {
        "7": ("1234.500000", date(2026, 3, 1)),
        "M2": ("0.300000", date(2026, 3, 1)),
        "7.25": ("10.000000", date(2026, 3, 1)),
        "true": ("1234.500000", date(2026, 3, 1)),
    }
    assert rows["7"]["source_sheet"] == "Sheet1" and rows["7"]["source_row"] == 2
    log = done.only["reading_log"]
    assert log["cells"]["sent_date"] == {"time of day left out": {"count": 1, "first_row": 3}}
    assert log["cells"]["quantity"] == {"thousands groups": {"count": 1, "first_row": 5}}


def test_numbers_with_more_decimals_are_rounded_and_counted():
    file, batches = read_one(xlsx_bytes(HEADER, row(quantity=10 / 3), row(quantity=2.5), row(quantity=123456.7891234)))
    assert texts(batches, "quantity") == ["3.333333", "2.5", "123456.789123"]
    assert file.log["numbers_rounded_to_6_decimals"] == {"count": 2, "first_row": 2}


@pytest.mark.parametrize(
    ("number", "day"), [(46082, "2026-03-01"), (36526, "2000-01-01"), (10_000, "1927-05-18"), (244_425, "2569-03-17")]
)
def test_a_day_number_in_a_date_column_is_a_day(number: int, day: str):
    file, batches = read_one(xlsx_bytes(HEADER, row(sent_date=number)))
    assert texts(batches, "sent_date") == [day]
    assert file.log["day_numbers_read_as_dates"] == {"count": 1, "first_row": 2}


@pytest.mark.parametrize("number", [2569, 2026, 9_999, 20260301, -5, 0, 46082.5])
def test_other_numbers_in_a_date_column_are_not_taken_for_days(number: float):
    done = night(xlsx_bytes(HEADER, row(sent_date=number)))
    assert [(f["check_id"], f["value"]) for f in done.findings] == [("value_is_readable", str(number))]


def test_days_count_from_1904_where_the_workbook_says_so():
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active.append(HEADER)
    book.active.append(row(sent_date=date(2026, 3, 1)))
    book.active.append(row(manifest_no="M2", sent_date=46082 - 1462))
    _, batches = read_one(saved(book))
    assert texts(batches, "sent_date") == ["2026-03-01", "2026-03-01"]


def test_a_buddhist_year_typed_into_a_day_cell():
    done = night(xlsx_bytes(HEADER, row(sent_date=date(2569, 3, 1))))
    assert done.findings == [] and done.core("manifest")[0]["sent_date"] == date(2026, 3, 1)
    assert done.only["reading_log"]["calendars"] == {"sent_date": "BE"}


def test_a_long_number_in_a_text_column_is_not_guessed_back():
    done = night(xlsx_bytes(HEADER, row(factory_id=2.01903e20)))
    assert [f["check_id"] for f in done.findings] == ["factory_id_is_well_formed"]
    assert "scientific notation" in done.findings[0]["message_en"]


@pytest.mark.parametrize("cell", [time(14, 30), "#N/A", "-", "TRUE"])
def test_what_is_no_quantity(cell: object):
    assert [f["check_id"] for f in night(xlsx_bytes(HEADER, row(quantity=cell))).findings] == ["value_is_readable"]


@pytest.mark.parametrize("number", [b"NaN", b"1e999", b"-1e999", b"1e300", b"1e-300", b"-0.0", b"99999999999999999999"])
def test_numbers_that_only_a_program_writes(number: bytes):
    content = with_xml(xlsx_bytes(HEADER, row(quantity=4711)), lambda xml: xml.replace(b"<v>4711</v>", b"<v>" + number + b"</v>"))
    assert {f["column_name"] for f in night(content).findings} == {"quantity"}


# --- formulas -----------------------------------------------------------------------------------------------------------


def test_a_formula_counts_by_the_value_that_the_file_holds():
    content = with_xml(
        xlsx_bytes(HEADER, row(quantity="=10+2")),
        lambda xml: xml.replace(b"<f>10+2</f><v />", b"<f>10+2</f><v>12</v>").replace(
            b"<f>10+2</f><v></v>", b"<f>10+2</f><v>12</v>"
        ),
    )
    assert texts(read_one(content)[1], "quantity") == ["12"]


def test_a_formula_without_its_value_is_a_finding_also_where_the_cell_may_be_empty():
    done = night(xlsx_bytes(HEADER, row(quantity="=10+2", line_no="=1")))
    assert [(f["check_id"], f["column_name"], f["source_row"]) for f in done.findings] == [
        ("value_is_readable", "line_no", 2),
        ("value_is_readable", "quantity", 2),
    ]
    assert done.findings[1]["message_en"] == (
        'Sheet Sheet1, row 2, column quantity: "" cannot be read. The file holds a formula here but not its result. Open it in a'
        " spreadsheet program, save it and send it again."
    )


def test_an_error_cell_is_a_finding_also_in_a_text_column():
    book = openpyxl.Workbook()
    book.active.append([*HEADER, "waste_name"])
    book.active.append([*row(), "oil"])
    for column in ("L2", f"{openpyxl.utils.get_column_letter(len(HEADER) + 1)}2"):
        book.active[column].value = "#REF!"
        book.active[column].data_type = "e"
    found = {f["column_name"]: (f["check_id"], f["value"]) for f in night(saved(book)).findings}
    assert found["waste_name"] == ("value_is_readable", "#REF!")


def test_a_formula_that_gives_no_text_is_an_empty_cell():
    """What `=IF(A2="","",...)` leaves in rows that were filled down in advance."""
    content = with_xml(
        xlsx_bytes(HEADER, row(), ["=A9"] * 3),
        lambda xml: re.sub(rb'<c r="([ABC]3)"[^>]*><f>A9</f><v ?/?>(</v>)?</c>', rb'<c r="\1" t="str"><f>A9</f><v></v></c>', xml),
    )
    assert read_one(content)[0].rows_read == 1


# --- sheets -------------------------------------------------------------------------------------------------------------


def test_every_sheet_with_a_header_is_read_and_the_others_are_named():
    sheets = {"Notes": [["anything"]], "ม.ค.": [HEADER, row()], "ก.พ.": [["title"], HEADER, row(manifest_no="M2")], "Empty": []}
    done = night(xlsx_bytes(sheets=sheets))
    assert {(r["manifest_no"], r["source_sheet"], r["source_row"]) for r in done.core("manifest")} == {
        ("M1", "ม.ค.", 2),
        ("M2", "ก.พ.", 3),
    }
    logs = done.only["reading_log"]["sheets"]
    assert [(each["source_sheet"], each["header_row"]) for each in logs] == [("ม.ค.", 1), ("ก.พ.", 2)]
    assert logs[0]["sheets_without_header"] == ["Notes", "Empty"]


def test_sheets_may_report_different_things():
    receipt, annual = cells_of("receipt"), cells_of("annual")
    sheets = {name: [list(cells), list(cells.values())] for name, cells in (("m", CELLS), ("r", receipt), ("a", annual))}
    sheets["r"].append(list((receipt | {"decision": "nonsense"}).values()))
    done = night(xlsx_bytes(sheets=sheets))
    only = done.only
    assert (only["report_type"], only["rows_read"], only["rows_accepted"]) == ("annual+manifest+receipt", 4, 2)
    assert {(f["source_sheet"], f["source_row"], f["check_id"]) for f in done.findings} == {
        ("r", 2, "row_is_unique"), ("r", 3, "row_is_unique"), ("r", 3, "value_is_allowed"),
    }  # fmt: skip


def test_a_hidden_sheet_is_left_out_and_named():
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active.append(row())
    for state in ("hidden", "veryHidden"):
        sheet = book.create_sheet(state)
        sheet.append(HEADER)
        sheet.append(row(manifest_no="M2"))
        sheet.sheet_state = state
    file, batches = read_one(saved(book))
    assert texts(batches, "manifest_no") == ["M1"]
    assert file.log["hidden_sheets_left_out"] == ["hidden", "veryHidden"]


def test_a_chart_sheet_is_no_sheet():
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active.append(row())
    book.create_chartsheet("chart", 0)
    assert texts(read_one(saved(book))[1], "manifest_no") == ["M1"]


# --- shapes -------------------------------------------------------------------------------------------------------------


def test_phantom_rows_and_columns_are_nothing():
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active.append(row())
    book.active["A5000"].font = book.active["XFD2"].font = Font(bold=True)
    file, batches = read_one(saved(book))
    assert (file.rows_read, texts(batches, "manifest_no")) == (1, ["M1"])


def test_blank_rows_between_and_a_table_that_begins_elsewhere():
    done = night(xlsx_bytes([], ["", "title"], [], ["", "", *HEADER], ["", "", *row()], [], ["", "", *row(manifest_no="M2")]))
    assert {(r["manifest_no"], r["source_row"]) for r in done.core("manifest")} == {("M1", 5), ("M2", 7)}
    assert done.only["reading_log"]["rows_above_header"] == {"count": 1, "first_row": 2}


def test_a_cell_to_the_right_of_the_header_is_kept_as_an_unknown_column():
    """In a workbook columns are certain, so the row is accepted."""
    done = night(xlsx_bytes(HEADER, row(), [*row(manifest_no="M2"), None, "see page 2"]))
    assert [(f["check_id"], f["value"]) for f in done.findings] == [("column_is_known", f"({len(HEADER) + 2})")]
    assert {r["other_cells"] for r in done.core("manifest")} == {None, f'{{"({len(HEADER) + 2})": "see page 2"}}'}


def test_a_stray_cell_in_the_last_corner_does_not_take_the_memory():
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active.append(row())
    book.active["XFD1048576"] = "x"
    refusal = night(saved(book)).refusal
    assert refusal["check_id"] == "file_is_within_limits"
    assert "stray cell far below or to the right" in refusal["message_en"]


def test_a_header_merged_over_two_rows_stands_with_its_neighbours():
    """The upper row groups, the lower row names; what needs no group is merged over both."""
    book = openpyxl.Workbook()
    sheet = book.active
    for column, name in enumerate(HEADER, start=1):
        if name in ("quantity", "unit"):
            sheet.cell(2, column, name)
        else:
            sheet.cell(1, column, name)
            sheet.merge_cells(start_row=1, end_row=2, start_column=column, end_column=column)
    place = HEADER.index("quantity") + 1
    sheet.cell(1, place, "how much")
    for column, text in enumerate(row(), start=1):
        sheet.cell(3, column, text)
    done = night(saved(book))
    assert [(r["manifest_no"], r["source_row"]) for r in done.core("manifest")] == [("M1", 3)]
    assert done.only["reading_log"]["header_row"] == 2


def test_a_merged_cell_among_the_rows_counts_for_its_first_row_only():
    """To fill it down would multiply a quantity."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEADER)
    for number in (1, 2):
        sheet.append(row(manifest_no=f"M{number}"))
    letter = openpyxl.utils.get_column_letter(HEADER.index("quantity") + 1)
    sheet.merge_cells(f"{letter}2:{letter}3")
    done = night(saved(book))
    assert [(f["check_id"], f["source_row"]) for f in done.findings] == [("value_is_present", 3)]


# --- other formats and broken ones ----------------------------------------------------------------------------------------


def xls_bytes(*lines: list[object]) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet1")
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for r, line in enumerate(lines):
        for c, cell in enumerate(line):
            if isinstance(cell, date):
                sheet.write(r, c, cell, day)
            else:
                sheet.write(r, c, cell)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_xls():
    done = night(xls_bytes(HEADER, row(quantity=12.5, sent_date=date(2026, 3, 1)), row(manifest_no="ก", quantity="1,5")))
    assert [(r["manifest_no"], str(r["quantity"])) for r in done.core("manifest")] == [("M1", "12.500000")]
    assert [(f["check_id"], f["value"]) for f in done.findings] == [("value_is_readable", "1,5")]


def test_an_error_cell_of_an_xls():
    """In the second sheet, and in a cell that may be empty."""
    book = xlwt.Workbook()
    for number in (1, 2):
        sheet = book.add_sheet(f"Sheet{number}")
        for column, (name, text) in enumerate(cells_of("manifest", number).items()):
            sheet.write(0, column, name)
            if number == 2 and name == "line_no":
                sheet.row(1).set_cell_error(column, "#DIV/0!")
            else:
                sheet.write(1, column, text)
    out = io.BytesIO()
    book.save(out)
    found = night(out.getvalue()).findings
    assert [(f["check_id"], f["column_name"], f["value"], f["source_sheet"], f["source_row"]) for f in found] == [
        ("value_is_readable", "line_no", "#DIV/0!", "Sheet2", 2)
    ]


ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet><table:table table:name="Sheet1">{rows}</table:table></office:spreadsheet></office:body>
</office:document-content>"""


MANIFEST = b"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>
</manifest:manifest>"""


def test_ods():
    def line(cells: list[object]) -> str:
        texts = (f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>' for c in cells)
        return f"<table:table-row>{''.join(texts)}</table:table-row>"

    content = zip_bytes(
        mimetype=b"application/vnd.oasis.opendocument.spreadsheet",
        content__xml=ODS.format(rows=line(HEADER) + line(row())).encode(),
        **{"META-INF/manifest__xml": MANIFEST},
    )
    done = night(content)
    assert done.findings == [] and done.core("manifest")[0]["manifest_no"] == "M1"


@pytest.mark.parametrize(
    "cell",
    [
        'office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#DIV/0!</text:p>',
        'office:value-type="float" office:value="0"><text:p>#DIV/0!</text:p>',
    ],
)
def test_an_error_cell_of_an_ods_also_where_the_cell_may_be_empty(cell: str):
    """Behind cells and rows that stand for several."""

    def line(cells: list[object], last: str) -> str:
        texts = "".join(f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>' for c in cells)
        return f'<table:table-row>{texts}<table:table-cell table:number-columns-repeated="2"/>{last}</table:table-row>'

    name = '<table:table-cell office:value-type="string"><text:p>container_count</text:p></table:table-cell>'
    error = f'<table:table-cell table:formula="of:=1/0" {cell}</table:table-cell>'
    blank = '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
    xml = ODS.replace("<office:document-content ", '<office:document-content xmlns:calcext="urn:x-calcext" ', 1)
    content = zip_bytes(
        mimetype=b"application/vnd.oasis.opendocument.spreadsheet",
        content__xml=xml.format(rows=line(HEADER, name) + blank + line(row(), error)).encode(),
        **{"META-INF/manifest__xml": MANIFEST},
    )
    done = night(content)
    found = [(f["source_row"], f["column_name"], f["check_id"], f["value"]) for f in done.findings]
    assert found == [(5, "container_count", "value_is_readable", "#DIV/0!")]


def test_a_protected_sheet_can_be_read():
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active.append(row())
    book.active.protection.set_password("secret")
    book.active.protection.enable()
    book.security.workbookPassword = "secret"
    assert read_one(saved(book))[0].rows_read == 1


def encrypted() -> bytes:
    """What Excel writes with a password: an OLE file whose stream is called EncryptedPackage."""
    name = "EncryptedPackage".encode("utf-16-le").ljust(64, b"\0")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    return head.ljust(512, b"\0") + b"\xff" * 512 + name + struct.pack("<HB", 34, 2).ljust(64, b"\0")


def test_a_workbook_with_a_password_is_told_so():
    refusal = night(encrypted()).refusal
    assert refusal["message_en"].endswith("The workbook is protected with a password. Remove it and send the file again.")


@pytest.mark.parametrize(
    "content",
    [
        b"\xd0\xcf\x11\xe0" + b"\0" * 600,
        xls_bytes(HEADER, ROW)[:3_000],
        xlsx_bytes(HEADER, ROW)[:2_000],
        with_xml(xlsx_bytes(HEADER, ROW), lambda xml: xml[: len(xml) // 2]),
        with_xml(xlsx_bytes(HEADER, ROW), lambda xml: b""),
        with_xml(xlsx_bytes(HEADER, ROW), lambda xml: b"<x/>", "xl/workbook.xml"),
        with_xml(xlsx_bytes(HEADER, ROW), lambda xml: b"", "xl/_rels/workbook.xml.rels"),
        zip_bytes(xl_workbook__xml=b"<workbook/>"),
        zip_bytes(**{"xl/workbook__xml": b"<workbook/>"}),
        zip_bytes(**{"xl/workbook__bin": b"\x00" * 100}),
        zip_bytes(content__xml=b"<broken"),
    ],
)
def test_a_broken_workbook_is_refused_in_words(content: bytes):
    refusal = night(content).refusal
    assert refusal["check_id"] == "file_is_readable"


def test_a_text_document_is_told_so():
    assert "text document or slides" in night(zip_bytes(**{"word/document__xml": b"<w/>"})).refusal["message_en"]


def test_one_bad_workbook_does_not_harm_the_next():
    good = xlsx_bytes(HEADER, row(manifest_no="M9"))
    files = [Given(content) for content in (b"\xd0\xcf\x11\xe0" + b"\0" * 600, saved_corner(), good, encrypted())]
    done = Warehouse().night(*files)
    assert [r["manifest_no"] for r in done.core("manifest")] == ["M9"]
    assert sorted(each["outcome"] for each in done.submissions) == ["accepted", "rejected", "rejected", "rejected"]


def saved_corner() -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"] = book.active["XFD1048576"] = "x"
    return saved(book)


def test_an_entity_bomb_is_refused():
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    content = with_xml(xlsx_bytes(HEADER, ROW), lambda xml: bomb + xml.replace(b"M1", b"&b;"))
    file, batches = read_one(content)
    assert "refused" in file.log or "aaaaaaaaaa" not in "".join(texts(batches, "manifest_no"))
