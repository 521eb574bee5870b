"""The outbox: mails as files, their fate in the ledger, and a way to an SMTP server that cannot send twice.

A mail is recorded before it is sent: its file is on the disk, then the ledger says `mail_recorded`. Sending is bracketed by
`mail_sending`, written just before the message is handed over, and `mail_sent` or `mail_failed`, written right after. A
`mail_sending` without a result means that the machine stopped in between: nobody can know whether the mail went out, so it
is never sent again and its Message-ID is named, so that a person can look for it at the mail server.

Facts in the ledger:

    mail_recorded  {mail_id, night, kind, to_role, subject, eml, sha256, named, counted, composed_at}
                   eml is a file's name in the outbox; named and counted are the anomalies that the letter tells
    mail_sending   {mail_id, mode}                       mode is redirect or live
    mail_sent      {mail_id, state}                      state is sent or redirected
    mail_failed    {mail_id, error, is_try, is_final}    is_try: a server was asked; is_final: given up
    mail_bounced   {mail_id, error}                      it came back later, see `bounce`

No address and no password ever stands in a fact, an error or a log line; the words of a mail server, which may repeat an
address, are reduced to their codes. A mail's file names its role, its From and To are put in front when it is sent.
"""

from __future__ import annotations

import dataclasses
import hashlib
import logging
import re
import smtplib
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from flows.clock import BANGKOK, bangkok_day
from flows.errors import UsageError
from flows.ledger import Entry, Ledger, instant, stamp, sync_folder
from flows.whole_files import write_whole

log = logging.getLogger(__name__)

Kind = Literal["digest", "stop", "suspicion", "receipt", "reminder", "inspections", "pages", "stuck", "sign_in"]
State = Literal["pending", "sent", "failed", "redirected"]

FACTORY = "factory-"  # how the role of a factory begins; its number follows
COMMAND_SECONDS = (
    30.0  # longest wait for a connection and for an answer to a command; RFC 5321 asks for minutes, a night has hours
)
DATA_SECONDS = 600.0  # longest wait for the answer to a whole message: RFC 5321, 4.5.3.2.6; giving up sooner makes doubt
DOUBTS = 2  # so many mails of one run may be left unanswered before the server is left alone until the next night
_ROLE = re.compile(r"headquarters|operators|province-[0-9]{2}|factory-[0-9]{14}|visitor")
_ADDRESS = re.compile(r"[!-~]+@[!-~]+")  # printable ASCII without a space: cannot break a header or an SMTP command
_NOT_IN_ADDRESS = frozenset('<>(),;:"[]\\')
_ENHANCED_CODE = re.compile(rb"^[245]\.[0-9]{1,3}\.[0-9]{1,3}\b")


@dataclass(frozen=True)
class MailRoute:
    """How mail leaves the house.

    Attributes:
        mode: off writes mails as files only; redirect sends all to one address; live sends them.
        security: how the connection is protected.
        user: SMTP user; "" = no login.
        sender: the address that mails come from.
        redirect_to: the one address of mode redirect.
        addresses: address by role; a role without one gets no mail until it has.
        tries: nights on which a mail is tried; older ones are given up.
        unwanted: roles that get no mail, by the settings.
    """

    mode: Literal["off", "redirect", "live"] = "off"
    host: str = "127.0.0.1"
    port: int = 25
    security: Literal["none", "starttls", "tls"] = "none"
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    sender: str = "waste-reports@localhost"
    redirect_to: str = field(default="", repr=False)
    addresses: Mapping[str, str] = field(default_factory=dict, repr=False)
    tries: int = 7
    unwanted: tuple[str, ...] = ()


