"""Which of several near-identical pictures is the one to look at."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

LARGER = 1.2
"""Pixel counts nearer to each other than this ratio count as one size."""

SHARPER = 1.25
"""Sharpnesses nearer to each other than this ratio count as one."""

Order = npt.NDArray[np.int64]


def _steps(ratio: float, least: float, most: float) -> npt.NDArray[np.float64]:
    """Bounds of the steps. Made by multiplying alone, which is the same on every machine; a
    logarithm is not, and would order the same case differently elsewhere."""
    bounds = [least]
    while bounds[-1] < most:
        bounds.append(bounds[-1] * ratio)
    return np.array(bounds)


_SIZES = _steps(LARGER, 1.0, 1e14)
_SHARPNESSES = _steps(SHARPER, 1e-6, 1e9)


def _known(values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Float64, with 0 for what is not known (NaN), negative or without end."""
    held = np.asarray(values, dtype=np.float64)
    return np.where(np.isfinite(held) & (held > 0), held, 0.0)


def _step(values: npt.NDArray[np.float64], bounds: npt.NDArray[np.float64]) -> Order:
    return np.searchsorted(bounds, values, side="right").astype(np.int64)


def rank(
    width: npt.ArrayLike,
    height: npt.ArrayLike,
    sharpness: npt.ArrayLike,
    size: npt.ArrayLike,
    media_id: npt.ArrayLike,
) -> Order:
    """The pictures best first: int64 (n,), rows of the arguments, each of shape (n,).

    Largest first (pixels, in steps of a fifth), then sharpest (in steps of a quarter), then
    least compressed (bytes a pixel), then the lower media id. ``width`` and ``height`` in
    pixels, ``size`` in bytes, ``sharpness`` in any unit that grows. What is not known (NaN,
    zero) comes last.
    """
    pixels = _known(width) * _known(height)
    weight = np.divide(_known(size), pixels, out=np.zeros(len(pixels)), where=pixels > 0)
    sharp = _step(_known(sharpness), _SHARPNESSES)
    keys = (np.asarray(media_id, dtype=np.int64), -weight, -sharp, -_step(pixels, _SIZES))
    return np.lexsort(keys).astype(np.int64)
