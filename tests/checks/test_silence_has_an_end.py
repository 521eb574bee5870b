from tests.helpers_reading import assert_judged, assert_words


def test_a_silence_has_a_last_day_and_nothing_else_has():
    assert_judged("disposition", """
        | action  | until_date | finds                          | why                   |
        | silence | 2026-12-31 | ok                             | it may lie ahead      |
        | silence | 2026-03-20 | ok                             | the day itself        |
        | silence |            | silence_has_an_end: until_date |                       |
        | silence | soon       | value_is_readable: until_date  | nothing more to say   |
        | silence | 2026-03-19 | validity_is_ordered: until_date | before the decision  |
        | close   |            | ok                             |                       |
        | close   | 2026-12-31 | silence_has_an_end: until_date |                       |
        | SILENCE |            | value_is_allowed: action       | no word of ours       |
    """)  # fmt: skip


def test_words():
    assert_words(
        "silence_has_an_end",
        "disposition",
        action="silence",
        en='Row 2, column until_date: "" does not suit the action: a silence needs its last day, any other decision has none.',
        th='แถว 2 คอลัมน์ พักไว้ถึงวันที่: "" ไม่สอดคล้องกับผลการพิจารณา การพักข้อสังเกตต้องระบุวันสิ้นสุด ผลการพิจารณาอื่นไม่ต้องระบุ',
    )
