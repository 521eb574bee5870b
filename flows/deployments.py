"""The timetable: which flow runs when, one run at a time. `waste serve` runs it; a real Prefect server can take it over."""

from __future__ import annotations

from pathlib import Path

from prefect.schedules import Cron

from flows.nightly import nightly
from flows.settings import Settings

TIME_ZONE = "Asia/Bangkok"


def serve(data: Path) -> None:
    """Serve the nightly flow on its schedule until stopped.

    A night that was missed is run late by Prefect, one after another; each is keyed by its day and safe to repeat, and
    our own lease keeps two from running at once.
    """
    settings = Settings()
    nightly.serve(
        name="nightly",
        schedule=Cron(settings.cron, timezone=TIME_ZONE),
        parameters={"data": str(data.resolve())},
        limit=1,
        pause_on_shutdown=False,
        print_starting_message=True,
        description="From the inbox to a published DuckDB file and mails.",
    )
