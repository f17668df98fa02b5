"""JPEG: what the markers say, and pixels at the scale that costs least.

Markers after ITU-T T.81 (Annex B). Decoding is libjpeg-turbo's, whose scaled inverse DCT is
fast at halves, quarters and eighths and slow between (so simplejpeg is asked for exactly those).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import simplejpeg

Pixels = npt.NDArray[np.uint8]

# Decoded px of the shorter side: three and a half a sample of PDQ, measured to move 1.4 bits of
# the full-size hash on average (360 px: 0.7 bits, at a third more time), and a thumbnail's worth.
ENOUGH = 224
_MAX_SEGMENTS = 2000
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE = frozenset((0x01, *range(0xD0, 0xD8)))
_SOS, _EOI, _APP1, _APP14 = 0xDA, 0xD9, 0xE1, 0xEE
_XMP = b"http://ns.adobe.com/xap/1.0/\0"


@dataclass(slots=True)
class JpegHeader:
    """What stands before the first scan. ``process`` is the number of the SOF marker."""

    width: int = 0
    height: int = 0
    components: int = 0
    bits: int = 8
    process: int = 0
    exif: bytes = b""
    xmp: bytes = b""
    adobe: bool = False


def read_header(data: bytes) -> JpegHeader:
    """Walk the markers up to the first scan; stops quietly where they break off."""
    header = JpegHeader()
    at, end = 2, len(data)
    for _ in range(_MAX_SEGMENTS):
        at = data.find(b"\xff", at)  # a stray byte between segments is skipped, as decoders do
        while 0 <= at < end - 1 and data[at + 1] == 0xFF:
            at += 1
        if at < 0 or at + 4 > end:
            break
        marker = data[at + 1]
        if marker in (_SOS, _EOI):
            break
        if marker in _BARE or marker == 0:
            at += 2
            continue
        length = data[at + 2] << 8 | data[at + 3]
        _segment(header, marker, data[at + 4 : at + 2 + length])
        at += 2 + max(length, 2)
    return header


def _segment(header: JpegHeader, marker: int, body: bytes) -> None:
    if marker in _FRAMES and len(body) >= 6:
        header.process = marker - 0xC0
        header.bits = body[0]
        header.height = body[1] << 8 | body[2]
        header.width = body[3] << 8 | body[4]
        header.components = body[5]
    elif marker == _APP1:
        if body.startswith(b"Exif\0") and not header.exif:
            header.exif = body[6:]
        elif body.startswith(_XMP) and not header.xmp:
            header.xmp = body[len(_XMP) :]
    elif marker == _APP14 and body.startswith(b"Adobe"):
        header.adobe = True


def scale_of(height: int, width: int, longest: int | None = None) -> int:
    """How often a picture can be halved, 3 times at most, with the shorter side still ENOUGH
    for a fingerprint; or with the longer still ``longest``, where it is to be shown."""
    side, least = (min(height, width), ENOUGH) if longest is None else (max(height, width), longest)
    halvings = 0
    while halvings < 3 and -(-side >> (halvings + 1)) >= least:
        halvings += 1
    return halvings


def decode(
    data: bytes, header: JpegHeader, longest: int | None = None
) -> tuple[Pixels, str | None]:
    """RGB, uint8 (height, width, 3), at full size or 1/2, 1/4, 1/8 of it (see ``scale_of``); and
    what was wrong.

    Raises ValueError when libjpeg-turbo gives nothing at all.
    """
    halvings = scale_of(header.height, header.width, longest)
    try:
        return _decode(data, header, halvings, strict=True), None
    except ValueError as error:
        pixels = _decode(data, header, halvings, strict=False)
        return pixels, str(error) or "damaged JPEG data"


def _decode(data: bytes, header: JpegHeader, halvings: int, *, strict: bool) -> Pixels:
    pixels: Pixels = simplejpeg.decode_jpeg(
        data,
        "RGB",
        # A picture too small to be scaled is cheap to decode exactly, and has no bits to lose.
        fastdct=halvings > 0,
        min_height=-(-header.height >> halvings) if halvings else 0,
        min_width=-(-header.width >> halvings) if halvings else 0,
        strict=strict,
    )
    return pixels
