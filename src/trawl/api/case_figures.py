"""What the pages of cases show of grading: how much is left, and who works on what.

The rooms of grading and of views answer here; until they do, nothing is said.
"""

from __future__ import annotations

from typing import NamedTuple

from trawl.api.state import State
from trawl.model.access import Officer


class Figures(NamedTuple):
    """Of one case: stacks left for this officer, and media that are graded, trusted, disputed.
    None: not known."""

    left: int | None = None
    graded: int | None = None
    trusted: int | None = None
    disputed: int | None = None


class Working(NamedTuple):
    """An officer at work on a case since then, and where: ``stacks 120–160``."""

    officer: str
    since_us: int
    at: str | None


def figures(held: State, officer: Officer, case_id: int) -> Figures:
    """The figures of a case, for one of its members."""
    del held, officer, case_id
    return Figures()


def working(held: State, officer: Officer, case_id: int) -> list[Working]:
    """Who works on a case at this moment, as one of its members may know."""
    del held, officer, case_id
    return []
