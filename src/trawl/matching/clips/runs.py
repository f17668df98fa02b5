"""Runs that two videos share.

A second agrees when a frame of it is within NEAR bits of its counterpart. Where the camera moves,
frames taken a third of a second apart differ by a hundred bits though the videos are the same, and
an emblem laid over a picture moves it by sixty; such frames are still nearer to their counterparts
than to any other moment of the same video. So a run is accepted when enough of its seconds agree,
or when all of it together lies nearer than chance would have it (a *faint* run). Videos of one
standing camera are near at any moment, which chance knows: they never make a faint run.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trawl.matching.clips.alignment import NOTHING, Alignment, aligned
from trawl.matching.clips.proposals import Timing, proposals
from trawl.matching.clips.reels import Times, Track
from trawl.matching.clips.seeds import Meeting
from trawl.model.matching import NEAR, Span

# Seconds that must agree, or the part of all frames of the shorter video.
SECONDS, PART = 3, 0.8
# A second speaks for a run by the bits it is nearer than chance beyond MARGIN, against it when it
# is not; SCALE bits are worth half a second that agrees.
MARGIN, SCALE = 16, 48
AGAINST, FOR = -0.5, 0.5
# A faint run: seconds in it, bits nearer than chance on average, and that average in standard
# deviations of itself, taking SPREAD bits for the deviation of one second.
FAINT_FRAMES, FAINT_BITS, FAINT_SURE, SPREAD = 5, 20.0, 8.0, 16.0
# Runs looked for in one pair of videos.
MOST_RUNS = 4

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


class Run(NamedTuple):
    """A run of two videos. ``agreeing``: seconds of the query in it within NEAR; ``answering``:
    seconds of the found video that are; ``distance``: bits, on the middle; ``faint``: see above."""

    query: Span
    found: Span
    agreeing: int
    answering: int
    distance: int
    faint: bool

    def turned_round(self) -> Run:
        """The same run with the found video as the query."""
        return Run(self.found, self.query, self.answering, self.agreeing, self.distance, self.faint)


def runs_of(query: Track, found: Track, meeting: Meeting) -> list[Run]:
    """The runs that two tracks share, from the frames they have in common; the best first. What
    the seconds of the one do not tell, those of the other may."""
    runs = _seen_from(query, found, meeting)
    if runs:
        return runs
    return [run.turned_round() for run in _seen_from(found, query, meeting.turned_round())]


def _seen_from(query: Track, found: Track, meeting: Meeting) -> list[Run]:
    runs: list[Run] = []
    while len(meeting.query_from) and len(runs) < MOST_RUNS:
        run = _best_run(query, found, meeting)
        if run is None:
            break
        runs.append(run)
        meeting = _outside(meeting, run)
    return runs


def _best_run(query: Track, found: Track, meeting: Meeting) -> Run | None:
    best: tuple[float, Run | None] = 0.0, None
    for timing in proposals(meeting):
        laid = aligned(query, found, timing)
        start, stop, worth = _heaviest(_weights(laid))
        if worth > best[0]:
            run = _run(query, found, timing, laid, slice(start, stop))
            best = (worth, run) if run is not None else best
    return best[1]


def _weights(laid: Alignment) -> Floats:
    """What each second says for the run, from AGAINST to 1."""
    nearer = (laid.chance.astype(np.float64) - laid.distance - MARGIN) / SCALE
    weights = np.clip(nearer, AGAINST, FOR)
    weights[laid.distance <= NEAR] = 1.0
    return weights


def _heaviest(weights: Floats) -> tuple[int, int, float]:
    """The part that weighs most: its first row, the row after its last, its weight."""
    sums = np.concatenate([[0.0], np.cumsum(weights)])
    lowest = np.minimum.accumulate(sums)
    stop = int(np.argmax(sums - lowest))
    start = int(np.argmin(sums[: stop + 1]))
    return start, stop, float(sums[stop] - sums[start])


def _run(query: Track, found: Track, timing: Timing, laid: Alignment, rows: slice) -> Run | None:
    """The run of these seconds of the query, if it is one, seen from either side."""
    part = _part(query, laid, np.arange(len(query.starts))[rows])
    if part.span is None:
        return None
    other = Span(int(part.found_ms.min()), int(part.found_ms.max()) + found.step_ms)
    back = _back(query, found, timing, other)
    enough = PART * min(query.frames, found.frames)
    clear = any(one.seconds >= SECONDS or one.agreeing >= enough for one in (part, back))
    if not clear and not part.faint and not back.faint:
        return None
    return Run(part.span, other, part.agreeing, back.agreeing, part.distance, not clear)


class _Part(NamedTuple):
    """What some seconds of a track say: from when to when they have counterparts, when those
    begin, how many agree and at how many different moments, bits on the middle, whether all
    together are nearer than chance."""

    span: Span | None
    found_ms: Times
    agreeing: int
    seconds: int
    distance: int
    faint: bool


def _part(track: Track, laid: Alignment, some: Rows) -> _Part:
    some = some[laid.distance[some] < NOTHING]
    if not len(some):
        return _Part(None, some, 0, 0, NOTHING, faint=False)
    distance, times = laid.distance[some], track.seconds_ms[some]
    agree = distance <= NEAR
    return _Part(
        Span(int(times[0]), int(times[-1]) + track.step_ms),
        laid.found_ms[some],
        int(agree.sum()),
        len(np.unique(times[agree] // 1000)),
        int(np.median(distance)),
        _is_faint(laid.chance[some].astype(np.float64) - distance),
    )


def _is_faint(nearer: Floats) -> bool:
    if len(nearer) < FAINT_FRAMES:
        return False
    bits = float(nearer.mean())
    return bits >= FAINT_BITS and bits * len(nearer) ** 0.5 / SPREAD >= FAINT_SURE


def _back(query: Track, found: Track, timing: Timing, span: Span) -> _Part:
    """What the found video's part says, laid against the query."""
    back = Timing(1 / timing.speed, -timing.shift_ms / timing.speed)
    within = (found.seconds_ms >= span.from_ms) & (found.seconds_ms < span.to_ms)
    return _part(found, aligned(found, query, back), np.flatnonzero(within))


def _outside(meeting: Meeting, run: Run) -> Meeting:
    """The common frames that the run does not account for."""
    query_in = (meeting.query_to >= run.query.from_ms) & (meeting.query_from < run.query.to_ms)
    found_in = (meeting.found_to >= run.found.from_ms) & (meeting.found_from < run.found.to_ms)
    left = ~(query_in & found_in) & ~query_in
    return Meeting(meeting.query, meeting.found, *(column[left] for column in meeting[2:]))
