"""The levels of likeness: exact, stack, and the looser group among the stacks.

Exact is one content and needs no fingerprint: media are distinct contents to begin with. A stack
is the same picture by sight. A similar group is looser, and holds stacks, not pictures: it is
found among those on top alone, by the same rule.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trawl.matching.sight.hamming import Hashes
from trawl.matching.stacks.neighbours import Neighbours, restack
from trawl.matching.stacks.relations import SIMILAR, Alike, Work
from trawl.matching.stacks.stars import ALL, Stars, sighted

Whole = npt.NDArray[np.int64]


class Similar(NamedTuple):
    """The looser groups: for each stack (k of them), which stack its group goes by."""

    top: Whole  # (k,) row of the picture on top of the stack; ascending, so best first
    leader: Whole  # (k,) row of the picture its group goes by; itself where it leads or is alone
    distance: npt.NDArray[np.uint8]  # (k,) bits between the two
    turn: npt.NDArray[np.uint8]  # (k,) what done to the leader gives it; place in TURNS


def similar(
    bits: Hashes,
    quality: npt.ArrayLike,
    stacks: Stars,
    kept: Neighbours | None = None,
    *,
    relation: Alike = SIMILAR,
    work: Work = ALL,
) -> tuple[Similar, Neighbours | None]:
    """The looser groups among the stacks of ``bits``, uint8 (n, 32), in rank order; and the
    links to keep for the next time, as ``restack`` gives them. Stacks too plain to be matched by
    sight have no place here."""
    seen = sighted(quality)
    top = seen[stacks.leader[seen] == seen]
    stars, kept = restack(kept, bits[top], np.asarray(quality)[top], relation, work)
    return Similar(top, top[stars.leader], stars.distance, stars.turn), kept
