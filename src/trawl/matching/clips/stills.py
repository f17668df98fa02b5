"""Stills taken from videos: pictures that are near to a frame of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trawl.matching.clips.reels import Reel
from trawl.matching.sight.hamming import Hashes
from trawl.matching.sight.pairs import pairs_between
from trawl.matching.sight.turns import TURNS, turned, undone
from trawl.matching.steps import Stop
from trawl.model.matching import NEAR, PLAIN, Turn

# Stills looked up at a time: one that stands still in many videos is near to all their frames.
AT_ONCE = 1 << 16

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Stills:
    """Pictures: ``media_id`` int64 (n,), ``bits`` uint8 (n, 32), ``quality`` uint8 (n,). A
    picture inside borders is there twice, as a whole and by its inside."""

    media_id: npt.NDArray[np.int64]
    bits: Hashes
    quality: npt.NDArray[np.uint8]


class StillHit(NamedTuple):
    """A picture that is a frame of a video: the moment at which they are nearest, how many bits
    apart they are there, what was done to the picture, how many frames of the video are near."""

    query_id: int
    found_id: int
    at_ms: int
    distance: int
    turn: Turn
    frames: int


class _Frames(NamedTuple):
    reel: Rows
    at_ms: Rows
    bits: Hashes


def stills_in(
    stills: Stills,
    reels: Sequence[Reel],
    *,
    turns: Sequence[Turn] = TURNS,
    threshold: int = NEAR,
    stop: Stop | None = None,
) -> list[StillHit]:
    """The videos that each picture was taken from, one hit for each two, by picture, then the
    nearest first. Pictures and frames of a quality below 50 are left out. ``stop``: asked now and
    then; raises Stopped when it says so."""
    frames = _frames(reels)
    clear = np.flatnonzero(stills.quality >= PLAIN)
    few_frames = len(frames.bits) * len(turns) < AT_ONCE
    at_once = max(1, len(clear)) if few_frames else AT_ONCE
    best: dict[tuple[int, int], StillHit] = {}
    for start in range(0, len(clear), at_once):
        rows = clear[start : start + at_once]
        for hit in _hits(stills, rows, frames, reels, turns, threshold, stop):
            pair = hit.query_id, hit.found_id
            if hit.query_id != hit.found_id and _is_better(hit, best.get(pair)):
                best[pair] = hit
    return sorted(best.values(), key=lambda hit: (hit.query_id, hit.distance, hit.found_id))


def _hits(
    stills: Stills,
    rows: Rows,
    frames: _Frames,
    reels: Sequence[Reel],
    turns: Sequence[Turn],
    threshold: int,
    stop: Stop | None,
) -> Iterator[StillHit]:
    """Of these rows of the stills, in each turn, the nearest moment of each video."""
    if len(frames.bits) * len(turns) < len(rows):
        # The few are turned: back, so that what is compared is the same.
        back = np.concatenate([turned(frames.bits, undone(turn)) for turn in turns])
        pairs = pairs_between(stills.bits[rows], back, threshold, stop=stop)
        still = pairs.first.astype(np.int64)
        turn_of, found = np.divmod(pairs.second.astype(np.int64), len(frames.bits))
    else:
        sought = np.concatenate([turned(stills.bits[rows], turn) for turn in turns])
        pairs = pairs_between(frames.bits, sought, threshold, stop=stop)
        turn_of, still = np.divmod(pairs.second.astype(np.int64), len(rows))
        found = pairs.first.astype(np.int64)
    for at, turn in enumerate(turns):
        so = turn_of == at
        media = stills.media_id[rows[still[so]]]
        yield from _nearest(media, found[so], pairs.distance[so], frames, reels, turn)


def _is_better(hit: StillHit, than: StillHit | None) -> bool:
    return than is None or (hit.distance, -hit.frames) < (than.distance, -than.frames)


def _frames(reels: Sequence[Reel]) -> _Frames:
    """The frames of all roles that are worth a look."""
    clear = [np.flatnonzero(reel.quality >= PLAIN) for reel in reels]
    return _Frames(
        np.repeat(np.arange(len(reels)), [len(rows) for rows in clear]).astype(np.int64),
        np.concatenate(
            [np.empty(0, np.int64), *(r.at_ms[rows] for r, rows in zip(reels, clear, strict=True))]
        ),
        np.concatenate(
            [
                np.empty((0, 32), np.uint8),
                *(r.bits[rows] for r, rows in zip(reels, clear, strict=True)),
            ]
        ),
    )


def _nearest(
    media: Rows,
    found: Rows,
    distance: npt.NDArray[np.uint8],
    frames: _Frames,
    reels: Sequence[Reel],
    turn: Turn,
) -> list[StillHit]:
    """Of each picture and each video the nearest moment."""
    order = np.lexsort((frames.at_ms[found], distance, frames.reel[found], media))
    media, found, distance = media[order], found[order], distance[order]
    of_reel = frames.reel[found]
    new = np.concatenate([[True], (np.diff(media) != 0) | (np.diff(of_reel) != 0)])
    first = np.flatnonzero(new[: len(media)])
    count = np.diff(np.concatenate([first, [len(media)]]))
    return [
        StillHit(
            *(int(media[at]), reels[of_reel[at]].media_id, int(frames.at_ms[found[at]])),
            *(int(distance[at]), turn, many),
        )
        for at, many in zip(first.tolist(), count.tolist(), strict=True)
    ]
