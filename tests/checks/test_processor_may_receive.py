from tests.helpers_reading import assert_judged, assert_words, parse_register


def test_the_receiver_is_a_processor():
    assert_judged("manifest", """
        | processor_id | finds                               | why                  |
        | P1           | ok                                  | class 106(1)         |
        | P2           | ok                                  | class 101            |
        | G1           | processor_may_receive: processor_id | class 34             |
        | N1           | factory_is_registered: processor_id | not in the register  |
        | 123          | factory_id_is_well_formed: processor_id |                  |
    """)  # fmt: skip


def test_sub_classes_and_zeros_do_not_matter_but_other_classes_do():
    warehouse = parse_register("""
        | factory_id     | factory_class |
        | 10100001125551 | 105           |
        | 10100001225551 | 0105(2)       |
        | 10100001325551 | 106 (1) (2)   |
        | 10100001425551 | 10            |
        | 10100001525551 | 100           |
        | 10100001625551 | 1060          |
        | 10100001725551 | (101)         |
    """)  # fmt: skip
    assert_judged("receipt", """
        | processor_id   | finds                               |
        | 10100001125551 | ok                                  |
        | 10100001225551 | ok                                  |
        | 10100001325551 | ok                                  |
        | 10100001425551 | processor_may_receive: processor_id |
        | 10100001525551 | processor_may_receive: processor_id |
        | 10100001625551 | processor_may_receive: processor_id |
        | 10100001725551 | processor_may_receive: processor_id |
    """, warehouse=warehouse)  # fmt: skip


def test_permit_and_monthly_report_too():
    assert_judged("permit", """
        | processor_id | finds                               |
        | G2           | processor_may_receive: processor_id |
    """)  # fmt: skip
    assert_judged("processing", """
        | factory_id | finds                             |
        | G2         | processor_may_receive: factory_id |
    """)  # fmt: skip


def test_a_generator_reports_its_year_whatever_its_class():
    assert_judged("annual", """
        | factory_id | finds |
        | G1         | ok    |
        | P1         | ok    |
    """)  # fmt: skip


def test_words():
    assert_words(
        "processor_may_receive",
        "manifest",
        processor_id="G1",
        en="Row 2, column processor_id: factory 10100000125551 is not of class 101, 105 or 106, so it may not receive waste."
        " Check the receiver's number.",
        th="แถว 2 คอลัมน์ เลขทะเบียนโรงงานผู้รับดำเนินการ: โรงงาน 10100000125551 ไม่ใช่โรงงานลำดับที่ 101 105 หรือ 106 จึงรับของเสียไม่ได้"
        " กรุณาตรวจเลขทะเบียนผู้รับ",
    )
