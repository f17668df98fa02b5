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

# A side longer than this is treated as this long: finer steps than 256 px a sample change
# nothing, and the tables of a picture a million pixels wide would not fit in memory.
LONGEST = 16_384

FloatArray = npt.NDArray[np.float32]
Whole = npt.NDArray[np.int64]


def _window(length: int) -> int:
    """Width of the box filter: the reference's ceil(length / 128)."""
    return (length + 2 * SAMPLES - 1) // (2 * SAMPLES)


def _sampled_twice_boxed(length: int) -> tuple[Whole, npt.NDArray[np.float64]]:
    """The 64 rows of (box filter)^2 that the reference keeps, each only where it is not zero:
    the pixel it starts at, shape (64,), and its weights from there on, shape (64, some)."""
    window = _window(length)
    half = (window + 2) // 2
    index = np.arange(length)
    # The reference divides by the number of pixels really under the window, also at the edges.
    low = np.maximum(0, index + half - window)
    high = np.minimum(length, index + half)
    weight = 1.0 / (high - low)
    at = ((np.arange(SAMPLES) + 0.5) * length / SAMPLES).astype(int)
    start = low[low[at]]
    widest = int((high[high[at] - 1] - start).max())
    seen = low[at][:, None] + np.arange(window)[None, :]
    row, under = np.nonzero(seen < high[at][:, None])
    pixel = seen[row, under]
    share = weight[at][row] * weight[pixel]
    rows = np.zeros((SAMPLES, widest + 1))
    np.add.at(rows, (row, low[pixel] - start[row]), share)
    np.subtract.at(rows, (row, high[pixel] - start[row]), share)
    return start, np.cumsum(rows, axis=1)[:, :widest]


def _step(length: int, decoded: int) -> float:
    """Full-size pixels that one decoded pixel stands for. A JPEG decoder rounds a scaled size up
    and lets the last pixel hang over the edge, so at the usual scales the step is a whole power
    of two; taking ``length / decoded`` there instead trebles the bits lost at a quarter."""
    for halvings in (1, 2, 3):
        if -(-length >> halvings) == decoded:
            return float(1 << halvings)
    return length / decoded


def _carried_over(length: int, decoded: int) -> tuple[Whole, npt.NDArray[np.float64]]:
    """The same for a picture decoded at ``decoded`` px: weights integrated over what each
    decoded pixel covers of the full size."""
    start, rows = _sampled_twice_boxed(length)
    if decoded == length:
        return start, rows
    widest = rows.shape[1]
    upto = np.concatenate([np.zeros((SAMPLES, 1)), np.cumsum(rows, axis=1)], axis=1)
    step = _step(length, decoded)
    first = (start / step).astype(int)
    edges = first[:, None] + np.arange(int(widest / step) + 3)[None, :]
    place = np.clip(edges * step - start[:, None], 0, widest)
    whole = np.minimum(place.astype(int), widest - 1)
    part = place - whole
    line = np.arange(SAMPLES)[:, None]
    at_edge = upto[line, whole] * (1 - part) + upto[line, whole + 1] * part
    return first, np.diff(at_edge, axis=1)


@functools.lru_cache(maxsize=64)
def _matrix(length: int, decoded: int) -> FloatArray:
    """The (64, decoded) matrix that stands for the reference's filter at full ``length``."""
    first, weights = _carried_over(length, decoded)
    columns = first[:, None] + np.arange(weights.shape[1])[None, :]
    inside = columns < decoded
    matrix = np.zeros((SAMPLES, decoded), dtype=np.float32)
    matrix[np.nonzero(inside)[0], columns[inside]] = weights[inside]
    return matrix


@functools.lru_cache(maxsize=64)
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
    height, width = (min(side, LONGEST) for side in full_size or luma.shape)
    if max(luma.shape) > LONGEST:
        shape = (min(luma.shape[1], LONGEST), min(luma.shape[0], LONGEST))
        luma = np.asarray(cv2.resize(luma, shape, interpolation=cv2.INTER_AREA), dtype=np.uint8)
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
