"""The outbox against a real SMTP server on loopback: every mail at most once, whatever breaks."""

from __future__ import annotations

import asyncio
import email
import json
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from hypothesis import given
from hypothesis import strategies as st

from flows import mail
from flows.ledger import Entry, Ledger
from flows.ledger import Kind as LedgerKind
from flows.mail import (
    Kind,
    Letter,
    Mail,
    MailRoute,
    SendResult,
    eml_of,
    mail_id_of,
    mails_of,
    message_id_of,
    record,
    send,
)  # fmt: skip

NIGHT = date(2026, 3, 2)
AT = datetime(2026, 3, 1, 18, 30, tzinfo=UTC)  # 01:30 of 2 March in Bangkok
DAY = timedelta(days=1)
HEADQUARTERS, BANGKOK_OFFICE = "hq@diw.example", "bangkok@diw.example"
ADDRESSES = {"headquarters": HEADQUARTERS, "province-10": BANGKOK_OFFICE, "operators": "ops@diw.example"}


def letter(role: str = "headquarters", night: date = NIGHT, kind: Kind = "digest", subject: str = "สรุปประจำคืน") -> Letter:
    return Letter(mail_id_of(night, kind, role), night, kind, role, subject, "<p>ก</p>", "ก")


@dataclass
class Received:
    """A mail server's memory; refuses what it is told to refuse."""

    mails: list[tuple[str, EmailMessage]] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    data_reply: str = "250 OK"
    block_seconds: float = 0  # how long an accepted message waits for its answer
    connections: int = 0

    async def handle_EHLO(self, server: Any, session: Session, envelope: Envelope, name: str, lines: list[str]) -> list[str]:
        self.connections += 1
        session.host_name = name
        return lines

    async def handle_RCPT(self, server: Any, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        if address in self.refused:
            return f"550 5.1.1 <{address}>: no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        if self.data_reply.startswith("250"):
            assert isinstance(envelope.content, bytes)
            message = email.message_from_bytes(envelope.content, policy=default)
            assert isinstance(message, EmailMessage)
            self.mails.extend((address, message) for address in envelope.rcpt_tos)
        if self.block_seconds:
            await asyncio.sleep(self.block_seconds)
        return self.data_reply

    @property
    def addresses(self) -> list[str]:
        return sorted(address for address, _ in self.mails)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def listening(received: object, **options: Any) -> Iterator[MailRoute]:
    """A mail server on loopback, and the route to it."""
    controller = Controller(received, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield MailRoute(mode="live", port=controller.port, addresses=ADDRESSES, sender="waste@diw.example")
    finally:
        controller.stop()


Server = tuple[Received, MailRoute]


@pytest.fixture
def server() -> Iterator[Server]:
    received = Received()
    with listening(received) as route:
        yield received, route


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.jsonl")


def mail_to(ledger: Ledger, role: str) -> Mail:
    """What the ledger says of the one mail to a role."""
    (found,) = [mail for mail in mails_of(ledger).values() if mail.to_role == role]
    return found


# --- The ordinary night -----------------------------------------------------------------------------------------------


def test_one_mail_per_role_and_night_and_a_second_run_sends_nothing_more(server: Server, ledger: Ledger, tmp_path: Path) -> None:
    received, route = server
    letters = [letter("headquarters"), letter("province-10")]
    assert record(ledger, tmp_path, letters, AT) == 2
    assert send(ledger, tmp_path, route, AT) == SendResult(sent=2)
    again = Ledger(ledger.path)  # as the next process reads it
    assert record(again, tmp_path, letters, AT) == 0
    assert send(again, tmp_path, route, AT) == SendResult()
    assert received.addresses == [BANGKOK_OFFICE, HEADQUARTERS]
    assert received.connections == 1


def test_a_letter_known_already_is_left_as_it_is(ledger: Ledger, tmp_path: Path) -> None:
    record(ledger, tmp_path, [letter()], AT)
    before = (tmp_path / mail_to(ledger, "headquarters").eml).read_bytes()
    record(ledger, tmp_path, [replace(letter(), text="other words")], AT + DAY)
    assert (tmp_path / mail_to(ledger, "headquarters").eml).read_bytes() == before
    assert len(list(ledger.of_kind("mail_recorded"))) == 1


def test_what_arrives_is_what_was_written(server: Server, ledger: Ledger, tmp_path: Path) -> None:
    received, route = server
    subject = "สรุปประจำคืน 2 มีนาคม พ.ศ. 2569: พบเรื่องใหม่ 1,234 เรื่อง ใน 987 โรงงาน · Nightly digest, 1,234 new findings"
    sent = replace(letter(subject=subject), text="ตัน\n.\nFrom here\n", html="<p>ตัน</p>\n")
    record(ledger, tmp_path, [sent], AT)
    send(ledger, tmp_path, route, AT)
    [(address, message)] = received.mails
    assert address == HEADQUARTERS
    assert (message["From"], message["To"]) == ("waste@diw.example", HEADQUARTERS)
    assert message["Subject"] == subject
    assert message["Date"].datetime == AT
    assert message["Message-ID"] == message_id_of(sent.mail_id)
    assert message["X-Waste-Role"] == "headquarters"
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None and text.get_content().replace("\r\n", "\n") == sent.text
    assert html is not None and html.get_content().replace("\r\n", "\n") == sent.html


def test_the_file_in_the_outbox_is_the_same_each_time_and_names_no_address(ledger: Ledger, tmp_path: Path) -> None:
    record(ledger, tmp_path, [letter()], AT)
    recorded = mail_to(ledger, "headquarters")
    assert recorded.eml == "2026-03-02-digest-headquarters.eml"
    assert (tmp_path / recorded.eml).read_bytes() == eml_of(letter(), AT)
    assert b"@diw.example" not in eml_of(letter(), AT)
    assert {path.name for path in tmp_path.iterdir()} == {recorded.eml, "ledger.jsonl"}


def test_redirect_sends_all_to_one_address(server: Server, ledger: Ledger, tmp_path: Path) -> None:
    received, live = server
    route = replace(live, mode="redirect", redirect_to="tester@diw.example", addresses={})
    record(ledger, tmp_path, [letter("headquarters"), letter("province-10")], AT)
    assert send(ledger, tmp_path, route, AT) == SendResult(redirected=2)
    assert received.addresses == ["tester@diw.example"] * 2
    assert mail_to(ledger, "province-10").state == "redirected"
    assert send(ledger, tmp_path, live, AT) == SendResult()


def test_off_sends_nothing_and_live_weeks_later_sends_only_what_is_still_news(
    server: Server, ledger: Ledger, tmp_path: Path
) -> None:
    received, live = server
    route = replace(live, tries=7)
    nights = [NIGHT + DAY * number for number in range(21)]
    for number, night in enumerate(nights):
        record(ledger, tmp_path, [letter(night=night)], AT + DAY * number)
        assert send(ledger, tmp_path, replace(route, mode="off"), AT + DAY * number).sent == 0
    assert received.mails == []
    assert {mail.state for mail in mails_of(ledger).values()} == {"pending"}
    assert send(ledger, tmp_path, route, AT + DAY * 20) == SendResult(sent=7, given_up=14)
    by_night = {mail.night: mail for mail in mails_of(ledger).values()}
    assert [night for night in nights if by_night[night].state == "sent"] == nights[-7:]
    assert by_night[NIGHT].error == "too old: not sent within 7 nights"
    assert by_night[NIGHT].tries == 0


# --- What goes wrong, and comes right ----------------------------------------------------------------------------------


def test_a_refused_recipient_is_tried_again_on_the_next_night_and_hinders_nobody(
    server: Server, ledger: Ledger, tmp_path: Path
) -> None:
    received, route = server
    received.refused = {HEADQUARTERS}
    record(ledger, tmp_path, [letter("headquarters"), letter("province-10")], AT)
    assert send(ledger, tmp_path, route, AT) == SendResult(sent=1, failed=1)
    refused = mail_to(ledger, "headquarters")
    assert (refused.state, refused.tries) == ("failed", 1)
    assert refused.error == "the mail server refused the recipient: 550 5.1.1"
    received.refused = set()
    assert send(ledger, tmp_path, route, AT + DAY) == SendResult(sent=1)
    assert received.addresses == [BANGKOK_OFFICE, HEADQUARTERS]
    assert (mail_to(ledger, "headquarters").tries, mail_to(ledger, "headquarters").error) == (2, None)


def test_a_mail_refused_every_night_is_given_up_with_the_last_reason(server: Server, ledger: Ledger, tmp_path: Path) -> None:
    received, live = server
    received.refused = {HEADQUARTERS}
    record(ledger, tmp_path, [letter()], AT)
    results = [send(ledger, tmp_path, replace(live, tries=2), AT + DAY * n) for n in range(4)]
    assert results == [SendResult(failed=1), SendResult(failed=1), SendResult(given_up=1), SendResult()]
    given_up = mail_to(ledger, "headquarters")
    assert given_up.tries == 2
    assert given_up.error == (
        "too old: not sent within 2 nights; the last error was: the mail server refused the recipient: 550 5.1.1"
    )


def test_a_server_that_is_down_costs_one_night(ledger: Ledger, tmp_path: Path) -> None:
    record(ledger, tmp_path, [letter("headquarters"), letter("province-10")], AT)
    down = MailRoute(mode="live", port=free_port(), addresses=ADDRESSES, sender="waste@diw.example")
    assert send(ledger, tmp_path, down, AT) == SendResult(failed=2)
    error = mail_to(ledger, "province-10").error
    assert error == f"no connection to the mail server 127.0.0.1:{down.port}: Connection refused"
    received = Received()
    with listening(received) as route:
        assert send(ledger, tmp_path, route, AT + DAY) == SendResult(sent=2)
    assert received.addresses == [BANGKOK_OFFICE, HEADQUARTERS]


def test_a_refused_message_is_tried_again(server: Server, ledger: Ledger, tmp_path: Path) -> None:
    received, route = server
    received.data_reply = "452 4.3.1 mailbox of hq@diw.example is full"
    record(ledger, tmp_path, [letter("headquarters"), letter("province-10")], AT)
    assert send(ledger, tmp_path, route, AT) == SendResult(failed=2)
    assert mail_to(ledger, "headquarters").error == "the mail server refused the message: 452 4.3.1"
    received.data_reply = "250 OK"
    assert send(ledger, tmp_path, route, AT + DAY) == SendResult(sent=2)


def test_a_role_without_an_address_waits_for_one(server: Server, ledger: Ledger, tmp_path: Path) -> None:
    _, route = server
    record(ledger, tmp_path, [letter("province-11")], AT)
    assert send(ledger, tmp_path, route, AT) == SendResult(failed=1)
    waiting = mail_to(ledger, "province-11")
    assert (waiting.error, waiting.tries) == ("the settings have no address for the role province-11", 0)
    later = replace(route, addresses={"province-11": "samut.prakan@diw.example"})
    assert send(ledger, tmp_path, later, AT + DAY) == SendResult(sent=1)


@pytest.mark.parametrize("address", ["a@b.example\r\nRCPT TO:<c@d.example>", "a@b.example, c@d.example", "<a@b>", "ก@b.example"])
def test_an_address_that_is_not_one_plain_address_is_never_used(
    server: Server, ledger: Ledger, tmp_path: Path, address: str
) -> None:
    received, route = server
    record(ledger, tmp_path, [letter()], AT)
    assert send(ledger, tmp_path, replace(route, addresses={"headquarters": address}), AT) == SendResult(failed=1)
    assert mail_to(ledger, "headquarters").error == (
        "the address of the role headquarters in the settings is not one plain e-mail address"
    )
    assert received.connections == 0


def test_a_file_changed_in_the_outbox_is_not_sent(server: Server, ledger: Ledger, tmp_path: Path) -> None:
    received, route = server
    record(ledger, tmp_path, [letter()], AT)
    path = tmp_path / mail_to(ledger, "headquarters").eml
    path.write_bytes(path.read_bytes().replace(b"X-Waste-Role: headquarters", b"X-Waste-Role: operators"))
    assert send(ledger, tmp_path, route, AT) == SendResult(failed=1)
    assert "was changed since it was recorded" in (mail_to(ledger, "headquarters").error or "")
    assert received.mails == []


class ClosesAfterEachMail(Received):
    """Takes one mail per connection, then says 421: as servers do that limit the mails of a connection."""

    async def handle_MAIL(self, server: Any, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        if getattr(session, "has_sent", False):
            return "421 4.7.0 enough for this connection"
        session.has_sent = True  # type: ignore[attr-defined]
        envelope.mail_from = address
        return "250 OK"


def test_a_connection_that_the_server_closes_is_opened_again(ledger: Ledger, tmp_path: Path) -> None:
    received = ClosesAfterEachMail()
    record(ledger, tmp_path, [letter(role) for role in ADDRESSES], AT)
    with listening(received) as route:
        assert send(ledger, tmp_path, route, AT) == SendResult(sent=3)
    assert received.connections == 3


# --- Never twice ----------------------------------------------------------------------------------------------------


def test_a_mail_in_doubt_is_never_sent_again(server: Server, ledger: Ledger, tmp_path: Path) -> None:
    received, route = server
    record(ledger, tmp_path, [letter("headquarters"), letter("province-10")], AT)
    ledger.append("mail_sending", {"mail_id": letter().mail_id, "mode": "live"})  # and then the power went
    assert send(Ledger(ledger.path), tmp_path, route, AT) == SendResult(sent=1, given_up=1)
    after = Ledger(ledger.path)
    doubted = mail_to(after, "headquarters")
    assert (doubted.state, doubted.tries, doubted.is_final) == ("failed", 1, True)
    assert doubted.error == (
        "in doubt: the night broke off while it was being handed over. It may have gone out and is not sent again; "
        f"look for Message-ID {message_id_of(letter().mail_id)} at the mail server"
    )
    assert send(after, tmp_path, route, AT + DAY) == SendResult()
    assert received.addresses == [BANGKOK_OFFICE]


KILLED_NIGHT = """
import json, sys
from datetime import datetime
from pathlib import Path
from flows.ledger import Entry, Ledger
from flows.ledger import Kind as LedgerKind
from flows.mail import MailRoute, send
folder, route, at = sys.argv[1:]
send(Ledger(Path(folder, "ledger.jsonl")), Path(folder), MailRoute(**json.loads(route)), datetime.fromisoformat(at))
"""


def test_a_night_killed_while_the_server_has_the_mail_sends_nothing_twice(ledger: Ledger, tmp_path: Path) -> None:
    received = Received(block_seconds=2)
    record(ledger, tmp_path, [letter("headquarters"), letter("province-10")], AT)
    with listening(received) as route:
        night = subprocess.Popen(
            [sys.executable, "-c", KILLED_NIGHT, str(tmp_path), json.dumps(asdict(route)), AT.isoformat()],
            cwd=Path(__file__).parents[1],
        )
        wait_until(lambda: len(received.mails) == 1)  # the server has it, the night has no answer yet
        night.send_signal(signal.SIGKILL)
        assert night.wait() == -signal.SIGKILL
        received.block_seconds = 0
        assert send(Ledger(ledger.path), tmp_path, route, AT + DAY) == SendResult(sent=1, given_up=1)
        assert send(Ledger(ledger.path), tmp_path, route, AT + DAY * 2) == SendResult()
    assert received.addresses == [BANGKOK_OFFICE, HEADQUARTERS]
    assert "in doubt" in (mail_to(Ledger(ledger.path), "headquarters").error or "")


def wait_until(is_so: Callable[[], bool], seconds: float = 20) -> None:
    give_up_at = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < give_up_at, "it never came true"
        time.sleep(0.02)


def test_a_server_that_falls_silent_leaves_doubt_and_is_left_alone_after_two(
    server: Server, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    received, route = server
    received.block_seconds = 5
    monkeypatch.setattr(mail, "DATA_SECONDS", 0.2)
    record(ledger, tmp_path, [letter(role) for role in ADDRESSES], AT)
    assert send(ledger, tmp_path, route, AT) == SendResult(given_up=2, failed=1)
    errors = [mail_to(ledger, role).error or "" for role in ("headquarters", "operators", "province-10")]
    assert [error.partition(":")[0] for error in errors] == ["in doubt", "in doubt", "not tried"]
    received.block_seconds = 0
    assert send(ledger, tmp_path, route, AT + DAY) == SendResult(sent=1)
    assert received.addresses == sorted(ADDRESSES.values())


class PowerCut(Exception):
    """The machine stops."""


class CutLedger(Ledger):
    """Stops the machine at its n-th event: before the line is on the disk, or after."""

    def __init__(self, path: Path, cut_at: int, *, is_written: bool) -> None:
        super().__init__(path)
        self.left, self.is_written = cut_at, is_written

    def append_all(self, events: Iterable[tuple[LedgerKind, dict[str, Any]]]) -> list[Entry]:
        events = list(events)
        self.left -= len(events)
        if self.left >= 0:
            return super().append_all(events)
        if self.is_written:
            super().append_all(events)
        raise PowerCut


@pytest.mark.parametrize("is_written", [False, True])
@pytest.mark.parametrize("cut_at", range(6))
def test_wherever_the_machine_stops_nobody_gets_a_mail_twice(
    server: Server, ledger: Ledger, tmp_path: Path, cut_at: int, is_written: bool
) -> None:
    """Three mails make six events: sending, sent, sending, sent, sending, sent."""
    received, route = server
    record(ledger, tmp_path, [letter(role) for role in ADDRESSES], AT)
    with pytest.raises(PowerCut):
        send(CutLedger(ledger.path, cut_at, is_written=is_written), tmp_path, route, AT)
    send(Ledger(ledger.path), tmp_path, route, AT)
    after = Ledger(ledger.path)
    assert send(after, tmp_path, route, AT) == SendResult()
    assert len(received.addresses) == len(set(received.addresses))
    in_doubt = {ADDRESSES[mail.to_role] for mail in mails_of(after).values() if mail.state == "failed"}
    assert set(received.addresses) | in_doubt == set(ADDRESSES.values())
    is_after_sending = (cut_at + is_written) % 2 == 1  # so many events are on the disk, the last of them a `mail_sending`
    assert len(in_doubt) == is_after_sending


# --- Secrets and strangers ------------------------------------------------------------------------------------------


class KnowsNobody:
    """Refuses every login, and says the name aloud."""

    def __call__(self, server: Any, session: Any, envelope: Any, mechanism: str, given: object) -> AuthResult:
        assert isinstance(given, LoginPassword)
        return AuthResult(success=False, handled=False, message=f"535 5.7.8 {given.login.decode()} is not welcome")


def test_no_address_and_no_password_is_written_down(ledger: Ledger, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    record(ledger, tmp_path, [letter("headquarters"), letter("province-10")], AT)
    with listening(Received(), authenticator=KnowsNobody(), auth_require_tls=False) as route:
        caplog.clear()
        locked = replace(route, user="robot@diw.example", password="hunter2-secret")
        assert send(ledger, tmp_path, locked, AT) == SendResult(failed=2)
        assert "hunter2" not in repr(locked) and "diw.example" not in repr(replace(locked, sender=""))
    assert "login refused: 535 5.7.8" in (mail_to(ledger, "headquarters").error or "")
    with listening(Received(refused={HEADQUARTERS, BANGKOK_OFFICE})) as route:
        send(ledger, tmp_path, route, AT)
    ours = [entry.getMessage() for entry in caplog.records if entry.name.startswith("flows")]
    written = ledger.path.read_text() + "\n".join(ours)
    assert ours and "diw.example" not in written and "hunter2" not in written


def test_a_password_that_smtp_cannot_say_is_named_without_being_shown(server: Server, ledger: Ledger, tmp_path: Path) -> None:
    with listening(Received(), authenticator=KnowsNobody(), auth_require_tls=False) as route:
        record(ledger, tmp_path, [letter()], AT)
        assert send(ledger, tmp_path, replace(route, user="robot", password="ความลับ"), AT).failed == 1
    assert (mail_to(ledger, "headquarters").error or "").endswith("SMTP user and password must be plain ASCII")


def test_a_server_without_starttls_gets_no_mail_in_the_clear(server: Server, ledger: Ledger, tmp_path: Path) -> None:
    received, route = server
    record(ledger, tmp_path, [letter()], AT)
    assert send(ledger, tmp_path, replace(route, security="starttls"), AT).failed == 1
    assert "does not offer what the settings ask for" in (mail_to(ledger, "headquarters").error or "")
    assert received.mails == []


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes a certificate with the openssl command")
def test_a_certificate_is_looked_at(ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=mail", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    received = Received()
    record(ledger, tmp_path, [letter()], AT)
    with listening(received, tls_context=context, require_starttls=True) as live:
        route = replace(live, security="starttls")
        assert send(ledger, tmp_path, route, AT).failed == 1
        assert "its certificate is not trusted" in (mail_to(ledger, "headquarters").error or "")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert send(ledger, tmp_path, route, AT + DAY).sent == 1
    assert received.addresses == [HEADQUARTERS]


@given(st.text())
def test_a_subject_can_break_no_header(subject: str) -> None:
    """Either the subject is refused, or it arrives as the one header that it is."""
    plain = email.message_from_bytes(eml_of(letter(subject="x"), AT), policy=default)
    try:
        data = eml_of(letter(subject=subject), AT)
    except ValueError:
        return
    message = email.message_from_bytes(data, policy=default)
    assert message.keys() == plain.keys()
    assert len(message.get_all("Subject")) == 1


@pytest.mark.parametrize("subject", ["a\r\nBcc: everyone@diw.example", "a\nX: y", "a\rX: y"])
def test_a_subject_with_a_line_break_is_a_bug_and_records_nothing(ledger: Ledger, tmp_path: Path, subject: str) -> None:
    with pytest.raises(ValueError, match="one line of printable characters"):
        record(ledger, tmp_path, [letter(subject=subject)], AT)
    assert ledger.entries == []


def test_a_role_is_one_of_ours(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no such role"):
        record(ledger, tmp_path, [letter(role="../../etc")], AT)
    assert list(tmp_path.iterdir()) == []
