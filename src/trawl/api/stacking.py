"""Grading over stacks: what a grade on a whole stack is cast on, and how many stacks are left.

The views of a case know its stacks; grading is handed the media.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
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
    """Media with all members of their stacks, and for each media asked for the one on top of its
    stack."""

    members: list[int]
    top_of: dict[int, int]

    @property
    def tops(self) -> list[int]:
        """The media on top of those stacks, each once."""
        return list(dict.fromkeys(self.top_of.values()))


def stacks_of(held: State, officer: Officer, case_id: int, media_ids: Sequence[int]) -> Stacked:
    """The stacks some media are in. A media that was never matched, and every media for whom
    the case is not, is a stack of its own: what is not there grading itself refuses."""
    asked = list(dict.fromkeys(media_ids))
    own = {one: one for one in asked}
    with held.database.reader() as view:
        if not is_member(view, officer, case_id):
            return Stacked(asked, own)
        with reviews_of(held).case(case_id).held(view) as case:
            at, there = case.index.positions_of(asked)
            leaders = case.stacks.leader[at[there]]
            members, _ = case.stacks.members_of(np.unique(leaders))
            ids = case.index.ids
            known = compress(asked, there)
            tops = dict(zip(known, ids[leaders].tolist(), strict=True))
            alone = [one for one in asked if one not in tops]
            return Stacked([*ids[members].tolist(), *alone], {**own, **tops})


def stacks_left(held: State, officer: Officer, case_id: int, *, at_work: bool = True) -> int:
    """How many stacks wait for an officer, who is a member of the case. ``at_work``: see
    ``Reviews.case``."""
    asked = Asked(not_shown=tuple(sorted(withheld(held.database, officer))))
    review = reviews_of(held).case(case_id, at_work=at_work)
    with held.database.reader() as view, review.held(view) as case:
        waiting = drawn(case, officer.id, asked)
        tops = np.zeros(len(waiting), np.bool_)
        tops[case.stacks.leader[waiting]] = True
        tops[case.others(officer.id)] = False
        return int(np.count_nonzero(tops))
