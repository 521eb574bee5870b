"""A complaint that the desk enters is judged like any other file, and lies in the desk's inbox."""

from __future__ import annotations

import csv

from tests.web.small_site import EVIL, MINE, inbox_files

SOUND = {
    "complaint_no": "C69-0001", "received_date": "2026-05-20", "category": "odour", "status": "open", "factory_id": MINE, "province_code": "20",
    "description": f"=HYPERLINK(1)\nline two, {EVIL}",
}  # fmt: skip


def test_a_sound_complaint_goes_to_the_desk_s_inbox(visitor, store):
    desk = visitor("desk@diw.example")
    answer = desk.post("/complaint", "/complaint", **SOUND)
    assert answer.status_code == 303
    (name,) = inbox_files(store.inbox)
    assert name.startswith("web-") and name.endswith("-complaint.csv")
    with (store.inbox / name).open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert {key: value for key, value in row.items() if value} == SOUND | {"description": f"=HYPERLINK(1) line two, {EVIL}"}
    receipt = desk.get(answer.headers["location"]).text
    assert "กรมฯ" in receipt and "HYPERLINK" not in receipt


def test_a_faulty_complaint_comes_back_with_what_was_typed(visitor, store):
    desk = visitor("desk@diw.example")
    answer = desk.post("/complaint", "/complaint", **{**SOUND, "received_date": "2035-01-01", "factory_id": "123"})
    assert answer.status_code == 422
    assert "date_is_not_future" in answer.text and "factory_id_is_well_formed" in answer.text
    assert "C69-0001" in answer.text and "<script" not in answer.text
    assert inbox_files(store.inbox) == []