@dataclass(frozen=True)
class Letter:
    """One mail to be: who should know what. HTML and text say the same.

    Attributes:
        named: on headquarters' digest, ids of the anomalies that the night's digests tell of with the factory's name (or
            leave out for want of room); they are not news any more.
            On a reminder, keys of what it reminds of.
        counted: ids of those that are only counted, until a second signal lets them be named.
    """

    mail_id: str
    night: date
    kind: Kind
    to_role: str
    subject: str
    html: str
    text: str
    named: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mail:
    """One mail of the outbox, as the ledger tells it.

    Attributes:
        eml, sha256: name of its file in the outbox, and what the file must hash to.
        named, counted: anomalies that it tells, see `Letter`.
        composed_at: when it was written; a mail of a night that was run late is not old news.
        tries: how often sending was tried.
        sent_at: when the mail server took it.
        error: why the last try failed; None once it is sent.
        is_final: nothing more will be done about it.
        is_in_doubt: it was being handed over when the ledger ends.
        handed_at: when it was last handed over, whatever the answer was.
        bounced_at: when we were told that it had come back.
    """

    mail_id: str
    night: date
    kind: str
    to_role: str
    subject: str
    eml: str
    sha256: str
    composed_at: datetime
    named: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()
    state: State = "pending"
    tries: int = 0
    sent_at: datetime | None = None
    error: str | None = None
    is_final: bool = False
    is_in_doubt: bool = False
    handed_at: datetime | None = None
    bounced_at: datetime | None = None


@dataclass(frozen=True)
class SendResult:
    """What became of the mails of one run.

    Attributes:
        sent, redirected: taken by the mail server.
        failed: tried again on the next night.
        given_up: never tried again: too old, or in doubt.
        pending: left alone, because the mode is off.
    """

    sent: int = 0
    redirected: int = 0
    failed: int = 0
    given_up: int = 0
    pending: int = 0


def mail_id_of(night: date, kind: Kind, role: str) -> str:
    """The same for the same night, kind and role: what makes sending twice impossible."""
    return hashlib.sha256(f"{night.isoformat()}|{kind}|{role}".encode()).hexdigest()[:16]


def message_id_of(mail_id: str) -> str:
    """The Message-ID header of a mail; `.invalid` can belong to nobody (RFC 2606)."""
    return f"<{mail_id}@waste-reports.invalid>"


# --- The outbox ------------------------------------------------------------------------------------------------------


def eml_of(letter: Letter, at: datetime) -> bytes:
    """The mail as a file, without From and To: text with its HTML alternative, the same bytes for the same letter.

    Raises:
        ValueError: the role is none of ours, or the subject would break a header.
    """
    if not _ROLE.fullmatch(letter.to_role):
        raise ValueError(f"no such role: {letter.to_role!r}")
    # The email package refuses most line breaks in a header, but lets a lone one through, which ends all headers.
    if not letter.subject.isprintable():
        raise ValueError(f"a subject is one line of printable characters: {letter.subject!r}")
    message = EmailMessage(policy=SMTP)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(at.astimezone(BANGKOK))
    message["Message-ID"] = message_id_of(letter.mail_id)
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "th, en"
    message["X-Waste-Role"] = letter.to_role
    # base64: every line is short and pure ASCII, so that no server on the way has a reason to change a byte.
    message.set_content(letter.text, cte="base64")
    message.add_alternative(letter.html, subtype="html", cte="base64")
    message.set_boundary(f"=_{letter.mail_id}")
    return message.as_bytes()


def record(ledger: Ledger, outbox: Path, letters: Iterable[Letter], at: datetime) -> int:
    """Put letters into the outbox, durably, before anything is sent.

    A letter that the ledger already has is left as it is, and the digests of a night are one edition: once headquarters'
    is recorded, the night gets no further digest. What a second run of a night finds is told on the next night.

    Args:
        at: the instant that stands in the mails' Date.

    Returns:
        How many were new.
    """
    known = mails_of(ledger)
    closed = {mail.night for mail in known.values() if _closes_edition(mail)}
    new = {
        letter.mail_id: letter
        for letter in sorted(letters, key=_closes_edition)  # the one that closes the edition is written last
        if letter.mail_id not in known and not (letter.kind == "digest" and letter.night in closed)
    }
    recorded = [(letter, *_write_eml(outbox, letter, at)) for letter in new.values()]
    if recorded:
        sync_folder(outbox)
    ledger.append_all(("mail_recorded", _recorded(letter, name, sha256, at)) for letter, name, sha256 in recorded)
    log.info("mails recorded: %d new, %d known already", len(recorded), len(known))
    return len(recorded)


