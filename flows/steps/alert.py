"""Alert: say in a few mails what is new tonight, to those who should look at it.

One digest a night for each role: headquarters always, a province only when a factory there is named. With the first night
of a month each province gets its inspection list too. When the pipeline suspects itself nobody is accused: neither goes out,
and operators get a letter instead. What is news says
`flows.letters.news`; keeping and sending letters is `flows.mail`'s.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from flows.clock import naive_utc
from flows.ledger import Ledger
from flows.letters import render
from flows.letters.inspections import InspectionList, inspections_due
from flows.letters.news import COUNTRY, AllNews, Digest, digest_of, files_of, groups_of, news_of, provinces_of
from flows.letters.words import both_dates
from flows.mail import Kind, Letter, Mail, mail_id_of, mails_of
from flows.sql_files import Anomaly, anomalies
from schemas.tables import ANOMALY_MAIL

log = logging.getLogger(__name__)

FAILURES = 30  # failed expectations named in one letter; [policy]


def compose(
    connection: duckdb.DuckDBPyConnection, night: date, suspicion: str | None, rules: Iterable[Anomaly] | None = None
) -> list[Letter]:
    """Write the letters of a night.

    Args:
        connection: the private warehouse with tonight's summaries and anomalies, and with the outbox of the nights before
            (see `refresh_table`).
        night: what stands on the letters.
        suspicion: why the pipeline suspects itself; then only operators get a letter.
        rules: those of flows/anomalies when None.

    Returns:
        Headquarters' digest, then each province's that has news, by code, then the inspection lists that are due; or the
        one letter of suspicion.

    Raises:
        NightError: an anomaly comes from a rule that does not exist.
    """
    known = {rule.name: rule for rule in (anomalies() if rules is None else rules)}
    _make_told(connection)
    news = news_of(connection, night, known)
    if suspicion is not None:
        groups = groups_of(news, COUNTRY, known, is_naming=False)
        letters = [_suspicion(night, suspicion, groups=groups, files=files_of(connection, night))]
    else:
        provinces = (digest_of(connection, night, area, news, known) for area in provinces_of(connection, night, news))
        letters = [
            _digest(night, digest_of(connection, night, COUNTRY, news, known), news),
            *(_digest(night, digest) for digest in provinces if digest.names_somebody),
            *(_inspections(night, each) for each in inspections_due(connection, night)),
        ]
    log.info("letters composed: %d, from %d news", len(letters), len(news))
    return letters


def compose_stop(night: date, reason: str, failures: Sequence[str]) -> Letter:
    """Tell operators that a night was stopped and nothing published.

    Args:
        reason: one sentence.
        failures: expectations that were not met, one sentence each.
    """
    subject = f"หยุดเผยแพร่ของคืนนี้ · Night stopped, nothing published · {both_dates(night)}"
    left_out = max(0, len(failures) - FAILURES)
    return _letter(night, "stop", "operators", subject, reason=reason, failures=failures[:FAILURES], left_out=left_out)


def compose_stuck(night: date, stuck: Sequence[str]) -> Letter:
    """Tell operators that the inbox did not let go of some files that are archived.

    Args:
        stuck: each with the reason.
    """
    subject = f"นำไฟล์ออกจากกล่องรับไม่ได้ · Files cannot be taken out of the inbox · {both_dates(night)}"
    left_out = max(0, len(stuck) - FAILURES)
    return _letter(night, "stuck", "operators", subject, stuck=stuck[:FAILURES], left_out=left_out)


def refresh_table(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> None:
    """Make anomaly.mail what the ledger says, and meta.told what its digests have told, inside the caller's transaction."""
    mails = mails_of(ledger).values()
    connection.execute("DELETE FROM anomaly.mail")
    _insert(connection, "anomaly.mail", [_row(mail) for mail in mails])
    _make_told(connection)
    connection.execute("DELETE FROM meta.told")
    _insert(connection, "meta.told", [row for mail in mails if mail.kind != "reminder" for row in _told_rows(mail)])


def _row(mail: Mail) -> dict[str, object]:
    row = {name: getattr(mail, name) for name in ANOMALY_MAIL.column_names}
    return {**row, "sent_at": naive_utc(mail.sent_at) if mail.sent_at else None}


def _told_rows(mail: Mail) -> list[dict[str, object]]:
    return [
        {"night": mail.night, "anomaly_id": anomaly_id, "is_named": is_named}
        for is_named, ids in ((True, mail.named), (False, mail.counted))
        for anomaly_id in ids
    ]


def _make_told(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("CREATE TABLE IF NOT EXISTS meta.told (night DATE, anomaly_id VARCHAR, is_named BOOLEAN)")


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, object]]) -> None:
    if rows:
        arrow = pa.Table.from_pylist(rows)  # noqa: F841 - DuckDB reads it by name
        connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM arrow")


def _digest(night: date, digest: Digest, news: AllNews | None = None) -> Letter:
    area = digest.area
    headline = f"{digest.headline_th} · {digest.headline_en[0].upper()}{digest.headline_en[1:]}"
    subject = f"{headline} · {area.name_th} {area.name_en} · {both_dates(night)}"
    return _letter(night, "digest", area.role, subject, news, digest=digest)


def _inspections(night: date, each: InspectionList) -> Letter:
    area = each.area
    subject = f"โรงงานที่ควรตรวจในเดือนนี้ · Where to inspect this month · {area.name_th} {area.name_en} · {both_dates(night)}"
    return _letter(night, "inspections", area.role, subject, list=each)


def _suspicion(night: date, suspicion: str, **values: Any) -> Letter:
    subject = f"ระบบสงสัยข้อมูลของตนเอง · The pipeline suspects itself, nobody is accused · {both_dates(night)}"
    return _letter(night, "suspicion", "operators", subject, suspicion=suspicion, **values)


def _letter(night: date, kind: Kind, role: str, subject: str, news: AllNews | None = None, **values: Any) -> Letter:
    """The letter from the two templates of its kind; with the news that it tells, shown or counted, whoever reads it."""
    return Letter(
        mail_id=mail_id_of(night, kind, role),
        night=night,
        kind=kind,
        to_role=role,
        subject=subject,
        html=render(f"{kind}.html.j2", night=night, **values),
        text=render(f"{kind}.txt.j2", night=night, **values),
        named=news.nameable if news else (),
        counted=news.unnameable if news else (),
    )
