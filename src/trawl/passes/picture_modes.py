"""Every colour mode of Pillow as 8-bit RGB.

Wide values are scaled, never clipped. Transparency is ignored for the fingerprint, as the
reference implementation of PDQ does, so that foreign hash sets match; what a viewer shows over
white is kept beside it.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from trawl.passes.decoded import Pixels


def as_rgb(image: Image.Image) -> tuple[Pixels, Pixels | None]:
    """RGB, uint8 (height, width, 3), and the same over white when anything is transparent.

    Raises ValueError for a mode that has no meaning as a picture.
    """
    if image.has_transparency_data:
        return _without_alpha(image.convert("RGBA"))
    if image.mode == "RGB":
        return np.asarray(image), None
    if image.mode == "LAB":
        # Pillow keeps a and b as signed bytes, OpenCV 128 higher.
        lab = np.bitwise_xor(np.asarray(image), np.array([0, 128, 128], dtype=np.uint8))
        return np.asarray(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), dtype=np.uint8), None
    if image.mode[0] in "IF":
        grey = _eight_bits(np.asarray(image))
        return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), dtype=np.uint8), None
    return np.asarray(image.convert("RGB")), None


def _without_alpha(image: Image.Image) -> tuple[Pixels, Pixels | None]:
    four = np.asarray(image)
    colours = np.ascontiguousarray(four[:, :, :3])
    if int(four[:, :, 3].min()) == 255:
        return colours, None
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return colours, np.asarray(white)


def _eight_bits(values: npt.NDArray[np.generic]) -> Pixels:
    """Grey of 16 or 32 bits or floats as 8 bits.

    16 bits are the full range of PNG and TIFF. Wider whole numbers and floats have no fixed
    range: 0-1 and 0-255 are taken as such, anything else from its least to its most.
    """
    if values.dtype == np.uint16:
        return np.asarray(values.astype(np.uint16) >> 8, dtype=np.uint8)
    wide = np.nan_to_num(values.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    least, most = float(wide.min()), float(wide.max())
    if least < 0 or most > 65_535:
        wide, most = wide - least, most - least
    elif most > 255:
        most = 65_535.0
    elif most > 1 or values.dtype.kind != "f":
        most = 255.0
    else:
        most = 1.0
    return np.asarray(wide * (255.0 / (most or 1.0)), dtype=np.uint8)
