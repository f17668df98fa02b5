"""Which stack media are in: what a grade on a whole stack is cast on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from trawl.api.state import State
from trawl.matching.funnel import matched


class Stacked(NamedTuple):
    """Media with all members of their stacks, and the media on top of those stacks."""

    members: list[int]
    tops: list[int]


def stacks_of(held: State, case_id: int, media_ids: Sequence[int]) -> Stacked:
    """The stacks some media are in. A media that was never matched is a stack of its own."""
    index, stacks = matched(held.workspace.matching(case_id))
    asked = np.array(sorted(set(media_ids)), np.int64)
    at = index.positions(asked)
    alone = np.setdiff1d(asked, index.ids[at]).tolist()
    leaders = np.unique(stacks.leader[at])
    members = index.ids[np.isin(stacks.leader, leaders)].tolist()
    return Stacked([*members, *alone], [*index.ids[leaders].tolist(), *alone])


def stacks_left(held: State, case_id: int, officer_id: int) -> int | None:
    """How many stacks wait for an officer; None while that is not known."""
    del held, case_id, officer_id
    return None
