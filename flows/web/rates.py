"""How often: counts by key in windows of time, in memory."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

_MOST_KEYS = 50_000  # beyond them those whose window has passed are forgotten


class Rate:
    """At most so many of one key within so many seconds."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.most, self.seconds, self._clock = most, seconds, clock
        self._counts: dict[str, tuple[float, int]] = {}

    def wait(self, key: str) -> int:
        """Count one more.

        Returns:
            0 when it is allowed, else whole seconds after which it is again.
        """
        at = self._clock()
        begun, count = self._counts.get(key, (at, 0))
        if at - begun >= self.seconds:
            begun, count = at, 0
        if count >= self.most:
            return max(1, math.ceil(begun + self.seconds - at))
        if key not in self._counts and len(self._counts) >= _MOST_KEYS:
            self._counts = {name: each for name, each in self._counts.items() if at - each[0] < self.seconds}
        self._counts[key] = begun, count + 1
        return 0
