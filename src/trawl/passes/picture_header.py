"""The size of a picture from its header alone, for formats whose decoders open all or nothing."""

from __future__ import annotations

_SEARCH = 1 << 18
_MAX_BOXES = 256


def header_size(data: bytes) -> tuple[int, int] | None:
    """(height, width) of a WebP, HEIC or AVIF, or None. Nothing is decoded."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    if data[4:8] == b"ftyp":
        return _image_spatial_extents(data)
    return None


def _webp(data: bytes) -> tuple[int, int] | None:
    """The canvas (WebP container specification) or the frame (RFC 6386, 9.1)."""
    if len(data) < 30:
        return None
    chunk = data[12:16]
    if chunk == b"VP8X":
        return (
            int.from_bytes(data[27:30], "little") + 1,
            int.from_bytes(data[24:27], "little") + 1,
        )
    if chunk == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return (bits >> 14 & 0x3FFF) + 1, (bits & 0x3FFF) + 1
    if chunk == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        return (
            int.from_bytes(data[28:30], "little") & 0x3FFF,
            int.from_bytes(data[26:28], "little") & 0x3FFF,
        )
    return None


def _image_spatial_extents(data: bytes) -> tuple[int, int] | None:
    """The largest ``ispe`` property (ISO/IEC 23008-12, 6.5.3): tiles have smaller ones."""
    largest: tuple[int, int] | None = None
    at = 0
    for _ in range(_MAX_BOXES):
        at = data.find(b"ispe", at, _SEARCH)
        if at < 0 or at + 16 > len(data):
            break
        width = int.from_bytes(data[at + 8 : at + 12], "big")
        height = int.from_bytes(data[at + 12 : at + 16], "big")
        if largest is None or width * height > largest[0] * largest[1]:
            largest = (height, width)
        at += 4
    return largest
