"""What is known of a video's pictures in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from trawl.matching.sight.hamming import Hashes, Words, words
from trawl.model.matching import PLAIN
from trawl.model.media import FrameRole

SCENE, SECOND, INSIDE = (
    list(FrameRole).index(role) for role in (FrameRole.SCENE, FrameRole.SECOND, FrameRole.INSIDE)
)

# How far apart frames may be taken to lie, milliseconds: where a video has no more of them.
STEPS = (1000, 10_000)

Times = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]


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
    said to be the same.

    ``at_ms``: int64 (k,), rising; ``bits``: uint8 (k, 32); ``step_ms``: from frame to frame.
    """

    media_id: int
    inside: bool
    at_ms: Times
    bits: Hashes
    frames: int
    step_ms: int
    words: Words = field(repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.at_ms)

    def with_bits(self, bits: Hashes) -> Track:
        """The same frames with other fingerprints, as after a turn."""
        return Track(
            *(self.media_id, self.inside, self.at_ms, bits, self.frames, self.step_ms),
            words(bits),
        )


def tracks_of(reels: Sequence[Reel]) -> list[Track]:
    """The tracks of all reels: of each the whole pictures and, where there are bars, the inside.

    Frames by the second tell the time; scenes stand in where a reel has nothing else.
    """
    tracks = []
    for reel in reels:
        whole = reel.role == SECOND
        tracks.append(_track(reel, whole if whole.any() else reel.role == SCENE, inside=False))
        tracks.append(_track(reel, reel.role == INSIDE, inside=True))
    return [track for track in tracks if len(track)]


def _track(reel: Reel, among: npt.NDArray[np.bool_], *, inside: bool) -> Track:
    _, rows = np.unique(reel.at_ms[among], return_index=True)
    rows = np.flatnonzero(among)[rows]
    at_ms = np.asarray(reel.at_ms[rows], dtype=np.int64)
    gap = int(np.median(np.diff(at_ms))) if len(at_ms) > 1 else STEPS[0]
    clear = rows[reel.quality[rows] >= PLAIN]
    bits = np.ascontiguousarray(reel.bits[clear])
    times = np.asarray(reel.at_ms[clear], dtype=np.int64)
    step = min(max(gap, STEPS[0]), STEPS[1])
    return Track(reel.media_id, inside, times, bits, len(rows), step, words(bits))
