"""Two nights in the fork server, in a folder that is gone after it: every process of a test then starts with what a process
makes once (templates compiled, checks put into SQL, suites judged, the charts' script bundled), half of a night's time.

The command's own tests start cold processes.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from flows.warehouse import Store
from tests.nights.one_night import nightly_without_prefect
from tests.nights.small_world import NIGHT_1, NIGHT_2, fill

with tempfile.TemporaryDirectory() as folder:
    store = Store(Path(folder))
    store.make_folders()
    fill(store.inbox)
    for night in (NIGHT_1, NIGHT_2):
        nightly_without_prefect().nightly.fn(night, store.data)
