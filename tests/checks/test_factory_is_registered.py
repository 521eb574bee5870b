from tests.helpers_reading import assert_judged, assert_words


def test_generator_and_processor_are_looked_up():
    assert_judged("manifest", """
        | factory_id | processor_id | finds                                                                      |
        | G1         | P1           | ok                                                                         |
        | N1         | P1           | factory_is_registered: factory_id                                          |
        | G1         | N1           | factory_is_registered: processor_id                                        |
        | N1         | N1           | factory_is_registered: factory_id; factory_is_registered: processor_id     |
    """)  # fmt: skip


def test_it_says_nothing_of_a_number_that_is_not_one():
    assert_judged("annual", """
        | factory_id | finds                                 |
        | 123        | factory_id_is_well_formed: factory_id |
        |            | value_is_present: factory_id          |
        | N1         | factory_is_registered: factory_id     |
    """)  # fmt: skip


def test_where_a_factory_need_not_be_named_none_is_missed():
    assert_judged("complaint", """
        | factory_id | finds                             |
        |            | ok                                |
        | N1         | factory_is_registered: factory_id |
    """)  # fmt: skip


def test_the_register_itself_needs_no_entry_before_its_entry():
    assert_judged("factory", """
        | factory_id | finds |
        | N1         | ok    |
    """)  # fmt: skip


def test_a_closed_factory_is_registered():
    assert_judged("inspection", """
        | factory_id | finds |
        | C1         | ok    |
    """)  # fmt: skip


def test_words():
    assert_words(
        "factory_is_registered",
        "annual",
        factory_id="N1",
        en="Row 2, column factory_id: factory 10100009925559 is not in the register. Check the number; a new factory is first"
        " entered by the department.",
        th="แถว 2 คอลัมน์ เลขทะเบียนโรงงาน: ไม่พบโรงงาน 10100009925559 ในทะเบียน กรุณาตรวจเลขทะเบียน โรงงานใหม่ต้องให้กรมฯ บันทึกในทะเบียนก่อน",
    )
