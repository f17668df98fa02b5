"""A small DNG made by hand: a Bayer mosaic without compression, as cameras store it."""

from __future__ import annotations

import io
import struct

import numpy as np
from exif_blobs import Value, ascii_of, directory, short
from PIL import Image

# From CIE XYZ to linear sRGB (IEC 61966-2-1), in ten-thousandths: the camera sees as a screen.
_SRGB = (32_406, -15_372, -4_986, -9_689, 18_758, 415, 557, -2_040, 10_570)


def _long(*values: int) -> Value:
    return 4, len(values), struct.pack(f"<{len(values)}I", *values)


def _shorts(*values: int) -> Value:
    return 3, len(values), struct.pack(f"<{len(values)}H", *values)


def dng(image: Image.Image, preview: bytes | None = None, orientation: int = 1) -> bytes:
    """The picture behind an RGGB filter, 16 bits; ``preview`` is a JPEG to embed."""
    linear = (np.asarray(image.convert("RGB")) / 255.0) ** 2.2
    rgb = (linear * 65_535).astype(np.uint16)
    mosaic = rgb[:, :, 1].copy()
    mosaic[0::2, 0::2] = rgb[0::2, 0::2, 0]
    mosaic[1::2, 1::2] = rgb[1::2, 1::2, 2]
    height, width = mosaic.shape
    pixels = mosaic.astype("<u2").tobytes()
    matrix = (10, 9, struct.pack("<18i", *(part for n in _SRGB for part in (n, 10_000))))
    raw: dict[int, Value] = {
        0x00FE: _long(0),
        0x0100: _long(width),
        0x0101: _long(height),
        0x0102: short(16),
        0x0103: short(1),
        0x0106: short(32_803),
        0x0111: _long(8),
        0x0115: short(1),
        0x0116: _long(height),
        0x0117: _long(len(pixels)),
        0x828D: _shorts(2, 2),
        0x828E: (1, 4, bytes((0, 1, 1, 2))),
        0xC61D: _long(65_535),
    }
    main: dict[int, Value] = {
        0x010F: ascii_of("Maker"),
        0x0110: ascii_of("Model 1"),
        0x0112: short(orientation),
        0xC612: (1, 4, bytes((1, 4, 0, 0))),
        0xC614: ascii_of("Maker Model 1"),
        0xC621: matrix,
        0xC628: (5, 3, struct.pack("<6I", 1, 1, 1, 1, 1, 1)),
        0xC65A: short(21),
    }
    body = pixels
    if preview is None:
        main |= raw
    else:
        raw_at = 8 + len(pixels) + len(preview) + len(preview) % 2
        size = Image.open(io.BytesIO(preview)).size
        main |= {
            0x00FE: _long(1),
            0x0100: _long(size[0]),
            0x0101: _long(size[1]),
            0x0102: _shorts(8, 8, 8),
            0x0103: short(7),
            0x0106: short(6),
            0x0111: _long(8 + len(pixels)),
            0x0115: short(3),
            0x0116: _long(size[1]),
            0x0117: _long(len(preview)),
            0x014A: _long(raw_at),
        }
        body = pixels + preview + b"\0" * (len(preview) % 2)
        body += directory(raw, raw_at)
    at = 8 + len(body)
    return b"II*\0" + struct.pack("<I", at) + body + directory(main, at)
