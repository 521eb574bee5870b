"""What every test stands on: Hypothesis draws the same examples in every run, so that a red test means a change.

To look for more: HYPOTHESIS_PROFILE=explore pytest ...
"""

import os

import pytest
from hypothesis import settings

settings.register_profile("house", deadline=None, derandomize=True, database=None)
settings.register_profile("explore", deadline=None, max_examples=2_000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The two longest files first, one on each core; the others fill both afterwards."""
    items.sort(key=lambda item: not item.path.name.startswith("test_killed_"))
