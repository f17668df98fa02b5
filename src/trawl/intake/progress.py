"""How far an intake has come."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Progress:
    """A moment of an intake. ``files_total`` and ``bytes_total`` grow while archives and
    images are opened. Rates are over the last half minute; ``left_seconds`` is None while
    nothing can be said."""

    files: int
    files_total: int
    bytes: int
    bytes_total: int
    failed: int
    locked: int
    containers_left: int
    seconds: float
    files_per_second: float
    bytes_per_second: float
    left_seconds: float | None
    listing: int  # entries listed so far by listings under way
    at: str  # the container the log is at
    walls: tuple[str, ...]  # what confines the workers, of confinement.WALLS


@dataclass(slots=True)
class Meter:
    """Counts, and how fast they grow."""

    files: int = 0
    files_total: int = 0
    bytes: int = 0
    bytes_total: int = 0
    failed: int = 0
    locked: int = 0
    listing: int = 0
    started: float = field(default_factory=time.monotonic)
    _window: deque[tuple[float, int, int]] = field(default_factory=deque)
    WINDOW = 30.0

    def read(self, containers_left: int, at: str, walls: tuple[str, ...] = ()) -> Progress:
        """The present moment."""
        now = time.monotonic()
        self._window.append((now, self.files, self.bytes))
        while now - self._window[0][0] > self.WINDOW:
            self._window.popleft()
        then, files, size = self._window[0]
        passed = max(now - then, 1e-6)
        files_rate, bytes_rate = (self.files - files) / passed, (self.bytes - size) / passed
        left = None
        if now - self.started > 2 and files_rate > 0:
            # Many small files cost by the file, few large ones by the byte: the slower counts.
            left = max(0.0, (self.files_total - self.files) / files_rate)
            if bytes_rate > 0:
                left = max(left, (self.bytes_total - self.bytes) / bytes_rate)
        return Progress(
            files=self.files,
            files_total=max(self.files_total, self.files),
            bytes=self.bytes,
            bytes_total=max(self.bytes_total, self.bytes),
            failed=self.failed,
            locked=self.locked,
            containers_left=containers_left,
            seconds=now - self.started,
            files_per_second=files_rate,
            bytes_per_second=bytes_rate,
            left_seconds=left,
            listing=self.listing,
            at=at,
            walls=walls,
        )
