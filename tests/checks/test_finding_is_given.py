from tests.helpers_reading import assert_judged, assert_words


def test_a_failed_item_says_what_was_seen():
    assert_judged("inspection", """
        | result         | finding | finds                    |
        | pass           |         | ok                       |
        | not_applicable |         | ok                       |
        | fail           | leak    | ok                       |
        | fail           |         | finding_is_given: finding |
        | FAIL           |         | value_is_allowed: result |
        |                |         | value_is_present: result |
    """)  # fmt: skip


def test_blanks_say_nothing():
    assert_words(
        "finding_is_given",
        "inspection",
        result="fail",
        finding=" \u00a0 ",
        en="Row 2, column finding is empty, but the item failed. Say what was seen.",
        th="แถว 2 คอลัมน์ ข้อค้นพบ ว่าง แต่ผลการตรวจไม่ผ่าน กรุณาระบุข้อค้นพบ",
    )
