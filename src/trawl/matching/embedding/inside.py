"""What a picture shows, without the border it was given later.

A border, or a telephone's screen around a picture, is most of what a model sees of a thumbnail.
Bringing every picture to what lies inside its borders before it is embedded costs nothing beside
the model, and one vector a picture stays enough.
"""

from __future__ import annotations

import cv2
import numpy as np

from trawl.matching.embedding.preparing import Picture
from trawl.passes.borders import inside_of


def inside_borders(picture: Picture) -> Picture:
    """The part of a picture, uint8 (height, width, 3), RGB, that lies inside uniform borders; all
    of it where there are none."""
    luma = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    box = inside_of(luma)
    return picture if box is None else picture[box.top : box.bottom, box.left : box.right]
