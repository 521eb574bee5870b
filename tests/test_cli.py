"""What the command line answers: exit codes, one clear sentence, help that teaches."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from datetime import timedelta

import duckdb
import pytest

from flows.clock import today
from flows.ledger import Ledger
from flows.mail import mails_of, message_id_of
from tests.nights.conftest import two_nights, two_nights_once  # noqa: F401
from tests.nights.small_world import NIGHT_1


def waste(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flows", *map(str, arguments)], capture_output=True, text=True, timeout=120, check=False
    )


COMMANDS = [
    "demo", "night", "serve", "sql", "ask", "open", "web", "bounced", "anomaly", "explain", "as-of", "replay", "sheet", "verify",
    "rebuild", "docs",
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_help_teaches(command):
    done = waste(command, "--help")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) > 5


def test_a_night_that_lies_ahead_is_refused(two_nights):  # noqa: F811
    done = waste("night", "--data", two_nights.data, "--night", today() + timedelta(days=1))
    assert done.returncode == 2
    assert "lies ahead" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_earlier_night_than_the_last_is_refused(two_nights):  # noqa: F811
    done = waste("night", "--data", two_nights.data, "--night", NIGHT_1)
    assert done.returncode == 2
    assert "nights run in order" in done.stderr


def test_a_night_that_is_no_day(two_nights):  # noqa: F811
    done = waste("night", "--data", two_nights.data, "--night", "31/12/2569")
    assert done.returncode == 2
    assert "is not a day" in done.stderr


def test_sql_table_csv_and_json(two_nights_once):  # noqa: F811
    statement = "SELECT manifest_no, mass_t FROM core.manifest ORDER BY 1"
    table = waste("sql", statement, "--data", two_nights_once)
    assert "M1" in table.stdout
    assert table.returncode == 0
    rows = list(csv.reader(io.StringIO(waste("sql", statement, "--data", two_nights_once, "--csv").stdout)))
    assert rows == [["manifest_no", "mass_t"], ["M1", "1"], ["M2", "2"]]
    answer = json.loads(waste("sql", statement, "--data", two_nights_once, "--json").stdout)
    assert answer == [{"manifest_no": "M1", "mass_t": 1}, {"manifest_no": "M2", "mass_t": 2}]


def test_csv_text_cannot_become_a_formula(two_nights_once):  # noqa: F811
    done = waste("sql", "SELECT '=cmd()' AS a, -5 AS b, '@x' AS \"=c\"", "--data", two_nights_once, "--csv")
    assert list(csv.reader(io.StringIO(done.stdout))) == [["a", "b", "'=c"], ["'=cmd()", "-5", "'@x"]]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT content FROM read_text('/etc/passwd')",
        "SELECT * FROM glob('/*')",
        "ATTACH '/tmp/other.duckdb'",
        "COPY (SELECT 1) TO '/tmp/out.csv'",
        "SET memory_limit = '100GB'",
        "RESET lock_configuration",
        "SELECT 1; SELECT 2",
        "DELETE FROM core.manifest",
        "CREATE TABLE x (a INT)",
        "CREATE TEMP TABLE x AS SELECT 1",
        "INSTALL httpfs",
        "LOAD httpfs",
        "PRAGMA database_list",
        "CALL pragma_version()",
        "EXPORT DATABASE '/tmp/x'",
        "SELEC 1",
        "",
    ],
)
def test_sql_is_a_sandbox(two_nights_once, statement):  # noqa: F811
    done = waste("sql", statement, "--data", two_nights_once)
    assert done.returncode == 2, done.stdout
    assert done.stderr.startswith("waste: ")
    assert "Traceback" not in done.stderr


def test_sql_before_anything_is_published(tmp_path):
    done = waste("sql", "SELECT 1", "--data", tmp_path)
    assert done.returncode == 2
    assert "nothing is published yet" in done.stderr


def test_verify_and_rebuild_exit_with_5_when_something_differs(two_nights):  # noqa: F811
    assert waste("verify", "--data", two_nights.data).returncode == 0
    with duckdb.connect(str(two_nights.work)) as connection:
        connection.execute("DELETE FROM core.receipt WHERE manifest_no = 'M1'")
    done = waste("verify", "--data", two_nights.data)
    assert done.returncode == 5
    assert "DIFFERENCE: work.duckdb" in done.stdout
    done = waste("--quiet", "rebuild", "--data", two_nights.data)
    assert done.returncode == 5
    assert "DIFFERENCE in core.receipt" in done.stdout
    assert waste("verify", "--data", two_nights.data).returncode == 0
    assert waste("--quiet", "rebuild", "--data", two_nights.data).returncode == 0


def test_rebuild_of_nothing(tmp_path):
    done = waste("rebuild", "--data", tmp_path)
    assert done.returncode == 2
    assert "there is no ledger" in done.stderr


def test_a_bounce_is_recorded_and_what_never_left_is_not(two_nights, tmp_path):  # noqa: F811
    mail = next(iter(mails_of(Ledger(two_nights.ledger)).values()))
    message_id = message_id_of(mail.mail_id)
    never = waste("bounced", message_id, "--data", two_nights.data)
    assert never.returncode == 2 and "has left this installation" in never.stderr and "Traceback" not in never.stderr
    ledger = Ledger(two_nights.ledger)
    ledger.append("mail_sending", {"mail_id": mail.mail_id, "mode": "live"})
    ledger.append("mail_sent", {"mail_id": mail.mail_id, "state": "sent"})
    notice = tmp_path / "notice"
    notice.write_text(f"Status: 5.1.1\n\nMessage-ID: {message_id}\n")
    told = waste("bounced", notice, "--data", two_nights.data)
    assert (told.returncode, told.stdout) == (0, f"recorded: the {mail.kind} of {mail.night} to {mail.to_role} came back 5.1.1\n")
    assert waste("verify", "--data", two_nights.data).returncode == 0


def test_ask_lists_answers_and_teaches(two_nights_once):  # noqa: F811
    assert "annual_reports_missing" in waste("ask").stdout
    answer = waste("ask", "annual_reports_missing", "year=2025", "--json", "--data", two_nights_once)
    assert [row["status"] for row in json.loads(answer.stdout)] == ["missing"]
    wrong = waste("ask", "annual_reports_missing", "yeer=1", "--data", two_nights_once)
    assert wrong.returncode == 2 and "it takes year=..." in wrong.stderr and "Traceback" not in wrong.stderr


def test_the_web_lets_strangers_in_only_through_https(tmp_path):
    done = waste("web", "--host", "0.0.0.0", "--data", tmp_path)
    assert done.returncode == 2 and "WASTE_WEB_URL" in done.stderr and "Traceback" not in done.stderr
