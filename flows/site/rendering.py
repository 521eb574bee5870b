"""How a page is filled: one environment, every value escaped and on one line."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup, escape

from flows.letters import environment_of, one_line
from flows.site.words import word

FOLDER = Path(__file__).parent


@lru_cache(maxsize=8_192)  # the words of menus and table heads stand on every page
def both(th: object, en: object) -> Markup:
    """Thai first, English beside it: each in an element of its own, which the language switch shows or hides.

    What is the same in both stands once.
    """
    if th == en:
        return escape(one_line(th))
    return Markup('<span class="th" lang="th">{}</span> <span class="en" lang="en">{}</span>').format(
        escape(one_line(th)), escape(one_line(en))
    )


def verbatim(text: str) -> Markup:
    """Text with its line breaks, escaped."""
    return Markup(escape(text))  # noqa: S704 - escaped


@cache
def environment() -> Environment:
    """The templates of this folder. Everything is escaped; a missing value is an error."""
    made = environment_of(FOLDER / "templates")
    made.globals |= {"both": both, "verbatim": verbatim, "word": word}
    return made


def render(template: str, **values: Any) -> str:
    """A page.

    Raises:
        jinja2.UndefinedError: the template asks for a value that was not given.
    """
    return environment().get_template(template).render(**values)


def script(key: str, edition: str, data: str) -> str:
    """A script file that hands one piece of data to the page.

    Args:
        key: what the page asked for.
        edition: the publication that it belongs to; a page of another one notices.
        data: JSON.
    """
    # JSON is JavaScript but for these; "<" cannot end a script even where a page would hold the piece itself.
    safe = data.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"waste.take({json.dumps(key)}, {json.dumps(edition)}, {safe});\n"
