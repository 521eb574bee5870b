"""summary.completion: the clock for managing what was received."""

from datetime import date

import pytest

from flows.errors import NightError
from flows.steps.summarise import summarise
from tests.text_tables import OBLIGATIONS_FROM, assert_table, own_world, summarised


def test_every_clock_and_its_extension() -> None:
    connection = summarised(
        manifest="""
        | manifest_no | management_code |
        | COMPOST     | 083             |
        | OTHERWISE   | 083             |
    """,
        receipt="""
        | manifest_no | waste_code | management_code | extended | received_date |
        | HAZARDOUS   | 010304     | 061             | no       | 2025-03-01    |
        | EXTENDED    | 010304     | 061             | yes      | 2025-03-01    |
        | PLAIN       | 010101     | 061             |          | 2025-03-01    |
        | PLAIN_EXT   | 010101     |                 | yes      | 2025-03-01    |
        | COMPOST     | 010101     |                 | no       | 2025-03-01    |
        | OTHERWISE   | 010101     | 071             | no       | 2025-03-01    |
        | BOTH        | 010101     | 083             | yes      | 2025-03-01    |
        | NO_SUCH     | 010304     | 083             | no       | 2025-03-01    |
    """,
    )
    assert_table(connection, "summary.completion", """
        | manifest_no | is_extended | management_code | due_date   | state   |
        | HAZARDOUS   | no          | 061             | 2025-03-31 | overdue |
        | EXTENDED    | yes         | 061             | 2025-04-30 | overdue |
        | PLAIN       | no          | 061             | 2025-04-30 | overdue |
        | PLAIN_EXT   | yes         |                 | 2025-06-29 | overdue |
        | COMPOST     | no          | 083             | 2025-08-28 | overdue |
        | OTHERWISE   | no          | 071             | 2025-04-30 | overdue |
        | BOTH        | yes         | 083             | 2026-02-24 | overdue |
        | NO_SUCH     | no          | 083             | 2025-03-31 | overdue |
    """)


def test_every_state() -> None:
    connection = summarised(
        night=date(2025, 5, 1),
        manifest="""
        | manifest_no | factory_id |
        | IN_TIME     | G1         |
    """,
        receipt="""
        | manifest_no | received_date | completed_date | decision        | mass_t |
        | IN_TIME     | 2025-03-01    | 2025-04-30     | accepted        | 8      |
        | LATE        | 2025-03-01    | 2025-05-01     | partly_accepted | 8      |
        | RUNNING     | 2025-03-02    |                | accepted        | 8      |
        | OVERDUE     | 2025-03-01    |                | accepted        | 8      |
        | REJECTED    | 2025-01-01    |                | rejected        | 0      |
    """,
    )
    assert_table(connection, "summary.completion", """
        | manifest_no | line_no | processor_id | factory_id | received_t | due_date   | completed_date | state          | days_late |
        | IN_TIME     | 1       | P1           | G1         | 8          | 2025-04-30 | 2025-04-30     | completed      |           |
        | LATE        | 1       | P1           |            | 8          | 2025-04-30 | 2025-05-01     | completed_late | 1         |
        | RUNNING     | 1       | P1           |            | 8          | 2025-05-01 |                | running        |           |
        | OVERDUE     | 1       | P1           |            | 8          | 2025-04-30 |                | overdue        | 1         |
    """)


def test_the_clock_is_the_one_in_force_on_the_day_of_receipt() -> None:
    connection = own_world(receipt="""
        | manifest_no | received_date |
        | BEFORE      | 2025-06-30    |
        | AFTER       | 2025-07-01    |
    """)
    connection.execute("UPDATE ref.completion_clock SET valid_to = DATE '2025-06-30'")
    connection.execute(
        "INSERT INTO ref.completion_clock SELECT * REPLACE ('45' AS days, DATE '2025-07-01' AS valid_from, NULL AS valid_to) "
        "FROM ref.completion_clock WHERE management_code IS NULL"
    )
    summarise(connection, date(2025, 12, 31), OBLIGATIONS_FROM)
    assert_table(connection, "summary.completion", """
        | manifest_no | due_date   |
        | BEFORE      | 2025-08-29 |
        | AFTER       | 2025-08-15 |
    """)
    connection.execute("DELETE FROM ref.completion_clock")
    with pytest.raises(NightError, match="no clock for a load received on"):
        summarise(connection, date(2025, 12, 31), OBLIGATIONS_FROM)
