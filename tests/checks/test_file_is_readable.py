"""All that makes a file unreadable is tested in tests/reading; here, what is said and what becomes of the file."""

from tests.helpers_reading import Given, Warehouse, cells_of, csv_bytes


def test_a_file_that_cannot_be_read_is_rejected_with_one_finding_and_stops_no_other():
    good = Given(csv_bytes([cells_of("manifest")]))
    night = Warehouse().night(Given(b"%PDF-1.7 ...", name="scan.csv"), good)
    outcomes = {each["original_name"]: (each["outcome"], each["rows_read"]) for each in night.submissions}
    assert outcomes == {"scan.csv": ("rejected", 0), "report.csv": ("accepted", 1)}
    (found,) = night.findings
    assert (found["check_id"], found["severity"], found["source_row"]) == ("file_is_readable", "error", None)
    assert found["message_en"] == (
        "The file could not be taken: It is a PDF, from which no figure can be taken. Send the table as CSV, XLSX or JSON."
    )
    assert found["message_th"] == ("ไม่สามารถรับไฟล์นี้ได้: เป็นไฟล์ PDF ซึ่งอ่านตัวเลขไม่ได้ กรุณาส่งตารางเป็น CSV, XLSX หรือ JSON")


def test_why_it_was_refused_stands_in_the_reading_log():
    refused = Warehouse().night(Given(b"")).only
    assert refused["reading_log"] == {"refused": "The file is empty."}
    assert refused["report_type"] is None
