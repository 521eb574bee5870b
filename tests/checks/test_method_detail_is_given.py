from schemas.codes import code_list
from tests.helpers_reading import assert_judged, assert_words

# REGIME: "Detail needed"
NEEDED = {"021", "032", "033", "039", "042", "045", "046", "059", "069", "079"}


def test_exactly_these_codes_need_a_detail():
    assert {line["code"] for line in code_list("management_code") if line["detail_required"] == "1"} == NEEDED


def test_a_method_that_needs_a_detail_has_one():
    night = assert_judged("manifest", """
        | management_code | method_detail   | finds                                     |
        | 021             | 200 L drums     | ok                                        |
        | 021             |                 | method_detail_is_given: method_detail     |
        | 011             |                 | ok                                        |
        | 011             | by hand         | ok                                        |
        | 999             |                 | management_code_is_known: management_code |
    """)  # fmt: skip
    assert len(night.core("manifest")) == 4, "it is a warning"


def test_reports_without_the_column_are_not_asked():
    assert_judged("receipt", """
        | management_code | finds |
        | 021             | ok    |
    """)  # fmt: skip


def test_words():
    assert_words(
        "method_detail_is_given",
        "permit",
        management_code="021",
        en="Row 2, column method_detail is empty, but this management code asks for a detail. Say where or how.",
        th="แถว 2 คอลัมน์ รายละเอียดวิธีการจัดการ ว่าง แต่รหัสวิธีการจัดการนี้ต้องระบุรายละเอียด กรุณาระบุ",
    )
