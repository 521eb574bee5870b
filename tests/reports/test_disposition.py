from tests.helpers_reading import Warehouse, assert_table, given, in_thai


def test_a_decision_in_thai():
    night = Warehouse().night(in_thai("disposition", """
        | disposition_no | anomaly_id | action  | until_date  | reason          | official | decided_date |
        | ผ.1/69         | A1         | silence | 30 มิ.ย. 2569 | รอผลตรวจโรงงาน    | นาย ก    | 20 มี.ค. 2569 |
    """))  # fmt: skip
    assert night.findings == []
    assert_table(night.core("disposition"), """
        | disposition_no | anomaly_id | action  | until_date | reason        | official | decided_date |
        | ผ.1/69         | A1         | silence | 2026-06-30 | รอผลตรวจโรงงาน | นาย ก    | 2026-03-20   |
    """)  # fmt: skip


def test_the_later_decision_about_an_anomaly_counts_whatever_the_order_of_files():
    first = given("disposition", """
        | anomaly_id | action  | reason |
        | A1         | confirm | first  |
    """, at="2026-03-20 09:00")  # fmt: skip
    second = given("disposition", """
        | anomaly_id | action | reason |
        | A1         | close  | second |
    """, at="2026-03-20 11:00")  # fmt: skip
    for files in ((first, second), (second, first)):
        night = Warehouse().night(*files)
        assert_table(night.core("disposition"), """
            | action | reason |
            | close  | second |
        """)
        assert_table(night.history("disposition"), """
            | action  | reason |
            | confirm | first  |
        """)
