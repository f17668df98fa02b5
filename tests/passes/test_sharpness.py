"""Sharpness ranks copies of one picture."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageFilter

from pictures import photograph, saved, seen
from trawl.passes.sharpness import sharpness_of

PICTURE = photograph(1600, 1100)


def sharpness(image: Image.Image, quality: int = 90) -> float:
    facts = seen(saved(image, "JPEG", quality=quality)).facts
    assert facts is not None
    assert facts.sharpness is not None
    return facts.sharpness


def test_every_step_of_blur_is_less_sharp() -> None:
    blurred = [PICTURE.filter(ImageFilter.GaussianBlur(radius)) for radius in (0, 1, 2, 3, 5, 8)]
    ranked = [sharpness(image) for image in blurred]
    assert ranked == sorted(ranked, reverse=True)
    assert len(set(ranked)) == len(ranked)
    assert ranked[2] < 0.92 * ranked[0]


@pytest.mark.parametrize("width", [2400, 1300, 1000, 800, 512])
def test_copies_decoded_at_other_scales_compare(width: int) -> None:
    copy = PICTURE.resize((width, width * 1100 // 1600), Image.Resampling.LANCZOS)
    assert sharpness(copy) == pytest.approx(sharpness(PICTURE), rel=0.12)


def test_enlarged_from_a_tiny_copy_is_not_sharp() -> None:
    tiny = PICTURE.resize((100, 69), Image.Resampling.LANCZOS)
    assert sharpness(tiny) < 0.7 * sharpness(PICTURE)
    assert sharpness(tiny.resize(PICTURE.size)) < 0.7 * sharpness(PICTURE)


def test_stretched_levels_and_compression_do_not_make_it_sharp() -> None:
    plain = sharpness(PICTURE)
    assert sharpness(ImageEnhance.Contrast(PICTURE).enhance(1.4)) == pytest.approx(plain, rel=0.1)
    assert sharpness(PICTURE, quality=40) == pytest.approx(plain, rel=0.05)


def test_flat_and_odd_shapes() -> None:
    assert sharpness_of(np.full((300, 300), 77, np.uint8)) == 0
    for shape in ((1, 1), (1, 3000), (3000, 1), (2, 5), (200, 200), (400, 399)):
        assert sharpness_of(np.full(shape, 9, np.uint8)) == 0
