"""The picture pass: size, EXIF, PDQ of the upright picture, thumbnail."""

from __future__ import annotations

from typing import ClassVar

import cv2
import numpy as np

from trawl.errors import PassFailed
from trawl.model.media import Facts, FileType, Finding, FindingState, Fingerprint, Kind
from trawl.passes import jpeg
from trawl.passes.base import Content
from trawl.passes.decoded import Decoded, TooLarge, check_pixels
from trawl.passes.exif import ExifFacts, Extra, read_exif
from trawl.passes.pdq import fingerprint
from trawl.passes.picture_decode import decode_any
from trawl.passes.thumbnail import thumbnail_of, upright
from trawl.passes.xmp import read_xmp

_SIDEWAYS = (5, 6, 7, 8)


class PicturePass:
    """Everything Trawl knows of a picture, from one decoding."""

    name: ClassVar[str] = "picture"
    version: ClassVar[int] = 1

    def wants(self, kind: FileType) -> bool:
        """Every kind of picture."""
        return kind.kind is Kind.IMAGE

    def run(self, content: Content, kind: FileType) -> Finding:
        """Decode once; say what was found. A picture over the pixel limit still gives its size
        and EXIF, with the state FAILED. Raises PassFailed when nothing can be decoded."""
        try:
            decoded = decode_picture(content, kind)
        except TooLarge as error:
            return self._too_large(error)
        exif, extra = metadata(decoded)
        orientation = exif.get("orientation", 1)
        turn = 1 if decoded.oriented else orientation
        extra.update(decoded.extra)
        return Finding(
            name=self.name,
            version=self.version,
            state=FindingState.OK if decoded.reason is None else FindingState.PARTIAL,
            reason=decoded.reason,
            facts=_facts(decoded.size, exif, turn, decoded.frame_count),
            fingerprint=fingerprint_upright(decoded, turn),
            thumbnail=thumbnail_of(decoded.pixels, turn),
            extra=extra,
        )

    def _too_large(self, error: TooLarge) -> Finding:
        exif, extra = read_exif(error.exif)
        return Finding(
            name=self.name,
            version=self.version,
            state=FindingState.FAILED,
            reason=str(error),
            facts=_facts(error.size, exif, exif.get("orientation", 1), None),
            extra=extra,
        )


def decode_picture(content: Content, kind: FileType) -> Decoded:
    """Pixels and metadata by the fastest decoder that knows the format."""
    if kind.mime == "image/jpeg":
        decoded = _decode_jpeg(content)
        if decoded is not None:
            return decoded
    return decode_any(content, kind)


def _decode_jpeg(content: Content) -> Decoded | None:
    """The quick way; None for the rare JPEG that only another decoder may know."""
    data = content.data()
    header = jpeg.read_header(data)
    if not header.width or not header.height:
        if header.process:
            raise PassFailed("the JPEG header names no size")
        raise PassFailed("no JPEG frame header: the file breaks off before the picture")
    check_pixels((header.height, header.width), content.limits.pixels, header.exif)
    try:
        pixels, reason = jpeg.decode(data, header)
    except ValueError:
        return None
    return Decoded(
        pixels,
        (header.height, header.width),
        exif=header.exif,
        xmp=header.xmp,
        reason=reason,
    )


def metadata(decoded: Decoded) -> tuple[ExifFacts, Extra]:
    """EXIF, and from XMP what EXIF does not say."""
    facts, extra = read_exif(decoded.exif) if decoded.exif else (ExifFacts(), Extra())
    if decoded.xmp and "taken_at_us" not in facts:
        read_xmp(decoded.xmp, facts)
    return facts, extra


def fingerprint_upright(decoded: Decoded, orientation: int) -> Fingerprint:
    """PDQ of the picture as a viewer shows it."""
    height, width = decoded.size
    if orientation in _SIDEWAYS:
        height, width = width, height
    grey = np.asarray(cv2.cvtColor(decoded.pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    return fingerprint(upright(grey, orientation), (height, width))


def _facts(
    size: tuple[int, int], exif: ExifFacts, orientation: int, frame_count: int | None
) -> Facts:
    height, width = size
    if orientation in _SIDEWAYS:
        height, width = width, height
    return Facts(width=width, height=height, frame_count=frame_count, **exif)
