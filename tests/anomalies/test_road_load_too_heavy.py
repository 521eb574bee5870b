"""road_load_too_heavy: one load above 40 t."""

from tests.text_tables import assert_table, found_by, summarised


def test_a_worked_example() -> None:
    connection = summarised(manifest="""
        | manifest_no | line_no | vehicle_no | sent_date  | mass_t    |
        | JUST        | 1       | 70-1       | 2025-03-01 | 40        |
        | HEAVY       | 1       |            | 2025-03-01 | 40.000001 |
        | TWO_LINES   | 2       | 70-1       | 2025-03-01 | 25        |
        | TWO_LINES   | 3       | 70-1       | 2025-03-01 | 20        |
        | VEHICLES    | 1       | 70-1       | 2025-03-01 | 25        |
        | VEHICLES    | 2       | 70-2       | 2025-03-01 | 25        |
        | DAYS        | 1       | 70-1       | 2025-03-01 | 25        |
        | DAYS        | 2       | 70-1       | 2025-03-02 | 25        |
        | NO_VEHICLE  | 1       |            | 2025-03-01 | 25        |
        | NO_VEHICLE  | 2       |            | 2025-03-01 | 25        |
        | NO_VEHICLE  | 3       |            | 2025-03-01 | 50        |
        | NOT_OWED    | 1       | 70-1       | 2024-12-31 | 90        |
    """)
    assert_table(connection, found_by("road_load_too_heavy"), """
        | factory_id | period  | subject      | score     | vehicle_no | limit_t | lines | sent_date  | processor_id |
        | G1         | 2025-03 | HEAVY/1      | 40.000001 |            | 40      | 1     | 2025-03-01 | P1           |
        | G1         | 2025-03 | TWO_LINES/2  | 45        | 70-1       | 40      | 2     | 2025-03-01 | P1           |
        | G1         | 2025-03 | NO_VEHICLE/3 | 50        |            | 40      | 1     | 2025-03-01 | P1           |
    """)
