"""PDQ, the perceptual hash of pictures, on a picture decoded at any scale.

PDQ (Facebook, "PDQ & TMK + PDQF", 2019; reference code in ThreatExchange, ``pdq/cpp``) smooths
the full-size luma twice with a box filter, takes 64 x 64 samples, and keeps the signs of 256
low DCT coefficients about their median. Smoothing and sampling are linear and separable, so
together they are two matrices, ``R @ luma @ C.T``. Here those matrices are worked out for the
*full* size and then carried over to the size that was decoded, by integrating each row's weights
over the area a decoded pixel covers. A JPEG decoded at half or a quarter therefore hashes as the
full-size picture does, which running the filter anew at the small size does not.
"""

from __future__ import annotations

import functools

import cv2
import numpy as np
import numpy.typing as npt

from trawl.model.media import Fingerprint

SAMPLES = 64
# Where a picture may be halved by plain averaging before the matrices see it: still five and a
# half pixels a sample, measured to move less than half a bit on average (four move it by four).
ENOUGH = 360
BANDS = 8
QUALITY_DIVISOR = 90

FloatArray = npt.NDArray[np.float32]


def _window(length: int) -> int:
    """Width of the box filter: the reference's ceil(length / 128)."""
    return (length + 2 * SAMPLES - 1) // (2 * SAMPLES)


def _sampled_twice_boxed(length: int) -> npt.NDArray[np.float64]:
    """The 64 rows of (box filter)^2 that the reference keeps; shape (64, length)."""
    window = _window(length)
    half = (window + 2) // 2
    index = np.arange(length)
    # The reference divides by the number of pixels really under the window, also at the edges.
    low = np.maximum(0, index + half - window)
    high = np.minimum(length, index + half)
    weight = 1.0 / (high - low)
    rows = np.zeros((SAMPLES, length + 1))
    for row, at in enumerate(((np.arange(SAMPLES) + 0.5) * length / SAMPLES).astype(int)):
        under = slice(low[at], high[at])
        np.add.at(rows[row], low[under], weight[under] * weight[at])
        np.subtract.at(rows[row], high[under], weight[under] * weight[at])
    return np.cumsum(rows, axis=1)[:, :length]


@functools.lru_cache(maxsize=512)
def _matrix(length: int, decoded: int) -> FloatArray:
    """The (64, decoded) matrix that stands for the reference's filter at full ``length``."""
    full = _sampled_twice_boxed(length)
    if decoded == length:
        return np.asarray(full, dtype=np.float32)
    upto = np.concatenate([np.zeros((SAMPLES, 1)), np.cumsum(full, axis=1)], axis=1)
    edge = np.arange(decoded + 1) * (length / decoded)
    whole = np.minimum(edge.astype(int), length - 1)
    part = edge - whole
    at_edge = upto[:, whole] * (1 - part) + upto[:, whole + 1] * part
    weights: FloatArray = np.diff(at_edge, axis=1).astype(np.float32)
    return weights


@functools.lru_cache(maxsize=512)
def _bands(length: int, decoded: int) -> tuple[tuple[slice, FloatArray], ...]:
    """``_matrix`` in bands of rows, each with the columns that are not all zero: a sample sees
    a 32nd of the picture, so an eighth of the product is all there is to compute."""
    matrix = _matrix(length, decoded)
    height = SAMPLES // BANDS
    bands = []
    for top in range(0, SAMPLES, height):
        rows = matrix[top : top + height]
        used = np.flatnonzero(rows.any(axis=0))
        under = slice(int(used[0]), int(used[-1]) + 1)
        bands.append((under, np.ascontiguousarray(rows[:, under])))
    return tuple(bands)


@functools.cache
def _dct() -> FloatArray:
    """Rows 1 to 16 of the 64-point DCT-II, shape (16, 64), as in the reference."""
    row = np.arange(1, 17)[:, None]
    column = np.arange(SAMPLES)[None, :]
    table = np.sqrt(2 / SAMPLES) * np.cos(np.pi / (2 * SAMPLES) * row * (2 * column + 1))
    return np.asarray(table, dtype=np.float32)


def quality_of(samples: FloatArray) -> int:
    """The reference's quality: how much the 64 x 64 samples change, 0-100."""
    down = (np.diff(samples, axis=0) * (100 / 255)).astype(np.int32)
    across = (np.diff(samples, axis=1) * (100 / 255)).astype(np.int32)
    total = int(np.abs(down).sum()) + int(np.abs(across).sum())
    return min(100, total // QUALITY_DIVISOR)


def halved(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """The picture at half its size (an odd last row or column is dropped), by averaging."""
    height, width = picture.shape[0] // 2, picture.shape[1] // 2
    even = picture[: 2 * height, : 2 * width]
    return cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA)  # type: ignore[return-value]


def fingerprint(
    luma: npt.NDArray[np.uint8], full_size: tuple[int, int] | None = None
) -> Fingerprint:
    """The PDQ hash and quality of a grey picture.

    ``luma``: uint8 (height, width), upright, at whatever scale it was decoded.
    ``full_size``: (height, width) of the picture it stands for; its own when None.
    """
    height, width = full_size or (luma.shape[0], luma.shape[1])
    while min(luma.shape) >= 2 * ENOUGH and luma.shape[0] % 2 == 0 == luma.shape[1] % 2:
        luma = halved(luma)
    down = [rows @ luma[under].astype(np.float32) for under, rows in _bands(height, luma.shape[0])]
    samples = np.concatenate(down) @ _matrix(width, luma.shape[1]).T
    dct = _dct()
    coefficients = (dct @ samples @ dct.T).ravel()
    median = np.partition(coefficients, 127)[127]
    # The reference numbers bits from the least significant; its text starts with the most.
    bits = np.packbits((coefficients > median)[::-1]).tobytes()
    return Fingerprint(bits, quality_of(samples))
