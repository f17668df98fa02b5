"""The picture pass: size, EXIF, PDQ of the upright picture, thumbnail."""

from __future__ import annotations

from typing import ClassVar

import cv2
import numpy as np

from trawl.errors import PassFailed
from trawl.model.media import Facts, FileType, Finding, FindingState, Fingerprint, Kind
from trawl.passes import jpeg
from trawl.passes.base import Content
from trawl.passes.decoded import Decoded, Pixels, Undecodable, check_pixels
from trawl.passes.exif import ExifFacts, Extra, read_exif
from trawl.passes.pdq import fingerprint
from trawl.passes.picture_decode import decode_any
from trawl.passes.thumbnail import thumbnail_of, upright
from trawl.passes.xmp import read_xmp

_SIDEWAYS = (5, 6, 7, 8)
PLAIN = 50  # the quality below which PDQ is not to be matched


class PicturePass:
    """Everything Trawl knows of a picture, from one decoding."""

    name: ClassVar[str] = "picture"
    version: ClassVar[int] = 1

    def wants(self, kind: FileType) -> bool:
        """Every kind of picture."""
        return kind.kind is Kind.IMAGE

    def run(self, content: Content, kind: FileType) -> Finding:
        """Decode once; say what was found. A picture over the pixel limit, or whose pixels are
        lost, still gives its size and EXIF, with the state FAILED. Raises PassFailed when not
        even its header can be read."""
        try:
            decoded = decode_picture(content, kind)
        except Undecodable as error:
            return self._header_only(error)
        exif, extra = metadata(decoded)
        turn = 1 if decoded.oriented else exif.get("orientation", 1)
        extra.update(decoded.extra)
        print_of, shown = look(decoded, turn)
        return Finding(
            name=self.name,
            version=self.version,
            state=FindingState.OK if decoded.reason is None else FindingState.PARTIAL,
            reason=decoded.reason,
            facts=_facts(decoded.size, exif, turn, decoded.frame_count),
            fingerprint=print_of,
            thumbnail=thumbnail_of(shown, turn),
            extra=extra,
        )

    def _header_only(self, error: Undecodable) -> Finding:
        exif, extra = read_exif(error.exif)
        turn = 1 if error.oriented else exif.get("orientation", 1)
        return Finding(
            name=self.name,
            version=self.version,
            state=FindingState.FAILED,
            reason=str(error),
            facts=_facts(error.size, exif, turn, None),
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


def look(decoded: Decoded, orientation: int) -> tuple[Fingerprint, Pixels]:
    """The fingerprint of the upright picture, and the pixels its thumbnail is made of.

    A transparent picture is fingerprinted by its bare colours and shown over white; where one
    of the two is too plain to say anything, the other stands for both, so that neither a
    picture hidden under transparency nor one drawn with it escapes.
    """
    bare = fingerprint_upright(decoded.pixels, decoded.size, orientation)
    if decoded.shown is None:
        return bare, decoded.pixels
    over_white = fingerprint_upright(decoded.shown, decoded.size, orientation)
    says_more = bare.quality >= min(PLAIN, over_white.quality)
    hidden = over_white.quality < min(PLAIN, bare.quality)
    return (bare if says_more else over_white), (decoded.pixels if hidden else decoded.shown)


def fingerprint_upright(pixels: Pixels, size: tuple[int, int], orientation: int) -> Fingerprint:
    """PDQ of RGB pixels as a viewer shows them; ``size``: (height, width), stored, full scale."""
    height, width = size
    if orientation in _SIDEWAYS:
        height, width = width, height
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    return fingerprint(upright(grey, orientation), (height, width))


def _facts(
    size: tuple[int, int], exif: ExifFacts, orientation: int, frame_count: int | None
) -> Facts:
    height, width = size
    if orientation in _SIDEWAYS:
        height, width = width, height
    return Facts(width=width or None, height=height or None, frame_count=frame_count, **exif)
