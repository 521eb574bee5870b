"""The letter that tells operators that a night is published without its pages."""

from __future__ import annotations

from datetime import date

from flows.letters import render
from flows.letters.words import both_dates
from flows.mail import Letter, mail_id_of


def compose_pages_failed(night: date, reason: str) -> Letter:
    """Tell operators that the pages are those of an earlier night.

    Args:
        night: the night, published.
        reason: one sentence.
    """
    return Letter(
        mail_id=mail_id_of(night, "pages", "operators"),
        night=night,
        kind="pages",
        to_role="operators",
        subject=f"เขียนหน้าเว็บของคืนนี้ไม่ได้ · The pages could not be written · {both_dates(night)}",
        html=render("pages.html.j2", night=night, reason=reason),
        text=render("pages.txt.j2", night=night, reason=reason),
    )
