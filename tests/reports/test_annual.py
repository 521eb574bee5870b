from tests.helpers_reading import Warehouse, assert_table, in_thai


def test_an_annual_report_in_thai():
    night = Warehouse().night(in_thai("annual", """
        | factory_id | report_year | nil_report | waste_code | waste_name | opening_stock_t | generated_t | managed_on_site_t | management_code | sent_off_site_t | closing_stock_t |
        | G1         | พ.ศ. 2568    | no         | 010101     | ดิน        | 1.5             | 100         | 20                | 011             | 80              | 1.5             |
        | G1         | พ.ศ. 2568    |            | 010304     |            | 0               | 3           | 0                 |                 | 3               | 0               |
        | G2         | พ.ศ. 2568    | yes        |            |            |                 |             |                   |                 |                 |                 |
    """))  # fmt: skip
    assert night.findings == []
    assert_table(night.core("annual"), """
        | factory_id | report_year | nil_report | waste_code | opening_stock_t | generated_t | managed_on_site_t | management_code | sent_off_site_t | closing_stock_t |
        | G1         | 2025        | no         | 010101     | 1.5             | 100         | 20                | 011             | 80              | 1.5             |
        | G1         | 2025        |            | 010304     | 0               | 3           | 0                 |                 | 3               | 0               |
        | G2         | 2025        | yes        |            |                 |             |                   |                 |                 |                 |
    """)  # fmt: skip
