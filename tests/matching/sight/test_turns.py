from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from trawl.matching.sight.hamming import Hashes
from trawl.matching.sight.turns import TURNS, turned
from trawl.model.matching import NEAR, Turn
from trawl.passes.pdq import fingerprint

DONE: dict[Turn, Callable[[np.ndarray], np.ndarray]] = {
    Turn.NONE: lambda picture: picture,
    Turn.ROTATED_90: lambda picture: np.rot90(picture, 1),
    Turn.ROTATED_180: lambda picture: np.rot90(picture, 2),
    Turn.ROTATED_270: lambda picture: np.rot90(picture, 3),
    Turn.FLIPPED_X: np.fliplr,
    Turn.FLIPPED_Y: np.flipud,
    Turn.TRANSPOSED: np.transpose,
    Turn.TRANSVERSED: lambda picture: np.rot90(picture, 2).T,
}


def drawn(seed: int) -> np.ndarray:
    chance = np.random.default_rng(seed)
    picture = np.zeros((512, 640), np.float32)
    for side in (3, 6, 12, 24):
        picture += cv2.resize(chance.normal(size=(side, side)).astype(np.float32), (640, 512))
    return cv2.normalize(picture, None, 0, 255, cv2.NORM_MINMAX).astype(np.uint8)


def hashed(picture: np.ndarray) -> Hashes:
    found = fingerprint(np.ascontiguousarray(picture))
    return np.frombuffer(found.bits, np.uint8)[None]


def off(picture: np.ndarray, turn: Turn) -> int:
    return int(np.bitwise_count(turned(hashed(picture), turn) ^ hashed(DONE[turn](picture))).sum())


def test_every_turn_is_known() -> None:
    assert set(TURNS) == set(DONE) == set(Turn)


@pytest.mark.parametrize("turn", TURNS)
def test_turning_the_hash_is_turning_the_picture(turn: Turn) -> None:
    bits = [off(drawn(seed), turn) for seed in range(8)]
    assert np.mean(bits) <= (0 if turn in (Turn.NONE, Turn.TRANSPOSED) else 16)


@pytest.mark.parametrize("turn", TURNS)
def test_no_other_turn_comes_near(turn: Turn) -> None:
    picture = drawn(1)
    really = hashed(DONE[turn](picture))
    for other in TURNS:
        if other is not turn:
            assert np.bitwise_count(turned(hashed(picture), other) ^ really).sum() > NEAR


def test_turns_make_a_group() -> None:
    bits = np.random.default_rng(0).integers(0, 256, (5, 32), np.uint8)
    quarter = bits
    for _ in range(4):
        quarter = turned(quarter, Turn.ROTATED_90)
    assert np.array_equal(quarter, bits)
    half = turned(turned(bits, Turn.FLIPPED_X), Turn.FLIPPED_Y)
    assert np.array_equal(half, turned(bits, Turn.ROTATED_180))
    assert np.array_equal(turned(turned(bits, Turn.ROTATED_90), Turn.ROTATED_270), bits)


def test_none_to_turn() -> None:
    assert turned(np.zeros((0, 32), np.uint8), Turn.ROTATED_90).shape == (0, 32)


def test_real_pictures(shared_data: Path) -> None:
    paths = sorted((shared_data / "pictures/photos").glob("*.jpg"))[:8]
    for path in paths:
        picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE | cv2.IMREAD_REDUCED_GRAYSCALE_2)
        for turn in TURNS:
            assert off(picture, turn) <= (0 if turn in (Turn.NONE, Turn.TRANSPOSED) else NEAR)
    assert paths
