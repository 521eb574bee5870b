"""Cells that go back to a spreadsheet: what it would run is made harmless, all else stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from flows.feedback.words import SEVERITIES, visible
from schemas.fields.cells import BLANKS
from schemas.records import Finding

# A spreadsheet shows a no-break space and runs nothing behind it; our own readers trim it, so that the cell says what it said.
# (An apostrophe would become part of the value.) It exists in UTF-8, UTF-16 and cp874.
SHIELD = "\u00a0"
_NUMBER = re.compile(r"[-+]?[0-9][0-9.,]*(?:[eE][-+]?[0-9]+)?%?")
_STARTS = ("=", "+", "-", "@")
# What cp874 lacks and our messages use.
_INSTEAD = str.maketrans({"≥": ">=", "≤": "<=", "·": "-", "–": "-", "—": "-", "…": "...", "•": "-", "×": "x", "³": "3"})


def is_run(text: str) -> bool:
    """Whether a spreadsheet would take this text for a formula."""
    inner = text.strip(BLANKS)
    return inner.startswith(_STARTS) and not _NUMBER.fullmatch(inner) and inner not in ("-", "+")


def harmless(text: str) -> str:
    """The text, shielded when a spreadsheet would run it."""
    return SHIELD + text.lstrip(BLANKS) if is_run(text) and not text.startswith(SHIELD) else text


def mark_text(findings: Iterable[Finding]) -> str:
    """What stands beside a row: every finding of it, Thai and English, on one line."""
    parts = []
    for each in findings:
        th, en = SEVERITIES[each.severity]
        parts.append(f"[{th} · {en}] {visible(each.message_th)} · {visible(each.message_en)}")
    return " • ".join(parts)


def encodable(text: str, encoding: str) -> str:
    """The text with what the encoding lacks written otherwise."""
    if encoding != "cp874":
        return text
    return text.translate(_INSTEAD).encode("cp874", "replace").decode("cp874")


def by_row(findings: Iterable[Finding]) -> Mapping[int | None, list[Finding]]:
    """Findings by their row; None = the whole file."""
    rows: dict[int | None, list[Finding]] = {}
    for each in findings:
        rows.setdefault(each.source_row, []).append(each)
    return rows