def _closes_edition(mail: Letter | Mail) -> bool:
    return mail.kind == "digest" and mail.to_role == "headquarters"


def _recorded(letter: Letter, eml: str, sha256: str, at: datetime) -> dict[str, object]:
    return {
        "mail_id": letter.mail_id, "night": letter.night.isoformat(), "kind": letter.kind, "to_role": letter.to_role,
        "subject": letter.subject, "eml": eml, "sha256": sha256, "named": letter.named, "counted": letter.counted,
        "composed_at": stamp(at),
    }  # fmt: skip


def _write_eml(outbox: Path, letter: Letter, at: datetime) -> tuple[str, str]:
    data = eml_of(letter, at)
    name = f"{letter.night.isoformat()}-{letter.kind}-{letter.to_role}.eml"
    write_whole(outbox / name, data, is_durable=True)
    return name, hashlib.sha256(data).hexdigest()


def mails_of(ledger: Ledger) -> dict[str, Mail]:
    """Every mail of the outbox by its id, in the order in which they were recorded."""
    mails: dict[str, Mail] = {}
    for entry in ledger.of_kind("mail_recorded", "mail_sending", "mail_sent", "mail_failed", "mail_bounced"):
        mail_id = entry.facts["mail_id"]
        if entry.kind == "mail_recorded":
            mails[mail_id] = _mail(entry.facts)
        else:
            mails[mail_id] = _after(mails[mail_id], entry)
    return mails


def _mail(facts: dict[str, Any]) -> Mail:
    return Mail(
        mail_id=facts["mail_id"], night=date.fromisoformat(facts["night"]), kind=facts["kind"], to_role=facts["to_role"],
        subject=facts["subject"], eml=facts["eml"], sha256=facts["sha256"],
        composed_at=instant(facts["composed_at"]),
        named=tuple(facts["named"]), counted=tuple(facts["counted"]),
    )  # fmt: skip


def _after(mail: Mail, entry: Entry) -> Mail:
    if entry.kind == "mail_sending":
        return dataclasses.replace(mail, is_in_doubt=True, handed_at=instant(entry.at))
    if entry.kind == "mail_bounced":
        return dataclasses.replace(
            mail, state="failed", error=entry.facts["error"], is_final=True, is_in_doubt=False, bounced_at=instant(entry.at)
        )
    if entry.kind == "mail_sent":
        return dataclasses.replace(
            mail, state=entry.facts["state"], tries=mail.tries + 1, sent_at=instant(entry.at),
            error=None, is_final=True, is_in_doubt=False,
        )  # fmt: skip
    return dataclasses.replace(
        mail, state="failed", tries=mail.tries + entry.facts["is_try"], error=entry.facts["error"],
        is_final=entry.facts["is_final"], is_in_doubt=False,
    )  # fmt: skip


# --- Sending ---------------------------------------------------------------------------------------------------------


def send(ledger: Ledger, outbox: Path, route: MailRoute, at: datetime, hold_factories: bool = False) -> SendResult:
    """Send every mail of the outbox that is due, over one connection, each at most once, and to a factory one a day.

    What fails is tried again on the next night, on `route.tries` nights in all, counted in days from when the mail was written
    to `at`. Older mails are given up, so that switching to `live` after a month does not flood people. With mode off
    mails stay pending.

    Args:
        ledger: the record.
        outbox: the mails' files.
        route: how mail leaves the house.
        at: the clock.
        hold_factories: hold mails to factories back, because the pipeline suspects itself.
    """
    before = mails_of(ledger)
    day = bangkok_day(at)
    _give_up(ledger, before.values(), route, day)
    if route.mode != "off":
        had_theirs = {mail.to_role for mail in before.values() if mail.handed_at and bangkok_day(mail.handed_at) == day}
        with _Line(route) as line:
            for mail in _due(ledger):
                if mail.to_role.startswith(FACTORY) and (hold_factories or mail.to_role in had_theirs):
                    why = "the pipeline suspects itself" if hold_factories else "the factory has had its mail today"
                    facts = {"mail_id": mail.mail_id, "error": f"held back: {why}", "is_try": False, "is_final": False}
                    ledger.append("mail_failed", facts)
                    continue
                if _send_one(ledger, outbox, line, route, mail):
                    had_theirs.add(mail.to_role)
    after = [mail for mail_id, mail in mails_of(ledger).items() if not before[mail_id].is_final]
    result = SendResult(
        sent=sum(mail.state == "sent" for mail in after),
        redirected=sum(mail.state == "redirected" for mail in after),
        failed=sum(mail.state == "failed" and not mail.is_final for mail in after),
        given_up=sum(mail.state == "failed" and mail.is_final for mail in after),
        pending=sum(mail.state == "pending" for mail in after),
    )
    log.info(
        "mails, mode %s: %d sent, %d redirected, %d failed, %d given up, %d pending",
        route.mode, result.sent, result.redirected, result.failed, result.given_up, result.pending,
    )  # fmt: skip
    if result.failed or result.given_up:
        log.warning("%d mails did not go out: anomaly.mail says why", result.failed + result.given_up)
    return result


