"""Summaries, anomalies and saved questions as SQL files: one SELECT each, under a head of comment lines that says what it means.

The head is the file's first block of `--` lines, one `key: value` each. A long value goes on in lines indented by five
spaces, a list stands below its key as `name: meaning` lines indented by three:

    -- title_en: Loads sent against loads received
    -- ground: cl. 18
    -- columns:
    --   sent_t: tonnes sent,
    --     as the generator wrote it
    WITH parameter AS (
      SELECT
        10 AS tolerance_pct -- % of the tonnes sent; [borrowed: US 40 CFR 264.72]
    )
    SELECT ...

Thresholds stand in a first CTE called `parameter`, each on its own line with unit and ground in the comment behind it.

Below the SELECT, behind a `;` and a line `-- lineage`, a second SELECT says from which rows of which files each column comes:
one line for each row of a file and each column in which it has a part, by the columns of `key` and `LINEAGE_COLUMNS`. Where
a column is a sum, the amounts add up to it; where it is decided (a state, a rank), they are NULL. It may read the lineage of
the summaries that the file needs, as `lineage_<summary>`. Thresholds that it needs stand in a CTE `parameter` of its own, with
the values of the first one.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from flows.errors import NightError

QUESTIONS = Path(__file__).parent / "questions"
SUMMARIES = Path(__file__).parent / "summaries"
ANOMALIES = Path(__file__).parent / "anomalies"

ANOMALY_COLUMNS = ("factory_id", "period", "subject", "score", "evidence")
# The row of a file: its table and place. `via`: the row of a summary, or the anomaly, through which it counts, as JSON.
LINEAGE_COLUMNS = ("figure", "amount", "source_table", "submission_id", "source_sheet", "source_row", "via")
ROLES = ("headquarters", "province")
KEYS = {
    "title_en", "title_th", "ground", "one_row_is", "key", "needs", "after", "is_view", "columns",
    "recipients", "is_statistical", "judges", "silence_days", "evidence", "meaning_th", "ground_th", "score_th", "parameters_th",
    "example_th", "example_en", "note", "parameters",
}  # fmt: skip

_KEY = re.compile(r"-- ([a-z_]+):(?: (\S.*))?$")
_ITEM = re.compile(r"--   ([a-z][a-z0-9_]*): (\S.*)$")
_CONTINUED = re.compile(r"--     (\S.*)$")
_JUDGES = re.compile(r"((?:core|summary)\.[a-z_]+)\.([a-z_]+) by ([a-z_]+)")
_LINEAGE = "\n-- lineage\n"
_PARAMETER_BLOCK = re.compile(r"WITH parameter AS \(\n(.*?)\n\)", re.DOTALL)
_PARAMETER = re.compile(r"(?:SELECT )?(\S+) AS ([a-z0-9_]+),? +-- (\S.*)$")

@dataclass(frozen=True)
class Parameter:
    """One threshold: its SQL literal, and unit and ground as the file's comment gives them; in Thai for an anomaly only."""

    name: str
    value: str
    meaning: str
    meaning_th: str = ""


@dataclass(frozen=True)
class SqlFile:
    """One SQL file: what its head says, and its SELECT.

    Attributes:
        name: the file's name, also the name of the table or rule.
        title_en, title_th: for people.
        ground: law, clause or policy, as REGIME marks it.
        one_row_is: what one row stands for.
        needs: other summaries that it reads.
        columns: meaning of each column with its unit, in the order of the SELECT.
        parameters: its thresholds.
        body: one SELECT with its CTEs, without the head.
        key: columns that name one row; the first columns of the lineage.
        lineage: one SELECT, "" when the file does not say from which rows its columns come.
    """

    name: str
    title_en: str
    title_th: str
    ground: str
    one_row_is: str
    needs: tuple[str, ...]
    columns: dict[str, str]
    parameters: tuple[Parameter, ...]
    body: str
    key: tuple[str, ...]
    lineage: str


@dataclass(frozen=True)
class Summary(SqlFile):
    """A table of `summary` that officials read.

    Attributes:
        is_after_detect: it reads what the anomaly rules found tonight, so it is made after them.
        is_view: it is worked out when it is read: a row for every row of another table, which to store again costs more.
    """

    is_after_detect: bool
    is_view: bool


@dataclass(frozen=True)
class Judged:
    """Whom a rule could accuse, and of which period: the factories of a column, each in the periods of another.

    Attributes:
        table: in schema core or summary.
        factory_column: factory numbers.
        period_column: a day, a month's first day, a year, or a period as text.
    """

    table: str
    factory_column: str
    period_column: str


