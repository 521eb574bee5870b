"""report_late: a report came after its due date."""

import json
from datetime import date

from tests.text_tables import assert_table, found_by, summarised


def test_a_worked_example() -> None:
    connection = summarised(
        night=date(2026, 6, 1),
        factory="""
        | factory_id | factory_class |
        | IN_TIME    | 34            |
        | LATE       | 34            |
        | CORRECTED  | 34            |
        | MISSING    | 34            |
        | P1         | 106           |
    """,
        annual="""
        | factory_id | received_at      |
        | IN_TIME    | 2026-04-30 16:59 |
        | LATE       | 2026-04-30 17:00 |
        | CORRECTED  | 2026-05-20 03:00 |
        | P1         | 2026-02-01 03:00 |
    """,
        history_annual="""
        | factory_id | received_at      |
        | CORRECTED  | 2026-04-01 03:00 |
    """,
        processing="""
        | factory_id | report_month | received_at      |
        | P1         | 2026-03-01   | 2026-04-25 03:00 |
        | P1         | 2026-04-01   | 2026-05-10 03:00 |
        | P1         | 2024-12-01   | 2025-04-10 03:00 |
    """,
    )
    assert_table(connection, found_by("report_late"), """
        | factory_id | period  | subject    | score | clause | due_date   | reported_date |
        | LATE       | 2025    | annual     | 1     | 13     | 2026-04-30 | 2026-05-01    |
        | P1         | 2026-03 | processing | 10    | 22     | 2026-04-15 | 2026-04-25    |
    """)
    found = connection.execute(f"SELECT evidence FROM {found_by('report_late')} WHERE factory_id = 'LATE'").fetchall()
    assert json.loads(found[0][0])["rows"] == [{"submission_id": "annual"}]
