from tests.helpers_reading import Warehouse, assert_judged, assert_table, in_thai


def test_a_register_in_thai():
    night = Warehouse().night(in_thai("factory", """
        | factory_id     | old_factory_no | factory_name  | factory_class | province_code | latitude_deg | longitude_deg | status    | opened_date | contact_email | intake_capacity_t |
        | 10100007125561 | 3-106-7/56สป   | โรงงานทดสอบ จก. | 106(1)        | ๑๐             | 13.75        | 100.5         | operating | 1/6/2556    | a@b.co        | 12,000            |
    """))  # fmt: skip
    assert night.findings == []
    assert_table(night.core("factory"), """
        | factory_id     | old_factory_no | factory_name  | factory_class | province_code | latitude_deg | longitude_deg | status    | opened_date | closed_date | contact_email | intake_capacity_t | source_row | submitted_by |
        | 10100007125561 | 3-106-7/56สป   | โรงงานทดสอบ จก. | 106(1)        | 10            | 13.75        | 100.5         | operating | 2013-06-01  |             | a@b.co        | 12000             | 2          | desk         |
    """)  # fmt: skip


def test_coordinates_lie_in_and_around_the_country():
    assert_judged("factory", """
        | latitude_deg | longitude_deg | finds                                                              |
        | 5            | 97            | ok                                                                 |
        | 21.000       | 106.0         | ok                                                                 |
        | 100.5        | 13.75         | value_is_allowed: latitude_deg; value_is_allowed: longitude_deg    |
    """)  # fmt: skip