@dataclass(frozen=True)
class Anomaly(SqlFile):
    """A rule that fills `anomaly.found`; its columns are `ANOMALY_COLUMNS`.

    Attributes:
        meaning_th, ground_th, score_th: `one_row_is`, `ground` and the column `score` in Thai, for the rule's page.
        recipients: roles that its mails go to, out of `ROLES`.
        is_statistical: a guess from figures, not a breach: needs a second, independent signal before a mail goes out.
        silence_days: for how many days the same anomaly is not mailed again.
        evidence: meaning of each key of the evidence, with its unit.
        judges: whom it could accuse; None for a statistical rule that does not say so.
        example_th, example_en: a worked example with figures, for the rule's page; "" when the head has none.
    """

    meaning_th: str
    ground_th: str
    score_th: str
    recipients: tuple[str, ...]
    is_statistical: bool
    silence_days: int
    evidence: dict[str, str]
    judges: Judged | None = None
    example_th: str = ""
    example_en: str = ""


@dataclass(frozen=True)
class Question:
    """A saved question of officials; it runs as it stands, also in any other client.

    Attributes:
        name: the file's name.
        title_en, title_th: the question.
        note: what to know before believing the answer.
        parameters: meaning of each, and what stands in for it when it is not given. SQL reads them with GETVARIABLE.
        columns: meaning of each column with its unit, in the order of the SELECT.
        body: the statement.
    """

    name: str
    title_en: str
    title_th: str
    note: str
    parameters: dict[str, str]
    columns: dict[str, str]
    body: str


def questions(folder: Path = QUESTIONS) -> dict[str, Question]:
    """Every saved question of a folder by name.

    Raises:
        NightError: a head is incomplete.
    """
    return {path.stem: _question(path) for path in sorted(folder.glob("*.sql"))}


def _question(path: Path) -> Question:
    head, body, _ = _parts(path)
    return Question(
        name=path.stem,
        title_en=head.text("title_en"),
        title_th=head.text("title_th"),
        note=head.text("note"),
        parameters=head.items("parameters"),
        columns=head.items("columns"),
        body=body,
    )


def summaries(folder: Path = SUMMARIES) -> tuple[Summary, ...]:
    """Every summary of a folder, each after those that it needs, else in the order of the names.

    Raises:
        NightError: a head is incomplete, a needed summary does not exist, or two need each other.
    """
    files = {path.stem: read_summary(path) for path in sorted(folder.glob("*.sql"))}
    for file in files.values():
        for missing in set(file.needs) - set(files):
            raise NightError(f"{file.name}.sql: needs {missing}, which no file in {folder} makes")
    sorter = TopologicalSorter({name: sorted(file.needs) for name, file in files.items()})
    try:
        return tuple(files[name] for name in sorter.static_order())
    except CycleError as error:
        raise NightError(f"summaries need each other in a circle: {' > '.join(error.args[1])}") from error


def anomalies(folder: Path = ANOMALIES) -> tuple[Anomaly, ...]:
    """Every anomaly rule of a folder, in the order of the names.

    Raises:
        NightError: a head is incomplete.
    """
    return tuple(read_anomaly(path) for path in sorted(folder.glob("*.sql")))


def read_summary(path: Path) -> Summary:
    """One file of flows/summaries/."""
    file, head = _read(path)
    after = head.texts.get("after", "")
    if after not in ("", "detect"):
        raise head.fault("after is detect, or left out")
    if head.texts.get("is_view", "yes") != "yes":
        raise head.fault("is_view is yes, or left out")
    return Summary(**vars(file), is_after_detect=after == "detect", is_view="is_view" in head.texts)


def read_anomaly(path: Path) -> Anomaly:
    """One file of flows/anomalies/."""
    file, head = _read(path)
    recipients = _words(head.text("recipients"))
    if tuple(file.columns) != ANOMALY_COLUMNS:
        raise head.fault(f"the columns of an anomaly are {', '.join(ANOMALY_COLUMNS)}, in this order")
    if not set(recipients) <= set(ROLES):
        raise head.fault(f"recipients are one or more of {', '.join(ROLES)}")
    if head.text("is_statistical") not in ("yes", "no") or not head.text("silence_days").isdecimal():
        raise head.fault("is_statistical is yes or no, silence_days a whole number")
    is_statistical = head.text("is_statistical") == "yes"
    judges = _JUDGES.fullmatch(head.texts.get("judges", ""))
    if not judges and ("judges" in head.texts or not is_statistical):
        raise head.fault("judges is `schema.table.factory_column by period_column`; only a statistical rule may leave it out")
    return Anomaly(
        **vars(file) | {"parameters": tuple(_in_thai(head, file.parameters))},
        meaning_th=head.text("meaning_th"),
        ground_th=head.text("ground_th"),
        score_th=head.text("score_th"),
        recipients=recipients,
        is_statistical=is_statistical,
        judges=Judged(*judges.groups()) if judges else None,
        silence_days=int(head.text("silence_days")),
        evidence=head.items("evidence"),
        example_th=head.texts.get("example_th", ""),
        example_en=head.texts.get("example_en", ""),
    )


