"""Borders do not reach the model."""

from __future__ import annotations

import cv2
import numpy as np

from trawl.matching.embedding.inside import inside_borders


def structured(width: int, height: int) -> np.ndarray:
    small = np.random.default_rng(3).integers(0, 255, (12, 16, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC))


def test_a_border_is_cut_away_and_nothing_else() -> None:
    picture = structured(160, 120)
    bordered = cv2.copyMakeBorder(picture, 30, 30, 20, 20, cv2.BORDER_CONSTANT, value=(0, 0, 0))
    found = inside_borders(np.asarray(bordered))
    assert abs(found.shape[0] - 120) <= 4
    assert abs(found.shape[1] - 160) <= 4
    assert inside_borders(picture) is picture


def test_one_colour_and_the_smallest_stay_as_they_are() -> None:
    for shape in ((90, 120, 3), (1, 1, 3), (3, 200, 3)):
        picture = np.full(shape, 77, dtype=np.uint8)
        assert inside_borders(picture) is picture
