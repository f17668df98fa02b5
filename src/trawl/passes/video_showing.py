"""One frame of a video, as an officer is shown it."""

from __future__ import annotations

from dataclasses import dataclass

import av
import numpy as np

from trawl.errors import PassFailed
from trawl.model.looking import Clarity
from trawl.passes.base import Content
from trawl.passes.clarity import FAINT_SHARE, FAINT_SIDE, Pixels, fitted
from trawl.passes.video import pixel_aspect
from trawl.passes.video_frames import quarter_turns, upright
from trawl.passes.video_watching import Watching, watching

# What getting to one frame may take, where its key frame lies far off.
FRAME_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Showing:
    """How the frames of one video are shown. ``height`` and ``width`` are those of the upright
    picture as shown; ``faint`` the few rows and columns that are left of a blurred one."""

    clarity: Clarity
    height: int
    width: int
    turns: int
    faint: tuple[int, int]

    @classmethod
    def of(
        cls, watched: Watching, first: av.VideoFrame, clarity: Clarity, longest: int, even: bool
    ) -> Showing:
        """As the first frame says. ``even``: an encoder needs even sides."""
        turns, aspect = quarter_turns(first), pixel_aspect(watched.stream)
        high, wide = first.height, max(1, round(first.width * aspect))
        if turns % 2:
            high, wide = wide, high
        height, width = fitted(high, wide, longest)
        if even:
            height, width = max(2, height // 2 * 2), max(2, width // 2 * 2)
        side = max(1, min(FAINT_SIDE, max(high, wide) // FAINT_SHARE))
        return cls(clarity, height, width, turns, fitted(high, wide, side))

    def pixels(self, frame: av.VideoFrame) -> Pixels:
        """What may be seen of a frame: RGB (height, width, 3) or grey (height, width); of a
        blurred one only what is left of it."""
        blurred, clear = self.clarity is Clarity.BLURRED, self.clarity is Clarity.CLEAR
        high, wide = self.faint if blurred else (self.height, self.width)
        if self.turns % 2:
            high, wide = wide, high
        small = frame.reformat(
            width=wide, height=high, format="rgb24" if clear else "gray", interpolation="AREA"
        )
        return upright(np.asarray(small.to_ndarray(), dtype=np.uint8), self.turns)


@dataclass(frozen=True, slots=True)
class Still:
    """A frame as it is to be shown: ``pixels`` as ``Showing`` gives them, spread over ``height``
    and ``width`` by whoever encodes them."""

    pixels: Pixels
    height: int
    width: int
    at_ms: int


def frame_to_show(content: Content, at_ms: int, clarity: Clarity, longest: int) -> Still:
    """The frame that a player shows at a moment; the last one for a moment behind the end, the
    nearest that was reached where time ran out. Raises PassFailed when there is none."""
    seconds = min(FRAME_SECONDS, content.limits.video_seconds)
    with watching(content, seconds) as watched:
        for found_ms, frame in watched.from_moment(at_ms):
            if isinstance(frame, av.VideoFrame):
                how = Showing.of(watched, frame, clarity, longest, even=False)
                return Still(how.pixels(frame), how.height, how.width, found_ms)
    raise PassFailed("no picture of it could be decoded")