def _in_thai(head: _Head, parameters: Iterable[Parameter]) -> Iterable[Parameter]:
    words = head.items("parameters_th") if parameters else {}
    for each in parameters:
        if each.name not in words:
            raise head.fault(f"parameters_th lacks {each.name!r}")
        yield dataclasses.replace(each, meaning_th=words[each.name])


def _parts(path: Path) -> tuple[_Head, str, str]:
    """Head, statement, and lineage ("" when there is none) of one file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    length = next((i for i, line in enumerate(lines) if not line.startswith("--")), len(lines))
    head = _Head(path, lines[:length])
    body, _, lineage = (_statement(part) for part in "\n".join(lines[length:]).partition(_LINEAGE))
    if not body:
        raise head.fault("no SELECT below the head")
    return head, body, lineage


def _read(path: Path) -> tuple[SqlFile, _Head]:
    head, body, lineage = _parts(path)
    file = SqlFile(
        name=path.stem,
        title_en=head.text("title_en"),
        title_th=head.text("title_th"),
        ground=head.text("ground"),
        one_row_is=head.text("one_row_is"),
        needs=_words(head.texts.get("needs", "")),
        columns=head.items("columns"),
        parameters=tuple(_parameters(head, body)),
        body=body,
        key=_words(head.texts.get("key", "")),
        lineage=lineage,
    )
    _must_agree(head, file, _parameters(head, lineage))
    if lineage and not (file.key and set(file.key) <= set(file.columns)):
        raise head.fault("a file with a lineage names the columns of its key")
    return file, head


def _must_agree(head: _Head, file: SqlFile, repeated: Iterable[Parameter]) -> None:
    """A lineage repeats the parameters that it needs, and would name other rows than those of the figure if one differed."""
    values = {parameter.name: parameter.value for parameter in file.parameters}
    for parameter in repeated:
        if parameter.value != values.get(parameter.name):
            stands = f"is {values[parameter.name]} above" if parameter.name in values else "is no parameter above"
            raise head.fault(f"the lineage has {parameter.value} AS {parameter.name}, which {stands}")


def _statement(text: str) -> str:
    return text.strip().removesuffix(";").rstrip()


class _Head:
    """The comment lines at the top of one file: texts and lists by key."""

    def __init__(self, path: Path, lines: Iterable[str]) -> None:
        self.path = path
        self.texts: dict[str, str] = {}
        self.lists: dict[str, dict[str, str]] = {}
        key, item = "", ""
        for line in lines:
            if found := _CONTINUED.match(line):
                self._go_on(key, item, found[1])
            elif found := _ITEM.match(line):
                item = found[1]
                self._add_item(key, item, found[2])
            elif found := _KEY.match(line):
                key, item = found[1], ""
                self._add_key(key, found[2])
            else:
                raise self.fault(f"not a line of a head: {line!r}")

    def text(self, key: str) -> str:
        """The value of a key that must be there."""
        if not self.texts.get(key):
            raise self.fault(f"the head lacks {key!r}")
        return self.texts[key]

    def items(self, key: str) -> dict[str, str]:
        """The list below a key that must be there."""
        if not self.lists.get(key):
            raise self.fault(f"the head lacks the list {key!r}, one `name: meaning` line each")
        return self.lists[key]

    def fault(self, what: str) -> NightError:
        """The error that names this file."""
        return NightError(f"{self.path.name}: {what}")

    def _add_key(self, key: str, value: str | None) -> None:
        if key not in KEYS:
            raise self.fault(f"unknown key {key!r} in the head")
        if key in self.texts or key in self.lists:
            raise self.fault(f"{key!r} stands twice in the head")
        if value is None:
            self.lists[key] = {}
        else:
            self.texts[key] = value

    def _add_item(self, key: str, item: str, meaning: str) -> None:
        if key not in self.lists or item in self.lists[key]:
            raise self.fault(f"{item!r} stands below no list, or twice in one")
        self.lists[key][item] = meaning

    def _go_on(self, key: str, item: str, text: str) -> None:
        if item:
            self.lists[key][item] += f" {text}"
        elif key in self.texts:
            self.texts[key] += f" {text}"
        else:
            raise self.fault(f"nothing that this line goes on with: {text!r}")


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _parameters(head: _Head, body: str) -> Iterable[Parameter]:
    block = _PARAMETER_BLOCK.search(body)
    for line in block[1].splitlines() if block else ():
        if found := _PARAMETER.match(line.strip()):
            yield Parameter(name=found[2], value=found[1], meaning=found[3])
        elif line.strip() != "SELECT":
            raise head.fault(f"a parameter is `value AS name -- unit; ground`, not {line.strip()!r}")
