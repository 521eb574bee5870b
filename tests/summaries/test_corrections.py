"""Corrections flow through: what comes in on a later night changes exactly the figures that it should, on that night.

The files go the real way (read, checked, loaded, the later version in place of the earlier one); each scenario has a load of
another generator beside it whose figures must stay as they are.
"""

from __future__ import annotations

from flows.sql_files import anomalies, summaries
from flows.steps.summarise import summarise, summarise_found
from tests.helpers_reading import FACTORIES, NIGHT, Given, Warehouse, given
from tests.text_tables import OBLIGATIONS_FROM, assert_table

G1, G2, P1, P2 = (FACTORIES[name] for name in ("G1", "G2", "P1", "P2"))
CODE = "010101"
PERMITS = f"""
    | permit_no | factory_id | waste_code | valid_to_date |
    | K1        | G1         | {CODE}     | 2026-12-31    |
    | K2        | G2         | {CODE}     | 2026-12-31    |
"""
LOADS = f"""
    | manifest_no | factory_id | waste_code | quantity | sent_date  |
    | M1          | G1         | {CODE}     | 10       | 2026-03-01 |
    | M2          | G2         | {CODE}     | 5        | 2026-03-01 |
"""
ANSWERS = f"""
    | manifest_no | waste_code | quantity |
    | M1          | {CODE}     | 10       |
    | M2          | {CODE}     | 5        |
"""


class House:
    """A warehouse that is summarised after every file, always for the same night: what differs is the file's doing."""

    def __init__(self, *files: Given) -> None:
        self.warehouse = Warehouse()
        self.warehouse.night(*files)
        self.before = self._summarised()

    def receive(self, file: Given) -> set[str]:
        """Take in a correction.

        Returns:
            Summaries of which a row is another now.
        """
        night = self.warehouse.night(file)
        assert [each for each in night.findings if each["submission_id"] == file.submission_id] == []
        earlier, self.before = self.before, self._summarised()
        return {name for name in earlier if earlier[name] != self.before[name]}

    def rows(self, source: str, expected: str) -> None:
        """The source holds exactly these rows."""
        assert_table(self.warehouse.connection, source, expected)

    def found(self, rule: str) -> list[tuple[str, str]]:
        """Factory and subject of what a rule finds."""
        (file,) = (each for each in anomalies() if each.name == rule)
        return sorted(self.warehouse.connection.execute(f"SELECT factory_id, subject FROM ({file.body})").fetchall())

    def _summarised(self) -> dict[str, list[str]]:
        connection = self.warehouse.connection
        summarise(connection, NIGHT, OBLIGATIONS_FROM)
        summarise_found(connection)
        return {
            each.name: sorted(map(str, connection.execute(f"FROM summary.{each.name}").fetchall())) for each in summaries()
        }

    def of(self, factory_id: str) -> list[str]:
        """Rows of all summaries that name this factory; where factories are ranked, others' reports move a rank."""
        tables = {name: rows for name, rows in self.before.items() if name not in ("factory_compliance", "inspection_priority")}
        return [row for rows in tables.values() for row in rows if factory_id in row]


def test_a_corrected_manifest() -> None:
    house = House(given("permit", PERMITS), given("manifest", LOADS), given("receipt", ANSWERS))
    other = house.of(G2)
    changed = house.receive(given("manifest", f"""
        | manifest_no | factory_id | waste_code | quantity | sent_date  |
        | M1          | G1         | {CODE}     | 7        | 2026-03-01 |
    """, at="2026-03-20 12:00"))  # fmt: skip
    house.rows("summary.reconciliation", """
        | manifest_no | sent_t | received_t | state            |
        | M1          | 7      | 10         | quantity_differs |
        | M2          | 5      | 5          | matched          |
    """)
    house.rows("summary.permit_use", """
        | permit_no | sent_t | used_pct |
        | K1        | 7      | 7        |
        | K2        | 5      | 5        |
    """)
    assert house.found("sent_received_mismatch") == [(G1, "M1/1")]
    assert changed.isdisjoint({"obligation", "completion", "stock_balance", "anomaly_verdict"})
    assert house.of(G2) == other and len(other) > 5


def test_a_late_receipt() -> None:
    house = House(given("permit", PERMITS), given("manifest", LOADS), given("receipt", ANSWERS.replace("| M1 ", "| XX ")))
    house.rows("summary.reconciliation", """
        | manifest_no | state            |
        | M1          | unanswered       |
        | M2          | matched          |
        | XX          | without_manifest |
    """)
    assert house.found("manifest_unanswered") == [(P1, f"M1/1 {G1}")]
    changed = house.receive(given("receipt", f"""
        | manifest_no | waste_code | quantity | received_date |
        | M1          | {CODE}     | 10       | 2026-03-19    |
    """, at="2026-03-20 12:00"))  # fmt: skip
    house.rows("summary.reconciliation WHERE manifest_no <> 'XX'", """
        | manifest_no | state   | received_date |
        | M1          | matched | 2026-03-19    |
        | M2          | matched | 2026-03-02    |
    """)
    house.rows("summary.completion WHERE manifest_no = 'M1'", """
        | due_date   | state   |
        | 2026-05-18 | running |
    """)
    house.rows(f"summary.factory_compliance WHERE factory_id = '{P1}'", """
        | unanswered_loads | receipts_without_manifest |
        | 0                | 1                         |
    """)
    assert house.found("manifest_unanswered") == []
    assert changed.isdisjoint({"obligation", "removal", "permit_use", "stock_balance", "anomaly_verdict"})


