"""How two videos may lie against each other in time, from the frames they have in common."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trawl.matching.clips.seeds import Meeting

# A copy may run faster or slower: 24 frames shown as 25 are 4 %. Below half a minute it does not
# add up to a frame's distance.
SPEEDS = (1.0, 0.99, 1.01, 0.98, 1.02, 0.97, 1.03, 0.96, 1.04, 0.95, 1.05)
DRIFTS_FROM_MS = 30_000
SEEDS_TO_DRIFT = 6
# Milliseconds by which the moments of a common frame may miss: half the distance of frames on
# either side.
SLACK_MS = 1000
GRAIN_MS = 500
MOST_TRIED = 32
MOST_SEEDS = 4096
PROPOSED = 3

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


class Timing(NamedTuple):
    """``found = speed * query + shift_ms``, in milliseconds."""

    speed: float
    shift_ms: float


class Proposal(NamedTuple):
    """A timing, and how many frames of the query it puts where the found video has them: those
    it puts there closely count twice."""

    votes: int
    timing: Timing


def proposals(meeting: Meeting) -> list[Timing]:
    """The timings that most of the common frames agree on, best first; of equal ones the speed
    nearest to 1, then the smallest shift: a picture that stands still agrees with any."""
    some = _thinned(meeting)
    tried = [one for speed in _speeds(some) for one in _at_speed(some, speed)]
    tried.sort(key=_worth)
    return [one.timing for one in tried[:PROPOSED]]


def _worth(one: Proposal) -> tuple[int, float, float]:
    return -one.votes, abs(one.timing.speed - 1), abs(one.timing.shift_ms)


def _thinned(meeting: Meeting) -> Meeting:
    step = -(-len(meeting.query_from) // MOST_SEEDS)
    if step <= 1:
        return meeting
    return Meeting(meeting.query, meeting.found, *(column[::step] for column in meeting[2:]))


def _speeds(meeting: Meeting) -> tuple[float, ...]:
    spread = int(np.ptp(meeting.query_from))
    enough = len(np.unique(meeting.query_from)) >= SEEDS_TO_DRIFT
    return SPEEDS if enough and spread >= DRIFTS_FROM_MS else SPEEDS[:1]


def _at_speed(meeting: Meeting, speed: float) -> list[Proposal]:
    """The best timings of one speed. A common frame that lasts allows a range of shifts."""
    begin = meeting.found_from - speed * meeting.query_from
    end = meeting.found_to - speed * meeting.query_to
    low = meeting.found_from - speed * meeting.query_to
    high = meeting.found_to - speed * meeting.query_from
    shifts = _shifts(np.concatenate([begin, end, np.clip(0.0, low, high)]))
    moments = np.unique(meeting.query_from, return_inverse=True)[1]
    votes = sum(
        _agreeing(shifts, low - slack, high + slack, moments) for slack in (SLACK_MS, GRAIN_MS / 2)
    )
    found = [
        Proposal(count, Timing(speed, shift))
        for count, shift in zip(np.asarray(votes).tolist(), shifts.tolist(), strict=True)
    ]
    best = sorted(found, key=_worth)[:PROPOSED]
    return [one._replace(timing=_to_the_frame(one.timing, low, high)) for one in best]


def _to_the_frame(timing: Timing, low: Floats, high: Floats) -> Timing:
    """The shift that the common frames near it wish for on the middle."""
    wished = np.clip(timing.shift_ms, low, high)
    near = wished[np.abs(wished - timing.shift_ms) <= SLACK_MS / 2]
    return timing._replace(shift_ms=float(np.median(near))) if len(near) else timing


def _agreeing(shifts: Floats, low: Floats, high: Floats, moments: Rows) -> Rows:
    """At how many moments of the query a common frame allows each shift."""
    agree = (low[None] <= shifts[:, None]) & (shifts[:, None] <= high[None])
    there = np.zeros((len(shifts), int(moments.max()) + 1), dtype=bool)
    row, seed = np.nonzero(agree)
    there[row, moments[seed]] = True
    return np.asarray(there.sum(axis=1), dtype=np.int64)


def _shifts(wished: Floats) -> Floats:
    """The shifts wished for most, to GRAIN_MS; of equal ones the smallest."""
    shifts, count = np.unique(np.rint(wished / GRAIN_MS) * GRAIN_MS, return_counts=True)
    order = np.lexsort((np.abs(shifts), -count))[:MOST_TRIED]
    return np.asarray(shifts[order], dtype=np.float64)
