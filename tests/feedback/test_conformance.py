"""The conformance kit is current, and each scenario shows what its name says."""

from __future__ import annotations

import json

from flows.conformance import FOLDER, kit, scenarios

# What each scenario must be about; "" = accepted without a word.
SHOWS = {
    "sound": "", "thai-headers-cp874": "", "utf16-tabs": "", "json": "", "json-lines": "", "title-rows": "", "nil": "",
    "unknown-waste-code": "waste_code_is_known", "lost-zero": "waste_code_is_known", "decimal-comma": "value_is_readable",
    "unit-inside": "value_is_readable", "not-a-number": "value_is_readable", "empty-cell": "value_is_present",
    "unknown-unit": "value_is_allowed", "no-density": "density_is_given", "no-such-day": "value_is_readable",
    "two-calendars": "calendar_is_consistent", "before-the-regime": "period_is_in_regime",
    "short-factory-id": "factory_id_is_well_formed", "exponent-factory-id": "factory_id_is_well_formed",
    "strange-factory": "factory_is_registered", "wrong-receiver": "processor_may_receive", "row-twice": "row_is_unique",
    "ragged": "row_fits_header", "missing-column": "column_is_present", "unknown-column": "column_is_known",
    "balance": "stock_balances", "nil-with-content": "nil_report_is_empty", "total": "row_is_not_a_total",
    "key-twice": "file_is_readable", "header-only": "file_is_readable", "no-header": "file_is_readable",
    "open-quote": "file_is_readable", "doubtful-bytes": "file_is_readable", "empty": "file_is_readable", "pdf": "file_is_readable",
}  # fmt: skip


def test_the_kit_is_current():
    assert {path.name: path.read_bytes() for path in FOLDER.iterdir()} == kit(), "run: waste conformance"


def test_each_scenario_shows_one_thing():
    names = []
    for each in scenarios():
        name = each.name[3:].rsplit(".", 1)[0]
        said = json.loads((FOLDER / f"{each.name}.answer.json").read_text(encoding="utf-8"))
        names.append(name)
        assert {found["check_id"] for found in said["findings"]} == ({SHOWS[name]} if SHOWS[name] else set()), each.name
        assert (said["outcome"] == "accepted") == all(found["severity"] == "warning" for found in said["findings"])
    assert names == list(SHOWS)
