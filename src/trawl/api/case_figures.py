"""What the pages of cases show of grading: how much is left, and who works on what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from trawl.api.state import State
from trawl.api.waiting import waiting_in
from trawl.model.access import Act, Officer
from trawl.model.case import Case
from trawl.review.leases import LASTS_US
from trawl.store.access import verdict
from trawl.store.leases import leases_of_case


class Figures(NamedTuple):
    """Of one case: stacks left for this officer; media they have graded, and media that are
    trusted or disputed. None: not known."""

    left: int | None = None
    graded: int | None = None
    trusted: int | None = None
    disputed: int | None = None


class Working(NamedTuple):
    """An officer at work on a case since then, and on what: ``40 stacks``."""

    officer: str
    since_us: int
    at: str | None


def figures(held: State, officer: Officer, cases: Sequence[Case]) -> dict[int, Figures]:
    """The figures of cases, by case; what is not known of one is None. Cases that are not the
    officer's to review have none."""
    found = waiting_in(held, officer, cases, None)
    known = {
        number: Figures(each.left, each.graded, each.trusted, each.disputed)
        for number, each in found.items()
    }
    return {case.id: known.get(case.id, Figures()) for case in cases}


def working(held: State, officer: Officer, case_id: int) -> list[Working]:
    """Who holds stacks of a case at this moment, as one of its members may know."""
    with held.database.reader() as reader:
        if not verdict(reader, officer, Act.REVIEW_READ, case_id).allowed:
            return []
        leases = leases_of_case(reader, case_id, held.database.clock()).values()
    until: dict[str, list[int]] = {}
    for lease in leases:
        until.setdefault(lease.officer, []).append(lease.until_us)
    return [
        Working(name, min(ends) - LASTS_US, _stacks(len(ends)))
        for name, ends in sorted(until.items())
    ]


def _stacks(count: int) -> str:
    return "1 stack" if count == 1 else f"{count:,} stacks"
