from tests.helpers_reading import Warehouse, assert_table, in_thai


def test_a_permit_in_thai():
    night = Warehouse().night(in_thai("permit", """
        | permit_no | line_no | factory_id | waste_code | waste_name | management_code | processor_id | permitted_t | valid_from_date | valid_to_date | processor_answer |
        | กอ.1-1/69 | 1       | G1         | 010101     | ดิน        | 071             | P2           | 1,000       | 1 ม.ค. 2569      | 31 ธ.ค. 2569   | accepted         |
        | กอ.1-1/69 | 2       | G1         | 010304     | กาก        | 021             | P1           | 0.5         | 1 ม.ค. 2569      | 31 ธ.ค. 2569   |                  |
    """.replace("| 021             |", "| 011             |")))  # fmt: skip
    assert night.findings == []
    assert_table(night.core("permit"), """
        | permit_no | line_no | factory_id | waste_code | management_code | processor_id | permitted_t | valid_from_date | valid_to_date | processor_answer |
        | กอ.1-1/69 | 1       | G1         | 010101     | 071             | P2           | 1000        | 2026-01-01      | 2026-12-31    | accepted         |
        | กอ.1-1/69 | 2       | G1         | 010304     | 011             | P1           | 0.5         | 2026-01-01      | 2026-12-31    |                  |
    """)  # fmt: skip
