"""How far a piece of matching has come, and whether it is to go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from trawl.errors import Stopped

__all__ = ["Step", "Stop", "Stopped", "Tell", "heed", "never", "silent"]


class Step(NamedTuple):
    """A moment: what is being done, how much of it, in which unit ("media", "bytes" …)."""

    what: str
    done: int
    total: int
    unit: str


Tell = Callable[[Step], None]
Stop = Callable[[], bool]


def silent(step: Step) -> None:
    """Tell nobody."""
    del step


def never() -> bool:
    """Do not stop."""
    return False


def heed(stop: Stop) -> None:
    """Raise Stopped when it is wished."""
    if stop():
        raise Stopped
