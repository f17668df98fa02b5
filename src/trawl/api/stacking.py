"""Grading over stacks: what a grade on a whole stack is cast on, and how many stacks are left.

The views of a case know its stacks; grading is handed the media.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from trawl.api.reviewing import reviews_of
from trawl.api.state import State
from trawl.model.access import Officer
from trawl.review.views.asking import Asked
from trawl.review.views.settling import drawn
from trawl.store.access import is_member
from trawl.welfare.gate import withheld


class Stacked(NamedTuple):
    """Media with all members of their stacks, and the media on top of those stacks."""

    members: list[int]
    tops: list[int]


def stacks_of(held: State, officer: Officer, case_id: int, media_ids: Sequence[int]) -> Stacked:
    """The stacks some media are in. A media that was never matched, and every media for whom
    the case is not, is a stack of its own: what is not there grading itself refuses."""
    asked = list(dict.fromkeys(media_ids))
    with held.database.reader() as view:
        if not is_member(view, officer, case_id):
            return Stacked(asked, asked)
        with reviews_of(held).case(case_id).held(view) as case:
            at, there = case.index.positions_of(asked)
            tops = np.unique(case.stacks.leader[at[there]])
            members, _ = case.stacks.members_of(tops)
            alone = [one for one, known in zip(asked, there.tolist(), strict=True) if not known]
            ids = case.index.ids
            return Stacked([*ids[members].tolist(), *alone], [*ids[tops].tolist(), *alone])


def stacks_left(held: State, officer: Officer, case_id: int) -> int:
    """How many stacks wait for an officer, who is a member of the case."""
    asked = Asked(not_shown=tuple(sorted(withheld(held.database, officer))))
    with held.database.reader() as view, reviews_of(held).case(case_id).held(view) as case:
        waiting = drawn(case, officer.id, asked)
        tops = np.zeros(len(waiting), np.bool_)
        tops[case.stacks.leader[waiting]] = True
        tops[case.others(officer.id)] = False
        return int(np.count_nonzero(tops))
