"""What lies inside uniform borders: frames around pictures, letterboxes, the bars of a phone's
screen.

A border is made of lines (rows or columns) of one level each, next to lines of the same level.
Small things between such lines and the edge, as a phone's status bar or a line of text above a
picture are, belong to the border. A picture that has no border is known by its four outermost
lines alone.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from trawl.model.matching import PLAIN
from trawl.model.media import Fingerprint
from trawl.passes.pdq import fingerprint

# Levels by which compression moves pixels of a uniform line, one way.
NOISE = 12
# The part of a line that must be near its mean: a speck does not make a bar a picture.
ALIKE = 0.97
# Levels by which the means of lines this far apart may differ: more is a slope, as skies have.
SLOPE, STEP = 0.75, 4
# What lies further out than a gap of this part of the side, and is itself no larger than that,
# is not the picture but belongs to the border.
GAP, SMALL = 0.015, 0.1
# Bars beside a picture hide those above it, and the other way round.
ROUNDS = 3
# The inside is worth a fingerprint of its own from this part of the area on, and when at least
# this part of a side is border.
LEAST_AREA, LEAST_BORDER = 0.2, 0.02
LEAST_SIDE = 32
# Bits between the fingerprints of inside and whole up to which the whole stands for both: half
# of what two copies may differ by is left for what else happened to them.
DIFFERS = 16

Bytes = npt.NDArray[np.uint8]
Lines = npt.NDArray[np.bool_]


class Box(NamedTuple):
    """A part of a picture, in pixels of the scale it was looked at; ``bottom`` and ``right``
    are the first lines outside."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def area(self) -> int:
        return (self.bottom - self.top) * (self.right - self.left)

    def of(self, luma: Bytes) -> Bytes:
        return luma[self.top : self.bottom, self.left : self.right]


def is_uniform(line: Bytes) -> bool:
    """Whether no pixel of a line is further from another than noise brings them."""
    return int(line.max()) - int(line.min()) <= 2 * NOISE


def may_have_borders(luma: Bytes) -> bool:
    """Whether one of the four outermost lines is uniform. Some microseconds."""
    return any(is_uniform(line) for line in (luma[0], luma[-1], luma[:, 0], luma[:, -1]))


def inside_of(luma: Bytes) -> Box | None:
    """What lies inside the borders of luma, uint8 (height, width); None when there are none, or
    nothing inside that is large enough."""
    height, width = luma.shape
    if min(height, width) < LEAST_SIDE or not may_have_borders(luma):
        return None
    box = Box(0, height, 0, width)
    for _ in range(ROUNDS):
        trimmed = _trimmed(luma, box)
        if trimmed is None:
            return None
        if trimmed == box:
            break
        box = trimmed
    return box if is_inside(box, luma) else None


def _trimmed(luma: Bytes, box: Box) -> Box | None:
    """The box without the border in it; None when it is all border."""
    rows = _inside(box.of(luma))
    if rows is None or rows[0] >= rows[1]:
        return None
    box = box._replace(top=box.top + rows[0], bottom=box.top + rows[1])
    columns = _inside(np.ascontiguousarray(box.of(luma).T))
    if columns is None or columns[0] >= columns[1]:
        return None
    return box._replace(left=box.left + columns[0], right=box.left + columns[1])


def is_inside(box: Box, luma: Bytes) -> bool:
    """Whether a box leaves out enough, and holds enough, of a picture to stand for itself."""
    height, width = luma.shape
    kept = min((box.bottom - box.top) / height, (box.right - box.left) / width)
    large = box.area >= max(LEAST_AREA * luma.size, LEAST_SIDE**2)
    return large and kept <= 1 - LEAST_BORDER


def fingerprint_inside(
    luma: Bytes, box: Box, scale: float, whole: Fingerprint
) -> Fingerprint | None:
    """PDQ of what is in the box, ``scale`` full-size pixels to each of ``luma``; None when it
    says no more than ``whole`` does."""
    part = np.ascontiguousarray(box.of(luma))
    full = round(part.shape[0] * scale), round(part.shape[1] * scale)
    found = fingerprint(part, full)
    return found if found.quality >= PLAIN and _bits_apart(found, whole) >= DIFFERS else None


def _bits_apart(one: Fingerprint, other: Fingerprint) -> int:
    return (int.from_bytes(one.bits, "big") ^ int.from_bytes(other.bits, "big")).bit_count()


def _inside(luma: Bytes) -> tuple[int, int] | None:
    """The first row inside the border and the first behind it; None when all is border."""
    border = _uniform_rows(luma)
    if not border.any():
        return 0, len(border)
    runs = _without_small(_content(border), len(border))
    if not runs:
        return None
    first, last = runs[0][0], runs[-1][1]
    first += first > 0 and _is_rather_border(luma, first, 1)
    last -= last < len(border) and _is_rather_border(luma, last - 1, -1)
    return first, last


def _is_rather_border(luma: Bytes, row: int, inwards: int) -> bool:
    """Whether more of the outermost row is border than picture: decoded small, the row in which
    one becomes the other holds some of both."""
    if not 0 < row < len(luma) - 1:
        return False
    border, mixed, picture = luma[[row - inwards, row, row + inwards]].astype(np.float32)
    clear = np.abs(picture - border) > 2 * NOISE
    share = (mixed - border)[clear] / (picture - border)[clear]
    return bool(len(share)) and float(np.median(share)) < 0.5


def _uniform_rows(luma: Bytes) -> Lines:
    """Which rows are of one level, and level with a row some way above or below."""
    mean = cv2.reduce(luma, 1, cv2.REDUCE_AVG, dtype=cv2.CV_32F)
    level = np.broadcast_to(cv2.convertScaleAbs(mean), luma.shape).copy()
    near = cv2.inRange(cv2.absdiff(luma, level), 0, NOISE)
    alike = cv2.reduce(near, 1, cv2.REDUCE_AVG, dtype=cv2.CV_32F).ravel() >= 255 * ALIKE
    means = np.asarray(mean, dtype=np.float32).ravel()
    padded = np.pad(means, STEP, mode="edge")
    above = np.abs(means - padded[: len(means)]) <= SLOPE
    below = np.abs(means - padded[2 * STEP :]) <= SLOPE
    return np.asarray(alike & (above | below))


def _content(border: Lines) -> list[tuple[int, int]]:
    """Runs of rows that are no border, those with less than a gap between them as one."""
    edges = np.flatnonzero(np.diff(np.concatenate([[1], border.astype(np.int8), [1]])))
    gap = max(2, round(GAP * len(border)))
    runs: list[tuple[int, int]] = []
    for start, stop in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if runs and start - runs[-1][1] < gap:
            runs[-1] = runs[-1][0], stop
        else:
            runs.append((start, stop))
    return runs


def _without_small(runs: list[tuple[int, int]], rows: int) -> list[tuple[int, int]]:
    """The runs without the small ones at both ends."""
    large = [at for at, (start, stop) in enumerate(runs) if stop - start > SMALL * rows]
    return runs[large[0] : large[-1] + 1] if large else []
