from tests.helpers_reading import Given, Warehouse, cells_of

HEADER = ",".join(cells_of("manifest"))
ROW = ",".join(cells_of("manifest").values())


def findings(header: str, row: str):
    done = Warehouse().night(Given(f"{header}\n{row}\n".encode()))
    return [(f["check_id"], f["column_name"], f["source_row"]) for f in done.findings], done


def test_a_column_that_stands_there_twice_holds_the_file():
    found, done = findings(f"{HEADER},quantity", f"{ROW},10")
    assert found == [("column_is_unique", "quantity", None)]
    assert (done.only["outcome"], done.only["rows_quarantined"]) == ("rejected", 1)


def test_the_two_names_of_one_column_are_the_same_column():
    assert findings(f"{HEADER},ปริมาณ", f"{ROW},11")[0] == [("column_is_unique", "quantity", None)]


def test_three_times_is_one_finding_with_all_three():
    _, done = findings(f"{HEADER},ปริมาณ,QUANTITY", f"{ROW},11,12")
    (found,) = done.findings
    assert "(quantity | ปริมาณ | QUANTITY)" in found["message_en"]


def test_unknown_columns_may_repeat():
    assert {check for check, _, _ in findings(f"{HEADER},note,note", f"{ROW},a,b")[0]} == {"column_is_known"}


def test_words():
    _, done = findings(f"{HEADER},ปริมาณ", f"{ROW},10")
    (found,) = done.findings
    assert found["message_en"] == (
        "Column quantity (ปริมาณ) stands in the file more than once (quantity | ปริมาณ), so its cells contradict each other."
        " Keep one and send the file again."
    )
    assert found["message_th"] == (
        "คอลัมน์ ปริมาณ (quantity) มีมากกว่าหนึ่งครั้งในไฟล์ (quantity | ปริมาณ) จึงไม่ทราบว่าจะใช้ค่าใด กรุณาเหลือไว้คอลัมน์เดียวแล้วส่งใหม่"
    )
