from tests.helpers_reading import Warehouse, assert_table, in_thai


def test_a_monthly_report_in_thai():
    night = Warehouse().night(in_thai("processing", """
        | factory_id | report_month | nil_report | waste_code | opening_stock_t | received_t | processed_t | management_code | product_name | product_t | residue_t | closing_stock_t |
        | P1         | ก.พ. 2569     |            | 010101     | 0               | 10         | 8           | 011             | ปุ๋ย           | 6         | 0.5       | 2               |
        | P1         | ก.พ. 2569     |            | 010101     | 5               | 0          | 5           | 011             | ดินปลูก       | 5         |           | 0               |
        | P2         | ก.พ. 2569     | yes        |            |                 |            |             |                 |              |           |           |                 |
    """))  # fmt: skip
    assert night.findings == []
    assert_table(night.core("processing"), """
        | factory_id | report_month | nil_report | waste_code | received_t | processed_t | product_name | product_t | residue_t | closing_stock_t |
        | P1         | 2026-02-01   |            | 010101     | 10         | 8           | ปุ๋ย           | 6         | 0.5       | 2               |
        | P1         | 2026-02-01   |            | 010101     | 0          | 5           | ดินปลูก       | 5         |           | 0               |
        | P2         | 2026-02-01   | yes        |            |            |             |              |           |           |                 |
    """)  # fmt: skip
