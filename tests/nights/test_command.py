"""The command `waste night` as the schedule runs it: real processes, a real Prefect server, a real SMTP server."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import duckdb
import pytest
from aiosmtpd.controller import Controller

from benchmarks.night import prefect_server
from flows.lease import lease
from flows.warehouse import Store
from tests.nights.small_world import NIGHT_1, NIGHT_2, fill, tables

pytestmark = pytest.mark.flow


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with prefect_server(tmp_path_factory.mktemp("prefect")) as environment:
        yield environment


def waste(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flows", *map(str, arguments)],
        env={**os.environ, **environment}, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "data")
    store.make_folders()
    fill(store.inbox)
    return store


class Mailbox:
    """Keeps what arrives."""

    def __init__(self) -> None:
        self.received: list[tuple[str, str]] = []

    async def handle_DATA(self, server, session, envelope):
        subject = envelope.content.decode().split("Message-ID:")[1].split()[0]
        self.received += [(recipient, subject) for recipient in envelope.rcpt_tos]
        return "250 OK"


def test_two_nights_in_live_mode_send_one_mail_per_role_and_night(store, server, two_nights_once):
    mailbox = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    live = {
        **server, "WASTE_MAIL_MODE": "live", "WASTE_MAIL_PORT": str(port), "WASTE_MAIL_HEADQUARTERS": "hq@example.org",
        "WASTE_MAIL_OPERATORS": "ops@example.org", "WASTE_MAIL_PROVINCES": '{"10": "bkk@example.org", "20": "chon@example.org"}',
        "WASTE_MAIL_PASSWORD": "a-secret-word",
    }  # fmt: skip
    try:
        done = waste("night", "--data", store.data, "--night", NIGHT_1, **live)
        assert done.returncode == 0, done.stderr
        assert f"night {NIGHT_1} is published: 6 files" in done.stdout
        assert "a-secret-word" not in done.stdout + done.stderr
        assert "example.org" not in done.stderr and "factory.example" not in done.stderr
        first = list(mailbox.received)
        again = waste("night", "--data", store.data, "--night", NIGHT_1, **live)
        assert again.returncode == 0, again.stderr
        assert mailbox.received == first
    finally:
        controller.stop()
    officials = ["bkk@example.org", "chon@example.org", "hq@example.org"]
    reminded = ["three@factory.example", "two@factory.example"]  # of the annual report, and of the month of March
    assert sorted(recipient for recipient, _ in first) == officials + reminded
    assert len({message for _, message in first}) == 5
    expected = tables(Store(two_nights_once).published)["ref.\"duty\""]
    assert tables(store.published)["ref.\"duty\""] == expected


def test_prefect_shows_each_step_and_the_summary(store, server):
    done = waste("night", "--data", store.data, "--night", NIGHT_1, **server)
    assert done.returncode == 0, done.stderr
    names = {run["name"].rsplit("-", 1)[0] for run in _ask(server, "task_runs/filter")}
    assert {"archive", "check manifest", "load manifest", "summarise", "detect", "verify", "publish", "alert"} <= names
    assert {"night-counts", "night-anomalies"} <= {each["key"] for each in _ask(server, "artifacts/filter")}
    assert any("check: manifest, 3 rows, 1 faulty" in each["message"] for each in _ask(server, "logs/filter"))


def _ask(server, path):
    request = urllib.request.Request(
        f"{server['PREFECT_API_URL']}/{path}", data=b"{}", headers={"content-type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())


def test_a_stopped_night_exits_with_3_and_one_sentence(two_nights, server):
    with duckdb.connect(str(two_nights.work)) as connection:
        connection.execute("UPDATE core.manifest SET waste_code = '000000'")
    before = two_nights.published.read_bytes()
    done = waste("--quiet", "night", "--data", two_nights.data, "--night", NIGHT_2, **server)
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert "nanobind" not in done.stderr
    assert "waste: the night is stopped: the warehouse is not believable" in done.stderr
    assert two_nights.published.read_bytes() == before


def test_a_reader_is_undisturbed_while_the_night_publishes(two_nights, server):
    script = (
        "import duckdb, sys\n"
        "c = duckdb.connect(sys.argv[1], read_only=True)\n"
        "count = lambda: c.execute('SELECT count(*), max(night) FROM audit.night').fetchone()\n"
        "print(count(), flush=True); sys.stdin.readline(); print(count(), flush=True)\n"
    )
    reader = subprocess.Popen(
        [sys.executable, "-c", script, str(two_nights.published)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert reader.stdout is not None
    before = reader.stdout.readline()
    done = waste("night", "--data", two_nights.data, "--night", "2026-05-12", **server)
    assert done.returncode == 0, done.stderr
    after, _ = reader.communicate("\n", timeout=60)
    assert after == before
    with duckdb.connect(str(two_nights.published), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM audit.night").fetchone() == (3,)


def test_two_nights_never_run_at_once(store, server):
    with lease(store.lease):
        done = waste("--quiet", "night", "--data", store.data, "--night", NIGHT_1, **server)
    assert done.returncode == 3
    assert "another night is running" in done.stderr
    assert not store.ledger.exists()
    assert (store.inbox / "register.csv").exists()


def test_without_a_server_prefect_brings_its_own(store, tmp_path: Path):
    done = waste("night", "--data", store.data, "--night", NIGHT_1, PREFECT_HOME=str(tmp_path / "prefect"), PREFECT_API_URL="")
    assert done.returncode == 0, done.stderr
    assert store.published.exists()
