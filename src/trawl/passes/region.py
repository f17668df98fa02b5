"""A part of a picture, looked at by itself: what a search by region compares."""

from __future__ import annotations

from typing import ClassVar

import cv2
import numpy as np

from trawl.errors import PassFailed
from trawl.model.media import FileType, Finding, Kind
from trawl.passes.base import Content
from trawl.passes.decoded import Undecodable
from trawl.passes.pdq import fingerprint
from trawl.passes.picture import metadata
from trawl.passes.picture_decode import decode_any
from trawl.passes.thumbnail import thumbnail_of, upright

Box = tuple[int, int, int, int]
"""x, y, width, height in pixels of the upright picture."""


class RegionPass:
    """The fingerprint and thumbnail of one part of a picture. Not one of the passes of an
    intake: somebody asks for it."""

    name: ClassVar[str] = "region"
    version: ClassVar[int] = 1

    def __init__(self, box: Box) -> None:
        self._box = box

    def wants(self, kind: FileType) -> bool:
        """Every kind of picture."""
        return kind.kind is Kind.IMAGE

    def run(self, content: Content, kind: FileType) -> Finding:
        """Raises PassFailed when the picture cannot be decoded or the part is not inside."""
        try:
            decoded = decode_any(content, kind)
        except Undecodable as error:
            raise PassFailed(str(error)) from error
        exif, _ = metadata(decoded)
        turn = 1 if decoded.oriented else exif.get("orientation", 1)
        pixels = upright(decoded.pixels if decoded.shown is None else decoded.shown, turn)
        height, width = decoded.size if turn < 5 else decoded.size[::-1]
        part = self._cut(pixels, width, height)
        grey = np.asarray(cv2.cvtColor(part, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
        return Finding(
            name=self.name,
            version=self.version,
            fingerprint=fingerprint(grey),
            thumbnail=thumbnail_of(part),
        )

    def _cut(
        self, pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], width: int, height: int
    ) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
        x, y, wide, high = self._box
        if wide < 1 or high < 1 or x < 0 or y < 0 or x + wide > width or y + high > height:
            raise PassFailed(
                f"the region {x},{y},{wide},{high} is not inside the picture of "
                f"{width} x {height} pixels"
            )
        across, down = pixels.shape[1] / width, pixels.shape[0] / height
        left, top = int(x * across), int(y * down)
        right = max(left + 1, round((x + wide) * across))
        bottom = max(top + 1, round((y + high) * down))
        return np.ascontiguousarray(pixels[top:bottom, left:right])
