"""Pictures as they are shown: upright, as large as wanted, or a part of them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageOps
from tests.passes.pictures import photograph, saved, type_of
from tests.passes.raw_files import dng

from trawl.errors import PassFailed
from trawl.passes.base import PassLimits, content_of
from trawl.passes.picture_showing import picture_to_show

PHOTO = photograph()


def shown(data: bytes, longest: int = 4096, box: Any = None, **limits: Any) -> Image.Image:
    content = content_of(data, limits=PassLimits(**limits))
    return Image.fromarray(picture_to_show(content, type_of(data), longest, box))


def apart(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of two pictures in levels, at the size of the first."""
    same = other.convert("RGB").resize(one.size, Image.Resampling.BOX)
    levels: npt.NDArray[np.int16] = np.asarray(one, np.int16) - np.asarray(same, np.int16)
    return float(np.abs(levels).mean())


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_picture_stands_upright(orientation: int) -> None:
    tags = Image.Exif()
    tags[0x0112] = orientation
    data = saved(PHOTO, "JPEG", quality=95, exif=tags.tobytes())
    wanted = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    found = shown(data, 400)
    assert found.size == ((400, 284) if orientation < 5 else (284, 400))
    assert apart(found, wanted) < 4
    box = (30, 100, 200, 120)
    part = shown(data, 4096, box)
    assert part.size == (200, 120)
    assert apart(part, wanted.crop((30, 100, 230, 220))) < 4


@pytest.mark.parametrize("form", ["PNG", "WEBP", "TIFF", "BMP", "HEIF", "AVIF", "JPEG2000", "GIF"])
def test_every_format_is_shown_as_large_as_it_is(form: str) -> None:
    data = saved(photograph(360, 256), form)
    assert shown(data).size == (360, 256)
    assert apart(shown(data, 300), photograph(360, 256)) < 8


def test_a_large_jpeg_is_decoded_at_no_more_than_is_needed() -> None:
    data = saved(PHOTO.resize((2000, 1500)), "JPEG")
    assert shown(data, 1024).size == (1024, 768)
    assert shown(data, 256).size == (256, 192)


def test_raw_is_shown() -> None:
    found = shown(dng(PHOTO.resize((320, 240))), 200)
    assert max(found.size) <= 200


def test_what_is_transparent_is_shown_over_white() -> None:
    image = PHOTO.convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 450, 640))
    found = np.asarray(shown(saved(image, "PNG")))
    assert int(found[:, :449].min()) == 255
    assert int(found[:, 451:].min()) < 200


def test_what_breaks_off_is_shown_as_far_as_it_goes() -> None:
    data = saved(PHOTO, "JPEG", quality=95)
    found = shown(data[: len(data) // 2], 900)
    top = PHOTO.crop((0, 0, 900, 200))
    assert apart(found.crop((0, 0, 900, 200)), top) < 5


@pytest.mark.parametrize("box", [(0, 0, 901, 5), (-1, 0, 5, 5), (5, 5, 0, 5), (5, 5, 5, 640)])
def test_a_part_that_is_not_inside_is_refused(box: Any) -> None:
    with pytest.raises(PassFailed, match="not inside the picture of 900 x 640"):
        shown(saved(PHOTO, "PNG", compress_level=1), 100, box)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\xff\xd8\xff\xe0" + bytes(range(256)) * 4, "no JPEG frame|cannot be decoded"),
        (saved(PHOTO, "PNG", compress_level=1)[:30], "cannot be decoded|truncated|broken"),
        (b"only words, nothing else", "it is no picture"),
        (b"", "it is no picture"),
    ],
)
def test_what_cannot_be_shown_says_why(data: bytes, says: str) -> None:
    with pytest.raises(PassFailed, match=says):
        shown(data)


def test_too_many_pixels_are_not_decoded() -> None:
    with pytest.raises(PassFailed, match="more than the limit of 1,000"):
        shown(saved(PHOTO, "JPEG"), pixels=1000)


@pytest.mark.slow
def test_real_pictures_are_shown_upright(shared_data: Path) -> None:
    found = sorted((shared_data / "pictures").rglob("*.*"))
    pictures = [path for path in found if path.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp")]
    assert len(pictures) > 40
    for path in pictures:
        with Image.open(path) as opened:
            wanted = ImageOps.exif_transpose(opened)
            if wanted.mode in ("RGB", "L"):
                assert apart(shown(path.read_bytes(), 512), wanted) < 10, path.name
