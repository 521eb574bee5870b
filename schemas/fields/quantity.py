"""How much: quantities, stocks and places."""

from decimal import Decimal

from schemas.records import Field

QUANTITY = Field(
    "quantity", "decimal", "ปริมาณ", "net quantity, in the unit of the same row", required="yes",
    unit="as unit", above=Decimal(0),
)  # fmt: skip
UNIT = Field(
    "unit", "unit", "หน่วย", "unit of quantity; ตัน and กก. are accepted words for t and kg", required="yes",
    words=("t", "kg", "L", "m3"),
)  # fmt: skip
DENSITY_KG_PER_L = Field(
    "density_kg_per_l", "decimal", "ความหนาแน่น (กก./ลิตร)", "needed when unit is a volume", unit="kg/L",
    above=Decimal(0),
    # Far beyond any matter (23), and wide enough that kg/m3 written here stays a plausible cell; with it a sum of a
    # million of the largest loads is still an exact decimal, so that no file can stop a night [policy].
    at_most=Decimal(9_999),
)  # fmt: skip
OPENING_STOCK_T = Field(
    "opening_stock_t", "decimal", "ยอดยกมา (ตัน)", "in storage on the first day of the period",
    required="unless nil", unit="t", at_least=Decimal(0),
)  # fmt: skip
CLOSING_STOCK_T = OPENING_STOCK_T.but(
    name="closing_stock_t", header_th="ยอดคงเหลือ (ตัน)", meaning="in storage on the last day of the period"
)
LATITUDE_DEG = Field("latitude_deg", "decimal", "ละติจูด", "WGS84", unit="deg", at_least=Decimal("5.0"), at_most=Decimal("21.0"))
LONGITUDE_DEG = Field(
    "longitude_deg", "decimal", "ลองจิจูด", "WGS84", unit="deg", at_least=Decimal("97.0"), at_most=Decimal("106.0")
)
