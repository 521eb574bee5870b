"""Reminders to factories: the right days, each once, one mail a day, and nobody while the pipeline suspects itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from flows.bounces import bounce_of
from flows.errors import UsageError
from flows.feedback.remind import REPORTS_IN_MAIL, compose_reminders, compose_to_factories
from flows.ledger import Ledger
from flows.mail import Letter, MailRoute, bounce, mail_id_of, mails_of, message_id_of, record, send
from flows.settings import Settings, unsubscribed_of
from flows.warehouse import create_tables
from tests.steps.test_alert import assert_golden
from tests.test_mail import Received, listening

ONE, TWO, MUTE = "10100000125551", "10200000225552", "10200000325553"
DUE = date(2026, 4, 30)
DAYS = [-15, -3, 1, 30]
WEB = "https://reports.example.org"


@pytest.fixture
def work() -> duckdb.DuckDBPyConnection:
    """A register of three, of whom one has no address."""
    connection = duckdb.connect()
    create_tables(connection)
    connection.execute(
        "CREATE TABLE summary.obligation (factory_id VARCHAR, report_type VARCHAR, period VARCHAR, due_date DATE, status VARCHAR)"
    )
    for factory_id, address in ((ONE, "one@factory.example"), (TWO, "two@factory.example"), (MUTE, None)):
        connection.execute(
            "INSERT INTO core.factory (factory_id, contact_email, received_at) VALUES (?, ?, TIMESTAMP '2026-01-01')", [factory_id, address]
        )
    return connection


def owe(connection: duckdb.DuckDBPyConnection, night: date, *duties: tuple[str, str, str, date]) -> None:
    """What is open, as `summary.obligation` has it on a night."""
    connection.execute("DELETE FROM summary.obligation")
    for factory_id, report_type, period, due_date in duties:
        status = "missing" if due_date < night else "not_yet_due"
        connection.execute("INSERT INTO summary.obligation VALUES (?, ?, ?, ?, ?)", [factory_id, report_type, period, due_date, status])


def annual(factory_id: str = ONE) -> tuple[str, str, str, date]:
    return factory_id, "annual", "2025", DUE


class Nights:
    """The ledger, the outbox and the mail server of an installation, night after night."""

    def __init__(self, work: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self.work, self.folder, self.ledger = work, folder, Ledger(folder / "ledger.jsonl")

    def compose(self, night: date, most: int = 200, unwanted: tuple[str, ...] = ()) -> list[Letter]:
        letters = compose_to_factories(self.work, night, self.ledger, most, DAYS, unwanted, WEB)
        record(self.ledger, self.folder, letters, datetime(night.year, night.month, night.day, 1, tzinfo=UTC))
        return letters

    def told(self, night: date, **options) -> list[str]:
        """Who is reminded, with the milestone."""
        return [f"{key.partition('|')[0]} {key.rpartition('|')[2]}" for letter in self.compose(night, **options) for key in letter.named]


@pytest.fixture
def nights(work: duckdb.DuckDBPyConnection, tmp_path: Path) -> Nights:
    return Nights(work, tmp_path)


def test_four_reminders_and_no_more(nights: Nights) -> None:
    said = {}
    for days in range(-40, 100):
        night = DUE + timedelta(days=days)
        owe(nights.work, night, annual(), annual(MUTE))
        if told := nights.told(night):
            said[days] = told
    assert said == {-15: [f"{ONE} -15"], -3: [f"{ONE} -3"], 1: [f"{ONE} 1"], 30: [f"{ONE} 30"]}


def test_a_missed_night_is_made_up_for_but_not_for_ever(nights: Nights) -> None:
    for days, told in ((-13, [f"{ONE} -15"]), (0, [f"{ONE} -3"]), (9, [f"{ONE} 1"]), (61, [])):
        owe(nights.work, DUE + timedelta(days=days), annual())
        assert nights.told(DUE + timedelta(days=days)) == told


def test_whoever_has_reported_is_left_alone(nights: Nights) -> None:
    owe(nights.work, DUE - timedelta(days=15))
    assert nights.told(DUE - timedelta(days=15)) == []


def test_a_night_run_twice_reminds_once(nights: Nights) -> None:
    night = DUE + timedelta(days=1)
    owe(nights.work, night, annual())
    assert (nights.told(night), nights.told(night)) == ([f"{ONE} 1"], [])


def test_the_budget_is_kept_the_due_go_first_and_the_rest_is_said_and_follows(nights: Nights, caplog: pytest.LogCaptureFixture) -> None:
    night = DUE + timedelta(days=1)
    owe(nights.work, night, annual(ONE), (TWO, "processing", "2026-04", night + timedelta(days=14)))
    assert nights.told(night, most=1) == [f"{TWO} -15"]
    assert "1 of 2 are written" in caplog.text
    assert nights.told(night + timedelta(days=1), most=1) == [f"{ONE} 1"]
    assert nights.told(night + timedelta(days=2), most=0) == []


def test_a_role_that_wants_no_mail_gets_none(nights: Nights) -> None:
    night = DUE + timedelta(days=1)
    owe(nights.work, night, annual(ONE), annual(TWO))
    assert nights.told(night, unwanted=(f"factory-{ONE}", "province-20")) == [f"{TWO} 1"]


def test_a_factory_hears_once_a_day_also_of_what_waited(nights: Nights) -> None:
    """Yesterday's mail about its files failed and goes today; the reminder waits, and is written anew tomorrow."""
    received, night = Received(), DUE + timedelta(days=1)
    role = f"factory-{ONE}"
    receipt = Letter(mail_id_of(DUE, "receipt", role), DUE, "receipt", role, "files", "<p>", "files")
    record(nights.ledger, nights.folder, [receipt], datetime(2026, 4, 30, 1, tzinfo=UTC))
    with listening(received) as route:
        live = MailRoute(**{**route.__dict__, "addresses": {role: "one@factory.example"}})
        by_day = []
        for days in range(3):
            day = night + timedelta(days=days)
            owe(nights.work, day, annual())
            nights.compose(day)
            at = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
            for _ in range(2):  # also when the night is run again
                send(nights.ledger, nights.folder, live, at)
                nights.ledger = _as_if_written_on(nights.ledger, day)
            by_day.append(len(received.mails))
    assert by_day == [1, 2, 2]
    assert [mail.kind for mail in mails_of(nights.ledger).values() if mail.state == "sent"] == ["receipt", "reminder"]


