"""A picture decoded: the shape every decoder gives and the picture pass reads."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from trawl.errors import PassFailed

Pixels = npt.NDArray[np.uint8]


@dataclass(slots=True)
class Decoded:
    """``pixels``: uint8 RGB (height, width, 3), as stored, at any scale, transparency ignored.
    ``shown``: the same over white, where there is any transparency.
    ``size``: (height, width) of the stored picture at full size. ``oriented`` is true where the
    decoder has turned the picture upright itself. ``exif`` starts with a TIFF header."""

    pixels: Pixels
    size: tuple[int, int]
    shown: Pixels | None = None
    frame_count: int = 1
    oriented: bool = False
    exif: bytes = b""
    xmp: bytes = b""
    reason: str | None = None
    extra: dict[str, str | int | float] = field(default_factory=dict)


class Undecodable(PassFailed):
    """The pixels cannot be had, but the header is known. ``size`` is (height, width), upright
    when ``oriented``; ``exif`` as in Decoded."""

    def __init__(
        self, reason: str, size: tuple[int, int], exif: bytes = b"", *, oriented: bool = False
    ) -> None:
        super().__init__(reason)
        self.size = size
        self.exif = exif
        self.oriented = oriented


def check_pixels(
    size: tuple[int, int], limit: int, exif: bytes = b"", *, oriented: bool = False
) -> None:
    """Raise Undecodable for more pixels than the limit, before anything is decoded."""
    height, width = size
    if height * width > limit:
        reason = f"{width:,} x {height:,} pixels are more than the limit of {limit:,}; not decoded"
        raise Undecodable(reason, size, exif, oriented=oriented)
