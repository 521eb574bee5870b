"""The reading log in words."""

from __future__ import annotations

from flows.feedback.words import log_lines
from flows.letters import one_line


def test_a_long_list_goes_on_in_new_lines_and_nothing_is_cut():
    names = [f"sheet {number}" for number in range(500)]
    lines = log_lines({"sheets_without_header": names})
    assert {line.label_en for line in lines} == {"sheets without a header of ours"}
    assert ", ".join(line.value_en for line in lines).split(", ") == names
    assert all(one_line(line.value_th) == line.value_th for line in lines)


def test_what_was_decided_about_cells_is_one_line_each():
    notes = {"sent_date": {"Thai digits": {"count": 3, "first_row": 2}}, "unit": {"ตัน = t": {"count": 1, "first_row": 9}}}
    assert [(line.value_th, line.value_en) for line in log_lines({"cells": notes})] == [
        ("sent_date: Thai digits, 3 แถว เริ่มที่แถว 2", "sent_date: Thai digits, 3, first in row 2"),
        ("unit: ตัน = t, 1 แถว เริ่มที่แถว 9", "unit: ตัน = t, 1, first in row 9"),
    ]


def test_an_empty_list_says_nothing():
    assert log_lines({"sheets_without_header": []}) == []
