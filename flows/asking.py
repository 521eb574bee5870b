"""Asking the published file: what `waste sql`, `waste ask` and `waste open` share. Each question is logged before it is asked."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import pyarrow as pa

from flows.errors import UsageError
from flows.export import SUFFIXES, write_file
from flows.query import Answer, ask, ask_typed, show, write_csv, write_json
from flows.query_log import log_query
from flows.sql_files import Question, questions
from flows.warehouse import Store


@dataclass(frozen=True)
class Bounds:
    """How long a question may take [s], and how much memory [MB]."""

    seconds: float = 60
    memory_mb: int = 1_000


@dataclass(frozen=True)
class Form:
    """How the answer is wanted: at most one of them; none is a table on the terminal."""

    as_csv: bool = False
    as_json: bool = False
    out: Path | None = None

    def check(self) -> None:
        """Before anything is asked.

        Raises:
            UsageError: several, or a file of a kind that we do not write.
        """
        if self.as_csv + self.as_json + (self.out is not None) > 1:
            raise UsageError("give --csv, --json or --out, only one of them")
        if self.out is not None and self.out.suffix.lower() not in SUFFIXES:
            raise UsageError(f"--out {self.out}: its name must end in {', '.join(SUFFIXES)}")


def answer(
    store: Store,
    via: str,
    statement: str,
    bounds: Bounds,
    form: Form,
    variables: Mapping[str, str] | None = None,
    logged: str = "",
) -> None:
    """Ask, and print or write the answer.

    Args:
        store: the installation.
        via: the command, for the log.
        statement: one reading statement.
        bounds: of time and memory.
        form: how the answer is wanted.
        variables: parameters of the statement.
        logged: stands in the log instead of the statement.

    Raises:
        UsageError: see `flows.query.ask`; or the file cannot be written.
    """
    form.check()
    if form.out is not None:
        table = typed_answer(store, via, statement, bounds, variables, logged)
        write_file(table, form.out)
        click.echo(f"{form.out} is written: {table.num_rows:,} rows")
        return
    _log(store, via, logged or statement, variables)
    found = ask(store.published, statement, bounds.seconds, bounds.memory_mb, variables)
    if form.as_csv:
        write_csv(found, sys.stdout)
    elif form.as_json:
        write_json(found, sys.stdout)
    else:
        show(found.columns, found.rows)


def typed_answer(
    store: Store, via: str, statement: str, bounds: Bounds, variables: Mapping[str, str] | None = None, logged: str = ""
) -> pa.Table:
    """The same as `answer`, as a table that keeps each column's type; also what the page of `waste open` asks with."""
    _log(store, via, logged or statement, variables)
    return ask_typed(store.published, statement, bounds.seconds, bounds.memory_mb, variables)


def _log(store: Store, via: str, asked: str, variables: Mapping[str, str] | None) -> None:
    if store.published.exists():
        log_query(store.query_log, via, asked, variables)


def answer_question(store: Store, name: str, pairs: Sequence[str], bounds: Bounds, form: Form) -> None:
    """Ask a saved question.

    Args:
        store: the installation.
        name: of the question.
        pairs: `key=value`.
        bounds: of time and memory.
        form: how the answer is wanted.

    Raises:
        UsageError: no such question or parameter, and as `answer`.
    """
    question = question_of(name)
    answer(store, "ask", question.body, bounds, form, variables_of(question, pairs), question.name)


def question_of(name: str) -> Question:
    """A saved question.

    Raises:
        UsageError: there is none of that name.
    """
    known = questions()
    if name not in known:
        raise UsageError(f"no question is called {name!r}; there are: {', '.join(known)}")
    return known[name]


def variables_of(question: Question, pairs: Sequence[str]) -> dict[str, str]:
    """The parameters that were given.

    Raises:
        UsageError: one is not `key=value`, or the question has no such parameter.
    """
    given: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or key not in question.parameters or not value:
            wanted = "; ".join(f"{name}=... ({meaning})" for name, meaning in question.parameters.items())
            raise UsageError(f"{question.name} does not understand {pair!r}; it takes {wanted}")
        given[key] = value
    return given


def list_questions() -> Answer:
    """Every saved question with its parameters."""
    rows: list[tuple[str, ...]] = []
    for each in questions().values():
        takes = "\n".join(f"{name}: {meaning}" for name, meaning in each.parameters.items())
        rows.append((each.name, f"{each.title_th}\n{each.title_en}", takes))
    return Answer(["question", "title", "parameters"], [*rows])
