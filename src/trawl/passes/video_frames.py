"""Pictures out of decoded frames: full-range luma for hashing, a small upright colour picture."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.video.reformatter import ColorRange

from trawl.model.media import Fingerprint, Thumbnail
from trawl.passes.pdq import fingerprint, halved
from trawl.passes.thumbnail import LONGER_SIDE, thumbnail_of

# The reference refuses frames with a side below five pixels (``MIN_HASHABLE_DIM``).
LEAST_SIDE = 5
# A luma picture may be halved down to this side before it is hashed in small: a bit off on average,
# four at most, for a third of the cost.
SMALL_SIDE = 224

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Small:
    """An upright picture in small: uint8 (height, width, 3) RGB."""

    rgb: Bytes

    def thumbnail(self) -> Thumbnail:
        return thumbnail_of(self.rgb)


@functools.cache
def _full_range() -> Bytes:
    """ITU-R BT.601/709 studio range (16-235) to 0-255, as a conversion to RGB does."""
    level = (np.arange(256) - 16) * (255 / 219)
    return np.asarray(np.clip(np.rint(level), 0, 255), dtype=np.uint8)


def _is_full(frame: av.VideoFrame) -> bool:
    return frame.format.name.startswith(("yuvj", "gray")) or frame.color_range == ColorRange.JPEG


def _planar_luma(frame: av.VideoFrame) -> Bytes:
    """The first plane of an 8-bit planar frame, without a copy."""
    plane = frame.planes[0]
    used = memoryview(plane)[: plane.line_size * frame.height]
    rows: Bytes = np.frombuffer(used, dtype=np.uint8)
    return rows.reshape(frame.height, plane.line_size)[:, : frame.width]


def _has_luma_plane(frame: av.VideoFrame) -> bool:
    name = frame.format.name
    if not name.startswith(("yuv", "nv12", "nv21", "nv16", "gray")) or not frame.planes:
        return False
    first = frame.format.components[0]
    packed = name.startswith("yuv") and "p" not in name[4:]
    return first.bits == 8 and not packed and frame.planes[0].line_size >= frame.width


def luma_of(frame: av.VideoFrame) -> Bytes:
    """Full-range luma as stored (not turned upright), uint8 (height, width).

    Of a picture in Y'CbCr, the luma that the reference works out from swscale's RGB is the luma
    plane brought to full range, so the plane is taken as it is. Everything else (RGB, palettes,
    more than eight bits) goes through swscale.
    """
    if _has_luma_plane(frame):
        plane = _planar_luma(frame)
        return plane if _is_full(frame) else cv2.LUT(plane, _full_range())  # type: ignore[return-value]
    return _planar_luma(frame.reformat(format="gray"))


def quarter_turns(frame: av.VideoFrame) -> int:
    """How often the stored frame must be turned by 90 degrees counter-clockwise to stand."""
    return round(frame.rotation / 90) % 4


def upright(picture: Bytes, turns: int) -> Bytes:
    return np.ascontiguousarray(np.rot90(picture, turns)) if turns else picture


def hashed(luma: Bytes) -> Fingerprint:
    """PDQ of a luma picture; of one with a side below five pixels all zero, quality 0."""
    if min(luma.shape) < LEAST_SIDE:
        return Fingerprint(bytes(32), 0)
    return fingerprint(luma)


def hashed_in_small(frame: av.VideoFrame) -> Fingerprint:
    """What ``hashed`` gives of the luma as stored, to a few bits, for less."""
    direct = _has_luma_plane(frame)
    plane = _planar_luma(frame if direct else frame.reformat(format="gray"))
    if min(plane.shape) < LEAST_SIDE:
        return hashed(plane)
    scale = 1
    while min(plane.shape) >= 2 * SMALL_SIDE:
        plane = halved(plane)
        scale *= 2
    if direct and not _is_full(frame):
        plane = np.asarray(cv2.LUT(plane, _full_range()), dtype=np.uint8)
    height, width = plane.shape
    return fingerprint(plane, (scale * height, scale * width))


def small_size(width: int, height: int, aspect: float) -> tuple[int, int]:
    """Width and height of the small picture of a frame whose pixels are ``aspect`` wide."""
    shown = width * aspect
    scale = min(1.0, LONGER_SIDE / max(shown, height))
    return max(1, round(shown * scale)), max(1, round(height * scale))


def small_of(frame: av.VideoFrame, turns: int, aspect: float) -> Small:
    """The frame in small, upright, in square pixels."""
    width, height = small_size(frame.width, frame.height, aspect)
    rgb = frame.reformat(width=width, height=height, format="rgb24", interpolation="AREA")
    return Small(upright(np.asarray(rgb.to_ndarray(), dtype=np.uint8), turns))
