from tests.helpers_reading import Given, Warehouse, cells_of

CELLS = cells_of("manifest")
HEADER = ",".join(CELLS)
SOUND = ",".join(CELLS.values())
WIDTH = len(CELLS)


def night(*rows: str):
    return Warehouse().night(Given("\n".join([HEADER, *rows, ""]).encode()))


def found(done):
    return [(f["check_id"], f["source_row"]) for f in done.findings]


def test_a_row_with_fewer_or_more_cells_is_held_and_named():
    short, long = SOUND.rpartition(",")[0], f"{SOUND.replace('M1', 'M2')},x"
    done = night(SOUND.replace("M1", "M3"), short, long)
    assert found(done) == [("row_fits_header", 3), ("row_fits_header", 4)]
    assert (done.only["rows_read"], done.only["rows_accepted"], done.only["rows_quarantined"]) == (3, 1, 2)


def test_nothing_else_is_said_of_such_a_row():
    """Its cells may stand in the wrong columns, so none of them is judged."""
    assert found(night("M1,1,x")) == [("row_fits_header", 2)]


def test_all_its_cells_are_kept():
    (held,) = night(f"{SOUND},one,two").quarantine
    assert held["cells"] == CELLS | {f"({WIDTH + 1})": "one", f"({WIDTH + 2})": "two"}


def test_empty_cells_after_the_last_column_do_not_count():
    assert found(night(f"{SOUND},,,")) == []


def test_a_comma_inside_quotes_does_not_count():
    quoted = SOUND.replace("M1", '"M,1"')
    assert night(quoted).core("manifest")[0]["manifest_no"] == "M,1"


def test_one_short_and_one_long_row_do_not_hide_each_other():
    """Together they have the right number of separators: a count over the whole file would miss them."""
    short, long = SOUND.rpartition(",")[0], f"{SOUND.replace('M1', 'M2')},x"
    assert found(night(short, long)) == [("row_fits_header", 2), ("row_fits_header", 3)]


def test_words():
    (finding,) = night(f"{SOUND},x").findings
    assert (finding["column_name"], finding["severity"]) == (None, "error")
    assert finding["message_en"] == (
        f"Row 2: the row does not fit the header ({WIDTH + 1} / {WIDTH}), so it is not known which cell belongs to which"
        " column. Check separators and quotes in this row."
    )
    assert finding["message_th"] == (
        f"แถว 2: จำนวนช่องไม่ตรงกับหัวตาราง ({WIDTH + 1} / {WIDTH}) จึงไม่ทราบว่าค่าใดอยู่คอลัมน์ใด กรุณาตรวจตัวคั่นและเครื่องหมายคำพูดของแถวนี้"
    )
