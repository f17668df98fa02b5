"""The pictures of a case against the fingerprints of a list, in all eight turns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trawl.matching.case_index import IMAGE, ROLES, CaseIndex
from trawl.matching.held_lists import PictureBank
from trawl.matching.sight.turns import TURNS, turned, undone
from trawl.matching.steps import Step, Stop, Tell, heed
from trawl.model.matching import NEAR, PLAIN, Turn
from trawl.model.media import FrameRole

AT_ONCE = 131_072
"""Pictures that are looked up together, in eight turns each: against a large bank a million
look-ups at once cost a tenth of what they cost by the thousand."""

INSIDE = ROLES.index(FrameRole.INSIDE)


class Seen(NamedTuple):
    """The nearest entry to one media: how far, what was done to the known picture to make this
    one of it, and how many entries are near."""

    media_id: int
    entry: int
    entries: int
    distance: int
    turn: Turn


class Sought(NamedTuple):
    """Fingerprints to look up: ``media`` int64 (n,), ``bits`` uint8 (n, 32). A picture with a
    border comes twice, whole and without it."""

    media: npt.NDArray[np.int64]
    bits: npt.NDArray[np.uint8]


def sought_pictures(index: CaseIndex, first: int = 0) -> Sought:
    """The pictures of a case from a position on that are fit to be matched by sight."""
    fit = index.telling()
    fit[:first] = False
    new = index.ids[first:][index.is_kind(IMAGE)[first:]]
    frames = index.frames
    inside = (frames["role"] == INSIDE) & (frames["quality"] >= PLAIN)
    inside &= np.isin(frames["media"], new)
    return Sought(
        np.concatenate([index.ids[fit], frames["media"][inside]]),
        np.concatenate([index.media["bits"][fit], frames["bits"][inside]]),
    )


def seen_before(sought: Sought, held: PictureBank, what: str, tell: Tell, stop: Stop) -> list[Seen]:
    """For each media that is within ``NEAR`` bits of an entry in some turn, the nearest."""
    best: dict[int, Seen] = {}
    for first in range(0, len(sought.media), AT_ONCE):
        heed(stop)
        rows = slice(first, first + AT_ONCE)
        some = Sought(sought.media[rows], sought.bits[rows])
        for seen in _nearest(some, held):
            there = best.get(seen.media_id)
            if there is None or seen.distance < there.distance:
                best[seen.media_id] = seen
        tell(Step(what, min(first + AT_ONCE, len(sought.media)), len(sought.media), "pictures"))
    return list(best.values())


def _nearest(some: Sought, held: PictureBank) -> Iterator[Seen]:
    every = np.concatenate([turned(some.bits, turn) for turn in TURNS])
    near = held.bank.look_up(every, NEAR)
    here = ~held.gone[near.entry]
    entry, distance = near.entry[here], near.distance[here]
    turn_number, query = np.divmod(near.query[here], len(some.bits))
    if not len(query):
        return
    order = np.lexsort((entry, turn_number, distance, query))
    query, entry, distance = query[order], held.entries[entry[order]], distance[order]
    turn_number = turn_number[order]
    starts = np.flatnonzero(np.r_[True, query[1:] != query[:-1]])
    ends = np.append(starts[1:], len(query))
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        yield Seen(
            int(some.media[query[start]]),
            int(entry[start]),
            len(np.unique(entry[start:end])),
            int(distance[start]),
            undone(TURNS[turn_number[start]]),
        )
