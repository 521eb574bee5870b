"""Pages that open offline, by double-click: no request to any outside host."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path

from flows.clock import BANGKOK
from flows.letters import render
from flows.steps.verify import Verdict
from schemas.suites import all_suites


def replace_file(path: Path, text: str) -> None:
    """Write a file as a whole: a reader sees the old one or the new one."""
    beside = path.with_name(f".{path.name}.tmp")
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def write_suites_page(folder: Path, night: date, verdicts: list[Verdict], at: datetime) -> Path:
    """What Great Expectations said of tonight's warehouse, as `suites.html`."""
    suites = [
        {
            "suite": suite,
            "verdicts": (found := [each for each in verdicts if each.suite == suite.name]),
            "is_met": all(each.is_met for each in found),
        }
        for suite in all_suites()
    ]
    path = folder / "suites.html"
    values = {
        "night": night,
        "at": at.astimezone(BANGKOK),
        "suites": suites,
        "is_met": all(each.is_met for each in verdicts),
        "failed": sum(not each.is_met for each in verdicts),
        "count": len(verdicts),
    }
    replace_file(path, render("suites.html.j2", **values))
    return path
