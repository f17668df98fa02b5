"""What lies inside borders: of pictures, and of videos."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from watching import of_role, watched

from clips import clip
from pictures import apart, bits_of, photograph, saved, seen
from trawl.model.media import Finding, FrameRole
from trawl.passes.borders import Box, inside_of

PICTURE = photograph()
REFERENCE = bits_of(seen(saved(PICTURE, "JPEG")))


def bordered(
    left: int, top: int, right: int, bottom: int, colour: str = "black", of: Image.Image = PICTURE
) -> Image.Image:
    wide = Image.new("RGB", (of.width + left + right, of.height + top + bottom), colour)
    wide.paste(of, (left, top))
    return wide


def screenshot(dark: bool) -> Image.Image:
    """A phone's screen with the picture across it, a status bar above, buttons below."""
    ground, ink = ("black", "white") if dark else ("white", "black")
    screen = Image.new("RGB", (720, 1440), ground)
    shown = PICTURE.resize((720, 512))
    screen.paste(shown, (0, 464))
    draw = ImageDraw.Draw(screen)
    draw.text((30, 16), "12:41", fill=ink, font_size=28)
    for place in range(4):
        draw.rectangle((560 + 36 * place, 20, 584 + 36 * place, 40), fill=ink)
        draw.ellipse((90 + 160 * place, 1300, 140 + 160 * place, 1350), outline=ink, width=5)
    return screen


def inside(found: Finding) -> list[bytes]:
    return [frame.fingerprint.bits for frame in of_role(found, FrameRole.INSIDE)]


@pytest.mark.parametrize(
    "image",
    [
        bordered(0, 90, 0, 90),
        bordered(120, 0, 120, 0, "grey"),
        bordered(60, 60, 60, 60, "white"),
        bordered(40, 40, 40, 40, "#c01020"),
        bordered(0, 150, 0, 0),
        bordered(20, 20, 20, 140, "white", bordered(0, 0, 0, 12, "grey")),
        screenshot(dark=True),
        screenshot(dark=False),
    ],
)
@pytest.mark.parametrize("quality", [95, 60])
def test_the_inside_is_the_picture(image: Image.Image, quality: int) -> None:
    found = seen(saved(image, "JPEG", quality=quality))
    (frame,) = of_role(found, FrameRole.INSIDE)
    assert (frame.number, frame.at_ms, frame.thumbnail) == (0, 0, None)
    assert apart(frame.fingerprint.bits, REFERENCE) <= 24
    assert apart(bits_of(found), REFERENCE) > 31


def test_turned_by_exif_the_inside_stands() -> None:
    lying = bordered(0, 90, 0, 90).transpose(Image.Transpose.ROTATE_90)
    tags = Image.Exif()
    tags[0x0112] = 6
    (bits,) = inside(seen(saved(lying, "JPEG", exif=tags.tobytes())))
    assert apart(bits, REFERENCE) <= 24


def test_no_border_no_inside() -> None:
    assert inside(seen(saved(PICTURE, "JPEG"))) == []
    thin = bordered(3, 3, 3, 3)  # the whole speaks for it
    assert inside(seen(saved(thin, "JPEG"))) == []


def test_too_little_or_too_plain_an_inside_is_none() -> None:
    assert inside(seen(saved(bordered(900, 640, 900, 640), "JPEG"))) == []
    assert (
        inside(seen(saved(bordered(0, 200, 0, 200, "white", PICTURE.resize((2, 2))), "PNG"))) == []
    )
    grey = Image.new("RGB", (900, 640), "grey")
    assert inside(seen(saved(bordered(60, 60, 60, 60, "black", grey), "PNG"))) == []


@given(
    st.integers(1, 80),
    st.integers(1, 80),
    st.sampled_from([0, 1, 7, 40]),
    st.integers(0, 2**32 - 1),
)
def test_any_luma_gives_a_box_in_it_or_none(height: int, width: int, pad: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    luma = np.pad(rng.integers(0, 256, (height, width), dtype=np.uint8), pad)
    box = inside_of(luma)
    if box is not None:
        assert 0 <= box.top < box.bottom <= luma.shape[0]
        assert 0 <= box.left < box.right <= luma.shape[1]
        assert box.area >= luma.size / 5


def test_the_box_is_exact() -> None:
    luma = np.pad(np.asarray(PICTURE.convert("L")), ((70, 30), (50, 0)), constant_values=16)
    assert inside_of(luma) == Box(70, 710, 50, 950)


# Videos.


def film(seconds: int, top: int = 0, dark: range = range(0)) -> list[np.ndarray]:
    """A picture a second, each for ten frames, with bars above and below, some seconds dark."""
    pictures = []
    for second in range(seconds):
        shown = np.asarray(photograph(256, 144, second + 1))
        shown = shown // 30 if second in dark else shown
        pictures += [np.pad(shown, ((top, top), (0, 0), (0, 0)))] * 10
    return pictures


def test_each_second_of_a_video_with_bars_has_its_inside() -> None:
    plain, barred = watched(clip(film(5))), watched(clip(film(5, top=32)))
    wholes, insides = of_role(plain, FrameRole.SECOND), of_role(barred, FrameRole.INSIDE)
    assert of_role(plain, FrameRole.INSIDE) == []
    assert [frame.at_ms for frame in insides] == [frame.at_ms for frame in wholes]
    for whole, part in zip(wholes, insides, strict=True):
        assert apart(whole.fingerprint.bits, part.fingerprint.bits) <= 31


def test_dark_seconds_decide_nothing() -> None:
    barred = watched(clip(film(12, top=32, dark=range(2))))
    insides = of_role(barred, FrameRole.INSIDE)
    wholes = of_role(watched(clip(film(12))), FrameRole.SECOND)
    by_time = {frame.at_ms: frame for frame in insides}
    assert len(by_time) >= 10
    for whole in wholes[2:]:
        part = by_time[whole.at_ms]
        assert apart(whole.fingerprint.bits, part.fingerprint.bits) <= 31


def test_bars_that_do_not_last_are_none() -> None:
    mixed = [*film(30, top=32), *film(30)]
    sized = [np.asarray(Image.fromarray(each).resize((256, 208))) for each in mixed]
    assert of_role(watched(clip(sized)), FrameRole.INSIDE) == []
