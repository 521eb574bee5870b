from tests.helpers_reading import assert_judged, assert_words


def test_nothing_is_received_exactly_when_the_load_is_rejected():
    assert_judged("receipt", """
        | quantity | decision        | finds                             | why                            |
        | 10       | accepted        | ok                                |                                |
        | 5        | partly_accepted | ok                                |                                |
        | 0        | rejected        | ok                                |                                |
        | 0.000    | rejected        | ok                                | 0 is 0, however it is written  |
        | 0        | accepted        | decision_suits_quantity: quantity |                                |
        | 0        | partly_accepted | decision_suits_quantity: quantity |                                |
        | 0.000001 | rejected        | decision_suits_quantity: quantity |                                |
    """)  # fmt: skip


def test_it_is_silent_where_quantity_or_decision_cannot_be_judged():
    assert_judged("receipt", """
        | quantity | decision | finds                       |
        | -1       | rejected | value_is_allowed: quantity  |
        | 0 t      | accepted | value_is_readable: quantity |
        |          | rejected | value_is_present: quantity  |
        | 0        | taken    | value_is_allowed: decision  |
        | 0        |          | value_is_present: decision  |
    """)  # fmt: skip


def test_a_manifest_has_no_decision():
    assert_judged("manifest", """
        | quantity | finds                      |
        | 0        | value_is_allowed: quantity |
    """)  # fmt: skip


def test_words():
    assert_words(
        "decision_suits_quantity",
        "receipt",
        quantity="0",
        en="Row 2, column quantity: quantity 0 does not suit the decision: 0 only when the load was rejected, above 0 otherwise."
        " Check both.",
        th="แถว 2 คอลัมน์ ปริมาณ: ปริมาณ 0 ไม่ตรงกับผลการรับ (เป็น 0 เฉพาะเมื่อปฏิเสธการรับ) กรุณาตรวจทั้งสองช่อง",
    )
