"""last_resort_codes: a high share of xx xx 99 and chapter 16."""

import pytest

from tests.text_tables import assert_table, found_by, insert, load, summarised, world


def test_a_worked_example() -> None:
    connection = summarised(annual="""
        | factory_id | report_year | waste_code | generated_t |
        | G1         | 2025        | 020199     | 6           |
        | G1         | 2025        | 160103     | 5           |
        | G1         | 2025        | 010101     | 9           |
        | G1         | 2024        | 020199     | 99          |
        | HALF       | 2025        | 160103     | 10          |
        | HALF       | 2025        | 010101     | 10          |
        | LITTLE     | 2025        | 160103     | 9.9         |
        | NOTHING    | 2025        | 160103     | 0           |
    """)
    assert_table(connection, found_by("last_resort_codes"), """
        | factory_id | period | subject | score | last_resort_t | generated_t | last_resort_pct | waste_code |
        | G1         | 2025   |         | 11    | 11            | 20          | 55              | 020199     |
    """)


@pytest.mark.parametrize(
    ("peers", "share_of_peers", "found"),
    [
        (9, 0.0, [("0.0", "10")]),  # ten with itself: nobody else codes like that
        (9, 40.0, [("40.0", "10")]),  # 80 % is 40 points above
        (9, 55.0, []),  # exactly 25 points above: the way of the trade
        (9, 54.9, [("54.9", "10")]),
        (9, 80.0, []),
        (8, 80.0, [(None, "0")]),  # too few to say what is usual
    ],
)
def test_what_the_whole_class_does_is_no_anomaly(
    peers: int, share_of_peers: float, found: list[tuple[str | None, str]]
) -> None:
    connection = world()
    names = ["G1", *(f"PEER{number}" for number in range(peers))]
    insert(connection, "factory", [{"factory_id": one, "factory_class": "106"} for one in names])
    insert(connection, "factory", [{"factory_id": "OTHER", "factory_class": "34"}])
    load(connection, "annual", """
        | factory_id | report_year | waste_code | generated_t |
        | G1         | 2025        | 160103     | 80          |
        | G1         | 2025        | 010101     | 20          |
        | OTHER      | 2025        | 010101     | 20          |
    """)
    for one in names[1:]:
        for code, share in (("160601", share_of_peers), ("010101", 100 - share_of_peers)):
            insert(connection, "annual", [{"factory_id": one, "waste_code": code, "generated_t": str(share)}])
    rows = connection.execute(
        f"SELECT evidence ->> '$.peers_last_resort_pct', peers FROM {found_by('last_resort_codes')} WHERE factory_id = 'G1'"
    ).fetchall()
    assert rows == found
