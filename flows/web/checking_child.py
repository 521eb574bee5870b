"""The process that opens one upload; see `checking`."""

from __future__ import annotations

import dataclasses
import logging
from pathlib import Path

from flows.clock import now
from flows.feedback.marked import mark
from flows.feedback.words import groups_of, log_lines
from flows.reading.limits import Limits
from flows.trying import Answer, try_files
from flows.warehouse import Store
from flows.web.checking import ANSWER, UPLOAD, Said, document_of, group_words, limit_this_process
from schemas.reports import all_reports


def judge(folder: Path, data: Path, sender: str | None, limits: Limits) -> None:
    """Check the upload of a folder and write the answer beside it.

    Args:
        folder: holds the upload.
        data: folder of the installation.
        sender: factory number of the channel; None is the desk.
        limits: bounds on one file.
    """
    limit_this_process()
    logging.getLogger("flows").setLevel(logging.WARNING)
    store = Store(data)
    answer = try_files([folder / UPLOAD], store.published, store.inbox, limits, now(), sender)
    (folder / ANSWER).write_bytes(document_of(_said(answer, _marked(answer, folder, limits))))


def _marked(answer: Answer, folder: Path, limits: Limits) -> str:
    """The name of the marked copy, "" when there is nothing to mark."""
    (tried,) = answer.tried
    copy = mark(tried.path.read_bytes(), tried.file.log, tried.findings, limits) if tried.findings else None
    if copy is None:
        return ""
    name = f"marked{copy.suffix}"
    (folder / name).write_bytes(copy.content)
    return name


def _said(answer: Answer, marked: str) -> Said:
    (tried,) = answer.tried
    reports = [all_reports()[name] for name in tried.file.report_types]
    return Said(
        submission_id=tried.file.submission_id,
        outcome=tried.outcome,
        reports=tuple((report.title_th, report.title_en) for report in reports),
        rows_read=tried.file.rows_read,
        rows_faulty=tried.rows_faulty,
        has_errors=tried.has_errors,
        received_before=tried.received_before.isoformat() if tried.received_before else "",
        groups=tuple(group_words(group) for group in groups_of(tried.findings)),
        log=tuple(dataclasses.asdict(line) for line in log_lines(tried.file.log)),
        not_judged=answer.not_judged,
        marked=marked,
    )
