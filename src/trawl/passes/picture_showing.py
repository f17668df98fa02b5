"""A picture, or a part of it, upright and no larger than it is to be shown."""

from __future__ import annotations

import numpy as np

from trawl.errors import PassFailed
from trawl.model.looking import Box
from trawl.model.media import FileType, Kind
from trawl.passes.base import Content
from trawl.passes.clarity import fitted, shrunk
from trawl.passes.decoded import Pixels
from trawl.passes.picture import decode_picture, look, metadata
from trawl.passes.thumbnail import upright

_EVERY_PIXEL = 1 << 30
_SIDEWAYS = 5  # EXIF orientations from here on stand on their side


def picture_to_show(
    content: Content, kind: FileType, longest: int, box: Box | None = None
) -> Pixels:
    """The picture as its viewers show it, RGB uint8 (height, width, 3), over white where it is
    transparent, with the longer side at most ``longest``; or the part of it that lies in ``box``.
    Raises PassFailed when it is no picture, cannot be decoded, or the box is not inside."""
    if kind.kind is not Kind.IMAGE:
        raise PassFailed(f"it is no picture but {kind.mime}")
    decoded = decode_picture(content, kind, longest if box is None else _EVERY_PIXEL)
    content.beat()
    turn = 1 if decoded.oriented else metadata(decoded)[0].get("orientation", 1)
    pixels = decoded.pixels
    if decoded.shown is not None:
        # What hides under transparency is shown bare, as in its thumbnail.
        pixels = look(decoded, turn)[1]
    if box is not None:
        height, width = decoded.size if turn < _SIDEWAYS else decoded.size[::-1]
        pixels, turn = _cut(upright(pixels, turn), box, (height, width)), 1
    height, width = fitted(pixels.shape[0], pixels.shape[1], longest)
    return np.ascontiguousarray(upright(shrunk(pixels, height, width), turn))


def _cut(pixels: Pixels, box: Box, size: tuple[int, int]) -> Pixels:
    """The part of a picture of ``size`` (height, width), whose pixels may be at another scale."""
    (height, width), (x, y, wide, high) = size, box
    if wide < 1 or high < 1 or x < 0 or y < 0 or x + wide > width or y + high > height:
        raise PassFailed(
            f"the region {x},{y},{wide},{high} is not inside the picture of {width} x {height} "
            "pixels"
        )
    down, across = pixels.shape[0] / height, pixels.shape[1] / width
    top, left = int(y * down), int(x * across)
    bottom = max(top + 1, round((y + high) * down))
    right = max(left + 1, round((x + wide) * across))
    return pixels[top:bottom, left:right]
