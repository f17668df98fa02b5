"""Edits that copies of a picture go through, and distinct pictures to make them of.

Every edit takes and gives RGB, uint8 (height, width, 3), and a random generator, and is then
saved as JPEG of the quality given here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
Chance = np.random.Generator


class Edit(NamedTuple):
    """One family of edits."""

    name: str
    make: Callable[[Picture, Chance], Picture]
    quality: int = 85


def tiles(photograph: Picture, across: int, down: int) -> Iterator[Picture]:
    """The photograph in disjoint tiles: as many distinct pictures."""
    height, width = photograph.shape[0] // down, photograph.shape[1] // across
    for row in range(down):
        for column in range(across):
            tile = photograph[row * height : (row + 1) * height]
            yield np.ascontiguousarray(tile[:, column * width : (column + 1) * width])


def _sized(picture: Picture, share: float) -> Picture:
    size = (round(picture.shape[1] * share), round(picture.shape[0] * share))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _same(picture: Picture, _: Chance) -> Picture:
    return picture


def _halved(picture: Picture, _: Chance) -> Picture:
    return _sized(picture, 0.5)


def _blurred(picture: Picture, _: Chance) -> Picture:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), picture.shape[1] / 200), np.uint8)


def _contrasted(picture: Picture, _: Chance) -> Picture:
    values = (picture.astype(np.float32) - 128) * 1.6 + 138
    return np.clip(values, 0, 255).astype(np.uint8)


def _cropped(percent: int) -> Callable[[Picture, Chance], Picture]:
    """Cuts away so much of the area, at a random place, keeping the shape."""

    def crop(picture: Picture, chance: Chance) -> Picture:
        side = (1 - percent / 100) ** 0.5
        height, width = (round(length * side) for length in picture.shape[:2])
        y = int(chance.integers(0, picture.shape[0] - height + 1))
        x = int(chance.integers(0, picture.shape[1] - width + 1))
        return np.ascontiguousarray(picture[y : y + height, x : x + width])

    return crop


def _rotated(picture: Picture, _: Chance) -> Picture:
    return np.asarray(cv2.rotate(picture, cv2.ROTATE_90_COUNTERCLOCKWISE), np.uint8)


def _flipped(picture: Picture, _: Chance) -> Picture:
    return np.ascontiguousarray(picture[:, ::-1])


def _bordered(picture: Picture, chance: Chance) -> Picture:
    """A uniform border of a tenth on every side, black or white."""
    shade = (0, 255)[int(chance.integers(2))]
    y, x = picture.shape[0] // 10, picture.shape[1] // 10
    bordered = cv2.copyMakeBorder(picture, y, y, x, x, cv2.BORDER_CONSTANT, value=(shade,) * 3)
    return np.asarray(bordered, np.uint8)


def _marked(picture: Picture, chance: Chance) -> Picture:
    """A logo in a corner, a fifth of the width: a disc with lettering beside it."""
    marked = picture.copy()
    radius = picture.shape[1] // 20
    right, below = int(chance.integers(2)), int(chance.integers(2))
    x = picture.shape[1] - 5 * radius if right else 2 * radius
    y = picture.shape[0] - 2 * radius if below else 2 * radius
    cv2.circle(marked, (x, y), radius, (230, 30, 40), -1, cv2.LINE_AA)
    place = (x + radius, y + radius // 2)
    cv2.putText(
        marked, "SITE", place, cv2.FONT_HERSHEY_DUPLEX, radius / 18, (255, 255, 255), 2, cv2.LINE_AA
    )
    return marked


def _shown_on_a_telephone(picture: Picture, chance: Chance) -> Picture:
    """A screenshot, 720 x 1560: status bar, the picture over the full width, buttons below."""
    ground = (0, 18, 255)[int(chance.integers(3))]
    ink = (20,) * 3 if ground == 255 else (235,) * 3
    screen = np.full((1560, 720, 3), ground, dtype=np.uint8)
    shown = cv2.resize(
        picture,
        (720, round(picture.shape[0] * 720 / picture.shape[1])),
        interpolation=cv2.INTER_AREA,
    )[:1200]
    top = (1560 - len(shown)) // 2
    screen[top : top + len(shown)] = shown
    clock = f"{chance.integers(24):02d}:{chance.integers(60):02d}"
    cv2.putText(screen, clock, (40, 45), cv2.FONT_HERSHEY_SIMPLEX, 1, ink, 2, cv2.LINE_AA)
    cv2.rectangle(screen, (620, 22), (680, 48), ink, 2)
    cv2.rectangle(screen, (624, 26), (660, 44), ink, -1)
    cv2.putText(screen, "< Photo", (30, 130), cv2.FONT_HERSHEY_SIMPLEX, 1.1, ink, 2, cv2.LINE_AA)
    for column in range(4):
        cv2.circle(screen, (90 + 180 * column, 1470), 28, ink, 3, cv2.LINE_AA)
    return screen


EDITS = (
    Edit("resize to half", _halved),
    Edit("recompress (JPEG 25)", _same, 25),
    Edit("blur", _blurred),
    Edit("contrast", _contrasted),
    Edit("crop 5 %", _cropped(5)),
    Edit("crop 10 %", _cropped(10)),
    Edit("crop 25 %", _cropped(25)),
    Edit("crop 50 %", _cropped(50)),
    Edit("rotate 90°", _rotated),
    Edit("flip", _flipped),
    Edit("border", _bordered),
    Edit("logo", _marked),
    Edit("screenshot", _shown_on_a_telephone),
)
