import pytest

from tests.helpers_reading import Given, Night, Warehouse
from tests.layouts.uk_workbook import ITEMS, MOVEMENTS, item, movement, uk_workbook


def night(movements, items) -> Night:
    return Warehouse().night(Given(uk_workbook(movements, items)))


def found(done: Night):
    return [(f["source_sheet"], f["source_row"]) for f in done.findings if f["check_id"] == "row_is_joined"]


@pytest.mark.parametrize(
    ("movements", "items", "held"),
    [
        (["A"], ["A", "A"], []),
        (["A", "B"], ["B", "A"], []),
        (["A"], [" A "], []),
        (["A"], ["A", "B"], [(ITEMS, 10)]),
        (["A", "B"], ["A"], [(MOVEMENTS, 10)]),
        (["A", "A"], ["A"], [(ITEMS, 9)]),
        ([7], ["7"], []),
        (["A"], ["A", None], [(ITEMS, 10)]),
    ],
)
def test_each_row_has_one_partner(movements, items, held):
    done = night(
        [movement(ref=ref, consignment=f"M{number}") for number, ref in enumerate(movements)], [item(ref=ref) for ref in items]
    )
    assert found(done) == held
    assert done.only["rows_quarantined"] == len(held)


def test_nothing_else_is_said_of_such_a_row():
    done = night([movement()], [item(), item(ref="B", code="x", unit="y", weight="z")])
    assert [f["check_id"] for f in done.findings if f["source_row"] == 10] == ["row_is_joined"]


def test_words():
    finding = next(f for f in night([movement()], [item(), item(ref="B/2")]).findings if f["check_id"] == "row_is_joined")
    assert finding["message_en"] == (
        f'Sheet {ITEMS}, row 10: the sheets do not fit together ("B/2": {MOVEMENTS} × 0). The same reference must stand on both'
        " sheets, and once on the sheet of loads."
    )
    assert finding["message_th"] == (
        f'แผ่นงาน {ITEMS} แถว 10: ข้อมูลระหว่างแผ่นงานไม่ตรงกัน ("B/2": {MOVEMENTS} × 0) เลขอ้างอิงเดียวกันต้องมีทั้งสองแผ่นงาน'
        " และมีเพียงครั้งเดียวในแผ่นงานของเที่ยวขนส่ง"
    )
