"""A row is judged by the lists and rules in force for its period."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from schemas import checks
from schemas.checks import _sql
from schemas.records import Check
from tests.helpers_reading import Warehouse, assert_judged


def in_force(monkeypatch: pytest.MonkeyPatch, check_id: str, **days: date) -> None:
    """The check with other days, for this test."""
    changed: dict[str, Check] = {**checks.all_checks()}
    changed[check_id] = dataclasses.replace(changed[check_id], **days)
    monkeypatch.setattr(checks, "all_checks", lambda: changed)


def test_a_rule_judges_from_its_first_to_its_last_day(monkeypatch: pytest.MonkeyPatch) -> None:
    in_force(monkeypatch, "processor_may_receive", valid_from=date(2026, 1, 1), valid_to=date(2026, 1, 31))
    assert_judged("manifest", """
        | processor_id | sent_date  | finds                               | why            |
        | G2           | 2025-12-31 | ok                                  | not yet        |
        | G2           | 2026-01-01 | processor_may_receive: processor_id | its first day  |
        | G2           | 2026-01-31 | processor_may_receive: processor_id | its last day   |
        | G2           | 2026-02-01 | ok                                  | not any more   |
        | P1           | 2026-01-15 | ok                                  |                |
    """)  # fmt: skip


def test_a_class_is_judged_by_the_line_of_its_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Class 101 (P2) received no waste any more from 2026 on; class 106 (P1) does."""
    lines = [line | {"valid_to": "2025-12-31"} if line["code"] == "101" else line for line in _sql.code_list("factory_class")]
    monkeypatch.setattr(_sql, "code_list", lambda name: lines)
    assert_judged("manifest", """
        | processor_id | sent_date  | finds                               |
        | P2           | 2025-12-31 | ok                                  |
        | P2           | 2026-01-01 | processor_may_receive: processor_id |
        | P1           | 2026-01-01 | ok                                  |
        | P2           | 2023-10-31 | period_is_in_regime: sent_date      |
    """)  # fmt: skip


def test_a_code_is_judged_by_the_line_of_its_day() -> None:
    """010101 was struck from the list at the end of 2025, and 010102 came in only then."""
    warehouse = Warehouse()
    warehouse.connection.execute("BEGIN")
    try:
        warehouse.connection.execute("UPDATE ref.waste_code SET valid_to = '2025-12-31' WHERE code = '010101'")
        warehouse.connection.execute("UPDATE ref.waste_code SET valid_from = '2026-01-01' WHERE code = '010102'")
        assert_judged("manifest", """
            | waste_code | sent_date  | finds                           |
            | 010101     | 2025-12-31 | ok                              |
            | 010101     | 2026-01-01 | waste_code_is_known: waste_code |
            | 010102     | 2025-12-31 | waste_code_is_known: waste_code |
            | 010102     | 2026-01-01 | ok                              |
        """, warehouse=warehouse)  # fmt: skip
    finally:
        warehouse.connection.execute("ROLLBACK")
