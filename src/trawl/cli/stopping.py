"""Ctrl-C as a wish to stop."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Stopping:
    """Ctrl-C: asked once, the intake stops between two slices; asked again, at once."""

    def __init__(self) -> None:
        self.asked = False

    def __call__(self) -> bool:
        """Whether it was asked for."""
        return self.asked

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        del frame
        if self.asked:
            os._exit(128 + number)
        self.asked = True

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take Ctrl-C and a polite kill as the wish to stop."""
        old = {n: signal.signal(n, self._on_signal) for n in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in old.items():
                signal.signal(number, handler)
