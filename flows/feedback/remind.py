"""Reminders: what a factory still owes, some days before and after its due date, to the registered address.

One letter a night and factory, whatever it owes, and none on a night on which it hears of its files. What has been reminded
of stands in the outbox's own record: a night that was missed is made up for, and a night that is run twice reminds once.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import duckdb
from markupsafe import Markup

from flows.feedback.post import compose_receipts, not_to_mail
from flows.ledger import Ledger
from flows.letters import render
from flows.letters.words import both_dates
from flows.mail import FACTORY, Letter, Mail, mail_id_of, mails_of
from schemas.records import Report
from schemas.reports import all_reports

log = logging.getLogger(__name__)

REPORTS_IN_MAIL = 20  # reports named in one mail; it says how many more there are
# How long after its day a reminder still goes out, when the night of that day was missed or the mails of a night did not
# suffice; the last one must not go on for ever. [policy]
LAST_DAYS = 30


@dataclass(frozen=True)
class Owed:
    """One report that a factory is reminded of.

    Attributes:
        days: from the due date to the night; negative before it.
        key: what is told by this letter and by no other.
    """

    factory_id: str
    report: Report
    period: str
    due_date: date
    days: int
    key: str


def compose_to_factories(
    connection: duckdb.DuckDBPyConnection,
    night: date,
    ledger: Ledger,
    most: int,
    reminder_days: Sequence[int],
    unwanted: Collection[str] = (),
    web_url: str = "",
) -> list[Letter]:
    """All mails of a night to factories, one for each at most.

    Args:
        connection: the work file with tonight's findings and obligations.
        night: the night.
        ledger: knows what they were told before.
        most: so many mails; what is left out is said in the log.
        reminder_days: days from a due date, negative before it.
        unwanted: roles that want no mail.
        web_url: address of `waste web`; "" when there is none.
    """
    mails = list(mails_of(ledger).values())
    without = not_to_mail(connection, mails, unwanted)
    receipts = compose_receipts(connection, night, most, without, web_url)
    told = {mail.to_role.removeprefix(FACTORY) for mail in mails if mail.night == night and mail.to_role.startswith(FACTORY)}
    without |= told | {letter.to_role.removeprefix(FACTORY) for letter in receipts}
    reminders = compose_reminders(connection, night, mails, most - len(receipts), reminder_days, without, web_url)
    return receipts + reminders


def compose_reminders(
    connection: duckdb.DuckDBPyConnection,
    night: date,
    mails: Iterable[Mail],
    most: int,
    reminder_days: Sequence[int],
    without: Collection[str] = (),
    web_url: str = "",
) -> list[Letter]:
    """The reminders of a night: what is not yet due first, as it can still be kept, then by due date.

    Args:
        connection: the work file with tonight's obligations.
        night: the night.
        mails: of the outbox.
        most: so many mails.
        reminder_days: days from a due date, negative before it.
        without: factory numbers that get none.
        web_url: address of `waste web`; "" when there is none.
    """
    told = {key for mail in mails if mail.kind == "reminder" and not _is_lost(mail, night) for key in mail.named}
    by_factory: dict[str, list[Owed]] = {}
    for owed in _owed(connection, night, reminder_days):
        if owed.key not in told and owed.factory_id not in without:
            by_factory.setdefault(owed.factory_id, []).append(owed)

    def place(factory_id: str) -> tuple[bool, date, str]:
        owed = by_factory[factory_id]
        return all(each.days > 0 for each in owed), owed[0].due_date, factory_id

    in_turn = sorted(by_factory, key=place)
    if len(in_turn) > most:
        log.warning("reminders: %d of %d are written (WASTE_FACTORY_MAILS_PER_NIGHT)", most, len(in_turn))
    return [_letter(night, each, by_factory[each], web_url) for each in in_turn[:most]]


def _is_lost(mail: Mail, night: date) -> bool:
    """It certainly has not left the house, and will not any more: an old reminder is given up before anything is sent."""
    return mail.state == "failed" and mail.handed_at is None and (mail.is_final or mail.night < night)


def _owed(connection: duckdb.DuckDBPyConnection, night: date, reminder_days: Sequence[int]) -> Iterator[Owed]:
    """What is open tonight and has a reminder's day behind it."""
    if not reminder_days:
        return
    first, last = night - timedelta(days=max(reminder_days) + LAST_DAYS), night - timedelta(days=min(reminder_days))
    rows = connection.execute(_OPEN, {"night": night, "first": first, "last": last}).fetchall()
    for factory_id, report_type, period, due_date in rows:
        days = (night - due_date).days
        reached = [each for each in reminder_days if each <= days]
        # A reminder "3 days before" is no reminder any more once the day has passed.
        if not reached or days - max(reached) > LAST_DAYS or (max(reached) <= 0) != (days <= 0):
            continue
        key = f"{factory_id}|{report_type}|{period}|{max(reached)}"
        yield Owed(factory_id, all_reports()[report_type], period, due_date, days, key)


def _letter(night: date, factory_id: str, owed: list[Owed], web_url: str) -> Letter:
    role = f"{FACTORY}{factory_id}"
    values: dict[str, Any] = {
        "factory_id": factory_id,
        "overdue": [each for each in owed if each.days > 0][:REPORTS_IN_MAIL],
        "due": [each for each in owed if each.days <= 0][:REPORTS_IN_MAIL],
        "left_out": sum(max(0, count - REPORTS_IN_MAIL) for count in _counts(owed)),
        "web_url": Markup(web_url),  # noqa: S704 - of the settings
    }
    overdue, due = _counts(owed)
    words = [f"เลยกำหนดส่งรายงาน {overdue:,} ฉบับ · Reports overdue: {overdue:,}"] if overdue else []
    words += [f"ใกล้ถึงกำหนดส่งรายงาน {due:,} ฉบับ · Reports due soon: {due:,}"] if due else []
    return Letter(
        mail_id=mail_id_of(night, "reminder", role),
        night=night,
        kind="reminder",
        to_role=role,
        subject=f"{' · '.join(words)} · {both_dates(night)}",
        html=render("reminder.html.j2", night=night, **values),
        text=render("reminder.txt.j2", night=night, **values),
        named=tuple(each.key for each in owed),
    )


def _counts(owed: list[Owed]) -> tuple[int, int]:
    """Overdue, and due soon."""
    overdue = sum(each.days > 0 for each in owed)
    return overdue, len(owed) - overdue


_OPEN = """
    SELECT o.factory_id, o.report_type, o.period, o.due_date
    FROM summary.obligation AS o
    JOIN core.factory AS f ON f.factory_id = o.factory_id AND f.contact_email IS NOT NULL
    WHERE o.due_date BETWEEN $first AND $last
        AND ((o.status = 'not_yet_due' AND o.due_date >= $night) OR (o.status = 'missing' AND o.due_date < $night))
    ORDER BY o.due_date, o.report_type, o.period, o.factory_id
"""