def _due(ledger: Ledger) -> list[Mail]:
    open_mails = [mail for mail in mails_of(ledger).values() if not mail.is_final]
    return sorted(open_mails, key=lambda mail: (mail.night, mail.to_role, mail.kind))


def _give_up(ledger: Ledger, mails: Iterable[Mail], route: MailRoute, day: date) -> None:
    """End what is in doubt, and what has grown too old to be news."""
    ended: list[tuple[Mail, str]] = []
    for mail in mails:
        if mail.is_final:
            continue
        if mail.is_in_doubt:
            ended.append((mail, _doubt(mail, "the night broke off while it was being handed over")))
        elif mail.to_role in route.unwanted:
            ended.append((mail, "not wanted (WASTE_MAIL_UNSUBSCRIBED)"))
        elif route.mode != "off" and (day - bangkok_day(mail.composed_at)).days >= _tries(mail, route):
            last = f"; the last error was: {mail.error}" if mail.error else ""
            ended.append((mail, f"too old: not sent within {_tries(mail, route)} nights{last}"))
    ledger.append_all(
        ("mail_failed", {"mail_id": mail.mail_id, "error": error, "is_try": mail.is_in_doubt, "is_final": True})
        for mail, error in ended
    )


def _tries(mail: Mail, route: MailRoute) -> int:
    """Nights on which a mail is tried. What a reminder says is true on its night only; the next one writes a new one."""
    return 1 if mail.kind == "reminder" else route.tries


def bounce(ledger: Ledger, mail_id: str, reason: str) -> Mail:
    """Record that a mail which the server had taken came back.

    Args:
        ledger: the record.
        mail_id: of the mail, as its Message-ID begins.
        reason: a code such as `5.1.1`, "" when none is known; never the words of a server.

    Returns:
        The mail.

    Raises:
        UsageError: no such mail was ever handed over.
    """
    mail = mails_of(ledger).get(mail_id)
    if mail is None or mail.handed_at is None:
        raise UsageError(f"no mail with the Message-ID {message_id_of(mail_id)} has left this installation")
    if mail.bounced_at is None:
        ledger.append("mail_bounced", {"mail_id": mail_id, "error": f"it came back: {reason or 'no code given'}"})
    return mail


def _doubt(mail: Mail, why: str) -> str:
    return (
        f"in doubt: {why}. It may have gone out and is not sent again; "
        f"look for Message-ID {message_id_of(mail.mail_id)} at the mail server"
    )


def _send_one(ledger: Ledger, outbox: Path, line: _Line, route: MailRoute, mail: Mail) -> bool:
    """Send one mail; whether it was handed over, be it taken or not."""

    def failed(error: str, *, is_try: bool = True, is_final: bool = False) -> None:
        ledger.append("mail_failed", {"mail_id": mail.mail_id, "error": error, "is_try": is_try, "is_final": is_final})

    try:
        address = _address_of(route, mail.to_role)
        message = _message(outbox, mail, route.sender, address)
    except _NotReady as reason:
        failed(str(reason), is_try=False)
        return False
    try:
        line.open_envelope(address)
    except _Refused as reason:
        failed(str(reason))
        return False
    ledger.append("mail_sending", {"mail_id": mail.mail_id, "mode": route.mode})
    try:
        line.hand_over(message)
    except _Refused as reason:
        failed(str(reason))
    except _Unanswered as reason:
        failed(_doubt(mail, str(reason)), is_final=True)
    else:
        state = "sent" if route.mode == "live" else "redirected"
        ledger.append("mail_sent", {"mail_id": mail.mail_id, "state": state})
    return True


