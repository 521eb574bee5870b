"""Mails to factories: which of tonight's files must be mended, to the registered address and to no other.

One mail a night for each factory whose own channel brought a file with errors. The address is that of the register, read
when the mail is sent; it stands in no ledger, table or log. A file that the desk brought is the desk's to answer.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
from markupsafe import Markup

from flows.clock import naive_utc
from flows.feedback.words import OUTCOMES
from flows.letters import render
from flows.letters.words import both_dates
from flows.mail import FACTORY, Letter, Mail, mail_id_of
from flows.rows import rows_of
from schemas.checks import all_checks
from schemas.records import Check

log = logging.getLogger(__name__)

FILES_IN_MAIL = 50  # files named in one mail; it says how many more there are


@dataclass(frozen=True)
class _Fault:
    """One check broken by one file, with its first message."""

    check: Check
    count: int
    message_th: str
    message_en: str


@dataclass(frozen=True)
class _Answered:
    """One file in a mail."""

    submission_id: str
    original_name: str
    outcome: tuple[str, str]
    rows_read: int
    rows_accepted: int
    rows_quarantined: int
    faults: tuple[_Fault, ...]


def compose_receipts(
    connection: duckdb.DuckDBPyConnection, night: date, most: int, without: Collection[str] = (), web_url: str = ""
) -> list[Letter]:
    """The mails of a night to factories whose files must be mended, the worst first.

    Args:
        connection: the work file with tonight's findings.
        night: the night.
        most: so many mails; a line of the log says how many factories are left without one.
        without: factory numbers that are not mailed.
        web_url: address of `waste web`; "" when there is none.
    """
    files = rows_of(connection, _FILES, {"night": night})
    faults: dict[str, list[_Fault]] = {}
    for row in rows_of(connection, _FAULTS, {"night": night}):
        fault = _Fault(all_checks()[row["check_id"]], row["n"], row["message_th"], row["message_en"])
        faults.setdefault(row["submission_id"], []).append(fault)
    by_factory: dict[str, list[_Answered]] = {}
    for row in files:
        answered = _Answered(
            row["submission_id"], row["original_name"], OUTCOMES[row["outcome"]], row["rows_read"], row["rows_accepted"],
            row["rows_quarantined"], tuple(faults[row["submission_id"]]),
        )  # fmt: skip
        by_factory.setdefault(row["submitted_by"], []).append(answered)
    mailed = set(by_factory) - set(without)
    worst = sorted(mailed, key=lambda each: (-sum(file.rows_quarantined for file in by_factory[each]), each))
    if len(worst) > most:
        log.warning("mails to factories: %d of %d are written (WASTE_FACTORY_MAILS_PER_NIGHT)", most, len(worst))
    return [_letter(night, factory_id, by_factory[factory_id], web_url) for factory_id in worst[:most]]


def not_to_mail(connection: duckdb.DuckDBPyConnection, mails: Iterable[Mail], unwanted: Iterable[str]) -> set[str]:
    """Factory numbers that get no mail: unsubscribed, or their last mail came back and the register is still as it was.

    Args:
        connection: the work file.
        mails: of the outbox.
        unwanted: roles of the settings.
    """
    bounced = [
        (mail.to_role.removeprefix(FACTORY), naive_utc(mail.bounced_at))
        for mail in mails
        if mail.bounced_at and mail.to_role.startswith(FACTORY)
    ]
    still = connection.execute(
        "SELECT DISTINCT b.factory_id FROM (SELECT unnest($ids) AS factory_id, unnest($moments) AS bounced_at) AS b"
        " JOIN core.factory AS f ON f.factory_id = b.factory_id AND f.received_at <= b.bounced_at",
        {"ids": [each[0] for each in bounced], "moments": [each[1] for each in bounced]},
    ).fetchall() if bounced else []  # fmt: skip
    return {row[0] for row in still} | {role.removeprefix(FACTORY) for role in unwanted if role.startswith(FACTORY)}


def addresses(connection: duckdb.DuckDBPyConnection, roles: Iterable[str]) -> dict[str, str]:
    """The registered address of each role of a factory; other roles and factories without one are left out.

    Args:
        connection: the work file, which alone holds addresses.
        roles: of mails that may be sent.
    """
    ids = [role.removeprefix(FACTORY) for role in roles if role.startswith(FACTORY)]
    rows = connection.execute(
        "SELECT factory_id, contact_email FROM core.factory"
        " WHERE factory_id IN (SELECT unnest($ids)) AND contact_email IS NOT NULL",
        {"ids": ids},
    ).fetchall()
    return {f"{FACTORY}{factory_id}": address for factory_id, address in rows}


def _letter(night: date, factory_id: str, files: list[_Answered], web_url: str) -> Letter:
    role = f"{FACTORY}{factory_id}"
    values: dict[str, Any] = {
        "factory_id": factory_id,
        "files": files[:FILES_IN_MAIL],
        "left_out": max(0, len(files) - FILES_IN_MAIL),
        "web_url": Markup(web_url),  # noqa: S704 - of the settings
    }
    return Letter(
        mail_id=mail_id_of(night, "receipt", role),
        night=night,
        kind="receipt",
        to_role=role,
        subject=f"ไฟล์ที่ต้องแก้ไข {len(files):,} ไฟล์ · Files to be mended: {len(files):,} · {both_dates(night)}",
        html=render("feedback.html.j2", night=night, **values),
        text=render("feedback.txt.j2", night=night, **values),
    )


_WITH_ERRORS = "SELECT submission_id FROM audit.finding WHERE night = $night AND severity = 'error'"
_FILES = f"""
    SELECT s.submission_id, s.original_name, s.submitted_by, s.outcome, s.rows_read, s.rows_accepted, s.rows_quarantined
    FROM audit.submission AS s
    JOIN core.factory AS f ON f.factory_id = s.submitted_by AND f.contact_email IS NOT NULL
    WHERE s.night = $night AND s.outcome <> 'duplicate' AND s.submission_id IN ({_WITH_ERRORS})
    ORDER BY s.received_at, s.submission_id
"""
_FAULTS = f"""
    SELECT submission_id, check_id, count(*) AS n,
        arg_min(message_th, (coalesce(source_sheet, ''), coalesce(source_row, 0), coalesce(column_name, ''))) AS message_th,
        arg_min(message_en, (coalesce(source_sheet, ''), coalesce(source_row, 0), coalesce(column_name, ''))) AS message_en
    FROM audit.finding WHERE night = $night AND submission_id IN ({_WITH_ERRORS})
    GROUP BY submission_id, check_id ORDER BY submission_id, min(severity), n DESC, check_id
"""
