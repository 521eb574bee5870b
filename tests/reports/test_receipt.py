from tests.helpers_reading import Warehouse, assert_table, in_thai


def test_a_receipt_in_thai():
    night = Warehouse().night(in_thai("receipt", """
        | manifest_no | line_no | processor_id | received_date | waste_code | quantity | unit | density_kg_per_l | decision | management_code | completed_date | extended |
        | ก-0001/69   | 1       | P1           | 2/3/2569      | 010304     | 1,250    | กก.  |                  | accepted | 048             | 15/3/2569      | no       |
        | ก-0001/69   | 2       | P1           | 2/3/2569      | 010304     | 0        | L    | 0.9              | rejected |                 |                |          |
    """))  # fmt: skip
    assert night.findings == []
    assert_table(night.core("receipt"), """
        | manifest_no | line_no | processor_id | received_date | quantity | mass_t | decision | management_code | completed_date | extended |
        | ก-0001/69   | 1       | P1           | 2026-03-02    | 1250     | 1.25   | accepted | 048             | 2026-03-15     | no       |
        | ก-0001/69   | 2       | P1           | 2026-03-02    | 0        | 0      | rejected |                 |                |          |
    """)  # fmt: skip
