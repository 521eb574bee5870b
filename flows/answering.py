"""What `waste try` prints: words for people, or one JSON document for programs."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import click

from flows.clock import now
from flows.errors import UsageError
from flows.feedback.marked import mark
from flows.feedback.words import OUTCOMES, SEVERITIES, Group, groups_of, log_lines, visible
from flows.reading.limits import Limits
from flows.steps.archive import shown
from flows.trying import Answer, Progress, Tried, try_files
from flows.warehouse import Store
from schemas.checks import all_checks
from schemas.records import Finding
from schemas.reports import all_reports

FORMAT = "waste-try/1"  # changes when a key of the JSON document changes its meaning
SHOWN = 20  # findings of one check that are printed; --json has all
BAR_BYTES = 2_000_000  # smaller inputs are answered before a bar could be read

_FINDING_KEYS = [each.name for each in fields(Finding) if each.name != "submission_id"]


def answer_files(
    files: Sequence[Path], data: Path, as_json: bool, marked: Path | None, sender: str | None, limits: Limits
) -> bool:
    """Judge the files and print what was found.

    Args:
        files: as named on the command line.
        data: folder of the installation.
        as_json: one JSON document instead of words.
        marked: where marked copies go; None for none.
        sender: factory number of the channel; None is the desk.
        limits: bounds on one file.

    Returns:
        Whether anything must be mended.

    Raises:
        UsageError: a file is missing, the sender is no factory number, or a marked copy cannot be written there.
    """
    if sender is not None and not re.fullmatch(r"[0-9]{14}", sender):
        raise UsageError(f"--sender {sender!r} is not a factory number of 14 digits")
    if not as_json:
        logging.getLogger("flows").setLevel(logging.WARNING)
    store = Store(data)
    with _progress(files) as progress:
        answer = try_files(files, store.published, store.inbox, limits, now(), sender, progress)
    written = write_marked(answer, marked, limits) if marked else {}
    if as_json:
        sys.stdout.write(json.dumps(document(answer, written), ensure_ascii=False, indent=1) + "\n")
    else:
        for line in lines(answer):
            click.echo(line)
        for copy in written.values():
            click.echo(f"สำเนาที่ทำเครื่องหมาย · marked copy: {copy}")
    return answer.has_errors


@contextmanager
def _progress(files: Sequence[Path]) -> Iterator[Progress]:
    """A bar on a terminal for large input; elsewhere a plain line for each thing begun."""
    total = sum(path.stat().st_size for path in files if path.is_file())
    if total < BAR_BYTES:
        yield lambda words, done: None
        return
    if not sys.stderr.isatty():

        def say(words: str, done: int) -> None:
            if not done:
                click.echo(f"{words} ...", err=True)

        yield say
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    with Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=Console(stderr=True), transient=True
    ) as bar:
        # Reading takes about half of the time; checking and loading the rest, one step per report type.
        task = bar.add_task("read", total=2 * total)

        def move(words: str, done: int) -> None:
            bar.update(task, description=words, advance=done or total // 20)

        yield move


def write_marked(answer: Answer, target: Path, limits: Limits) -> dict[Path, str]:
    """Write the marked copies.

    Args:
        answer: what was said.
        target: a file when one file was tried, else a folder.
        limits: bounds, as for reading.

    Returns:
        Words for each tried file: where its copy is, and what is not as in the original.

    Raises:
        UsageError: it would overwrite one of the files, or cannot be written.
    """
    is_folder = len(answer.tried) > 1 or target.is_dir() or not target.suffix
    written: dict[Path, str] = {}
    taken = {each.path.resolve() for each in answer.tried}
    for each in answer.tried:
        copy = mark(each.path.read_bytes(), each.file.log, each.findings, limits) if each.outcome != "duplicate" else None
        if copy is None:
            written[each.path] = f"{visible(shown(each.path.name))}: ไม่มีที่ให้ทำเครื่องหมาย · nothing in it to mark"
            continue
        path = target
        if is_folder:
            stem = re.sub(r"[^\w\-. ]", "_", shown(each.path.stem)).lstrip(".") or "file"
            path = target / f"{stem}.marked{copy.suffix}"
            if path.resolve() in taken:
                path = target / f"{stem}.{each.file.submission_id[:8]}.marked{copy.suffix}"
        if path.resolve() in taken:
            raise UsageError(f"{path} is one of the files themselves: give another place for the marked copy")
        taken.add(path.resolve())
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(copy.content)
        except OSError as error:
            raise UsageError(f"{path} cannot be written: {error.strerror}") from error
        fits = path.suffix.lower() == copy.suffix
        note = "" if fits else f" (ชนิดไฟล์ · it is of the kind {copy.suffix})"
        written[each.path] = f"{path}{note}" + (f" - {copy.note_th} · {copy.note_en}" if copy.note_en else "")
    return written


def document(answer: Answer, marked: Mapping[Path, str] | None = None) -> dict[str, Any]:
    """The JSON document. Keys keep their meaning as long as `format` is the same."""
    marked = marked or {}
    return {
        "format": FORMAT,
        "judged_on": answer.day.isoformat(),
        "register": answer.register or None,
        "not_judged": list(answer.not_judged),
        "has_errors": answer.has_errors,
        "files": [_file(each, marked.get(each.path)) for each in answer.tried],
    }


def _file(each: Tried, marked: str | None) -> dict[str, Any]:
    read = each.file.rows_read
    return {
        "file": shown(str(each.path)),
        "submission_id": each.file.submission_id,
        "size_bytes": each.file.size_bytes,
        "report_type": "+".join(each.file.report_types) or None,
        "submitted_by": each.file.submitted_by,
        "outcome": each.outcome,
        "judged_as_received_at": each.file.received_at.isoformat(timespec="seconds"),
        "received_before": each.received_before.isoformat() if each.received_before else None,
        "same_as": shown(str(each.same_as)) if each.same_as else None,
        "rows": {"read": read, "sound": read - each.rows_faulty, "faulty": each.rows_faulty},
        "findings": [{key: getattr(found, key) for key in _FINDING_KEYS} for found in each.findings],
        "reading_log": each.file.log,
        "marked": marked,
    }


def lines(answer: Answer, most: int = SHOWN) -> Iterator[str]:
    """The answer in words, line by line.

    Args:
        answer: what the night would say.
        most: findings of one check that are printed.
    """
    for each in answer.tried:
        yield from _lines_of(each, most)
        yield ""
    if answer.not_judged:
        yield f"ไม่ได้ตรวจ {len(answer.not_judged)} ข้อ เพราะไม่มีทะเบียนโรงงานหรือคลังข้อมูล · not judged without register or warehouse:"
        yield from (f"  {name}: {all_checks()[name].title_th} · {all_checks()[name].title_en}" for name in answer.not_judged)
        yield "  Give the register as one of the files, or --data of an installation. Old factory numbers are faults without it."
        yield ""
    faulty = sum(each.has_errors for each in answer.tried)
    yield f"{len(answer.tried)} ไฟล์ ต้องแก้ไข {faulty} · {_count(len(answer.tried), 'file')}, {faulty} to be mended"


def _lines_of(each: Tried, most: int) -> Iterator[str]:
    yield visible(shown(str(each.path)))
    names = [all_reports()[name] for name in each.file.report_types]
    if names:
        yield "  " + " + ".join(f"{report.title_th} · {report.title_en} ({report.name})" for report in names)
    yield f"  sha256 {each.file.submission_id}"
    if each.same_as:
        yield f"  ซ้ำกับ · same bytes as {visible(shown(str(each.same_as)))}"
        return
    if each.received_before:
        yield (
            f"  เคยได้รับไฟล์นี้แล้วเมื่อ {each.received_before} จะไม่อ่านซ้ำ · these bytes were received on {each.received_before};"
            " sent again they count as a copy and change nothing. What is said of their content:"
        )
    for line in log_lines(each.file.log):
        place = f"{line.place}: " if line.place else ""
        value = line.value_th if line.value_th == line.value_en else f"{line.value_th} · {line.value_en}"
        yield f"  {place}{line.label_th} · {line.label_en}: {value}"
    read, faulty = each.file.rows_read, each.rows_faulty
    sound = read - faulty
    yield f"  อ่าน {read:,} แถว ใช้ได้ {sound:,} ต้องแก้ไข {faulty:,} · {_count(read, 'row')} read, {sound:,} sound, {faulty:,} faulty"
    th, en = OUTCOMES[each.outcome]
    yield f"  ผล · outcome: {th} · {en}"
    for group in groups_of(each.findings):
        yield from _group_lines(group, most)


def _group_lines(group: Group, most: int) -> Iterator[str]:
    th, en = SEVERITIES[group.severity]
    mark = "✗" if group.severity == "error" else "!"
    count = len(group.findings)
    yield f"  {mark} {group.check_id} ({th} · {en}, {count:,}): {group.title_th} · {group.title_en} [{group.ground}]"
    for found in group.findings[:most]:
        yield f"      {visible(found.message_th)}"
        yield f"      {visible(found.message_en)}"
    if count > most:
        left = f"{count - most:,}"
        yield f"      และอีก {left} รายการ ดูทั้งหมดด้วย --json · and {left} more of this kind; --json shows all of them"


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