def _as_if_written_on(ledger: Ledger, day: date) -> Ledger:
    """The ledger stamps by the clock; here days pass faster."""
    stamped = f"{day.isoformat()}T01:00:00.000000+00:00"
    today = datetime.now(UTC).date().isoformat()
    ledger.entries = [
        type(entry)(**{**entry.__dict__, "at": stamped}) if entry.at.startswith(today) else entry for entry in ledger.entries
    ]
    return ledger


def test_nobody_hears_while_the_pipeline_suspects_itself(nights: Nights) -> None:
    received, night = Received(), DUE + timedelta(days=1)
    owe(nights.work, night, annual())
    nights.compose(night)
    at = datetime(night.year, night.month, night.day, 1, tzinfo=UTC)
    with listening(received) as route:
        live = MailRoute(**{**route.__dict__, "addresses": {f"factory-{ONE}": "one@factory.example", "operators": "ops@diw.example"}})
        record(nights.ledger, nights.folder, [Letter("0" * 16, night, "suspicion", "operators", "s", "h", "t")], at)
        send(nights.ledger, nights.folder, live, at, hold_factories=True)
        assert received.addresses == ["ops@diw.example"]
        assert "suspects itself" in str(mails_of(nights.ledger)[mail_id_of(night, "reminder", f"factory-{ONE}")].error)
        send(nights.ledger, nights.folder, live, at)
        assert received.addresses == ["one@factory.example", "ops@diw.example"]


def test_a_reminder_that_never_left_is_written_anew_and_no_stale_one_goes_out(nights: Nights) -> None:
    night = DUE + timedelta(days=1)
    owe(nights.work, night, annual())
    nights.compose(night)
    send(nights.ledger, nights.folder, MailRoute(mode="live", port=1), datetime(2026, 5, 1, 1, tzinfo=UTC))
    assert nights.told(night + timedelta(days=1)) == [f"{ONE} 1"]
    send(nights.ledger, nights.folder, MailRoute(mode="live", port=1), datetime(2026, 5, 2, 1, tzinfo=UTC))
    assert [mail.is_final for mail in mails_of(nights.ledger).values()] == [True, False]


def test_unwanted_letters_are_kept_but_not_sent(nights: Nights) -> None:
    received = Received()
    record(nights.ledger, nights.folder, [Letter("1" * 16, DUE, "digest", "headquarters", "s", "h", "t")], datetime(2026, 4, 30, 1, tzinfo=UTC))
    with listening(received) as route:
        send(nights.ledger, nights.folder, MailRoute(**{**route.__dict__, "unwanted": ("headquarters",)}), datetime(2026, 4, 30, 2, tzinfo=UTC))
    (mail,) = mails_of(nights.ledger).values()
    assert not received.mails and (mail.state, mail.is_final) == ("failed", True) and "WASTE_MAIL_UNSUBSCRIBED" in str(mail.error)


def test_operators_cannot_unsubscribe() -> None:
    assert unsubscribed_of(Settings(mail_unsubscribed=["province-20", f"factory-{ONE}"])) == ("province-20", f"factory-{ONE}")
    with pytest.raises(UsageError, match='"operators" is not'):
        unsubscribed_of(Settings(mail_unsubscribed=["operators"]))