def test_a_withdrawn_permit() -> None:
    """A permission is withdrawn by a later version of it that ends earlier."""
    house = House(given("permit", PERMITS), given("manifest", LOADS), given("receipt", ANSWERS))
    assert house.found("removal_without_permit") == []
    changed = house.receive(given("permit", f"""
        | permit_no | factory_id | waste_code | valid_to_date |
        | K1        | G1         | {CODE}     | 2026-02-28    |
    """, at="2026-03-20 12:00"))  # fmt: skip
    house.rows("summary.permit_use", """
        | permit_no | sent_t | state   |
        | K1        | 0      | expired |
        | K2        | 5      | within  |
    """)
    assert house.found("removal_without_permit") == [(G1, f"{CODE}/011/{P1}")]
    assert changed == {"removal", "permit_use"}


def test_an_answer_before_the_manifest_and_a_manifest_re_issued_after_its_receipt() -> None:
    house = House(given("receipt", f"""
        | manifest_no | line_no | waste_code | quantity |
        | M1          | 1       | {CODE}     | 10       |
        | M1          | 2       | {CODE}     | 3        |
    """))  # fmt: skip
    house.rows("summary.reconciliation", """
        | manifest_no | line_no | state            |
        | M1          | 1       | without_manifest |
        | M1          | 2       | without_manifest |
    """)
    house.receive(given("manifest", f"""
        | manifest_no | line_no | waste_code | quantity |
        | M1          | 1       | {CODE}     | 10       |
        | M1          | 2       | {CODE}     | 3        |
    """, at="2026-03-20 11:00"))  # fmt: skip
    house.rows("summary.reconciliation", """
        | manifest_no | line_no | state   |
        | M1          | 1       | matched |
        | M1          | 2       | matched |
    """)
    # Re-issued after the receipt: line 1 now goes to another processor with another code, line 2 is gone.
    house.receive(given("manifest", """
        | manifest_no | line_no | waste_code | quantity | processor_id |
        | M1          | 1       | 010102     | 10       | P2           |
    """, at="2026-03-20 12:00"))  # fmt: skip
    house.rows("summary.reconciliation", f"""
        | manifest_no | line_no | processor_id | state            |
        | M1          | 1       | {P2}         | unanswered       |
        | M1          | 1       | {P1}         | without_manifest |
        | M1          | 2       | {P1}         | without_manifest |
    """)


def test_partial_and_rejected_loads_and_an_answer_to_a_wrong_code_that_is_put_right() -> None:
    house = House(
        given("manifest", f"""
            | manifest_no | waste_code | quantity |
            | PART        | {CODE}     | 10       |
            | REJECTED    | {CODE}     | 10       |
            | CODE        | {CODE}     | 10       |
        """),
        given("receipt", f"""
            | manifest_no | waste_code | quantity | decision        |
            | PART        | {CODE}     | 4        | partly_accepted |
            | REJECTED    | {CODE}     | 0        | rejected        |
            | CODE        | 010102     | 10       | accepted        |
        """),
    )  # fmt: skip
    house.rows("summary.reconciliation", """
        | manifest_no | received_t | state            |
        | PART        | 4          | quantity_differs |
        | REJECTED    | 0          | rejected         |
        | CODE        | 10         | code_differs     |
    """)
    house.receive(given("receipt", f"""
        | manifest_no | waste_code | quantity |
        | CODE        | {CODE}     | 10       |
    """, at="2026-03-20 12:00"))  # fmt: skip
    house.rows("summary.reconciliation", """
        | manifest_no | received_t | state            |
        | PART        | 4          | quantity_differs |
        | REJECTED    | 0          | rejected         |
        | CODE        | 10         | matched          |
    """)


def test_a_faulty_manifest_and_its_mended_one() -> None:
    """While it waits in quarantine nobody else is accused of it; once it is mended, the load is matched."""
    faulty = LOADS.replace(f"| M1          | G1         | {CODE}", "| M1          | G1         | 999999")
    house = House(given("receipt", ANSWERS), given("manifest", faulty))
    house.rows("summary.reconciliation", """
        | manifest_no | state            | is_manifest_held |
        | M1          | without_manifest | yes              |
        | M2          | matched          | no               |
    """)
    assert house.found("receipt_without_manifest") == []
    house.receive(given("manifest", f"""
        | manifest_no | factory_id | waste_code | quantity | sent_date  |
        | M1          | G1         | {CODE}     | 10       | 2026-03-01 |
    """, at="2026-03-20 12:00"))  # fmt: skip
    house.rows("summary.reconciliation", """
        | manifest_no | state   | is_manifest_held |
        | M1          | matched | no               |
        | M2          | matched | no               |
    """)
