"""`waste open`: the query page, served by marimo in a process of its own, on loopback and behind a fresh password."""

from __future__ import annotations

import importlib.util
import os
import secrets
import subprocess
import sys
from pathlib import Path

import click

from flows.errors import UsageError
from flows.warehouse import Store

NOTEBOOK = Path(__file__).parent / "notebook.py"


def command_of(store: Store, port: int, seconds: float, memory_mb: int, with_browser: bool) -> list[str]:
    """How marimo is started: as an app that runs our cells and no others; it reads its password from standard input."""
    options = ["--host", "127.0.0.1", "--port", str(port), "--token-password-file", "-", "--no-sandbox", "--no-show-tracebacks"]
    ours = ["--data", str(store.data.resolve()), "--seconds", str(seconds), "--memory-mb", str(memory_mb)]
    headless = [] if with_browser else ["--headless"]
    return [sys.executable, "-m", "marimo", "--quiet", "run", str(NOTEBOOK), *options, *headless, "--", *ours]


def serve_page(store: Store, port: int, seconds: float, memory_mb: int, with_browser: bool) -> None:
    """Serve the page until stopped.

    Args:
        store: the installation.
        port: where to listen, on loopback.
        seconds, memory_mb: bounds of one query.
        with_browser: open it.

    Raises:
        UsageError: nothing is published, marimo is not installed, or it ended by itself.
    """
    if not store.published.exists():
        raise UsageError(f"nothing is published yet: {store.published} is not there. Run `waste night` or `waste demo` first.")
    if importlib.util.find_spec("marimo") is None:
        raise UsageError("marimo is not installed: run `make setup`")
    # Others on this machine reach loopback too: without the password nobody asks anything.
    token = secrets.token_urlsafe(24)
    click.echo(f"the query page: http://127.0.0.1:{port}/?access_token={token}   (Ctrl-C ends it)")
    command = command_of(store, port, seconds, memory_mb, with_browser)
    try:
        done = subprocess.run(command, env={**os.environ, "PYTHONPATH": _with_ours()}, input=token, text=True, check=False)
    except KeyboardInterrupt:
        return
    if done.returncode:
        raise UsageError(f"the page ended by itself (code {done.returncode}); is port {port} taken?")


def _with_ours() -> str:
    """The search path of modules with this very installation in front."""
    return os.pathsep.join([str(Path(__file__).parents[1]), *os.environ.get("PYTHONPATH", "").split(os.pathsep)])
