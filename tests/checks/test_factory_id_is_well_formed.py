import pytest

from tests.helpers_reading import FACTORIES, Given, Warehouse, assert_judged, assert_words, cells_of, csv_bytes


def test_the_parts_of_a_number():
    """A B CC DDDDD EEEE F: office, location, province, running number, Buddhist-era year, unknown."""
    assert_judged("manifest", """
        | factory_id      | finds                                 | why                                      |
        | 10100000125551  | ok                                    |                                          |
        | ๑๐๑๐๐๐๐๐๑๒๕๕๕๑    | ok                                    | Thai digits                              |
        | 1010000012555   | factory_id_is_well_formed: factory_id | 13 digits                                |
        | 101000001255511 | factory_id_is_well_formed: factory_id | 15 digits                                |
        | 30100000125551  | factory_id_is_well_formed: factory_id | no office 3                              |
        | 10880000125551  | factory_id_is_well_formed: factory_id | no province 88                           |
        | 10100000123991  | factory_id_is_well_formed: factory_id | year 2399                                |
        | 10100000125701  | factory_id_is_well_formed: factory_id | year 2570, the night is in 2569          |
        | 1010000012555X  | factory_id_is_well_formed: factory_id | a letter                                 |
        | 1.01E+13        | factory_id_is_well_formed: factory_id | what a spreadsheet made of it            |
        | 10100000025691  | factory_is_registered: factory_id     | well formed (year 2569), but not known   |
        |                 | value_is_present: factory_id          |                                          |
    """)  # fmt: skip


def test_no_other_rule_judges_such_a_number():
    assert_judged("manifest", """
        | factory_id | processor_id | finds                                                                          |
        | G1         | 123          | factory_id_is_well_formed: processor_id                                        |
        | 123        | 456          | factory_id_is_well_formed: factory_id; factory_id_is_well_formed: processor_id |
    """)  # fmt: skip


def test_an_old_number_is_resolved_through_the_register_and_shown_back():
    night = assert_judged("manifest", """
        | factory_id  | processor_id | finds                                 | why                          |
        | 3-34-1/55กท | P1           | ok                                    |                              |
        | 3-34-9/50   | P1           | factory_id_is_well_formed: factory_id | two factories have had it    |
        | 3-34-8/50   | P1           | factory_id_is_well_formed: factory_id | the register does not know it |
        | G1          | 3-106-3/55สป | ok                                    |                              |
    """)  # fmt: skip
    assert {(row["factory_id"], row["processor_id"]) for row in night.core("manifest")} == {(FACTORIES["G1"], FACTORIES["P1"])}
    assert night.only["reading_log"]["old_numbers_resolved"] == {
        "3-34-1/55กท": FACTORIES["G1"],
        "3-106-3/55สป": FACTORIES["P1"],
    }


def test_in_the_register_itself_an_old_number_stands_for_nothing():
    assert_judged("factory", """
        | factory_id  | finds                                 |
        | 3-34-1/55กท | factory_id_is_well_formed: factory_id |
    """)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "hint_en", "hint_th"),
    [
        ("2.01903E+13", "It is in scientific notation, as spreadsheets do to long numbers: write it out in full (format the"
         " column as text).", "เป็นรูปแบบเลขยกกำลังที่โปรแกรมตารางคำนวณแปลงให้ กรุณาเขียนตัวเลขเต็ม (กำหนดคอลัมน์เป็นข้อความ)"),
        ("101000012555", "It must have exactly 14 digits; a spreadsheet may have taken leading zeros away.",
         "ต้องมีตัวเลข 14 หลักพอดี โปรแกรมตารางคำนวณอาจตัดเลขศูนย์นำหน้า"),
        ("10 10 00001", "It must be 14 digits, or an old number that the register knows.",
         "ต้องเป็นตัวเลข 14 หลัก หรือเลขทะเบียนเดิมที่มีในทะเบียน"),
        ("3-34-9/50", "The register knows several factories by this old number: write the 14 digits.",
         "เลขทะเบียนเดิมนี้ตรงกับหลายโรงงาน กรุณาใช้เลข 14 หลัก"),
        ("40100000125551", "The first digit, the licensing office, must be 1, 2 or 7.", "หลักแรก (หน่วยงานอนุญาต) ต้องเป็น 1 2 หรือ 7"),
        ("10990000125551", "Digits 3 and 4 are no province code.", "หลักที่ 3 และ 4 ไม่ใช่รหัสจังหวัด"),
        ("10100000120001", "Digits 10 to 13 must be a Buddhist-era year from 2400 to this year.",
         "หลักที่ 10 ถึง 13 ต้องเป็นปี พ.ศ. ตั้งแต่ 2400 ถึงปีปัจจุบัน"),
    ],
)  # fmt: skip
def test_words(text: str, hint_en: str, hint_th: str):
    assert_words(
        "factory_id_is_well_formed",
        "manifest",
        factory_id=text,
        en=f'Row 2, column factory_id: "{text}" is not a factory number. {hint_en}',
        th=f'แถว 2 คอลัมน์ เลขทะเบียนโรงงานผู้ก่อกำเนิด: "{text}" ไม่ใช่เลขทะเบียนโรงงาน {hint_th}',
    )


def test_a_number_that_the_register_got_tonight_is_known():
    """The register is loaded first, whatever the order of the files."""
    register = Given(csv_bytes([cells_of("factory", 7, old_factory_no="3-1-7/60")]), at="2026-03-20 12:00")
    manifest = Given(csv_bytes([cells_of("manifest", factory_id="3-1-7/60")]), at="2026-03-20 08:00")
    assert Warehouse().night(manifest, register).findings == []
