from schemas.codes import code_list
from tests.helpers_reading import Warehouse, assert_judged, assert_words, changed_list

# REGIME: "Non-hazardous only" and "Hazardous only"
SCOPES = {"non_hazardous_only": {"043", "046", "047", "071", "074", "082", "083", "084"}, "hazardous_only": {"048"}}


def test_exactly_these_codes_are_for_one_kind_only():
    for scope, codes in SCOPES.items():
        assert {line["code"] for line in code_list("management_code") if line["waste_scope"] == scope} == codes


def test_each_kind_of_waste_has_its_methods():
    """010101 bears no mark, 010304 is marked HA, 060902 HM: both marks count as hazardous."""
    assert_judged("manifest", """
        | waste_code | management_code | finds                                |
        | 010101     | 071             | ok                                   |
        | 010101     | 011             | ok                                   |
        | 010101     | 048             | method_suits_hazard: management_code |
        | 010304     | 048             | ok                                   |
        | 010304     | 011             | ok                                   |
        | 010304     | 071             | method_suits_hazard: management_code |
        | 010305     | 083             | method_suits_hazard: management_code |
    """)  # fmt: skip


def test_it_is_silent_where_a_code_is_not_known():
    assert_judged("manifest", """
        | waste_code | management_code | finds                                     |
        | 999999     | 048             | waste_code_is_known: waste_code           |
        | 010304     | 999             | management_code_is_known: management_code |
        |            | 048             | value_is_present: waste_code              |
    """)  # fmt: skip


def test_the_mark_in_force_on_the_day_judges():
    """010101 is hazardous in the list from 2026 on."""
    warehouse = Warehouse()
    with changed_list(
        warehouse,
        "UPDATE ref.waste_code SET valid_to = DATE '2025-12-31' WHERE code = '010101'",
        "INSERT INTO ref.waste_code SELECT * REPLACE (DATE '2026-01-01' AS valid_from, NULL AS valid_to, 'HA' AS mark,"
        " true AS is_hazardous) FROM ref.waste_code WHERE code = '010101'",
    ):
        assert_judged("manifest", """
            | waste_code | management_code | sent_date  | finds                                |
            | 010101     | 071             | 2025-12-31 | ok                                   |
            | 010101     | 071             | 2026-01-01 | method_suits_hazard: management_code |
        """, warehouse=warehouse)  # fmt: skip


def test_words():
    assert_words(
        "method_suits_hazard",
        "manifest",
        waste_code="010304",
        management_code="071",
        en="Row 2, column management_code: method 071 does not suit this waste: it is for the other kind (hazardous or not)"
        " only. Check the waste code and the method.",
        th="แถว 2 คอลัมน์ รหัสวิธีการจัดการ: วิธี 071 ใช้กับของเสียนี้ไม่ได้ เพราะกำหนดไว้เฉพาะอีกประเภท (อันตรายหรือไม่อันตราย)"
        " กรุณาตรวจรหัสของเสียและวิธีการจัดการ",
    )
