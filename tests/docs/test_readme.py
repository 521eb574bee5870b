"""The README is true: its ten questions have answers, and what it names exists."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import duckdb
import pytest

from flows.__main__ import waste
from flows.asking import variables_of
from flows.errors import UsageError
from flows.query import Answer, ask
from flows.settings import Settings
from flows.sql_files import questions

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md", "DECISIONS.md")}
# Number, title, the columns it promises, the saved question's name and its parameters.
QUESTIONS = re.findall(
    r"^### (\d+)\. (.+?)\n\n(Gives .+?)\n\n```console\n\$ waste ask (\w+)([^\n]*)\n```", README, re.DOTALL | re.MULTILINE
)
SAVED = questions()


def _promised(words: str) -> list[str]:
    """The columns named in the sentences before a query: all but names of tables and of other columns."""
    return re.findall(r"`([a-z_]+)`", words.partition(" Here: ")[0].partition(" The rows themselves")[0])


def _ask(published: Path, name: str, *pairs: str) -> Answer:
    return ask(published, SAVED[name].body, variables=variables_of(SAVED[name], pairs))


def _answer(published: Path, number: int) -> Answer:
    return _ask(published, QUESTIONS[number - 1][3], *QUESTIONS[number - 1][4].split())


def test_there_are_ten_questions_in_both_languages() -> None:
    assert [number for number, *_ in QUESTIONS] == [str(number) for number in range(1, 11)]
    assert sorted(each[3] for each in QUESTIONS) == sorted(SAVED)
    for _, title, _, name, _ in QUESTIONS:
        assert SAVED[name].title_th in title or re.search("[\u0e00-\u0e7f]{5}", title), title
        assert re.search("[\u0e00-\u0e7f]{5}", SAVED[name].title_th)


@pytest.mark.parametrize(("words", "name", "pairs"), [each[2:] for each in QUESTIONS], ids=[each[3] for each in QUESTIONS])
def test_a_question_has_an_answer_with_the_columns_it_promises(published: Path, words: str, name: str, pairs: str) -> None:
    answer = _ask(published, name, *pairs.split())
    assert answer.rows
    assert answer.columns == _promised(words) == list(SAVED[name].columns)


@pytest.mark.parametrize("name", SAVED)
def test_the_sql_beside_a_question_is_what_runs(name: str) -> None:
    assert README.count(f"```sql\n{SAVED[name].body};\n```\n") == 1


@pytest.mark.parametrize("name", SAVED)
def test_a_question_runs_without_its_parameters_and_in_any_client(published: Path, name: str) -> None:
    with duckdb.connect(str(published), read_only=True) as connection:
        found = connection.execute(SAVED[name].body)
        assert [column[0] for column in found.description] == list(SAVED[name].columns)
        assert found.fetchall() or name == "rows_behind_sent_tonnes"


@pytest.mark.parametrize("name", SAVED)
def test_a_parameter_is_used_and_is_never_read_as_sql(published: Path, name: str) -> None:
    for parameter in SAVED[name].parameters:
        assert f"GETVARIABLE('{parameter}')" in SAVED[name].body
        hostile = "1' OR '1'='1"
        said: object
        try:
            said = _ask(published, name, f"{parameter}={hostile}").rows
        except UsageError as error:
            said = "Conversion Error" in str(error) or error
        assert said in ([], True)


def test_the_first_two_questions_agree_on_who_is_missing(published: Path) -> None:
    listed = [row[0] for row in _answer(published, 1).rows]
    assert sorted(listed) == ["late", "missing"]
    completeness = _answer(published, 2)
    assert sum(row[completeness.columns.index("missing")] for row in completeness.rows) == listed.count("missing")


def test_one_hand_is_told_apart(published: Path) -> None:
    answer = _answer(published, 3)
    assert [dict(zip(answer.columns, row, strict=True))["one_hand_pct"] for row in answer.rows] == [50]


def test_the_rows_behind_a_figure_add_up_to_it_also_when_a_file_came_twice(published: Path) -> None:
    answer = _answer(published, 10)
    figure = ask(
        published, "SELECT sent_t FROM summary.waste_by_province_month WHERE province_code = '20' AND month = '2025-03-01'"
    )
    assert sum(row[answer.columns.index("mass_t")] for row in answer.rows) == figure.rows[0][0]
    assert {row[answer.columns.index("source_row")] for row in answer.rows} == {2}


def test_a_factory_s_story_has_its_duties_its_loads_and_what_was_held_back(published: Path) -> None:
    kinds = {row[1] for row in _ask(published, "story_of_factory", "factory_id=10200000125551").rows}
    assert kinds == {"report owed", "load sent", "row held back", "anomaly"}


def _commands(text: str) -> Iterator[list[str]]:
    """Every call of `waste` in code blocks and between backquotes, as words."""
    blocks = re.findall(r"^```[a-z]*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE))
    for line in [line for block in blocks for line in block.splitlines()] + inline:
        if found := re.search(r"(?:^\$ |^|/bin/)waste( .*)?$", line.strip()):
            yield shlex.split(found[1] or "", comments=True)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_command_and_option_named_exists(name: str) -> None:
    calls = list(_commands(DOCUMENTS[name]))
    assert name != "README.md" or {word for call in calls for word in call} >= {"night", "serve", "sql", "verify", "rebuild"}
    for call in calls:
        known = _options(waste)
        command: click.Command | None = None
        for word in call:
            if command is None and not word.startswith("-"):
                command = waste.commands.get(word)
                assert command is not None, f"no such command: waste {' '.join(call)}"
                known = _options(command)
            elif isinstance(command, click.Group) and not word.startswith("-"):
                command = command.commands[word]
                known = _options(command)
            elif word.startswith("--"):
                assert word in known, f"no such option: waste {' '.join(call)}"


def _options(command: click.Command) -> set[str]:
    return {option for param in command.params for option in param.opts} | {"--help"}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_make_target_named_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^ {4}|^\$ )make ([a-z]+)", DOCUMENTS[name], re.MULTILINE))
    assert named <= targets
    assert name != "README.md" or {"demo", "test", "setup"} <= named


def test_every_file_linked_or_named_is_there() -> None:
    for name in re.findall(r"\]\(([^)#]+)\)", "".join(DOCUMENTS.values())):
        assert (ROOT / name).exists(), name


def test_no_document_names_a_place_of_one_machine_or_a_host_outside() -> None:
    for name in (*DOCUMENTS, "CHANGELOG.md", ".env.example", ".pre-commit-config.yaml"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not re.search(r"/(work|root|home|tmp)/", text), name
        assert set(re.findall(r"https?://([^/\s`\"]+)", text)) <= {"127.0.0.1:4200", "reports.example.org"}, name


def _example() -> dict[str, tuple[str, str]]:
    """Settings of .env.example: name -> default as text, comment above it."""
    found: dict[str, tuple[str, str]] = {}
    comment: list[str] = []
    for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines():
        if setting := re.fullmatch(r"(?:#)?([A-Z_]+)=(.*)", line):
            found[setting[1]] = setting[2], " ".join(comment)
            comment = []
        elif line.startswith("# "):
            comment.append(line[2:])
        else:
            assert not line, f".env.example: {line!r} is neither a setting nor a comment"
            comment = []
    return found


def test_env_example_has_every_setting_with_its_default_and_meaning_and_nothing_else() -> None:
    example = _example()
    fields = Settings.model_fields
    assert list(example) == [f"WASTE_{name}".upper() for name in fields]
    for name, (_, meaning) in example.items():
        field = fields[name.removeprefix("WASTE_").lower()]
        assert field.description is not None
        assert meaning.startswith(field.description), name


def test_env_example_as_it_stands_is_the_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in _example():
        monkeypatch.delenv(name, raising=False)
    copied = Settings(_env_file=ROOT / ".env.example")
    assert copied == Settings(_env_file=tmp_path / "none")
    assert copied.mail_mode == "off"


def test_every_setting_that_the_readme_names_exists() -> None:
    assert set(re.findall(r"WASTE_[A-Z_]+", README)) <= set(_example())
