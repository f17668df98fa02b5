"""Bars around the pictures of a video, judged over many frames, and fingerprints of the inside.

A dark scene looks like a bar in one frame. So the first frames that show anything are held in
small, and what they agree on is taken as the inside; from there on each frame is hashed as it
comes, and looked at whether its bars are still there. A video without bars costs a look at the
outermost lines of its first frames.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from trawl.model.matching import PLAIN
from trawl.model.media import Fingerprint, Frame, FrameRole
from trawl.passes.borders import Box, fingerprint_inside, inside_of, is_inside, is_uniform
from trawl.passes.pdq import halved

# Frames that are held before the bars are judged: at most 11 MB of them.
HELD = 24
# As soon as so many frames have been seen and none has bars, there are none.
ENOUGH_WITHOUT = 6
# The part of the frames in which something may lie over the bars.
UNLIKE = 0.2
# Shorter side that is enough for the fingerprint of an inside.
SIDE = 224

Bytes = npt.NDArray[np.uint8]


@dataclass(slots=True)
class _Held:
    """A frame in small: ``scale`` full-size pixels to each of ``luma``."""

    frame: Frame
    luma: Bytes
    scale: int
    box: Box | None

    @property
    def reach(self) -> Box:
        height, width = self.luma.shape
        return self.box or Box(0, height, 0, width)


@dataclass(slots=True)
class Bars:
    """Is shown the frames of one video in the order of time, and gives those of its inside."""

    _held: list[_Held] = field(default_factory=list)
    _shape: tuple[int, ...] = ()
    _none: bool = False
    _box: Box | None = None
    _found: list[Frame] = field(default_factory=list)
    _looked: int = 0
    _broken: int = 0

    def look(self, frame: Frame, luma: Bytes) -> None:
        """Look at a frame, whose luma is uint8 (height, width) at full size, as stored."""
        if self._none or frame.fingerprint.quality < PLAIN or min(luma.shape) < 2:
            return
        if self._shape and luma.shape != self._shape:
            return  # the size changes midway: what follows has other bars, or none
        self._shape = luma.shape
        held = _small(frame, luma)
        if self._box is not None:
            self._hash(held)
            return
        held.box = inside_of(held.luma)
        self._held.append(held)
        without = sum(one.box is None for one in self._held)
        if without == len(self._held) >= ENOUGH_WITHOUT:
            self._give_up()
        elif len(self._held) == HELD:
            self._judge()

    def frames(self) -> list[Frame]:
        """What was found, in the order of time; empty when the bars do not hold."""
        if self._box is None and self._held and not self._none:
            self._judge()
        if self._broken > UNLIKE * self._looked:
            return []
        return sorted(self._found, key=lambda frame: frame.number)

    def _judge(self) -> None:
        """What nearly all the held frames leave uniform is bars."""
        boxes = np.array([one.reach for one in self._held])
        low = np.quantile(boxes[:, [0, 2]], UNLIKE, axis=0, method="lower")
        high = np.quantile(boxes[:, [1, 3]], 1 - UNLIKE, axis=0, method="higher")
        box = Box(int(low[0]), int(high[0]), int(low[1]), int(high[1]))
        if not is_inside(box, self._held[0].luma):
            self._give_up()
            return
        self._box = box
        for one in self._held:
            self._hash(one)
        self._held.clear()

    def _hash(self, held: _Held) -> None:
        assert self._box is not None
        self._looked += 1
        if not _has_bars(held.luma, self._box):
            self._broken += 1
            return
        whole = held.frame.fingerprint
        found = fingerprint_inside(held.luma, self._box, held.scale, whole)
        if found is not None:
            self._found.append(_inside_frame(held.frame, found))

    def _give_up(self) -> None:
        self._none = True
        self._held.clear()


def _small(frame: Frame, luma: Bytes) -> _Held:
    scale = 1
    while min(luma.shape) >= 2 * SIDE:
        luma = halved(luma)
        scale *= 2
    # A decoder uses the memory of a frame again.
    return _Held(frame, luma.copy() if scale == 1 else luma, scale, None)


def _has_bars(luma: Bytes, box: Box) -> bool:
    """Whether the outermost line is uniform on each side where the box leaves something out."""
    height, width = luma.shape
    outer = (
        (box.top > 0, luma[0]),
        (box.bottom < height, luma[-1]),
        (box.left > 0, luma[:, 0]),
        (box.right < width, luma[:, -1]),
    )
    return all(is_uniform(line) for left_out, line in outer if left_out)


def _inside_frame(frame: Frame, found: Fingerprint) -> Frame:
    return Frame(FrameRole.INSIDE, frame.number, frame.at_ms, found)
