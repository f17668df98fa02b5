"""How far a case that is being prepared has come."""

from __future__ import annotations

import time
from collections.abc import Callable

from trawl.errors import BeingPrepared

LEAST_S = 1.0
"""Seconds before a rate says anything."""


class Progress:
    """Told by the thread that prepares, asked by those who wait."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._state: tuple[int, int, float | None] = 0, 0, None
        self._first: tuple[int, float] | None = None

    def tell(self, done: int, total: int) -> None:
        """``done`` of ``total`` media are read; fewer than before: it has begun anew."""
        now = self._now()
        if self._first is None or done < self._state[0]:
            self._first = done, now
        since, at = self._first
        took = now - at
        left = (total - done) * took / (done - since) if took >= LEAST_S and done > since else None
        self._state = done, total, left

    def told(self) -> BeingPrepared:
        """What whoever waits is answered."""
        return BeingPrepared(*self._state)
