"""How checks are run: everything at once, nothing twice, nothing that follows from another fault, no row for another's sake."""

from datetime import date

import pytest
from hypothesis import given as any_given
from hypothesis import settings
from hypothesis import strategies as st

from flows.batches import File, Findings
from flows.steps.check import check
from flows.steps.read import read
from schemas.checks import all_checks, rules_of
from schemas.reports import all_reports
from tests.helpers_reading import (
    FACTORIES,
    NIGHT,
    Given,
    Warehouse,
    assert_judged,
    cells_of,
    csv_bytes,
    pack_of,
)  # fmt: skip

# DESIGN section 5, law 8: the findings of these do depend on other rows
OF_SEVERAL_ROWS = {"row_is_unique", "correction_is_complete", "calendar_is_consistent", "nil_report_is_empty", "stock_balances"}


def test_all_faults_of_a_file_are_told_at_once():
    assert_judged("manifest", """
        | manifest_no | factory_id | processor_id | waste_code | management_code | quantity | unit  | density_kg_per_l | sent_date  | finds |
        | M1          | N1         | G1           | 999999     | 048             | 0        | pound |                  | 2030-01-01 | factory_is_registered: factory_id; processor_may_receive: processor_id; waste_code_is_known: waste_code; value_is_allowed: quantity; value_is_allowed: unit; date_is_not_future: sent_date |
        | M2          | 1          | 2            | 10101      | 11              | -        |       | 0                | 31/02/2569 | factory_id_is_well_formed: factory_id; factory_id_is_well_formed: processor_id; waste_code_is_known: waste_code; management_code_is_known: management_code; value_is_readable: quantity; value_is_present: unit; value_is_allowed: density_kg_per_l; value_is_readable: sent_date |
        | M3          | G1         | P1           | 010101     | 071             | 1        | t     |                  | 2026-03-01 | ok |
    """)  # fmt: skip


def test_no_list_of_faults_is_cut_short():
    rows = [cells_of("manifest", manifest_no=f"M{number}", quantity="1,5") for number in range(2_500)]
    night = Warehouse().night(Given(csv_bytes(rows)))
    assert len(night.findings) == len(night.quarantine) == night.only["rows_quarantined"] == 2_500
    assert [f["source_row"] for f in night.findings] == list(range(2, 2_502))


def test_findings_are_put_into_words_in_portions(monkeypatch: pytest.MonkeyPatch):
    """A file of millions of faults does not need millions of sentences in memory at once."""
    monkeypatch.setattr("flows.batches.FINDINGS_AT_ONCE", 2)
    monkeypatch.setattr("flows.steps.load.ROWS_AT_ONCE", 3)
    rows = [cells_of("manifest", manifest_no=f"M{number}", quantity="1,5" if number % 2 else "1") for number in range(15)]
    night = Warehouse().night(Given(csv_bytes(rows)))
    assert [f["source_row"] for f in night.findings] == list(range(3, 17, 2)) == [row["source_row"] for row in night.quarantine]


@pytest.mark.parametrize("report", all_reports().values(), ids=lambda report: report.name)
def test_rules_fit_into_the_bits_of_one_number(report):
    assert len(rules_of(report)) <= 64


def test_every_check_is_judged_by_one_step():
    assert {check.judged_by for check in all_checks().values()} == {"read", "convert", "model", "sql", "load"}


def test_without_a_register_what_needs_it_is_left_out():
    """`waste try` on a machine without the warehouse: everything else is judged the same."""
    warehouse = Warehouse(with_register=False)
    rows = [cells_of("manifest", factory_id=FACTORIES["N1"], processor_id=FACTORIES["G1"], quantity="1,5", waste_code="999999")]
    content = csv_bytes(rows)
    files, batches = read(pack_of([Given(content)]), 0, set(), None, None, warehouse.limits)  # type: ignore[arg-type]
    by_number = {file.file_no: file for file in files}
    checked = check(warehouse.connection, batches[0], by_number, NIGHT, {}, has_register=False)
    assert sorted(f.check_id for f in checked.findings) == ["value_is_readable", "waste_code_is_known"]
    assert isinstance(checked.findings, Findings) and len(checked.findings) == 2
    with_register = check(warehouse.connection, batches[0], by_number, NIGHT, {})
    assert sorted({f.check_id for f in with_register.findings}) == [
        "factory_is_registered", "value_is_readable", "waste_code_is_known",
    ]  # fmt: skip


def test_the_latest_year_in_a_factory_number_is_that_of_the_night():
    cells = csv_bytes([cells_of("annual", factory_id="10100000125701")])
    for night, found in ((date(2026, 12, 31), "factory_id_is_well_formed"), (date(2027, 1, 1), "factory_is_registered")):
        assert [f["check_id"] for f in Warehouse().night(Given(cells), night=night).findings] == [found]


