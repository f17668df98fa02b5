"""What is known of a video's pictures in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from trawl.matching.sight.hamming import Hashes, Words, words
from trawl.model.matching import PLAIN
from trawl.model.media import FrameRole

SCENE, SECOND, INSIDE, BETWEEN = range(len(FrameRole))

# How far apart frames may be taken to lie, milliseconds: where a video has no more of them.
STEPS = (1000, 10_000)

Times = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Reel:
    """The fingerprinted frames of one video, in any order.

    ``at_ms``: int64 (k,) from its start; ``bits``: uint8 (k, 32); ``quality``: uint8 (k,), 0 to
    100; ``role``: uint8 (k,), index into ``FrameRole``.
    """

    media_id: int
    at_ms: Times
    bits: Hashes
    quality: Bytes
    role: Bytes

    def __post_init__(self) -> None:
        count = len(self.at_ms)
        if self.bits.shape != (count, 32) or not count == len(self.quality) == len(self.role):
            raise ValueError(f"media {self.media_id}: its columns of frames differ in length")


def reels_of(
    media: npt.NDArray[np.int64], at_ms: Times, bits: Hashes, quality: Bytes, role: Bytes
) -> list[Reel]:
    """The reels of many videos whose frames lie in columns of one length, ``media`` naming the
    video of each; in the order of their identifiers."""
    order = np.argsort(media, kind="stable")
    ids, first = np.unique(media[order], return_index=True)
    parts = np.split(order, first[1:]) if len(ids) else []
    return [
        Reel(one, at_ms[rows], bits[rows], quality[rows], role[rows])
        for one, rows in zip(ids.tolist(), parts, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Track:
    """The frames of a reel that are compared in time: the whole pictures, or what is inside
    their bars. Plain ones are left out but counted in ``frames``: what cannot be seen cannot be
    said to be the same. A second of a track is one of its frames by the second with the frames
    between it and the next, where there are any.

    ``at_ms``: int64 (k,), rising; ``bits``: uint8 (k, 32); ``starts``: int64 (s,), the first row
    of each second; ``frames``: seconds, those in which all is plain included; ``step_ms``: from
    second to second.
    """

    media_id: int
    inside: bool
    at_ms: Times
    bits: Hashes
    starts: Rows
    frames: int
    step_ms: int
    words: Words = field(repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.at_ms)

    @property
    def seconds_ms(self) -> Times:
        """When each second begins, int64 (s,)."""
        return self.at_ms[self.starts]

    def with_bits(self, bits: Hashes) -> Track:
        """The same frames with other fingerprints, as after a turn."""
        return Track(
            *(self.media_id, self.inside, self.at_ms, bits, self.starts, self.frames),
            *(self.step_ms, words(bits)),
        )


def tracks_of(reels: Sequence[Reel]) -> list[Track]:
    """The tracks of all reels: of each the whole pictures and, where there are bars, the inside.

    Frames by the second tell the time; scenes stand in where a reel has nothing else.
    """
    tracks = []
    for reel in reels:
        has_seconds = bool((reel.role == SECOND).any())
        tracks.append(_track(reel, SECOND if has_seconds else SCENE))
        tracks.append(_track(reel, INSIDE))
    return [track for track in tracks if len(track)]


def _track(reel: Reel, role: int) -> Track:
    """The track of the frames of this role, and of those between frames by the second."""
    ticks = np.unique(reel.at_ms[reel.role == role])
    rows = _in_time(reel, role)
    clear = rows[reel.quality[rows] >= PLAIN]
    at_ms = np.asarray(reel.at_ms[clear], dtype=np.int64)
    second = np.maximum(0, np.searchsorted(ticks, at_ms, side="right") - 1)
    starts = np.flatnonzero(np.diff(second, prepend=-1))
    gap = int(np.median(np.diff(ticks))) if len(ticks) > 1 else STEPS[0]
    bits = np.ascontiguousarray(reel.bits[clear])
    step = min(max(gap, STEPS[0]), STEPS[1])
    inside = role == INSIDE
    return Track(reel.media_id, inside, at_ms, bits, starts, len(ticks), step, words(bits))


def _in_time(reel: Reel, role: int) -> Rows:
    """Rows of the frames of a track, one for each moment, in the order of time."""
    among = np.flatnonzero((reel.role == role) | ((reel.role == BETWEEN) & (role == SECOND)))
    among = among[np.argsort(reel.role[among] != role, kind="stable")]
    _, first = np.unique(reel.at_ms[among], return_index=True)
    return np.asarray(among[first], dtype=np.int64)
