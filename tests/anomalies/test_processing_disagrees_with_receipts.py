"""processing_disagrees_with_receipts: received_t of the month differs from the month's receipts."""

from datetime import date

from tests.text_tables import assert_table, found_by, summarised

PROCESSORS = """
    | factory_id | factory_class |
    | P1         | 106           |
    | P2         | 101           |
"""


def test_a_worked_example() -> None:
    connection = summarised(
        night=date(2025, 4, 16),
        factory=PROCESSORS,
        processing="""
        | factory_id | report_month | waste_code | received_t | nil_report |
        | P1         | 2024-12-01   | 010101     | 999        | no         |
        | P1         | 2025-01-01   | 010101     | 60         | no         |
        | P1         | 2025-01-01   | 010304     | 51         | no         |
        | P1         | 2025-02-01   | 010101     | 89.9       | no         |
        | P1         | 2025-03-01   | 010101     | 111        | no         |
        | P2         | 2025-01-01   | 010101     | 5          | no         |
        | P2         | 2025-02-01   |            |            | yes        |
        | P2         | 2025-03-01   | 010101     | 0.1        | no         |
    """,
        receipt="""
        | manifest_no | processor_id | received_date | mass_t | decision |
        | M1          | P1           | 2025-01-31    | 100    | accepted |
        | M2          | P1           | 2025-01-15    | 0      | rejected |
        | M3          | P1           | 2025-02-15    | 100    | accepted |
        | M4          | P1           | 2025-03-15    | 100    | accepted |
        | M5          | P2           | 2025-02-15    | 70     | accepted |
        | M6          | P1           | 2024-12-31    | 1      | accepted |
    """,
    )
    assert_table(connection, found_by("processing_disagrees_with_receipts"), """
        | factory_id | period  | subject | score | reported_t | received_t | difference_t | difference_pct | loads | is_independent |
        | P1         | 2025-02 |         | 10.1  | 89.9       | 100        | -10.1        | -10.1          | 1     | false          |
        | P2         | 2025-01 |         | 5     | 5          | 0          | 5            | 100            | 0     | false          |
    """)


def test_it_waits_for_the_due_date_and_for_the_first_receipt_of_the_month() -> None:
    processing = """
        | factory_id | report_month | received_t |
        | P1         | 2025-03-01   | 50         |
    """
    receipt = """
        | manifest_no | processor_id | received_date |
        | M1          | P2           | 2025-03-15    |
    """
    nobody = """
        | factory_id |
    """
    rule = found_by("processing_disagrees_with_receipts")
    assert_table(summarised(date(2025, 4, 15), factory=PROCESSORS, processing=processing, receipt=receipt), rule, nobody)
    assert_table(summarised(date(2025, 4, 16), factory=PROCESSORS, processing=processing), rule, nobody)
    assert_table(summarised(date(2025, 4, 16), factory=PROCESSORS, processing=processing, receipt=receipt), rule, """
        | factory_id |
        | P1         |
    """)
