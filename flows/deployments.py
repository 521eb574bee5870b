"""The timetable: which flow runs when, one run at a time. `waste serve` runs it; a real Prefect server can take it over."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prefect.schedules import Cron
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.errors import UsageError
from flows.nightly import nightly
from flows.settings import Settings

log = logging.getLogger(__name__)

TIME_ZONE = "Asia/Bangkok"
DEPLOYMENT = "nightly"
_START_SECONDS = 120  # the first start on a slow disk makes Prefect's own database


def serve(data: Path) -> None:
    """Serve the nightly flow on its schedule until stopped.

    With PREFECT_API_URL set, that server is used; without, one is started on loopback for as long as this runs. A night
    that was missed is run late by Prefect, one after another; each is the night of the day on which it runs, safe to repeat,
    and our own lease keeps two from running at once.
    """
    settings = Settings()
    if os.environ.get("PREFECT_API_URL"):
        _serve(settings, data)
        return
    with embedded_server(settings.prefect_port) as url, temporary_settings({PREFECT_API_URL: url}):
        # Runs are processes of their own: they find the server by this.
        os.environ["PREFECT_API_URL"] = url
        _serve(settings, data)


def _serve(settings: Settings, data: Path) -> None:
    nightly.serve(
        name=DEPLOYMENT,
        schedule=Cron(settings.cron, timezone=TIME_ZONE),
        parameters={"data": str(data.resolve())},
        limit=1,
        pause_on_shutdown=False,
        print_starting_message=False,
        description="From the inbox to a published DuckDB file and mails.",
    )


@contextmanager
def embedded_server(port: int) -> Iterator[str]:
    """A Prefect server of our own on loopback, with its page.

    Yields:
        Its API address.

    Raises:
        UsageError: it did not start, most likely because the port is taken.
    """
    root = f"http://127.0.0.1:{port}"
    # Without this the page asks port 4200, whatever port it was loaded from.
    environment = {**os.environ, "PREFECT_UI_API_URL": f"{root}/api"}
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(server, f"{root}/api/health", port)
        log.info("Prefect's page: %s", root)
        yield f"{root}/api"
    finally:
        server.terminate()
        server.wait()


def _wait_for(server: subprocess.Popen[bytes], url: str, port: int) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 - an address of ours
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise UsageError(f"the embedded Prefect server did not start on port {port}; is it taken? (WASTE_PREFECT_PORT)")
