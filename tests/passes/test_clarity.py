"""Thumbnails at three clarities: what is left of a picture, and what is not."""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.passes.pictures import photograph, saved

from trawl.errors import PassFailed
from trawl.model.looking import Clarity
from trawl.passes.clarity import FAINT_SIDE, at_clarity, render_thumbnail
from trawl.passes.thumbnail import thumbnail_of

PHOTO = thumbnail_of(np.asarray(photograph())).data


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def fine_detail(grey: npt.NDArray[np.uint8]) -> float:
    """The share of a picture's variation that is finer than FAINT_SIDE pixels can hold."""
    window = np.hanning(grey.shape[0])[:, None] * np.hanning(grey.shape[1])[None, :]
    spectrum = np.abs(np.fft.fft2((grey.astype(np.float64) - grey.mean()) * window)) ** 2
    rows = np.abs(np.fft.fftfreq(grey.shape[0]) * grey.shape[0])
    columns = np.abs(np.fft.fftfreq(grey.shape[1]) * grey.shape[1])
    fine = np.maximum(rows[:, None], columns[None, :]) > FAINT_SIDE
    return float(spectrum[fine].sum() / spectrum.sum())


def test_blurred_is_grey_and_holds_no_detail() -> None:
    shown = opened(render_thumbnail(PHOTO, Clarity.BLURRED, 256))
    assert shown.mode == "L"
    assert shown.size == opened(PHOTO).size
    before = fine_detail(np.asarray(opened(PHOTO).convert("L")))
    after = fine_detail(np.asarray(shown))
    assert before > 0.003
    assert after < before / 20


def test_what_differs_in_detail_alone_looks_the_same_blurred() -> None:
    """Words, or a face: strokes a few pixels wide are not there at all any more."""
    plain = np.full((256, 256, 3), 128, np.uint8)
    striped = plain.copy()
    striped[:, ::4], striped[:, 2::4] = 64, 192
    one, other = (
        np.asarray(opened(render_thumbnail(thumbnail_of(p).data, Clarity.BLURRED, 256)), np.int16)
        for p in (plain, striped)
    )
    assert int(np.abs(one - other).max()) <= 3


def test_grey_has_all_detail_and_no_colour() -> None:
    shown = opened(render_thumbnail(PHOTO, Clarity.GREY, 256))
    assert shown.mode == "L"
    wanted = np.asarray(opened(PHOTO).convert("L"), np.int16)
    assert float(np.abs(np.asarray(shown, np.int16) - wanted).mean()) < 3


def test_clear_at_its_own_size_is_the_thumbnail() -> None:
    assert render_thumbnail(PHOTO, Clarity.CLEAR, 256) == PHOTO
    assert render_thumbnail(PHOTO, Clarity.CLEAR, 4096) == PHOTO
    small = opened(render_thumbnail(PHOTO, Clarity.CLEAR, 100))
    assert small.mode == "RGB"
    assert max(small.size) == 100


@given(
    st.integers(1, 256), st.integers(1, 256), st.sampled_from(list(Clarity)), st.integers(1, 300)
)
@settings(max_examples=60)
def test_any_thumbnail_fits_and_comes_out_the_same_twice(
    width: int, height: int, clarity: Clarity, longest: int
) -> None:
    data = thumbnail_of(np.asarray(photograph(300, 300))[:height, :width]).data
    shown = render_thumbnail(data, clarity, longest)
    assert shown == render_thumbnail(data, clarity, longest)
    assert max(opened(shown).size) == min(longest, max(width, height))


def test_a_small_picture_is_blurred_as_much() -> None:
    pixels = np.asarray(photograph(32, 32))
    assert at_clarity(pixels, Clarity.BLURRED, 256).shape == (4, 4)
    assert at_clarity(pixels[:1, :1], Clarity.BLURRED, 256).shape == (1, 1)
    assert max(at_clarity(np.asarray(photograph()), Clarity.BLURRED, 2048).shape) == FAINT_SIDE


@pytest.mark.parametrize("clarity", [Clarity.BLURRED, Clarity.GREY])
@given(cut=st.integers(0, 200), noise=st.binary(max_size=50))
@settings(max_examples=30)
def test_a_damaged_thumbnail_is_a_sentence(clarity: Clarity, cut: int, noise: bytes) -> None:
    with pytest.raises(PassFailed, match="thumbnail is damaged"):
        render_thumbnail(PHOTO[:cut] + noise[: 20 if cut else 50].replace(b"\xff", b""), clarity, 9)


def test_a_thumbnail_of_png_is_none_of_ours() -> None:
    with pytest.raises(PassFailed, match="damaged"):
        render_thumbnail(saved(photograph(), "PNG"), Clarity.GREY, 256)
