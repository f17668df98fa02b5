"""The videos of a case: runs they share with each other, stills taken from them, and runs they
share with the videos and pictures that lists know."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trawl.matching.arrays import Array, read_arrays, write_arrays
from trawl.matching.case_index import IMAGE, ROLES, VIDEO, CaseIndex
from trawl.matching.clips.reels import Reel
from trawl.matching.clips.search import ClipHit, clips_among, clips_between, is_same
from trawl.matching.clips.stills import StillHit, Stills, stills_in
from trawl.matching.sight.hamming import Hashes
from trawl.matching.sight.pairs import pairs_between
from trawl.matching.sight.turns import TURNS, turned
from trawl.matching.steps import Step, Stop, Tell, heed
from trawl.model.matching import ALIKE, NEAR, PLAIN, Span, Turn
from trawl.model.media import FrameRole

VERSION = 1
INSIDE = ROLES.index(FrameRole.INSIDE)
# How the videos of a case are turned for each other: what editors and players do to whole videos.
# A camera held another way is no copy, and each turn of 20,000 videos costs a minute and more.
# Against lists, all eight are looked up.
AMONG = (Turn.NONE, Turn.FLIPPED_X)

_RUNS = {
    "query": np.int64,
    "found": np.int64,
    "query_from": np.int64,
    "query_to": np.int64,
    "found_from": np.int64,
    "found_to": np.int64,
    "share": np.float64,
    "frames": np.int64,
    "distance": np.int64,
    "turn": np.uint8,
    "found_share": np.float64,
    "faint": np.bool_,
}
_STILLS = {
    "still": np.int64,
    "video": np.int64,
    "at_ms": np.int64,
    "still_distance": np.int64,
    "still_turn": np.uint8,
    "still_frames": np.int64,
}


@dataclass(slots=True)
class CaseClips:
    """What the videos of a case have in common with each other and with its pictures."""

    runs: list[ClipHit]
    stills: list[StillHit]

    def same(self, index: CaseIndex) -> list[tuple[int, int, int]]:
        """Pairs of videos, by position, that are one for looking at, with the bits between."""
        hits = [one for one in self.runs if is_same(one)]
        flat = np.array([(one.query_id, one.found_id) for one in hits], np.int64).reshape(-1)
        positions = index.positions(flat).reshape(-1, 2).tolist()
        return [(a, b, hit.distance) for (a, b), hit in zip(positions, hits, strict=True)]

    def of(self, media_id: int) -> tuple[list[ClipHit], list[StillHit]]:
        """What one media has to do with, whichever side it is on."""
        return (
            [one for one in self.runs if media_id in (one.query_id, one.found_id)],
            [one for one in self.stills if media_id in (one.query_id, one.found_id)],
        )


def load(folder: Path) -> CaseClips | None:
    """The clips as they were last saved; None when they never were. Raises IndexDamaged."""
    found = read_arrays(folder / "clips.npz", VERSION, (*_RUNS, *_STILLS))
    if found is None:
        return None
    runs = [
        ClipHit(
            query_id=row[0],
            found_id=row[1],
            query=Span(row[2], row[3]),
            found=Span(row[4], row[5]),
            share=row[6],
            frames=row[7],
            distance=row[8],
            turn=TURNS[row[9]],
            found_share=row[10],
            faint=row[11],
        )
        for row in zip(*(found[name].tolist() for name in _RUNS), strict=True)
    ]
    stills = [
        StillHit(row[0], row[1], row[2], row[3], TURNS[row[4]], row[5])
        for row in zip(*(found[name].tolist() for name in _STILLS), strict=True)
    ]
    return CaseClips(runs, stills)


def save(folder: Path, clips: CaseClips) -> None:
    """Write the clips."""
    runs = [
        (*one[:2], *one.query, *one.found, *one[4:7], TURNS.index(one.turn), *one[8:])
        for one in clips.runs
    ]
    stills = [(*one[:4], TURNS.index(one.turn), one.frames) for one in clips.stills]
    columns = {**_columns(_RUNS, runs), **_columns(_STILLS, stills)}
    write_arrays(folder / "clips.npz", VERSION, columns)


def _columns(kinds: Mapping[str, type], rows: Sequence[tuple[object, ...]]) -> dict[str, Array]:
    turned = list(zip(*rows, strict=True)) or [()] * len(kinds)
    return {
        name: np.array(column, kind)
        for (name, kind), column in zip(kinds.items(), turned, strict=True)
    }


def build(folder: Path, index: CaseIndex, first: int, tell: Tell, stop: Stop) -> CaseClips:
    """The clips of a case, brought up to date with the media from position ``first`` on, and
    saved."""
    before = load(folder) if first else None
    if before is None:
        before, first = CaseClips([], []), 0
    new = videos_of(index, first, len(index))
    old_stills, new_stills = stills_of(index, 0, first), stills_of(index, first, len(index))

    def count(what: str) -> Callable[[int, int], None]:
        def told(done: int, total: int) -> None:
            heed(stop)
            tell(Step(what, done, total, "turns"))

        return told

    runs = list(before.runs)
    if new:
        runs += clips_among(new, turns=AMONG, tell=count("videos"), stop=stop)
        seconds = np.concatenate([reel.bits[reel.quality >= PLAIN] for reel in new])
        old = _near_videos(index, first, _in_turns(seconds, AMONG), ALIKE)
        if old:
            runs += clips_between(
                new, old, turns=AMONG, tell=count("videos, old and new"), stop=stop
            )
    heed(stop)
    stills = list(before.stills)
    old = _near_videos(index, first, _in_turns(new_stills.bits, TURNS), NEAR)
    for some, videos in ((new_stills, [*old, *new]), (old_stills, new)):
        if len(some.media_id) and videos:
            tell(Step("stills in videos", 0, len(some.media_id), "pictures"))
            stills += stills_in(some, videos, stop=stop)
            heed(stop)
    clips = CaseClips(runs, stills)
    save(folder, clips)
    return clips


def _in_turns(bits: Hashes, turns: Sequence[Turn]) -> Hashes:
    return np.concatenate([turned(bits, turn) for turn in turns])


def _near_videos(index: CaseIndex, upto: int, sought: Hashes, threshold: int) -> list[Reel]:
    """Of the videos up to a position those with a frame near to one that is sought: no other has
    to be laid out to be compared."""
    there = index.is_kind(VIDEO)
    there[upto:] = False
    frames = index.frames
    rows = np.flatnonzero(np.isin(frames["media"], index.ids[there]) & (frames["quality"] >= PLAIN))
    if not len(rows) or not len(sought):
        return []
    near = pairs_between(frames["bits"][rows], sought, threshold).first
    return list(reels_of(frames, np.unique(frames["media"][rows[near.astype(np.int64)]])))


def videos_of(index: CaseIndex, first: int, last: int) -> list[Reel]:
    """The frames of the videos at these positions."""
    there = index.is_kind(VIDEO)
    there[:first] = there[last:] = False
    return list(reels_of(index.frames, np.sort(index.ids[there])))


def reels_of(frames: dict[str, Array], owners: npt.NDArray[np.int64]) -> Iterator[Reel]:
    """The reels of some media (sorted identifiers), from columns of frames."""
    order = np.argsort(frames["media"], kind="stable")
    media = frames["media"][order]
    starts, ends = np.searchsorted(media, owners), np.searchsorted(media, owners, "right")
    for owner, start, end in zip(owners.tolist(), starts.tolist(), ends.tolist(), strict=True):
        if end > start:
            rows = order[start:end]
            columns = (frames[name][rows] for name in ("at_ms", "bits", "quality", "role"))
            yield Reel(owner, *columns)


def stills_of(index: CaseIndex, first: int, last: int) -> Stills:
    """The pictures at these positions, with what lies inside their borders."""
    fit = index.telling()
    fit[:first] = fit[last:] = False
    pictures = index.ids[first:last][index.is_kind(IMAGE)[first:last]]
    frames = index.frames
    inside = (frames["role"] == INSIDE) & (frames["quality"] >= PLAIN)
    inside &= np.isin(frames["media"], pictures)
    return Stills(
        np.concatenate([index.ids[fit], frames["media"][inside]]),
        np.concatenate([index.media["bits"][fit], frames["bits"][inside]]),
        np.concatenate([index.media["quality"][fit], frames["quality"][inside]]).astype(np.uint8),
    )
