from tests.helpers_reading import assert_judged, assert_words


def test_a_volume_needs_a_density_and_a_mass_does_not():
    assert_judged("manifest", """
        | unit | density_kg_per_l | finds                              |
        | t    |                  | ok                                 |
        | กก.  |                  | ok                                 |
        | L    | 0.8              | ok                                 |
        | m3   | 1.1              | ok                                 |
        | L    |                  | density_is_given: density_kg_per_l |
        | m3   |                  | density_is_given: density_kg_per_l |
        | kg   | 0.8              | ok                                 |
    """)  # fmt: skip


def test_it_is_silent_where_unit_or_density_cannot_be_judged():
    assert_judged("receipt", """
        | unit   | density_kg_per_l | finds                               |
        | litre  |                  | value_is_allowed: unit              |
        |        |                  | value_is_present: unit              |
        | L      | 0,8              | value_is_readable: density_kg_per_l |
        | L      | 0                | value_is_allowed: density_kg_per_l  |
    """)  # fmt: skip


def test_words():
    assert_words(
        "density_is_given",
        "manifest",
        unit="L",
        density_kg_per_l="",
        en="Row 2, column density_kg_per_l is empty, but the quantity is a volume. Give the density in kg/L, or the quantity in"
        " t or kg.",
        th="แถว 2 คอลัมน์ ความหนาแน่น (กก./ลิตร) ว่าง แต่ปริมาณเป็นปริมาตร กรุณาระบุความหนาแน่น (กก./ลิตร) หรือรายงานเป็นตันหรือกิโลกรัม",
    )
