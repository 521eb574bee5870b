from decimal import Decimal, localcontext

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.helpers_reading import Given, Warehouse, assert_table, cells_of, csv_bytes, in_thai


def test_a_manifest_in_thai():
    night = Warehouse().night(in_thai("manifest", """
        | manifest_no | line_no | factory_id  | processor_id | waste_code | waste_name     | management_code | quantity | unit | density_kg_per_l | container_count | vehicle_no | sent_date   |
        | ก-0001/69   |         | 3-34-1/55กท | P1           | 010304     | น้ำมันใช้แล้ว     | 048             | 1,250.5  | กก.  |                  | ๖               | 80-1234 กท | 1 มี.ค. 2569 |
        | ก-0001/69   | 2       | G1          | P1           | 010304     | น้ำมันใช้แล้ว     | 048             | 2        | m3   | 0.9              |                 | 80-1234 กท | 1/3/2569    |
    """))  # fmt: skip
    assert night.findings == []
    assert_table(night.core("manifest"), """
        | manifest_no | line_no | factory_id | processor_id | waste_code | waste_name | quantity | unit | mass_t  | container_count | sent_date  | source_row |
        | ก-0001/69   | 1       | G1         | P1           | 010304     | น้ำมันใช้แล้ว | 1250.5   | kg   | 1.2505  | 6               | 2026-03-01 | 2          |
        | ก-0001/69   | 2       | G1         | P1           | 010304     | น้ำมันใช้แล้ว | 2        | m3   | 1.8     |                 | 2026-03-01 | 3          |
    """)  # fmt: skip


_quantity = st.decimals(Decimal("0.000001"), Decimal("999999999999.999999"), places=6, allow_nan=False)
_density = st.decimals(Decimal("0.000001"), Decimal(9_999), places=6, allow_nan=False)


@settings(max_examples=8)
@example([(Decimal("999999999999.999999"), Decimal("9999"))])
@example([(Decimal("999999999999.999999"), Decimal("9998.999999"))])
@example([(Decimal("0.000001"), Decimal("0.000001"))])
@given(st.lists(st.tuples(_quantity, _density), min_size=1, max_size=8))
def test_masses_are_exact_in_every_unit(pairs: list[tuple[Decimal, Decimal]]):
    """Law 5: kg, t and back is exact to the last reported digit, and so is a volume times its density."""
    rows, expected = [], {}
    for number, (quantity, density) in enumerate(pairs):
        for unit, factor in (("t", Decimal(1)), ("kg", Decimal("0.001")), ("L", density / 1000), ("m3", density)):
            name = f"{number}{unit}"
            with localcontext(prec=60):
                expected[name] = quantity * factor
            rows.append(
                cells_of("manifest", manifest_no=name, quantity=f"{quantity:f}", unit=unit, density_kg_per_l=f"{density:f}")
            )
    night = Warehouse().night(Given(csv_bytes(rows)))
    assert {row["manifest_no"]: row["mass_t"] for row in night.core("manifest")} == expected
    assert all(row["mass_t"] * 1000 == row["quantity"] for row in night.core("manifest") if row["unit"] == "kg")