def test_many_files_of_a_batch_are_judged_each_by_its_own_day_and_channel():
    one = cells_of("manifest", sent_date="2026-03-10")
    files = [
        Given(csv_bytes([one | {"manifest_no": f"M{number}"}]), by=by, at=at)
        for number, (by, at) in enumerate(
            [("desk", "2026-03-10 00:00"), ("desk", "2026-03-09 23:59"), (FACTORIES["G1"], "2026-03-11 08:00"),
             (FACTORIES["G2"], "2026-03-11 08:00")]
        )
    ]  # fmt: skip
    night = Warehouse().night(*files)
    names = {file.submission_id: number for number, file in enumerate(files)}
    assert sorted((names[f["submission_id"]], f["check_id"]) for f in night.findings) == [
        (1, "date_is_not_future"), (3, "submitter_may_report"),
    ]  # fmt: skip


def test_the_reading_log_says_what_was_decided():
    rows = [
        cells_of("manifest", 1, quantity="๑,๒๓๔.๕", unit="ตัน", sent_date="1/3/2569", factory_id="3-34-1/55กท"),
        cells_of("manifest", 2, quantity="1,000", unit="ตัน", sent_date="2569-03-01 14:30"),
    ]
    log = Warehouse().night(Given(csv_bytes(rows))).only["reading_log"]
    assert log == {
        "format": "csv", "encoding": "utf-8", "delimiter": ",", "report_type": "manifest", "header_row": 1,
        "calendars": {"sent_date": "BE"},
        "old_numbers_resolved": {"3-34-1/55กท": FACTORIES["G1"]},
        "cells": {
            "quantity": {"Thai digits": {"count": 1, "first_row": 2}, "thousands groups": {"count": 1, "first_row": 3}},
            "unit": {"ตัน = t": {"count": 2, "first_row": 2}},
            "sent_date": {"time of day left out": {"count": 1, "first_row": 3}},
        },
    }  # fmt: skip


# --- laws -----------------------------------------------------------------------------------------------------------------

_changes = st.fixed_dictionaries(
    {},
    optional={
        "factory_id": st.sampled_from(["G1", "G2", "N1", "123", ""]),
        "processor_id": st.sampled_from(["P1", "P2", "G1", "N1", "x"]),
        "waste_code": st.sampled_from(["010101", "010304", "999999", "10101", "", "รวม"]),
        "management_code": st.sampled_from(["011", "071", "048", "021", "999", ""]),
        "quantity": st.sampled_from(["10", "0", "-1", "1,5", "", "1e3"]),
        "unit": st.sampled_from(["t", "L", "ตัน", "ton", ""]),
        "density_kg_per_l": st.sampled_from(["", "0.8", "0", "x"]),
        "sent_date": st.sampled_from(["2026-03-01", "2023-01-01", "2030-01-01", "31/02/2569", ""]),
        "line_no": st.sampled_from(["1", "", "0", "one"]),
    },
)


def _found(rows: list[dict[str, str]]) -> dict[str, set[tuple[str, str, str]]]:
    """Manifest number -> findings of its row."""
    night = Warehouse().night(Given(csv_bytes(rows)))
    names = {number: row["manifest_no"] for number, row in enumerate(rows, start=2)}
    found: dict[str, set[tuple[str, str, str]]] = {row["manifest_no"]: set() for row in rows}
    for each in night.findings:
        if each["check_id"] not in OF_SEVERAL_ROWS:
            found[names[each["source_row"]]].add((each["check_id"], each["column_name"], each["value"]))
    return found


@settings(max_examples=6)
@any_given(st.lists(_changes, min_size=8, max_size=20), st.randoms())
def test_what_a_row_finds_does_not_depend_on_others_nor_on_their_order(changes, random):
    """Laws 3 and 8."""
    rows = [cells_of("manifest", number, **cells) for number, cells in enumerate(changes, start=1)]
    together = _found(rows)
    shuffled = random.sample(rows, len(rows))
    assert _found(shuffled) == together
    for row in rows[:2]:
        assert _found([row]) == {row["manifest_no"]: together[row["manifest_no"]]}


@settings(max_examples=6)
@any_given(st.lists(st.sampled_from(sorted(all_reports())), min_size=1, max_size=8))
def test_sound_rows_find_nothing(reports: list[str]):
    """Law 9 with no fault planted: any number of sound rows of any reports, in one night."""
    files = [Given(csv_bytes([cells_of(report, number)])) for number, report in enumerate(reports, start=1)]
    night = Warehouse().night(*files)
    assert night.findings == []
    assert all(file["outcome"] in ("accepted", "duplicate") for file in night.submissions)


def test_files_of_a_night_are_plain_records():
    file = File(0, "id", "name", "desk", Given(b"").received_at, 0)
    assert (file.outcome, file.rows_read, file.log, file.findings) == ("", 0, {}, [])
