"""Pictures made here: enough structure that a fingerprint means something, any size, any seed."""

from __future__ import annotations

import functools
import io
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from trawl.model.media import FileType, Finding
from trawl.passes.base import PassLimits, content_of
from trawl.passes.filetype import detect
from trawl.passes.picture import PicturePass

Pixels = npt.NDArray[np.uint8]


@functools.lru_cache(maxsize=16)
def photograph(width: int = 900, height: int = 640, seed: int = 7) -> Image.Image:
    """Noise in octaves, each as strong as it is coarse: the spectrum photographs have."""
    rng = np.random.default_rng(seed)
    picture = np.zeros((height, width, 3), np.float32)
    for cells in (3, 6, 12, 24, 48, 96, 192):
        shape = (cells, cells + cells // 3)
        octave = rng.normal(0, 70 / np.sqrt(cells), (*shape, 1)) + rng.normal(0, 3, (*shape, 3))
        picture += cv2.resize(
            octave.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC
        )
    return Image.fromarray(np.clip(picture + 120, 0, 255).astype(np.uint8))


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    """The picture as a file of that format."""
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def type_of(data: bytes) -> FileType:
    return detect(data[:4096], len(data), lambda offset, length: data[offset : offset + length])


def seen(data: bytes, limits: PassLimits | None = None) -> Finding:
    """What the picture pass says of a file."""
    return PicturePass().run(content_of(data, "file", limits), type_of(data))


def bits_of(finding: Finding) -> bytes:
    assert finding.fingerprint is not None
    return finding.fingerprint.bits


def apart(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_count()
