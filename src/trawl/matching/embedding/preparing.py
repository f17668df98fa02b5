"""Pictures brought to the shape, layout and values a model takes."""

from __future__ import annotations

from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from trawl.matching.embedding.description import LARGEST_SIDE, Three

Picture = npt.NDArray[np.uint8]


class Preparing(NamedTuple):
    """What is done to each picture, uint8 (height, width, 3), RGB."""

    size: tuple[int, int]  # height, width
    keeps_shape: bool  # the shorter side is brought to the size, and the shape kept
    channels_first: bool  # (3, height, width), not (height, width, 3)
    dtype: np.dtype[Any]
    mean: Three | None
    std: Three | None

    def prepare(self, picture: Picture) -> npt.NDArray[Any]:
        """One picture, ready to be stacked with others of its shape."""
        sized: npt.NDArray[Any] = self._sized(picture)
        if self.dtype != np.uint8:
            sized = self._valued(sized).astype(self.dtype)
        if self.channels_first:
            sized = sized.transpose(2, 0, 1)
        return np.ascontiguousarray(sized)

    def _valued(self, picture: Picture) -> npt.NDArray[np.float32]:
        values = picture.astype(np.float32)
        values /= 255
        if self.mean is not None:
            values -= np.array(self.mean, dtype=np.float32)
        if self.std is not None:
            values /= np.array(self.std, dtype=np.float32)
        return values

    def _sized(self, picture: Picture) -> Picture:
        height, width = self._target(*picture.shape[:2])
        shrinks = height <= picture.shape[0] and width <= picture.shape[1]
        way = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(picture, (width, height), interpolation=way), np.uint8)

    def _target(self, height: int, width: int) -> tuple[int, int]:
        if not self.keeps_shape:
            return self.size
        share = self.size[0] / min(height, width)
        # A ribbon of a picture is squeezed rather than blown up without end.
        return (
            min(LARGEST_SIDE, max(self.size[0], round(height * share))),
            min(LARGEST_SIDE, max(self.size[0], round(width * share))),
        )
