from tests.helpers_reading import assert_judged, assert_words


def test_waste_managed_on_site_names_its_method():
    assert_judged("annual", """
        | managed_on_site_t | sent_off_site_t | management_code | finds                                     |
        | 0                 | 10              |                 | ok                                        |
        | 10                | 0               | 011             | ok                                        |
        | 10                | 0               |                 | on_site_method_is_given: management_code  |
        | 0.000001          | 10              |                 | on_site_method_is_given: management_code  |
        | 0                 | 10              | 011             | ok                                        |
        | 10                | 0               | 999             | management_code_is_known: management_code |
        | -1                | 10              |                 | value_is_allowed: managed_on_site_t       |
        | some              | 10              |                 | value_is_readable: managed_on_site_t      |
    """)  # fmt: skip


def test_words():
    assert_words(
        "on_site_method_is_given",
        "annual",
        managed_on_site_t="10",
        sent_off_site_t="0",
        management_code="",
        en="Row 2, column management_code is empty, but tonnes were managed inside the factory. Give the code of the method.",
        th="แถว 2 คอลัมน์ รหัสวิธีการจัดการ ว่าง แต่มีปริมาณที่จัดการภายในโรงงาน กรุณาระบุรหัสวิธีการจัดการ",
    )
