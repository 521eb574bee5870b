"""When evidence is materially another than it was when an official settled the matter."""

import pytest

from flows.dispositions import has_changed

THEN = {"state": "quantity_differs", "sent_t": 10.0, "received_t": 5.0, "lacks": ["permit"], "is_one_hand": False}


@pytest.mark.parametrize(
    "now",
    [
        {},
        {"received_t": 5.5},  # 10 % of the larger figure, 5.5 t, is 0.55 t
        {"rows": [{"source_row": 3}]},  # sent in again
        {"days_overdue": 40, "last_sent_date": "2026-04-01"},  # time goes on
        {"a_key_of_a_later_version": 1},
    ],
)
def test_what_is_the_same_matter(now: dict[str, object]) -> None:
    then = {**THEN, "rows": [{"source_row": 2}], "days_overdue": 1, "last_sent_date": "2026-03-01"}
    assert not has_changed(then, {**then, **now})


@pytest.mark.parametrize(
    "now",
    [
        {"received_t": 5.6},
        {"received_t": 4.4},
        {"received_t": None},
        {"state": "code_differs"},
        {"lacks": ["permit", "receiver"]},
        {"is_one_hand": True},
    ],
)
def test_what_is_another_matter(now: dict[str, object]) -> None:
    assert has_changed(THEN, {**THEN, **now})


def test_nothing_stays_nothing() -> None:
    assert not has_changed({"sent_t": 0}, {"sent_t": 0.0})
    assert has_changed({"sent_t": 0}, {"sent_t": 0.1})
