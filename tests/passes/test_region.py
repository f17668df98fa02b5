"""A part of a picture: the same as that part cut out and looked at by itself."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image, ImageOps

from pictures import apart, bits_of, photograph, saved, seen, type_of
from trawl.errors import PassFailed
from trawl.model.media import Finding, FindingState
from trawl.passes.base import PassLimits, content_of
from trawl.passes.region import Box, RegionPass
from trawl.passes.registry import PASSES

PICTURE = photograph()
BOX = (120, 80, 400, 360)


def of_part(data: bytes, box: Box, limits: PassLimits | None = None) -> Finding:
    return RegionPass(box).run(content_of(data, "file", limits), type_of(data))


def cropped(image: Image.Image, box: Box) -> Image.Image:
    x, y, wide, high = box
    return image.crop((x, y, x + wide, y + high))


def with_orientation(image: Image.Image, orientation: int, form: str = "JPEG") -> bytes:
    tags = Image.Exif()
    tags[0x0112] = orientation
    return saved(image, form, exif=tags.tobytes(), **({"quality": 95} if form == "JPEG" else {}))


@pytest.mark.parametrize(
    ("form", "box"),
    [
        *((form, BOX) for form in ("JPEG", "WEBP", "TIFF", "GIF")),
        *(("PNG", box) for box in (BOX, (0, 0, 900, 640), (500, 340, 400, 300), (0, 0, 300, 640))),
    ],
)
def test_a_part_is_what_a_crop_by_hand_is(form: str, box: Box) -> None:
    with Image.open(io.BytesIO(saved(PICTURE, form))) as opened:
        by_hand = seen(saved(cropped(opened.convert("RGB"), box), "BMP"))
    found = of_part(saved(PICTURE, form), box)
    assert by_hand.fingerprint is not None
    assert found.fingerprint is not None
    assert apart(bits_of(found), bits_of(by_hand)) <= 10
    assert abs(found.fingerprint.quality - by_hand.fingerprint.quality) <= 5


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_part_is_of_the_picture_as_it_is_shown(orientation: int, form: str) -> None:
    data = with_orientation(PICTURE, orientation, form)
    with Image.open(io.BytesIO(data)) as opened:
        shown = ImageOps.exif_transpose(opened).convert("RGB")
    box = (40, 60, shown.width // 2, shown.height // 2)
    by_hand = seen(saved(cropped(shown, box), "BMP"))
    found = of_part(data, box)
    assert apart(bits_of(found), bits_of(by_hand)) <= 10
    if orientation != 1:
        unturned = seen(saved(PICTURE.crop((40, 60, 490, 380)), "BMP"))
        assert apart(bits_of(found), bits_of(unturned)) > 60


@pytest.mark.parametrize("orientation", [1, 6])
def test_the_thumbnail_is_of_the_part(orientation: int) -> None:
    data = with_orientation(PICTURE, orientation)
    with Image.open(io.BytesIO(data)) as opened:
        shown = ImageOps.exif_transpose(opened).convert("RGB")
    box = (10, 20, 400, 200)
    thumbnail = of_part(data, box).thumbnail
    assert thumbnail is not None
    assert (thumbnail.width, thumbnail.height) == (200, 100)
    pixels = cv2.imdecode(np.frombuffer(thumbnail.data, np.uint8), cv2.IMREAD_COLOR)
    by_hand = cropped(shown, box).resize((200, 100), Image.Resampling.BOX)
    difference = np.asarray(by_hand, np.int16) - pixels[:, :, ::-1]
    assert np.abs(difference).mean() < 6


def test_a_picture_hidden_under_transparency_is_seen_in_its_part() -> None:
    hidden = PICTURE.convert("RGBA")
    hidden.putalpha(0)
    found = of_part(saved(hidden, "PNG"), BOX)
    assert apart(bits_of(found), bits_of(seen(saved(cropped(PICTURE, BOX), "BMP")))) <= 10


def test_one_pixel_is_a_part_that_says_nothing() -> None:
    found = of_part(saved(PICTURE, "PNG", compress_level=1), (899, 639, 1, 1))
    assert found.fingerprint is not None
    assert found.fingerprint.quality == 0
    assert found.thumbnail is not None
    assert (found.thumbnail.width, found.thumbnail.height) == (1, 1)


@pytest.mark.parametrize(
    "box",
    [
        (0, 0, 901, 640),
        (0, 0, 900, 641),
        (-1, 0, 10, 10),
        (0, -1, 10, 10),
        (0, 0, 0, 10),
        (0, 0, 10, -5),
        (900, 0, 1, 1),
        (1 << 70, 0, 1, 1),
    ],
)
def test_what_is_not_inside_says_how_large_the_picture_is(box: Box) -> None:
    with pytest.raises(PassFailed, match="not inside the picture of 900 x 640 pixels"):
        of_part(saved(PICTURE, "PNG", compress_level=1), box)


def test_what_is_inside_depends_on_how_it_is_shown() -> None:
    data = with_orientation(PICTURE, 6)
    assert of_part(data, (0, 600, 640, 300)).fingerprint is not None
    with pytest.raises(PassFailed, match="640 x 900 pixels"):
        of_part(data, (600, 0, 300, 640))


def test_too_large_and_broken_pictures_are_not_decoded() -> None:
    with pytest.raises(PassFailed, match="more than the limit"):
        of_part(saved(PICTURE, "PNG", compress_level=1), BOX, PassLimits(pixels=1000))
    with pytest.raises(PassFailed):
        of_part(saved(PICTURE, "WEBP")[:200], BOX)


def test_what_breaks_off_is_a_part_of_the_truth() -> None:
    whole = saved(PICTURE, "JPEG", quality=90)
    found = of_part(whole[: len(whole) * 3 // 4], (100, 20, 300, 200))
    assert found.state is FindingState.PARTIAL
    assert found.reason
    by_hand = seen(saved(PICTURE.crop((100, 20, 400, 220)), "BMP"))
    assert apart(bits_of(found), bits_of(by_hand)) <= 16


def test_it_is_no_pass_of_an_intake() -> None:
    assert not any(isinstance(one, RegionPass) for one in PASSES)
