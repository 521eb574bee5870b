"""Each limit is tested in tests/reading/test_limits.py; here, what is said and what becomes of the file."""

from flows.reading.limits import Limits
from tests.helpers_reading import Given, Warehouse, cells_of, csv_bytes

ROWS = [cells_of("manifest", number) for number in (1, 2, 3)]


def test_a_file_at_the_limit_is_taken_and_one_over_it_is_not():
    assert Warehouse(limits=Limits(rows=3)).night(Given(csv_bytes(ROWS))).only["outcome"] == "accepted"
    refusal = Warehouse(limits=Limits(rows=2)).night(Given(csv_bytes(ROWS))).refusal
    assert (refusal["check_id"], refusal["severity"]) == ("file_is_within_limits", "error")
    assert refusal["message_en"] == (
        "The file could not be taken: It has more rows than one file may have; the limit is 2 rows. Split the report into"
        " several files."
    )
    assert refusal["message_th"] == "ไม่สามารถรับไฟล์นี้ได้: จำนวนแถว เกินที่กำหนด (2 แถว) กรุณาแบ่งรายงานเป็นหลายไฟล์"


def test_the_advice_suits_the_limit():
    long = cells_of("manifest") | {"waste_name": "น" * 5_001}
    refusal = Warehouse().night(Given(csv_bytes([long]))).refusal
    assert refusal["message_en"] == (
        "The file could not be taken: Row 2 has a cell that is too long; the limit is 5,000 characters. Shorten it."
    )
    assert refusal["message_th"] == "ไม่สามารถรับไฟล์นี้ได้: ความยาวของช่องในแถว 2 เกินที่กำหนด (5,000 อักขระ) กรุณาย่อข้อความ"
