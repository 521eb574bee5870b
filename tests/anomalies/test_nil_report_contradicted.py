"""nil_report_contradicted: a nil report, but loads were sent or received in the period."""

import json
from datetime import date

from tests.text_tables import assert_table, found_by, summarised


def test_a_worked_example() -> None:
    connection = summarised(
        night=date(2026, 6, 1),
        factory="""
        | factory_id | factory_class |
        | NIL        | 34            |
        | REJECTED   | 34            |
        | SOME       | 34            |
        | P1         | 106           |
    """,
        annual="""
        | factory_id | report_year | nil_report | waste_code | submitted_by |
        | NIL        | 2025        | yes        |            | NIL          |
        | NIL        | 2024        | yes        |            | NIL          |
        | REJECTED   | 2025        | yes        |            | REJECTED     |
        | SOME       | 2025        | no         | 010101     | SOME         |
    """,
        processing="""
        | factory_id | report_month | nil_report | waste_code | submitted_by |
        | P1         | 2025-03-01   | yes        |            | P1           |
        | P1         | 2025-04-01   | yes        |            | P1           |
        | P1         | 2024-12-01   | yes        |            | P1           |
    """,
        manifest="""
        | manifest_no | factory_id | sent_date  | mass_t | submitted_by | submission_id |
        | M1          | NIL        | 2025-03-30 | 4      | P1           | mmm           |
        | M2          | NIL        | 2025-12-31 | 5      | NIL          | mmm           |
        | M3          | NIL        | 2024-12-31 | 6      | NIL          | mmm           |
        | M4          | REJECTED   | 2025-04-30 | 7      | REJECTED     | mmm           |
        | M5          | SOME       | 2024-12-30 | 8      | SOME         | mmm           |
    """,
        receipt="""
        | manifest_no | received_date | mass_t | decision | submitted_by |
        | M1          | 2025-03-31    | 4      | accepted | P1           |
        | M4          | 2025-04-30    | 0      | rejected | P1           |
        | M5          | 2024-12-31    | 8      | accepted | P1           |
    """,
    )
    assert_table(connection, found_by("nil_report_contradicted"), """
        | factory_id | period  | subject    | score | loads | mass_t | first_date | is_independent |
        | NIL        | 2025    | annual     | 9     | 2     | 9      | 2025-03-30 | true           |
        | P1         | 2025-03 | processing | 4     | 1     | 4      | 2025-03-31 | false          |
    """)
    found = connection.execute(f"SELECT evidence FROM {found_by('nil_report_contradicted')} WHERE factory_id = 'NIL'").fetchall()
    rows = [(row["table"], row["source_row"]) for row in json.loads(found[0][0])["rows"]]
    assert rows == [("core.annual", 2), ("core.manifest", 2), ("core.manifest", 3)]
