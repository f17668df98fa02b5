"""Frames between those by the second, where the picture moves.

A copy that was cut and coded anew has its frames by the second at other moments than the video it
was cut from. Where the camera moves, a quarter of a second makes as much of a difference as
another video does; so more of the frames that are decoded on the way are kept there. Where a frame
by the second still is as the last kept one was, none are even looked at until the next: a standing
camera costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import av

from trawl.model.media import Fingerprint, Frame, FrameRole
from trawl.passes.scenes import bits_apart
from trawl.passes.video_frames import hashed_in_small

# Frames that are looked at lie at least this far apart: six a second where there are thirty.
GAP_MS = 150
# How long none is looked at where the picture stands still; where it moves little, the gap doubles
# up to this.
STILL_MS = 1000
# A frame is kept when it differs from the last kept one by more bits than this.
MOVED = 24
# Frames kept of one video. When there are more, every other one goes and the gap doubles, so that
# what is kept lies evenly. Eleven minutes that move throughout fill it at six a second, an hour at
# one; what comes after an hour of movement has its frames by the second alone.
MOST = 4_000


@dataclass(slots=True)
class Between:
    """Is shown the frames of one video, nearly in the order of time, and keeps some of them."""

    _kept: list[Frame] = field(default_factory=list)
    _last: Fingerprint | None = None
    _due_ms: int = 0
    _gap_ms: int = GAP_MS
    _wait_ms: int = GAP_MS

    def pass_second(self, second: Frame) -> None:
        """A frame by the second, which is kept anyway."""
        moved = self._has_moved(second.fingerprint)
        self._last = second.fingerprint
        self._wait_ms = self._gap_ms if moved else STILL_MS
        self._due_ms = second.at_ms + self._wait_ms

    def look(self, number: int, at_ms: int, picture: av.VideoFrame) -> None:
        """Any other decoded frame."""
        if at_ms < self._due_ms:
            return
        found = hashed_in_small(picture)
        moved = self._has_moved(found)
        if moved:
            self._keep(Frame(FrameRole.BETWEEN, number, at_ms, found))
        self._wait_ms = self._gap_ms if moved else min(2 * self._wait_ms, STILL_MS)
        self._due_ms = at_ms + self._wait_ms

    def frames(self) -> list[Frame]:
        """Those kept, in the order of time."""
        return sorted(self._kept, key=lambda frame: frame.number)

    def _keep(self, frame: Frame) -> None:
        self._last = frame.fingerprint
        self._kept.append(frame)
        if len(self._kept) > MOST:
            del self._kept[1::2]
            self._gap_ms *= 2

    def _has_moved(self, now: Fingerprint) -> bool:
        return self._last is None or bits_apart(self._last, now) > MOVED
