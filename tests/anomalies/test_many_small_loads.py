"""many_small_loads: one vehicle makes an implausible number of trips in a day, or those of several generators overlap."""

import json

from tests.text_tables import assert_table, found_by, summarised


def trips(vehicle_no: str, sent_date: str, mass_t: float, *generators: tuple[str, int], lines: int = 1) -> str:
    """So many manifests of each generator with one vehicle on one day."""
    return "\n".join(
        f"| {vehicle_no}-{generator}-{number} | {line} | {generator} | {vehicle_no} | {sent_date} | {mass_t} |"
        for generator, count in generators
        for number in range(count)
        for line in range(1, lines + 1)
    )


def test_a_worked_example() -> None:
    connection = summarised(manifest=f"""
        | manifest_no | line_no | factory_id | vehicle_no | sent_date | mass_t |
        {trips("BUSY", "2025-03-01", 10, ("G1", 72))}
        {trips("AT_MOST", "2025-03-01", 10, ("G1", 12))}
        {trips("SHARED", "2025-03-02", 10, ("G1", 3), ("G2", 4))}
        {trips("LITTLE", "2025-03-02", 10, ("G1", 3), ("G2", 3))}
        {trips("ROUND", "2025-03-03", 1, ("G1", 1), ("G2", 20))}
        {trips("LINES", "2025-03-03", 5, ("G1", 5), lines=3)}
        {trips("NOT_OWED", "2024-12-31", 10, ("G1", 72))}
        {trips("", "2025-03-01", 10, ("G3", 30))}
    """)
    assert_table(connection, found_by("many_small_loads"), """
        | factory_id | period  | subject           | score | trips | own_trips | generators | mass_t | trips_at_most |
        | G1         | 2025-03 | BUSY 2025-03-01   | 72    | 72    | 72        | 1          | 720    | 12            |
        | G1         | 2025-03 | SHARED 2025-03-02 | 7     | 7     | 3         | 2          | 70     | 6             |
        | G2         | 2025-03 | SHARED 2025-03-02 | 7     | 7     | 4         | 2          | 70     | 6             |
    """)
    found = connection.execute(
        f"SELECT factory_id, evidence FROM {found_by('many_small_loads')} WHERE subject LIKE 'SHARED%'"
    ).fetchall()
    assert {factory_id: len(json.loads(evidence)["rows"]) for factory_id, evidence in found} == {"G1": 3, "G2": 4}


def test_a_vehicle_that_everybody_names_grows_with_the_loads_not_with_their_square() -> None:
    connection = summarised(manifest=f"""
        | manifest_no | line_no | factory_id | vehicle_no | sent_date | mass_t |
        {trips("-", "2025-03-01", 10, *((f"G{number}", 1) for number in range(3_000)))}
    """)
    found = connection.execute(f"SELECT evidence FROM {found_by('many_small_loads')}").fetchall()
    assert len(found) == 3_000
    assert {len(json.loads(evidence)["rows"]) for (evidence,) in found} == {1}
