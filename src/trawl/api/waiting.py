"""What waits for an officer in a case, and what matching and stacks saved: joined from the views
and the standing of a case, and from what was shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trawl.api.reviewing import reviews_of
from trawl.api.stacking import stacks_left
from trawl.api.state import State
from trawl.errors import MatchingError, StoreError, WorkspaceBusy
from trawl.model.access import Act, Officer
from trawl.model.case import Case
from trawl.model.grading import State as Grade
from trawl.review.views.held import EVERYWHERE, Held
from trawl.review.views.judging import CaseJudged
from trawl.store.access import verdict

MOST_CASES = 8
"""Cases whose figures are worked out for one answer: as many as the server holds open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Of one case: stacks that wait for the officer, disputes they may settle, samples for a
    second look; media they have graded, and that are trusted or disputed. ``files``: pictures
    and videos that nobody needs to look at, being known or in a stack with another; ``stacks``:
    those of them that a stack saves; ``own``: media the officer has graded without seeing, None
    where it was not asked for."""

    left: int
    disputes: int
    samples: int
    graded: int
    trusted: int
    disputed: int
    files: int
    stacks: int
    own: int | None


def waiting_in(
    held: State, officer: Officer, cases: Sequence[Case], seen: npt.NDArray[np.int64] | None
) -> dict[int, Waiting]:
    """The figures of the officer's newest cases, by case. ``seen``: media they were ever shown,
    sorted; None leaves ``own`` out.
    Left out: cases that are not for them to review, those being prepared, and damaged ones."""
    found: dict[int, Waiting] = {}
    newest = sorted(cases, key=lambda case: -case.added_us)[:MOST_CASES]
    for case in newest:
        with held.database.reader() as reader:
            if not verdict(reader, officer, Act.REVIEW_READ, case.id).allowed:
                continue
            judges = verdict(reader, officer, Act.DISPUTE_READ, case.id).allowed
        try:
            left = stacks_left(held, officer, case.id, at_work=False)
            room = reviews_of(held).case(case.id, at_work=False)
            with held.database.reader() as reader, room.held(reader) as review:
                found[case.id] = _figures(review, officer.id, seen, left=left, judges=judges)
        except WorkspaceBusy:
            break  # it is being prepared, as its own page says; to wait for others too is too long
        except (StoreError, MatchingError):
            continue  # it is damaged, as its own page says: the others are none the worse
    return found


def _figures(
    review: Held, officer_id: int, seen: npt.NDArray[np.int64] | None, *, left: int, judges: bool
) -> Waiting:
    judged = review.judged
    assert isinstance(judged, CaseJudged)
    state, _, mine = judged.told(officer_id, EVERYWHERE)
    viewable = review.index.viewable()
    disputed = int(np.count_nonzero(state == Grade.DISPUTED))
    hints = judged.standing.hints
    unknown = viewable & ~hints.good & ~hints.illegal
    tops = len(np.unique(review.stacks["leader"][unknown]))
    return Waiting(
        left=left,
        disputes=disputed if judges else 0,
        samples=int(np.count_nonzero(judged.sampled(officer_id) & viewable)),
        graded=int(np.count_nonzero(mine)),
        trusted=int(np.count_nonzero(state == Grade.TRUSTED)),
        disputed=disputed,
        files=int(review.index["files"][viewable].sum()) - tops,
        stacks=int(np.count_nonzero(unknown)) - tops,
        own=None if seen is None else int(np.count_nonzero(~np.isin(review.index.ids[mine], seen))),
    )
