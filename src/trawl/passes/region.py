"""A part of a picture, looked at by itself: what a search by region compares."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from trawl.errors import PassFailed
from trawl.model.media import FileType, Finding, FindingState, Kind
from trawl.passes.base import Content
from trawl.passes.decoded import Decoded, Pixels, Undecodable
from trawl.passes.picture import look, metadata
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
        height, width = decoded.size if turn < 5 else decoded.size[::-1]
        self._require_inside(width, height)
        shown = None if decoded.shown is None else self._cut(decoded.shown, turn, width, height)
        part = Decoded(
            self._cut(decoded.pixels, turn, width, height), self._box[:1:-1], shown, oriented=True
        )
        seen, pixels = look(part, 1)
        return Finding(
            name=self.name,
            version=self.version,
            state=FindingState.OK if decoded.reason is None else FindingState.PARTIAL,
            reason=decoded.reason,
            fingerprint=seen.fingerprint,
            thumbnail=thumbnail_of(pixels),
        )

    def _require_inside(self, width: int, height: int) -> None:
        x, y, wide, high = self._box
        if wide < 1 or high < 1 or x < 0 or y < 0 or x + wide > width or y + high > height:
            raise PassFailed(
                f"the region {x},{y},{wide},{high} is not inside the picture of "
                f"{width} x {height} pixels"
            )

    def _cut(self, stored: Pixels, turn: int, width: int, height: int) -> Pixels:
        """The part of the pixels, turned upright; they may be at another scale."""
        x, y, wide, high = self._box
        pixels = upright(stored, turn)
        across, down = pixels.shape[1] / width, pixels.shape[0] / height
        left, top = int(x * across), int(y * down)
        right = max(left + 1, round((x + wide) * across))
        bottom = max(top + 1, round((y + high) * down))
        return np.ascontiguousarray(pixels[top:bottom, left:right])
