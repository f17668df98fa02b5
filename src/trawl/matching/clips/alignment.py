"""Two videos laid against each other in time, frame by frame."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trawl.matching.clips.proposals import Timing
from trawl.matching.clips.reels import Times, Track

# The distance of what has no counterpart: more than two hashes can differ by.
NOTHING = 257
# With fewer frames there is nothing to compare a timing with.
LEAST_FOR_CHANCE = 6
MOST_CHANCES = 12

Distances = npt.NDArray[np.int16]
Rows = npt.NDArray[np.int64]


class Alignment(NamedTuple):
    """Of each second of the query, (s,): how far the nearest of its frames is from either of the
    two frames of the found video between which it falls, in bits (NOTHING outside of it); when
    by that frame the second begins in the found video, milliseconds; and how far such frames are
    at other moments of the found video, on the middle."""

    distance: Distances
    found_ms: Times
    chance: Distances


def aligned(query: Track, found: Track, timing: Timing) -> Alignment:
    """Lay ``query`` against ``found``."""
    moment = np.asarray(timing.speed * query.at_ms + timing.shift_ms, dtype=np.float64)
    after = np.searchsorted(found.at_ms, moment)
    distance, row = _nearest(query, found, moment, after)
    by_second = np.minimum.reduceat(distance, query.starts)
    best = _nearest_rows(distance, query)
    into = timing.speed * (query.at_ms[best] - query.seconds_ms)
    begins = np.rint(found.at_ms[row[best]] - into).astype(np.int64)
    found_ms = np.maximum(begins, found.at_ms[0])
    return Alignment(by_second, found_ms, _chance(query, found, after, by_second))


def _nearest(
    query: Track, found: Track, moment: npt.NDArray[np.float64], after: Rows
) -> tuple[Distances, Rows]:
    """Of each frame of the query."""
    reach = max(found.step_ms, query.step_ms)
    best = np.full(len(query), NOTHING, dtype=np.int16)
    row = np.zeros(len(query), dtype=np.int64)
    for place in (after - 1, after):
        there = np.clip(place, 0, len(found) - 1)
        apart = _apart(query, found, there)
        near = np.abs(found.at_ms[there] - moment) < reach
        better = near & (apart < best)
        best[better], row[better] = apart[better], there[better]
    return best, row


def _nearest_rows(distance: Distances, query: Track) -> Rows:
    """Of each second of the query, its first row that is nearest."""
    count = np.diff(query.starts, append=len(query))
    second = np.repeat(np.arange(len(query.starts)), count)
    return np.lexsort((distance, second))[query.starts]


def _chance(query: Track, found: Track, after: Rows, distance: Distances) -> Distances:
    """What the distances would be at other moments: those of the found video turned round."""
    count = len(found)
    if count < LEAST_FOR_CHANCE:
        return distance
    turns = np.unique(np.linspace(2, count - 3, MOST_CHANCES).astype(np.int64))
    tries = [
        np.minimum(
            _apart(query, found, (after + turn - 1) % count),
            _apart(query, found, (after + turn) % count),
        )
        for turn in turns.tolist()
    ]
    by_second = np.minimum.reduceat(np.stack(tries), query.starts, axis=1)
    return np.asarray(np.median(by_second, axis=0), dtype=np.int16)


def _apart(query: Track, found: Track, rows: Rows) -> Distances:
    different = np.bitwise_count(query.words ^ found.words[rows])
    return np.asarray(different.sum(axis=1, dtype=np.int16))
