from tests.helpers_reading import Given, Warehouse, cells_of, csv_bytes


def night(header: str, *rows: str):
    return Warehouse().night(Given("\n".join([header, *rows, ""]).encode()))


SOUND = list(cells_of("manifest").values())
HEADER = ",".join(cells_of("manifest"))
ROW = ",".join(SOUND)


def unknown(night):
    return [(each["value"], each["source_row"], each["severity"]) for each in night.findings]


def test_an_unknown_column_is_a_warning_for_the_file_and_kept_with_the_row():
    done = night(f"{HEADER},truck colour", f"{ROW},red", f"{ROW.replace('M1', 'M2')},")
    assert unknown(done) == [("truck colour", None, "warning")]
    assert sorted(row["other_cells"] or "" for row in done.core("manifest")) == ["", '{"truck colour": "red"}']


def test_known_columns_say_nothing_in_either_language():
    header = HEADER.replace("quantity", "ปริมาณ").replace("unit", " หน่วย ")
    assert unknown(night(header, ROW)) == []


def test_two_unknown_columns_of_one_name_keep_both_cells():
    done = night(f"{HEADER},note,note", f"{ROW},a,b")
    assert unknown(done) == [("note", None, "warning"), ("note [2]", None, "warning")]
    assert done.core("manifest")[0]["other_cells"] == '{"note": "a", "note [2]": "b"}'


def test_a_column_without_header_and_cells_is_not_a_column():
    assert unknown(night(f"{HEADER},,", f"{ROW},,")) == []


def test_a_column_without_header_but_with_cells_is_named_by_its_number():
    done = night(f"{HEADER},,note", f"{ROW},x,y")
    place = len(SOUND) + 1
    assert unknown(done) == [(f"({place})", None, "warning"), ("note", None, "warning")]
    assert done.core("manifest")[0]["other_cells"] == f'{{"({place})": "x", "note": "y"}}'


def test_our_own_findings_column_in_a_marked_copy_is_left_out_in_silence():
    assert unknown(night(f"{HEADER},waste-reports: findings", f"{ROW},quantity: ...")) == []


def test_words():
    (found,) = night(f"{HEADER},truck colour", f"{ROW},red").findings
    assert found["message_en"] == (
        'Column "truck colour" is none of this report\'s columns. Its cells are kept as received but not used; rename or remove'
        " it if it was meant otherwise."
    )
    assert found["message_th"] == (
        'คอลัมน์ "truck colour" ไม่อยู่ในแบบรายงานนี้ ระบบเก็บข้อมูลไว้ตามที่ส่งแต่ไม่นำไปใช้ หากตั้งใจเป็นอย่างอื่นกรุณาแก้ชื่อหรือลบออก'
    )


def test_csv_quoting_does_not_matter():
    rows = [cells_of("manifest") | {"truck, colour": 'red "dark"'}]
    done = Warehouse().night(Given(csv_bytes(rows)))
    assert unknown(done) == [("truck, colour", None, "warning")]
    assert done.core("manifest")[0]["other_cells"] == '{"truck, colour": "red \\"dark\\""}'
