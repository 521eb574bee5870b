from tests.helpers_reading import Warehouse, assert_table, in_thai


def test_a_complaint_in_thai():
    night = Warehouse().night(in_thai("complaint", """
        | complaint_no | received_date | channel | category | description | factory_id | province_code | latitude_deg | longitude_deg | status | closed_date | outcome |
        | รร.1/69      | 1/3/2569      | สายด่วน | odour    | เหม็นมาก     |            | 10            | 13.7         | 100.5         | open   |             |         |
        | รร.2/69      | 2/3/2569      | web     | other    | ควัน         | G1         | 11            |              |               | closed | 9/3/2569    | ไม่พบ    |
    """))  # fmt: skip
    assert night.findings == []
    assert_table(night.core("complaint"), """
        | complaint_no | received_date | category | description | factory_id | province_code | status | closed_date | outcome |
        | รร.1/69      | 2026-03-01    | odour    | เหม็นมาก     |            | 10            | open   |             |         |
        | รร.2/69      | 2026-03-02    | other    | ควัน         | G1         | 11            | closed | 2026-03-09  | ไม่พบ    |
    """)  # fmt: skip
