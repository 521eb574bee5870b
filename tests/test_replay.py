"""`waste replay`: what a new list or rule would refuse of what was accepted, and nothing else."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from flows.__main__ import waste
from flows.errors import UsageError
from flows.replaying import Replayed, lines_of, replay
from schemas.codes import FOLDER, code_list
from tests.docs.small_night import run_small_night
from tests.nights.small_world import GENERATOR, PROCESSOR, REGISTER

HEADER = "manifest_no,factory_id,processor_id,waste_code,management_code,quantity,unit,sent_date\n"
PARTIES = f"{GENERATOR},{PROCESSOR}"
LOADS = f"""{HEADER}M1,{PARTIES},120109,049,200,kg,2025-12-31
M2,{PARTIES},120109,049,1500,kg,2026-05-01
M3,{PARTIES},010101,011,3,t,2026-05-02
M4,{PARTIES},010102,011,5,t,2026-05-02
"""
ANNUAL = f"""factory_id,report_year,waste_code,opening_stock_t,generated_t,managed_on_site_t,sent_off_site_t,closing_stock_t
{GENERATOR},2025,010101,0,7.5,0,7.5,0
"""
Lines = list[dict[str, str]]
CHECK = '''"""A load is at least a tonne."""
from datetime import date
from schemas.records import Check, Rule


def rules(report):
    if report.has_mass and report.name == "manifest":
        yield Rule("quantity", "r.mass_t < 1")


CHECK = Check(
    id="load_is_large", severity="SEVERITY", ground="[policy]", title_en="t", title_th="t", message_en="m", message_th="m",
    rules=rules, valid_from=date(VALID_FROM),
)
'''


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_small_night(tmp_path_factory.mktemp("replay"), {"register.csv": REGISTER, "loads.csv": LOADS, "annual.csv": ANNUAL})


def new_list(folder: Path, name: str, change: Callable[[dict[str, str]], Lines]) -> Path:
    """The list with each line changed into these."""
    path = folder / f"next year's {name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(code_list(name)[0]))
        writer.writeheader()
        writer.writerows(new for line in code_list(name) for new in change(dict(line)))
    return path


def groups(replayed: Replayed) -> list[tuple[object, ...]]:
    """What would be refused: check, report type, column, the rows, tonnes."""
    return [
        (g.check_id, g.report_type, g.column, sorted(c.source_row for c in g.cells), g.mass_t and str(g.mass_t.normalize()))
        for g in replayed.refused
    ]


def test_the_list_of_today_refuses_nothing(published: Path) -> None:
    replayed = replay(published, FOLDER / "waste_code.csv")
    assert (replayed.refused, replayed.changes_on, replayed.has_errors) == ((), (), False)
    assert replayed.rows_judged == {"factory": 3, "manifest": 4, "annual": 1}
    assert "no accepted row would be judged otherwise" in list(lines_of(replayed))


def test_a_code_that_a_new_list_lacks_is_refused_wherever_it_stands(published: Path, tmp_path: Path) -> None:
    path = new_list(tmp_path, "waste_code", lambda line: [] if line["code"] == "010101" else [line])
    replayed = replay(published, path)
    assert groups(replayed) == [
        ("waste_code_is_known", "annual", "waste_code", [2], "7.5"),
        ("waste_code_is_known", "manifest", "waste_code", [4], "3"),
    ]
    (cell,) = replayed.refused[1].cells
    assert (cell.original_name, cell.value) == ("loads.csv", "010101")
    assert '    loads.csv, row 4, waste_code "010101" ' in "\n".join(lines_of(replayed))


def test_what_a_file_is_called_cannot_drive_a_terminal(tmp_path: Path) -> None:
    hostile = run_small_night(tmp_path / "data", {"register.csv": REGISTER, "lo\x1b[2Jads.csv": LOADS})
    path = new_list(tmp_path, "waste_code", lambda line: [] if line["code"] == "010101" else [line])
    lines = list(lines_of(replay(hostile, path)))
    assert any("row 4" in line for line in lines) and "\x1b" not in "".join(lines)


def test_a_row_is_judged_by_the_lines_in_force_for_its_period(published: Path, tmp_path: Path) -> None:
    path = new_list(tmp_path, "waste_code", lambda line: [line | {"valid_to": "2025-12-31"}] if line["code"] == "120109" else [line])
    replayed = replay(published, path)
    assert groups(replayed) == [("waste_code_is_known", "manifest", "waste_code", [3], "1.5")]
    assert replayed.changes_on == (date(2025, 12, 31),)


def test_a_change_that_lies_ahead_refuses_nothing_yet_and_says_so(published: Path, tmp_path: Path) -> None:
    path = new_list(tmp_path, "waste_code", lambda line: [line | {"valid_to": "2026-12-31"}] if line["code"] == "120109" else [line])
    assert groups(replay(published, path)) == []
    assert any("--as-of" in line and "2026-12-31" in line for line in lines_of(replay(published, path)))
    assert groups(replay(published, path, date(2027, 1, 1))) == [("waste_code_is_known", "manifest", "waste_code", [2, 3], "1.7")]


def test_a_list_of_next_year_alone_judges_as_if_the_rows_came_then(published: Path, tmp_path: Path) -> None:
    def next_year(line: dict[str, str]) -> Lines:
        return [] if line["code"] == "010102" else [line | {"valid_from": "2027-01-01"}]

    assert groups(replay(published, new_list(tmp_path, "waste_code", next_year))) == [
        ("waste_code_is_known", "manifest", "waste_code", [5], "5")
    ]


def test_what_follows_from_a_line_is_judged_too(published: Path, tmp_path: Path) -> None:
    """010101 becomes hazardous; method 011 is for hazardous waste no more; 049 now asks for a detail, which is a warning."""
    scopes = {"011": {"waste_scope": "non_hazardous_only"}, "049": {"detail_required": "1"}}
    methods = new_list(tmp_path, "management_code", lambda line: [line | scopes.get(line["code"], {})])
    replayed = replay(published, methods)
    assert groups(replayed) == [("method_detail_is_given", "manifest", "method_detail", [2, 3], "1.7")]
    assert not replayed.has_errors, "a warning refuses nothing"


@pytest.mark.parametrize(("severity", "refuses"), [("error", True), ("warning", False)])
def test_a_new_rule(published: Path, tmp_path: Path, severity: str, refuses: bool) -> None:
    path = tmp_path / "load_is_large.py"
    path.write_text(CHECK.replace("SEVERITY", severity).replace("VALID_FROM", "2023, 11, 1"))
    replayed = replay(published, path)
    assert groups(replayed) == [("load_is_large", "manifest", "quantity", [2], "0.2")]
    assert replayed.has_errors is refuses


def test_a_rule_that_begins_later_judges_as_if_the_rows_came_then_but_not_as_of_a_day_before(published: Path, tmp_path: Path) -> None:
    path = tmp_path / "load_is_large.py"
    path.write_text(CHECK.replace("SEVERITY", "error").replace("VALID_FROM", "2027, 1, 1"))
    assert [group[0] for group in groups(replay(published, path))] == ["load_is_large"]
    assert groups(replay(published, path, date(2026, 12, 31))) == []


def test_as_of_a_day_of_the_regime_today_lists_say_nothing_new(published: Path) -> None:
    assert groups(replay(published, as_of=date(2023, 11, 1))) == []


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("none.csv", None, "is not there"),
        ("other.csv", "a,b\n1,2\n", "the header of no code list"),
        ("empty.csv", "code,valid_from,valid_to,mark,is_hazardous,chapter,subchapter,name_th,name_en,source\n", "no line"),
        ("latin.csv", "code,näme\n".encode("latin-1"), "not a CSV file in UTF-8"),
        ("broken.py", "def", "cannot be read as Python"),
        ("empty.py", "", "has no CHECK"),
    ],
)
def test_what_is_no_list_and_no_rule(published: Path, tmp_path: Path, name: str, content: str | bytes | None, words: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UsageError, match=words):
        replay(published, tmp_path / name)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"code": "10101"}, "eat a zero"),
        ({"valid_from": "1/1/2570"}, "is not a day"),
        ({"is_hazardous": "perhaps"}, "cannot be used"),
    ],
)
def test_a_list_with_a_fault(published: Path, tmp_path: Path, change: dict[str, str], words: str) -> None:
    path = new_list(tmp_path, "waste_code", lambda line: [line | change] if line["code"] == "010101" else [line])
    with pytest.raises(UsageError, match=words):
        replay(published, path)


def test_a_code_twice_a_list_that_refuses_no_row_a_rule_that_sql_cannot_judge(published: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="in force twice on one day: 010101"):
        replay(published, new_list(tmp_path, "waste_code", lambda line: [line, line] if line["code"] == "010101" else [line]))
    with pytest.raises(UsageError, match="no check judges a row by the list duty"):
        replay(published, FOLDER / "duty.csv")
    wrong = tmp_path / "wrong.py"
    wrong.write_text(CHECK.replace("SEVERITY", "error").replace("VALID_FROM", "2023, 11, 1").replace("r.mass_t", "r.no_such"))
    with pytest.raises(UsageError, match="load_is_large cannot be judged on manifest"):
        replay(published, wrong)


def test_what_there_was_no_list_for(published: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the regime begins on 2023-11-01"):
        replay(published, as_of=date(2023, 10, 31))
    with pytest.raises(UsageError, match="say what to judge by"):
        replay(published)
    with pytest.raises(UsageError, match="nothing is published yet"):
        replay(tmp_path / "none.duckdb", as_of=date(2026, 1, 1))


def test_the_command(published: Path, tmp_path: Path) -> None:
    data = published.parents[1]
    before = published.read_bytes()
    path = new_list(tmp_path, "waste_code", lambda line: [] if line["code"] == "010101" else [line])
    done = CliRunner().invoke(waste, ["replay", "--data", str(data), "--rules", str(path), "--json"])
    assert done.exit_code == 4
    answer = json.loads(done.stdout)
    assert answer["would_refuse"] is True
    assert [(group["check_id"], group["rows"], group["mass_t"]) for group in answer["refused"]] == [
        ("waste_code_is_known", 1, 7.5), ("waste_code_is_known", 1, 3.0),
    ]  # fmt: skip
    assert answer["refused"][1]["cells"][0]["source_row"] == 4
    done = CliRunner().invoke(waste, ["replay", "--data", str(data), "--as-of", "2026-06-01"])
    assert done.exit_code == 0 and "8 accepted rows judged" in done.stdout
    assert published.read_bytes() == before
