from decimal import Decimal

import pytest

from schemas.records import Field, Report
from schemas.reports import all_reports
from tests.helpers_reading import Given, Warehouse, assert_judged, assert_words, cells_of, csv_bytes

STEP = Decimal("0.000001")


def edges(field: Field) -> tuple[list[Decimal], list[Decimal]]:
    """Values just inside and just outside of the bounds of a column."""
    step = Decimal(1) if field.kind == "integer" else STEP
    inside, outside = [], []
    if field.at_least is not None:
        inside, outside = [field.at_least], [field.at_least - step]
    if field.above is not None:
        inside, outside = [field.above + step], [field.above]
    if field.at_most is not None:
        inside, outside = [*inside, field.at_most], [*outside, field.at_most + step]
    return inside, outside


@pytest.mark.parametrize("report", all_reports().values(), ids=lambda report: report.name)
def test_every_bound_of_every_column_holds_to_the_last_decimal(report: Report):
    tried = [(field.name, value, values is outside) for field in report.fields for inside, outside in [edges(field)]
             for values in (inside, outside) for value in values]  # fmt: skip
    rows = [cells_of(report.name, n, **{name: f"{value:f}"}) for n, (name, value, _) in enumerate(tried, start=1)]
    night = Warehouse().night(Given(csv_bytes(rows or [cells_of(report.name)])))
    found = {(f["source_row"], f["column_name"]) for f in night.findings if f["check_id"] == "value_is_allowed"}
    assert found == {(row, name) for row, (name, _, is_outside) in enumerate(tried, start=2) if is_outside}


def test_words_are_the_layouts_words_and_no_others():
    assert_judged("receipt", """
        | decision | finds                      | why              |
        | accepted | ok                         |                  |
        | Accepted | value_is_allowed: decision | not guessed      |
        | ยอมรับ    | value_is_allowed: decision |                  |
        | 1        | value_is_allowed: decision |                  |
        |          | value_is_present: decision |                  |
    """)  # fmt: skip


def test_units_have_thai_words():
    night = assert_judged("manifest", """
        | unit | quantity | density_kg_per_l | finds                  |
        | t    | 1        |                  | ok                     |
        | ตัน  | 1        |                  | ok                     |
        | kg   | 1        |                  | ok                     |
        | กก.  | 1        |                  | ok                     |
        | L    | 1        | 1                | ok                     |
        | m3   | 1        | 1                | ok                     |
        | ลิตร  | 1        | 1                | value_is_allowed: unit |
        | KG   | 1        |                  | value_is_allowed: unit |
    """)  # fmt: skip
    assert night.only["reading_log"]["cells"]["unit"] == {
        "ตัน = t": {"count": 1, "first_row": 3},
        "กก. = kg": {"count": 1, "first_row": 5},
    }


def test_provinces_and_classes():
    assert_judged("factory", """
        | province_code | factory_class | finds                            |
        | 10            | 1             | ok                               |
        | ๑๐             | 106(1)        | ok                               |
        | 99            | 107           | value_is_allowed: province_code  |
        | 1             | 107           | value_is_allowed: province_code  |
        | 10            | 108           | value_is_allowed: factory_class  |
        | 10            | 0             | value_is_allowed: factory_class  |
        | 10            | 106(a)        | value_is_allowed: factory_class  |
    """)  # fmt: skip


def test_no_other_rule_judges_such_a_cell():
    """A negative quantity is neither 0 nor more, and a balance with it is not judged."""
    assert_judged("receipt", """
        | quantity | decision | finds                      |
        | -10      | accepted | value_is_allowed: quantity |
    """)  # fmt: skip


def test_words():
    assert_words(
        "value_is_allowed",
        "receipt",
        decision="taken",
        en='Row 2, column decision: "taken" is not allowed. Allowed: accepted | partly_accepted | rejected.',
        th='แถว 2 คอลัมน์ ผลการรับ: ค่า "taken" ไม่อยู่ในที่กำหนด ที่ใช้ได้คือ accepted | partly_accepted | rejected',
    )
    assert_words(
        "value_is_allowed",
        "manifest",
        quantity="-5",
        en='Row 2, column quantity: "-5" is not allowed. Allowed: > 0.',
        th='แถว 2 คอลัมน์ ปริมาณ: ค่า "-5" ไม่อยู่ในที่กำหนด ที่ใช้ได้คือ > 0',
    )
    assert_words(
        "value_is_allowed",
        "factory",
        factory_class="999",
        en='Row 2, column factory_class: "999" is not allowed. Allowed: a class from 1 to 107, such as 106 or 106(1).',
        th='แถว 2 คอลัมน์ ลำดับประเภทโรงงาน: ค่า "999" ไม่อยู่ในที่กำหนด ที่ใช้ได้คือ ลำดับ 1 ถึง 107 เช่น 106 หรือ 106(1)',
    )