def send_now(route: MailRoute, letter: Letter, address: str, at: datetime) -> str | None:
    """Send one letter at once and past the outbox: what must be kept nowhere, such as a sign-in link.

    Args:
        route: how mail leaves the house; with mode off nothing does, with redirect it goes to the one address.
        letter: what to say.
        address: of the recipient.
        at: the instant that stands in the mail's Date.

    Returns:
        Why it did not go out, without any address; None when the mail server took it.
    """
    if route.mode == "off":
        return "mail is off (WASTE_MAIL_MODE)"
    address = route.redirect_to if route.mode == "redirect" else address
    if not (_is_address(address) and _is_address(route.sender)):
        return "the recipient or the sender (WASTE_MAIL_FROM) has not one plain e-mail address"
    message = f"From: {route.sender}\r\nTo: {address}\r\n".encode("ascii") + eml_of(letter, at)
    try:
        with _Line(route) as line:
            line.open_envelope(address)
            line.hand_over(message)
    except (_Refused, _Unanswered) as reason:
        return str(reason)
    return None


class _NotReady(Exception):
    """The mail cannot be sent yet, and no server was asked."""


class _Refused(Exception):
    """The mail certainly did not go out."""


class _Unanswered(Exception):
    """The message was handed over and no answer came: it may have gone out."""


def _is_address(text: str) -> bool:
    return bool(_ADDRESS.fullmatch(text)) and not _NOT_IN_ADDRESS.intersection(text)


def _address_of(route: MailRoute, role: str) -> str:
    address = route.redirect_to if route.mode == "redirect" else route.addresses.get(role, "")
    whose = "redirected mails (WASTE_MAIL_REDIRECT_TO)" if route.mode == "redirect" else f"the role {role}"
    if not address:
        raise _NotReady(f"the settings have no address for {whose}")
    if not _is_address(address):
        raise _NotReady(f"the address of {whose} in the settings is not one plain e-mail address")
    return address


def _message(outbox: Path, mail: Mail, sender: str, address: str) -> bytes:
    if not _is_address(sender):
        raise _NotReady("the sender in the settings (WASTE_MAIL_FROM) is not one plain e-mail address")
    path = outbox / mail.eml
    data = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(data).hexdigest() != mail.sha256:
        raise _NotReady(f"the file {mail.eml} of the outbox is missing or was changed since it was recorded")
    return f"From: {sender}\r\nTo: {address}\r\n".encode("ascii") + data


