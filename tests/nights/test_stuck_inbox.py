"""An inbox that does not let go of a file stops nobody: the night is published and operators are told, every night anew."""

from __future__ import annotations

import subprocess
import sys
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from flows.ledger import Ledger
from flows.query import ask
from flows.warehouse import Store
from tests.nights.small_world import NIGHT_1, NIGHT_2, fill, put

REPOSITORY = Path(__file__).parents[2]
ORDINARY = """
import ctypes, os, sys
from pathlib import Path
from tests.nights.one_night import nightly_without_prefect
nightly = nightly_without_prefect()
# Also root obeys permissions without its capabilities: Linux, capset(2), version 3, none.
none = ctypes.CDLL(None).capset((ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)())
assert none == 0
nightly.nightly.fn(sys.argv[2], Path(sys.argv[1]))
"""


def ordinary_night(store: Store, night: str) -> list[str]:
    """Run it.

    Returns:
        The mails about the inbox so far, as text.
    """
    done = subprocess.run(
        [sys.executable, "-c", ORDINARY, str(store.data), night], capture_output=True, text=True, check=False, cwd=REPOSITORY
    )
    assert done.returncode == 0, done.stderr
    told = [entry.facts for entry in Ledger(store.ledger).of_kind("mail_recorded") if entry.facts["kind"] == "stuck"]
    assert {mail["to_role"] for mail in told} <= {"operators"}
    mails = [message_from_bytes((store.outbox / mail["eml"]).read_bytes(), policy=default) for mail in told]
    return [mail.get_body(("plain",)).get_content() for mail in mails]


def test_the_night_is_published_and_every_night_tries_again(tmp_path: Path) -> None:
    store = Store(tmp_path / "data")
    store.make_folders()
    fill(store.inbox)
    stays = put(store.inbox, "by/10100000125551/stays.csv", "not a report\n", f"{NIGHT_1}T01:00")
    stays.parent.chmod(0o555)

    (mail,) = ordinary_night(store, NIGHT_1)
    assert f"- {stays}: Permission denied" in mail
    assert [path.name for path in stays.parent.iterdir()] == ["stays.csv"]
    assert len(ordinary_night(store, NIGHT_2)) == 2, "told once more"
    how_often = "SELECT count(*) FROM audit.submission WHERE original_name = 'stays.csv'"
    assert ask(store.published, how_often).rows == [(1,)], "it is not taken in again"
    assert ask(store.published, "SELECT DISTINCT outcome FROM audit.night").rows == [("published",)]

    stays.parent.chmod(0o755)
    assert len(ordinary_night(store, NIGHT_2)) == 2, "nothing more to tell"
    assert not stays.exists()
