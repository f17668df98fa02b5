"""The picture pass: size, EXIF, PDQ of the upright picture, thumbnail."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

import cv2
import numpy as np

from trawl.errors import PassFailed
from trawl.model.matching import PLAIN
from trawl.model.media import (
    Facts,
    FileType,
    Finding,
    FindingState,
    Fingerprint,
    Frame,
    FrameRole,
    Kind,
)
from trawl.passes import jpeg
from trawl.passes.base import Content
from trawl.passes.borders import fingerprint_inside, inside_of
from trawl.passes.decoded import Decoded, Pixels, Undecodable, check_pixels
from trawl.passes.exif import ExifFacts, Extra, read_exif
from trawl.passes.pdq import fingerprint
from trawl.passes.picture_decode import decode_any
from trawl.passes.sharpness import sharpness_of
from trawl.passes.thumbnail import thumbnail_of, upright
from trawl.passes.xmp import read_xmp

_SIDEWAYS = (5, 6, 7, 8)


class Look(NamedTuple):
    """A picture as it is fingerprinted: upright luma, uint8 (height, width), and PDQ of it."""

    luma: Pixels
    fingerprint: Fingerprint


class PicturePass:
    """Everything Trawl knows of a picture, from one decoding.

    What lies inside a border, where there is one, is given as a frame of the role INSIDE.
    """

    name: ClassVar[str] = "picture"
    version: ClassVar[int] = 2

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
        seen, shown = look(decoded, turn)
        return Finding(
            name=self.name,
            version=self.version,
            state=FindingState.OK if decoded.reason is None else FindingState.PARTIAL,
            reason=decoded.reason,
            facts=_facts(decoded.size, exif, turn, decoded.frame_count, sharpness_of(seen.luma)),
            fingerprint=seen.fingerprint,
            thumbnail=thumbnail_of(shown, turn),
            frames=inside(seen, _standing(decoded.size, turn)),
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


def decode_picture(content: Content, kind: FileType, longest: int | None = None) -> Decoded:
    """Pixels and metadata by the fastest decoder that knows the format, at the scale of a
    fingerprint, or with the longer side ``longest`` at least."""
    if kind.mime == "image/jpeg":
        decoded = _decode_jpeg(content, longest)
        if decoded is not None:
            return decoded
    return decode_any(content, kind, longest)


def _decode_jpeg(content: Content, longest: int | None) -> Decoded | None:
    """The quick way; None for the rare JPEG that only another decoder may know."""
    data = content.data()
    header = jpeg.read_header(data)
    if not header.width or not header.height:
        if header.process:
            raise PassFailed("the JPEG header names no size")
        raise PassFailed("no JPEG frame header: the file breaks off before the picture")
    check_pixels((header.height, header.width), content.limits.pixels, header.exif)
    try:
        pixels, reason = jpeg.decode(data, header, longest)
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


def look(decoded: Decoded, orientation: int) -> tuple[Look, Pixels]:
    """The upright picture and its fingerprint, and the pixels its thumbnail is made of.

    A transparent picture is fingerprinted by its bare colours and shown over white; where one
    of the two is too plain to say anything, the other stands for both, so that neither a
    picture hidden under transparency nor one drawn with it escapes.
    """
    bare = _look_at(decoded.pixels, decoded.size, orientation)
    if decoded.shown is None:
        return bare, decoded.pixels
    over_white = _look_at(decoded.shown, decoded.size, orientation)
    of_bare, of_white = bare.fingerprint.quality, over_white.fingerprint.quality
    says_more = of_bare >= min(PLAIN, of_white)
    hidden = of_white < min(PLAIN, of_bare)
    return (bare if says_more else over_white), (decoded.pixels if hidden else decoded.shown)


def inside(seen: Look, size: tuple[int, int]) -> tuple[Frame, ...]:
    """What lies inside the borders of a picture, as its one frame; none where there are none or
    it says nothing of its own. ``size``: (height, width), upright, full scale."""
    box = inside_of(seen.luma)
    if box is None:
        return ()
    scale = max(size) / max(seen.luma.shape)
    found = fingerprint_inside(seen.luma, box, scale, seen.fingerprint)
    return () if found is None else (Frame(FrameRole.INSIDE, 0, 0, found),)


def fingerprint_upright(pixels: Pixels, size: tuple[int, int], orientation: int) -> Fingerprint:
    """PDQ of RGB pixels as a viewer shows them; ``size``: (height, width), stored, full scale."""
    return _look_at(pixels, size, orientation).fingerprint


def _look_at(pixels: Pixels, size: tuple[int, int], orientation: int) -> Look:
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    luma = upright(grey, orientation)
    return Look(luma, fingerprint(luma, _standing(size, orientation)))


def _standing(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    """(height, width) of the upright picture."""
    height, width = size
    return (width, height) if orientation in _SIDEWAYS else size


def _facts(
    size: tuple[int, int],
    exif: ExifFacts,
    orientation: int,
    frame_count: int | None,
    sharpness: float | None = None,
) -> Facts:
    height, width = _standing(size, orientation)
    return Facts(
        width=width or None,
        height=height or None,
        frame_count=frame_count,
        sharpness=sharpness,
        **exif,
    )
