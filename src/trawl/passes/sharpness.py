"""How sharp a picture is, to put the sharpest of several copies on top.

The measure is the energy of the Laplacian (Pertuz, Puig and Garcia, "Analysis of focus measure
operators", Pattern Recognition 2013: LAP1) against the contrast, so that a copy with its levels
stretched does not pass for a sharper one. It depends on the size it is taken at, and copies are
decoded at many. Bringing all to one size would measure the resampling (a thumbnail's linear step
moves it by a quarter); so it is taken at two sizes that are had by halving alone, one above and
one below, and read between them.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from trawl.passes.pdq import halved

LONGER_SIDE = 200
# Levels of contrast below which what is left is noise, which has no sharpness.
LEAST_CONTRAST = 4.0

Bytes = npt.NDArray[np.uint8]


def sharpness_of(luma: Bytes) -> float:
    """The deviation of the Laplacian over that of the luma, uint8 (height, width), as it would be
    at ``LONGER_SIDE``: 0 for a flat picture, 0.1 to 2.5 for photographs. A picture smaller than
    that is enlarged, and so less sharp than its larger copy."""
    while max(luma.shape) >= 2 * LONGER_SIDE and min(luma.shape) > 1:
        luma = halved(luma)
    longer = max(luma.shape)
    if longer < LONGER_SIDE:
        return round(_edges_to_contrast(_enlarged(luma)), 4)
    above = _edges_to_contrast(luma)
    if longer == LONGER_SIDE or min(luma.shape) < 2:
        return round(above, 4)
    below = _edges_to_contrast(halved(luma))
    share = math.log2(2 * LONGER_SIDE / longer)
    return round(share * above + (1 - share) * below, 4)


def _edges_to_contrast(luma: Bytes) -> float:
    _, edges = cv2.meanStdDev(cv2.Laplacian(luma, cv2.CV_16S))
    _, contrast = cv2.meanStdDev(luma)
    return float(edges[0, 0]) / math.hypot(float(contrast[0, 0]), LEAST_CONTRAST)


def _enlarged(luma: Bytes) -> Bytes:
    height, width = luma.shape
    scale = LONGER_SIDE / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
