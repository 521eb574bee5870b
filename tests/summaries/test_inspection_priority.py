"""summary.inspection_priority: where to inspect next, and why."""

from math import asin, cos, radians, sin, sqrt

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.steps.detect import detect
from flows.steps.summarise import summarise, summarise_found
from tests.text_tables import NIGHT, OBLIGATIONS_FROM, assert_table, insert, own_world, summarised, world

REGISTER = """
    | factory_id | province_code | latitude_deg | longitude_deg | opened_date |
    | G1         | 10            | 13.75        | 100.50        | 2026-01-01  |
    | G2         | 10            | 13.79        | 100.50        | 2026-01-01  |
    | G3         | 10            | 13.80        | 100.50        | 2026-01-01  |
    | G4         | 10            |              |               | 2026-01-01  |
    | G5         | 20            | 13.75        | 100.50        | 2026-01-01  |
"""


def test_complaints_about_near_and_somewhere_in_the_province() -> None:
    connection = summarised(factory=REGISTER, complaint="""
        | complaint_no | factory_id | province_code | latitude_deg | longitude_deg | status | received_date |
        | ABOUT        | G3         | 10            | 13.75        | 100.50        | open   | 2026-04-01    |
        | NEAR         |            | 10            | 13.75        | 100.50        | open   | 2026-04-01    |
        | SOMEWHERE    |            | 10            |              |               | closed | 2026-04-01    |
        | LONG_OPEN    |            | 20            |              |               | open   | 2024-01-01    |
        | LONG_CLOSED  |            | 20            |              |               | closed | 2024-01-01    |
    """)
    # 0.04 degrees are 4.4 km, 0.05 are 5.6; where a factory lies that gives no place nobody knows.
    assert_table(connection, "summary.inspection_priority", """
        | factory_id | complaints_about | complaints_near | complaints_score |
        | G1         | 0                | 2               | 3.5              |
        | G2         | 0                | 2               | 3.5              |
        | G3         | 1                | 1               | 10.5             |
        | G4         | 0                | 2               | 1                |
        | G5         | 0                | 2               | 3.5              |
    """)


def test_visits_and_orders() -> None:
    connection = summarised(factory=REGISTER, inspection="""
        | inspection_no | factory_id | item_code | inspected_date | result | order_due_date | resolved_date |
        | I1            | G1         | TH-9      | 2025-05-01     | pass   |                |               |
        | I2            | G2         | TH-9      | 2016-05-01     | fail   | 2016-06-01     | 2016-09-01    |
        | I2            | G2         | TH-10     | 2016-05-01     | fail   | 2016-06-01     |               |
        | I3            | G3         | TH-9      | 2026-05-01     | fail   | 2026-05-01     |               |
        | I4            | G4         | TH-9      | 2026-04-01     | fail   | 2026-04-30     |               |
        | I4            | G4         | TH-10     | 2026-04-01     | fail   | 2026-04-30     |               |
    """)
    assert_table(connection, "summary.inspection_priority", """
        | factory_id | days_since_inspection | inspection_score | orders_overdue | orders_score |
        | G1         | 365                   | 5                | 0              | 0            |
        | G2         | 3652                  | 15               | 1              | 10           |
        | G3         | 0                     | 0                | 0              | 0            |
        | G4         | 30                    | 0.411            | 2              | 20           |
        | G5         |                       | 15               | 0              | 0            |
    """)