# --- Mails that came back ---------------------------------------------------------------------------------------------

NOTICE = """From: MAILER-DAEMON@mail.example
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Final-Recipient: rfc822; one@factory.example
Action: failed
Status: {status}

--b
Content-Type: text/rfc822-headers

Message-ID: {message_id}
--b--
"""


def _sent(nights: Nights) -> str:
    night = DUE - timedelta(days=15)
    owe(nights.work, night, annual())
    (letter,) = nights.compose(night)
    with listening(Received()) as route:
        live = MailRoute(**{**route.__dict__, "addresses": {letter.to_role: "one@factory.example"}})
        send(nights.ledger, nights.folder, live, datetime(2026, 4, 15, 1, tzinfo=UTC))
    return letter.mail_id


def test_after_a_bounce_nothing_is_mailed_until_the_register_is_newer(nights: Nights, tmp_path: Path) -> None:
    mail_id = _sent(nights)
    notice = tmp_path / "notice.eml"
    notice.write_text(NOTICE.format(status="5.1.1", message_id=message_id_of(mail_id)))
    for _ in range(2):  # told twice, recorded once
        assert bounce(nights.ledger, *bounce_of(str(notice))).to_role == f"factory-{ONE}"
    (mail,) = mails_of(nights.ledger).values()
    assert (mail.state, mail.error) == ("failed", "it came back: 5.1.1")
    assert sum(entry.kind == "mail_bounced" for entry in nights.ledger.entries) == 1
    assert "factory.example" not in nights.ledger.path.read_text()
    later = DUE - timedelta(days=3)
    owe(nights.work, later, annual())
    assert nights.told(later) == []
    nights.work.execute("UPDATE core.factory SET received_at = TIMESTAMP '2999-01-01' WHERE factory_id = ?", [ONE])
    assert nights.told(later) == [f"{ONE} -3"]


def test_a_bounce_is_told_by_message_id_too_and_only_of_mails_that_left(nights: Nights) -> None:
    mail_id = _sent(nights)
    assert bounce_of(message_id_of(mail_id)) == (mail_id, "")
    with pytest.raises(UsageError, match="has left this installation"):
        bounce(nights.ledger, "f" * 16, "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (NOTICE.format(status="4.4.1", message_id="<0123456789abcdef@waste-reports.invalid>"), "late"),
        (NOTICE.format(status="5.1.1", message_id="<x@somewhere.else>"), "0 Message-IDs"),
        ("<0123456789abcdef@waste-reports.invalid> <0123456789abcdee@waste-reports.invalid>", "2 Message-IDs"),
    ],
)
def test_what_is_no_bounce_of_one_mail_of_ours_is_refused(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "n").write_text(text)
    with pytest.raises(UsageError, match=words):
        bounce_of(str(tmp_path / "n"))
    with pytest.raises(UsageError, match="neither a Message-ID"):
        bounce_of(str(tmp_path / "none"))


# --- The letter -------------------------------------------------------------------------------------------------------


def test_the_letter(work: duckdb.DuckDBPyConnection) -> None:
    night = date(2026, 5, 1)
    owe(work, night, annual(), (ONE, "processing", "2026-04", date(2026, 5, 15)))
    (letter,) = compose_reminders(work, night, [], 10, DAYS, web_url=WEB)
    assert "Reports overdue: 1 · ใกล้" in letter.subject and "due soon: 1" in letter.subject
    assert "1 day ago" in letter.text and "14 days left" in letter.text and WEB in letter.text
    assert "one@factory.example" not in letter.html + letter.text
    assert_golden("reminder", letter)


def test_the_letter_of_one_report_due_and_no_web(work: duckdb.DuckDBPyConnection) -> None:
    owe(work, DUE - timedelta(days=3), annual())
    (letter,) = compose_reminders(work, DUE - timedelta(days=3), [], 10, DAYS)
    assert "overdue" not in letter.text + letter.html and "3 days left" in letter.text
    assert_golden("reminder-due", letter)


def test_its_empty_twin_is_no_letter(work: duckdb.DuckDBPyConnection) -> None:
    owe(work, DUE, annual(MUTE))
    assert compose_reminders(work, DUE, [], 10, DAYS) == []
    owe(work, DUE, annual())
    assert compose_reminders(work, DUE, [], 10, []) == []


def test_a_long_list_says_what_it_leaves_out(work: duckdb.DuckDBPyConnection) -> None:
    months = [f"2026-{month:02d}" for month in range(1, 13)] + [f"2025-{month:02d}" for month in range(1, 13)]
    owe(work, date(2026, 5, 16), *((ONE, "processing", month, date(2026, 5, 15)) for month in months))
    (letter,) = compose_reminders(work, date(2026, 5, 16), [], 10, DAYS)
    assert f"Not shown in this mail: {24 - REPORTS_IN_MAIL} more." in letter.text and len(letter.named) == 24


