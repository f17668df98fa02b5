"""A picture decoded: the shape every decoder gives and the picture pass reads."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from trawl.errors import PassFailed

Pixels = npt.NDArray[np.uint8]


@dataclass(slots=True)
class Decoded:
    """``pixels``: uint8 RGB (height, width, 3), as stored, at any scale.
    ``size``: (height, width) of the stored picture at full size. ``oriented`` is true where the
    decoder has turned the picture upright itself. ``exif`` starts with a TIFF header."""

    pixels: Pixels
    size: tuple[int, int]
    frame_count: int = 1
    oriented: bool = False
    exif: bytes = b""
    xmp: bytes = b""
    reason: str | None = None
    extra: dict[str, str | int | float] = field(default_factory=dict)


class TooLarge(PassFailed):
    """More pixels than the limit; the header is known all the same.

    ``size`` is (height, width), as stored.
    """

    def __init__(self, size: tuple[int, int], limit: int, exif: bytes = b"") -> None:
        height, width = size
        super().__init__(
            f"{width:,} x {height:,} pixels are more than the limit of {limit:,}; not decoded"
        )
        self.size = size
        self.exif = exif


def check_pixels(size: tuple[int, int], limit: int, exif: bytes = b"") -> None:
    """Raise TooLarge before anything is decoded."""
    if size[0] * size[1] > limit:
        raise TooLarge(size, limit, exif)
