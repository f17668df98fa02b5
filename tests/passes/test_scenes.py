"""Which candidates are kept as scenes."""

from __future__ import annotations

import cv2
import numpy as np

from clips import black, scene
from trawl.passes.scenes import SceneBook, bits_apart, is_black
from trawl.passes.video_frames import Small, hashed


def offer(book: SceneBook, number: int, rgb: np.ndarray) -> None:  # type: ignore[type-arg]
    luma = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    book.offer(number, 40 * number, hashed(np.asarray(luma, dtype=np.uint8)), Small(rgb))


def test_a_moving_camera_stays_in_its_scene() -> None:
    book = SceneBook(60)
    for number, rgb in enumerate(scene(1, 80)):
        offer(book, number, rgb)
    assert [one.number for one in book.scenes()] == [0]
    assert book.scenes()[0].stands_for == 80


def test_the_scene_shown_longest_is_the_cover() -> None:
    book = SceneBook(60)
    shots = [*scene(0, 3), *scene(1, 9), *scene(2, 4), *black(20)]
    for number, rgb in enumerate(shots):
        offer(book, number, rgb)
    cover = book.cover()
    assert cover is not None
    assert cover.number == 3
    assert [one.number for one in book.scenes()] == [0, 3, 12]


def test_of_too_many_the_most_different_stay() -> None:
    book = SceneBook(4)
    rng = np.random.default_rng(5)
    for number in range(60):
        flat = np.empty((90, 160, 3), np.uint8)
        flat[:] = rng.integers(40, 256, 3)
        offer(book, number, flat)
        assert len(book.kept) <= 4
    kept = book.scenes()
    assert kept[0].number == 0
    assert len({tuple(one.small.rgb[0, 0] // 64) for one in kept}) == 4


def test_nothing_offered_nothing_kept() -> None:
    assert SceneBook(3).scenes() == []
    assert SceneBook(3).cover() is None


def test_dark_is_not_black() -> None:
    dark = np.zeros((90, 160, 3), np.uint8)
    assert is_black(Small(dark))
    dark[:20, :60] = 60
    assert not is_black(Small(dark))


def test_bits_apart() -> None:
    one = hashed(np.zeros((4, 4), np.uint8))
    assert bits_apart(one, one._replace(bits=b"\xff" * 32)) == 256
