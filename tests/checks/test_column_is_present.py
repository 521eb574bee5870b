import pytest

from schemas.reports import all_reports
from tests.helpers_reading import Given, Warehouse, cells_of, csv_bytes


def without(report: str, *columns: str, rows: int = 2):
    return Warehouse().night(
        Given(csv_bytes([{k: v for k, v in cells_of(report, n + 1).items() if k not in columns} for n in range(rows)]))
    )


def test_every_row_waits_and_nothing_else_is_said():
    """The other fault of the second row, a bad quantity, could be judged; it is told together with the file's."""
    rows = [cells_of("manifest", n) for n in (1, 2)]
    for row in rows:
        del row["unit"]
    done = Warehouse().night(Given(csv_bytes(rows)))
    assert [(f["check_id"], f["column_name"], f["source_row"]) for f in done.findings] == [("column_is_present", "unit", None)]
    assert (done.only["outcome"], done.only["rows_read"], done.only["rows_quarantined"]) == ("rejected", 2, 2)


def test_all_missing_columns_are_named_at_once():
    done = without("manifest", "unit", "sent_date")
    assert [f["column_name"] for f in done.findings] == ["sent_date", "unit"]


def test_a_column_that_may_be_empty_may_be_missing():
    assert without("manifest", "line_no").findings == []


@pytest.mark.parametrize("report", all_reports())
def test_every_required_column_of_every_report(report: str):
    """One file per column, without it."""
    required = [field.name for field in all_reports()[report].fields if field.required == "yes"]
    cells = cells_of(report)
    files = [Given(csv_bytes([{k: v for k, v in cells.items() if k != column}])) for column in required]
    done = Warehouse().night(*files)
    found = {each["submission_id"]: (each["check_id"], each["column_name"]) for each in done.findings}
    assert [found[file.submission_id] for file in files] == [("column_is_present", column) for column in required]
    assert len(done.findings) == len(required)


def test_columns_required_unless_nil_may_be_missing_from_a_nil_report():
    nil = {"factory_id": cells_of("annual")["factory_id"], "report_year": "2568", "nil_report": "yes"}
    assert Warehouse().night(Given(csv_bytes([nil]))).only["outcome"] == "accepted"


def test_words():
    (found,) = without("manifest", "unit").findings
    assert found["message_en"] == (
        "Column unit (หน่วย) is missing. Add it with this header and send the file again; no row of it could be taken."
    )
    assert found["message_th"] == "ไม่พบคอลัมน์ หน่วย (unit) กรุณาเพิ่มคอลัมน์นี้แล้วส่งไฟล์ใหม่ ยังไม่มีแถวใดถูกรับเข้า"