class _Line:
    """One SMTP connection for all mails of a run: opened when first needed, and again when it broke."""

    def __init__(self, route: MailRoute) -> None:
        self._route = route
        self._client: smtplib.SMTP | None = None
        self._down = ""  # why nothing more is tried in this run
        self._doubts = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._close()

    def open_envelope(self, address: str) -> None:
        """Name sender and recipient to the server.

        Raises:
            _Refused: no connection, or the server does not take mail from this sender or for this recipient.
        """
        if self._down:
            raise _Refused(self._down)
        was_open = self._client is not None
        try:
            self._name_parties(address)
        except smtplib.SMTPServerDisconnected as error:
            # Servers close a connection that has been idle, or has carried enough mails: that is no refusal.
            self._close()
            if not was_open:
                raise _Refused("the mail server closed the connection") from error
            self.open_envelope(address)

    def _name_parties(self, address: str) -> None:
        client = self._client or self._open()
        try:
            code, reply = client.mail(self._route.sender)
            self._expect("the sender", code, reply)
            code, reply = client.rcpt(address)
            self._expect("the recipient", code, reply)
        except smtplib.SMTPResponseException as error:  # not an answer that SMTP allows, e.g. an endless line
            self._close()
            raise _Refused(f"the mail server answered nonsense: {error.smtp_code}") from error

    def hand_over(self, message: bytes) -> None:
        """Hand the message over.

        Raises:
            _Refused: the server answered that it does not take it.
            _Unanswered: the connection broke or fell silent before the answer.
        """
        assert self._client is not None and self._client.sock is not None, "the envelope comes first"
        try:
            self._client.sock.settimeout(DATA_SECONDS)
            code, reply = _answer_to_data(self._client, message)
            self._client.sock.settimeout(COMMAND_SECONDS)
        except OSError as error:  # smtplib's own errors are OSErrors too
            self._close()
            self._doubts += 1
            if self._doubts >= DOUBTS:
                self._down = f"not tried: the mail server left {self._doubts} messages of this run unanswered"
            raise _Unanswered("the connection broke before the mail server answered") from error
        self._expect("the message", code, reply)

    def _expect(self, what: str, code: int, reply: bytes) -> None:
        """The server took it; otherwise clear the line for the next mail."""
        if code in (250, 251):
            return
        if code == 421:  # "closing transmission channel"
            self._close()
            if what != "the message":
                raise smtplib.SMTPServerDisconnected("421")
        else:
            self._reset()
        raise _Refused(f"the mail server refused {what}: {_reply_words(code, reply)}")

    def _reset(self) -> None:
        if self._client is not None:
            try:
                self._client.rset()
            except (smtplib.SMTPException, OSError):
                self._close()

    def _open(self) -> smtplib.SMTP:
        route = self._route
        try:
            self._client = _connected(route)
            self._client.ehlo_or_helo_if_needed()
            if route.user:
                self._client.login(route.user, route.password)
        except smtplib.SMTPAuthenticationError as error:
            self._down = f"login refused: {_reply_words(error.smtp_code, _as_bytes(error.smtp_error))}"
        except smtplib.SMTPResponseException as error:
            self._down = f"greeting refused: {_reply_words(error.smtp_code, _as_bytes(error.smtp_error))}"
        except smtplib.SMTPNotSupportedError:
            self._down = "the mail server does not offer what the settings ask for (STARTTLS, or a login)"
        except smtplib.SMTPServerDisconnected:
            self._down = "the mail server closed the connection"
        except smtplib.SMTPException:
            self._down = "the mail server offers no kind of login that we know"
        except OSError as error:
            self._down = _os_words(error)
        except UnicodeError:
            self._down = "SMTP user and password must be plain ASCII"
        if self._down:
            self._close()
            self._down = f"no connection to the mail server {route.host}:{route.port}: {self._down}"
            raise _Refused(self._down)
        assert self._client is not None
        return self._client

    def _close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            try:
                client.quit()
            except (smtplib.SMTPException, OSError):
                client.close()


def _connected(route: MailRoute) -> smtplib.SMTP:
    if route.security == "tls":
        return smtplib.SMTP_SSL(route.host, route.port, timeout=COMMAND_SECONDS, context=ssl.create_default_context())
    client = smtplib.SMTP(route.host, route.port, timeout=COMMAND_SECONDS)
    try:
        if route.security == "starttls":
            client.starttls(context=ssl.create_default_context())
    except (smtplib.SMTPException, OSError):
        client.close()
        raise
    return client


def _answer_to_data(client: smtplib.SMTP, message: bytes) -> tuple[int, bytes]:
    try:
        return client.data(message)
    except smtplib.SMTPDataError as error:  # the server does not even want to hear it
        return error.smtp_code, _as_bytes(error.smtp_error)


def _as_bytes(reply: bytes | str) -> bytes:
    return reply if isinstance(reply, bytes) else reply.encode()


def _reply_words(code: int, reply: bytes) -> str:
    """A server's answer without its prose, which may repeat an address: `550 5.1.1`."""
    enhanced = _ENHANCED_CODE.match(reply)
    return f"{code} {enhanced.group().decode()}" if enhanced else str(code)


def _os_words(error: OSError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    return error.strerror or str(error) or type(error).__name__