def test_the_score_is_the_sum_of_its_parts_and_ranks() -> None:
    connection = own_world(
        factory="""
        | factory_id | opened_date | province_code |
        | G1         | 2025-01-01  | 10            |
        | G2         | 2026-01-01  | 20            |
        | G3         | 2026-01-01  | 10            |
    """,
        inspection="""
        | inspection_no | factory_id | inspected_date |
        | I1            | G1         | 2026-05-01     |
        | I2            | G2         | 2026-05-01     |
    """,
        manifest="""
        | manifest_no | factory_id | processor_id | waste_code | mass_t | sent_date  |
        | M1          | G2         | P1           | 010304     | 99     | 2025-06-01 |
        | M2          | G2         | P1           | 010304     | 99     | 2025-03-31 |
    """,
        receipt="""
        | manifest_no | waste_code | mass_t | completed_date |
        | M1          | 010304     | 99     | 2025-06-03     |
        | M2          | 010304     | 99     | 2025-04-02     |
    """,
    )
    summarise(connection, NIGHT, OBLIGATIONS_FROM)
    for rule, state in (("mass_jump", "open"), ("mass_jump", "silenced"), ("report_missing", "new")):
        connection.execute("INSERT INTO anomaly.found (rule, factory_id, state) VALUES (?, 'G1', ?)", [rule, state])
    summarise_found(connection)
    # G1 owes the annual report of 2025, which counts among the breaches only; 99 t of G2 lie within a year.
    assert_table(connection, "summary.inspection_priority", """
        | factory_id | rank | province_rank | score | breaches_score | anomalies_score | inspection_score | hazardous_score | open_breaches | anomalies | hazardous_t |
        | G3         | 1    | 1             | 15    | 0              | 0               | 15               | 0               | 0             | 0         | 0           |
        | G2         | 2    | 1             | 8     | 0              | 0               | 0                | 8               | 0             | 0         | 99          |
        | G1         | 3    | 2             | 7     | 4              | 3               | 0                | 0               | 1             | 1         | 0           |
    """)
    assert_table(connection, "summary.inspection_priority", """
        | factory_id | hazardous_share_pct | inspection_share_pct | complaints_share_pct | orders_share_pct |
        | G3         | 0                   | 100                  | 0                    | 0                |
        | G2         | 100                 | 0                    | 0                    | 0                |
        | G1         | 0                   | 0                    | 0                    | 0                |
    """)


def test_a_new_anomaly_moves_the_rank_the_same_night() -> None:
    connection = world(
        factory="""
        | factory_id | opened_date |
        | G1         | 2026-01-01  |
        | G2         | 2026-01-01  |
    """,
        annual="""
        | factory_id | report_year | generated_t |
        | G2         | 2023        | 1           |
        | G2         | 2024        | 1           |
        | G2         | 2025        | 90          |
    """,
    )
    summarise(connection, NIGHT, OBLIGATIONS_FROM)
    detect(connection, NIGHT)
    summarise_found(connection)
    assert_table(connection, "summary.inspection_priority", """
        | factory_id | rank | anomalies |
        | G2         | 1    | 1         |
        | G1         | 2    | 0         |
    """)


PLACES = st.fixed_dictionaries({
    "latitude_deg": st.decimals("5.5", "20.5", places=3), "longitude_deg": st.decimals("98", "105.5", places=3),
})  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(place=PLACES, north_deg=st.floats(-0.06, 0.06), east_deg=st.floats(-0.06, 0.06))
def test_neighbours_are_found_across_the_borders_of_squares(place: dict[str, float], north_deg: float, east_deg: float) -> None:


    lat, lon = float(place["latitude_deg"]), float(place["longitude_deg"])
    there = {"latitude_deg": round(lat + north_deg, 6), "longitude_deg": round(lon + east_deg, 6)}
    connection = world()
    insert(connection, "factory", [{"factory_id": "G1", "opened_date": "2026-01-01", **place}])
    insert(connection, "complaint", [{"complaint_no": "C1", **there}])
    summarise(connection, NIGHT, OBLIGATIONS_FROM)
    summarise_found(connection)
    north, east = radians(there["latitude_deg"] - lat) / 2, radians(there["longitude_deg"] - lon) / 2
    square = sin(north) ** 2 + cos(radians(lat)) * cos(radians(there["latitude_deg"])) * sin(east) ** 2
    is_near = 2 * 6371 * asin(sqrt(square)) <= 5
    found = connection.execute("SELECT complaints_near FROM summary.inspection_priority").fetchall()
    assert found == [(int(is_near),)]
