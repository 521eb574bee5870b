"""`waste serve`: an embedded Prefect server, the schedule in Bangkok time, and a run that publishes."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import datetime

import pytest

from flows.warehouse import Store
from tests.nights.small_world import fill

pytestmark = pytest.mark.flow


def ask(url: str, body: dict[str, object] | None = None):
    request = urllib.request.Request(
        url, data=json.dumps(body or {}).encode(), headers={"content-type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read())


def wait_for(what, seconds=90):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if found := what():
                return found
        except OSError:
            pass
        time.sleep(0.5)
    raise AssertionError("it did not happen in time")


def test_schedule_run_and_stop(tmp_path):
    store = Store(tmp_path / "data")
    store.make_folders()
    fill(store.inbox)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
    environment |= {"PREFECT_HOME": str(tmp_path / "prefect"), "WASTE_PREFECT_PORT": str(port)}
    serving = subprocess.Popen(
        [sys.executable, "-m", "flows", "serve", "--data", str(store.data)],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    api = f"http://127.0.0.1:{port}/api"
    try:
        deployment = wait_for(lambda: ask(f"{api}/deployments/filter"))[0]
        schedule = deployment["schedules"][0]["schedule"]
        assert (schedule["cron"], schedule["timezone"]) == ("0 1 * * *", "Asia/Bangkok")
        assert deployment["parameters"] == {"data": str(store.data.resolve())}
        planned = wait_for(lambda: ask(f"{api}/flow_runs/filter", {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}))
        moments = {datetime.fromisoformat(run["expected_start_time"]).strftime("%H:%M") for run in planned}
        assert moments == {"18:00"}
        run = ask(f"{api}/deployments/{deployment['id']}/create_flow_run", {"state": {"type": "SCHEDULED"}})
        states = {"flow_runs": {"id": {"any_": [run["id"]]}}}
        ended = ("COMPLETED", "FAILED", "CRASHED")
        wait_for(lambda: ask(f"{api}/flow_runs/filter", states)[0]["state_type"] in ended)
        assert ask(f"{api}/flow_runs/filter", states)[0]["state_type"] == "COMPLETED"
        assert store.published.exists()
    finally:
        serving.send_signal(signal.SIGTERM)
        serving.wait(60)
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"{api}/health", timeout=2).close()
