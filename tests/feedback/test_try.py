"""`waste try` from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from flows.__main__ import waste
from flows.errors import UsageError
from tests.nights.small_world import ANNUAL, MANIFESTS, NIL, PROCESSOR, RECEIPTS, REGISTER


@pytest.fixture
def folder(tmp_path):
    for name, content in (("register", REGISTER), ("loads", MANIFESTS), ("answers", RECEIPTS), ("nil", NIL)):
        (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
    (tmp_path / "annual.csv").write_bytes(ANNUAL.encode("cp874"))
    return tmp_path


def run(folder: Path, *args: str):
    files = [str(folder / arg) if arg.endswith((".csv", ".json", ".xlsx")) else arg for arg in args]
    return CliRunner().invoke(waste, ["try", "--data", str(folder / "none"), *files])


def as_json(folder: Path, *args: str):
    return json.loads(run(folder, *args, "--json").stdout)


def test_a_sound_file(folder):
    result = run(folder, "register.csv", "nil.csv", "annual.csv")
    assert result.exit_code == 0
    assert "cp874 (TIS-620)" in result.stdout
    assert "not judged" not in result.stdout


def test_a_fault_is_shown_in_both_languages_and_gives_exit_code_4(folder):
    result = run(folder, "register.csv", "loads.csv")
    assert result.exit_code == 4
    assert "Row 4, column waste_code" in result.stdout
    assert "แถว 4 คอลัมน์ รหัสของเสีย" in result.stdout


def test_json_document(folder):
    said = as_json(folder, "register.csv", "loads.csv")
    loads = said["files"][1]
    assert said["format"] == "waste-try/1" and said["register"] == "files" and said["has_errors"]
    assert loads["report_type"] == "manifest"
    assert loads["rows"] == {"read": 3, "sound": 2, "faulty": 1}
    assert loads["outcome"] == "partly_accepted"
    assert loads["reading_log"]["delimiter"] == ","
    assert [(each["check_id"], each["source_row"], each["column_name"], each["value"]) for each in loads["findings"]] == [
        ("waste_code_is_known", 4, "waste_code", "999999")
    ]


def test_without_a_register_it_says_what_is_not_judged(folder):
    result = run(folder, "nil.csv", "answers.csv")
    assert result.exit_code == 0
    assert "factory_is_registered" in result.stdout and "not judged" in result.stdout
    assert as_json(folder, "answers.csv")["not_judged"] == ["factory_is_registered", "factory_was_operating", "processor_may_receive"]


def test_with_the_register_an_unknown_factory_is_a_fault(folder):
    (folder / "strange.csv").write_text(RECEIPTS.replace(PROCESSOR, "10100999925551"), encoding="utf-8")
    assert {each["check_id"] for each in as_json(folder, "register.csv", "strange.csv")["files"][1]["findings"]} == {
        "factory_is_registered"
    }


def test_the_channel(folder):
    through = as_json(folder, "answers.csv", "--sender", "10100999925551")["files"][0]
    assert {each["check_id"] for each in through["findings"]} == {"submitter_may_report"}
    assert run(folder, "answers.csv", "--sender", "desk").exception.args[0].startswith("--sender 'desk' is not")


def test_the_same_bytes_twice(folder):
    (folder / "copy.csv").write_text(MANIFESTS, encoding="utf-8")
    outcomes = [each["outcome"] for each in as_json(folder, "loads.csv", "copy.csv", "register.csv")["files"]]
    assert outcomes == ["partly_accepted", "duplicate", "accepted"]


def test_nothing_is_left_out_silently(folder):
    head, row = MANIFESTS.splitlines()[:2]
    rows = [row.replace("M1,1", f"N{number},1").replace("120109", "999999") for number in range(50)]
    (folder / "many.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
    assert "and 30 more of this kind; --json shows all of them" in run(folder, "many.csv").stdout
    assert len(as_json(folder, "many.csv")["files"][0]["findings"]) == 50


def test_missing_paths_and_folders_are_usage(folder):
    for name in ("nothing.csv", "."):
        assert isinstance(run(folder, name).exception, UsageError)


def test_control_characters_of_a_cell_do_not_reach_the_terminal(folder):
    (folder / "evil.csv").write_text(MANIFESTS.replace("999999", "\x1b[31mred\x1b[0m\u202e"), encoding="utf-8")
    out = run(folder, "evil.csv").stdout
    assert "\x1b" not in out and "\u202e" not in out


def test_nothing_is_written(folder):
    before = sorted(path.name for path in folder.rglob("*"))
    run(folder, "register.csv", "loads.csv")
    assert sorted(path.name for path in folder.rglob("*")) == before


def test_an_unreadable_file_is_told_why(folder):
    (folder / "empty.csv").write_bytes(b"")
    said = as_json(folder, "empty.csv")["files"][0]
    assert said["report_type"] is None and said["findings"][0]["check_id"] == "file_is_readable"


@pytest.mark.parametrize(("size", "said"), [(10**9, []), (1, ["read 1 of 1 ..."])])
def test_large_input_says_on_the_error_channel_what_is_being_done(folder, monkeypatch, size, said):
    """A plain line for each thing begun where there is no terminal; nothing for small input."""
    monkeypatch.setattr("flows.answering.BAR_BYTES", size)
    result = run(folder, "register.csv")
    assert [line for line in result.stderr.splitlines() if line.startswith("read ")] == said
    assert result.exit_code == 0 and "read 1 of 1" not in result.stdout
