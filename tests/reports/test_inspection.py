from tests.helpers_reading import Warehouse, assert_table, in_thai


def test_an_inspection_in_thai():
    night = Warehouse().night(in_thai("inspection", """
        | inspection_no | factory_id | inspected_date | inspector | item_code | result         | finding | order_due_date | resolved_date |
        | ตร.1/69       | G1         | 1 มี.ค. 2569    | นาย ก     | A1        | pass           |         |                |               |
        | ตร.1/69       | G1         | 1 มี.ค. 2569    | นาย ก     | A2        | fail           | ถังรั่ว   | 1 เม.ย. 2569    | 10 มี.ค. 2569  |
    """))  # fmt: skip
    assert night.findings == []
    assert_table(night.core("inspection"), """
        | inspection_no | factory_id | inspected_date | inspector | item_code | result | finding | order_due_date | resolved_date |
        | ตร.1/69       | G1         | 2026-03-01     | นาย ก     | A1        | pass   |         |                |               |
        | ตร.1/69       | G1         | 2026-03-01     | นาย ก     | A2        | fail   | ถังรั่ว   | 2026-04-01     | 2026-03-10    |
    """)  # fmt: skip
