"""A picture as clear as an officer is to see it, encoded anew.

Blurred means that no more than ``FAINT_SIDE`` grey pixels along the longer side, and an eighth of
the picture's own at most, are left; all that is shown is spread from those. That is done here and
never in a browser, so that nothing finer can be had from what is sent.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import simplejpeg

from trawl.errors import PassFailed
from trawl.model.looking import Clarity
from trawl.passes.jpeg import read_header

Pixels = npt.NDArray[np.uint8]

MIME = "image/jpeg"
FAINT_SIDE = 24
# Shares of the picture's own side: a small picture would be as good as clear at 24 pixels.
FAINT_SHARE = 8
_JPEG = b"\xff\xd8"
QUALITY = {Clarity.BLURRED: 70, Clarity.GREY: 85, Clarity.CLEAR: 85}

# Of a thumbnail's JPEG no more is decoded than the mean of each block of 8 x 8.
_FAINT_DECODING = cv2.IMREAD_REDUCED_GRAYSCALE_8 | cv2.IMREAD_IGNORE_ORIENTATION


def render_thumbnail(data: bytes, clarity: Clarity, longest: int) -> bytes:
    """A thumbnail of our own making (JPEG) at this clarity, its longer side at most ``longest``
    pixels, as JPEG; the same bytes each time. Raises PassFailed when it is damaged."""
    header = read_header(data)
    if not data.startswith(_JPEG) or not header.width or not header.height:
        raise PassFailed("its thumbnail is damaged")
    height, width = fitted(header.height, header.width, longest)
    if clarity is Clarity.BLURRED:
        small = faint(_decoded(data, _FAINT_DECODING), (header.height, header.width))
        return encode(spread(small, height, width), clarity)
    if clarity is Clarity.CLEAR and (height, width) == (header.height, header.width):
        return data
    grey = clarity is Clarity.GREY
    flags = cv2.IMREAD_GRAYSCALE if grey else cv2.IMREAD_COLOR_RGB
    pixels = _decoded(data, flags | cv2.IMREAD_IGNORE_ORIENTATION)
    return encode(shrunk(pixels, height, width), clarity)


def at_clarity(pixels: Pixels, clarity: Clarity, longest: int) -> Pixels:
    """What may be seen of an RGB picture, uint8 (height, width, 3): RGB or grey (height, width)
    with the longer side at most ``longest``, and of a blurred one at most FAINT_SIDE."""
    size = pixels.shape[0], pixels.shape[1]
    if clarity is not Clarity.BLURRED:
        pixels = shrunk(pixels, *fitted(*size, longest))
    if clarity is Clarity.CLEAR:
        return pixels
    grey = _grey(pixels)
    return faint(grey, size) if clarity is Clarity.BLURRED else grey


def faint(grey: Pixels, size: tuple[int, int]) -> Pixels:
    """The few grey pixels that are left of a blurred picture of ``size`` (height, width); it
    may have been decoded at a smaller scale."""
    side = max(1, min(FAINT_SIDE, max(size) // FAINT_SHARE))
    return shrunk(grey, *fitted(*size, side))


def spread(small: Pixels, height: int, width: int) -> Pixels:
    """The few pixels of a blurred picture spread over so many."""
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def encode(pixels: Pixels, clarity: Clarity) -> bytes:
    """JPEG of RGB pixels (height, width, 3) or grey ones (height, width)."""
    colour = pixels.ndim == 3
    return bytes(
        simplejpeg.encode_jpeg(
            np.ascontiguousarray(pixels if colour else pixels[:, :, None]),
            quality=QUALITY[clarity],
            colorspace="RGB" if colour else "GRAY",
            colorsubsampling="420" if colour else "gray",
            fastdct=True,
        )
    )


def fitted(height: int, width: int, longest: int) -> tuple[int, int]:
    """Height and width with the longer side at most ``longest``, never enlarged."""
    longer = max(height, width)
    if longer <= longest:
        return height, width
    return max(1, round(height * longest / longer)), max(1, round(width * longest / longer))


def shrunk(pixels: Pixels, height: int, width: int) -> Pixels:
    """The picture at that size: averaged where much is lost, which takes longer."""
    if pixels.shape[:2] == (height, width):
        return pixels
    much = max(pixels.shape[:2]) >= 2 * max(height, width)
    how = cv2.INTER_AREA if much else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=how), np.uint8)


def _grey(pixels: Pixels) -> Pixels:
    if pixels.ndim == 2:
        return pixels
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)


def _decoded(data: bytes, flags: int) -> Pixels:
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    if pixels is None:
        raise PassFailed("its thumbnail is damaged")
    return np.asarray(pixels, np.uint8)
