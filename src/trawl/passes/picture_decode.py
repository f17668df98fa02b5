"""Pictures of every format but the plain JPEG, by Pillow and its plug-ins, or rawpy."""

from __future__ import annotations

import io
import struct
import warnings

import numpy as np
from PIL import Image

from trawl.errors import PassFailed
from trawl.model.media import FileType
from trawl.passes.base import Content
from trawl.passes.decoded import Decoded, check_pixels

# What Pillow's decoders raise on files that are not what they claim.
PILLOW_ERRORS = (
    OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError, TypeError, AttributeError,
    struct.error, ZeroDivisionError, OverflowError, MemoryError, RuntimeError, AssertionError,
)  # fmt: skip


def decode_any(content: Content, kind: FileType) -> Decoded:
    """Pixels by Pillow."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(content.data())) as image:
                check_pixels((image.height, image.width), content.limits.pixels)
                return Decoded(np.asarray(image.convert("RGB")), (image.height, image.width))
        except PILLOW_ERRORS as error:
            raise PassFailed(f"cannot be decoded as {kind.mime}: {error}") from error
