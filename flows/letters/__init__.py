"""Mail templates and how they are filled. Thai comes first, English beside or below it.

Every value that a template prints passes one door (`one_line`): a line break, a control character or a reversed writing
direction in a factory's name can neither forge a line of the text nor turn one around, and what looks like a link is no
link any more. HTML is escaped on top of that.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from flows.letters import words

_LONGEST = 400  # characters of one value, e.g. of a factory's name; a cell may hold thousands
# These turn the direction of what follows them; other format characters are ordinary in Thai (zero-width space).
_DIRECTION_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LINK = re.compile(r"://|\bwww\.", re.IGNORECASE)


def one_line(value: object) -> object:
    """Text without line breaks, control characters and direction marks, and not endless. Anything else as it is."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    visible = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in value)
    line = " ".join(_DIRECTION_MARKS.sub("", visible).split())
    if _LINK.search(line):  # mail readers make links of such text, and a report must not bring one into an official's mail
        line = line.replace("://", "[:]//").replace(".", "[.]")
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


@cache
def environment_of(folder: Path) -> Environment:
    """How the templates of a folder are filled; also those of `waste web`."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
        undefined=StrictUndefined,
        finalize=one_line,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    for word in words.FILTERS:
        environment.filters[word.__name__] = word
    return environment


def render(template: str, **values: Any) -> str:
    """The template of this folder, e.g. `digest.html.j2`, filled.

    Raises:
        jinja2.UndefinedError: the template asks for a value that was not given.
    """
    return environment_of(Path(__file__).parent).get_template(template).render(**values)
