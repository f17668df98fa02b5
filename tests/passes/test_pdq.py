"""PDQ against the reference library, at full size and carried over to smaller ones."""

from __future__ import annotations

import cv2
import numpy as np
import pdqhash
import pytest

from pictures import apart, photograph
from trawl.passes import pdq
from trawl.passes.pdq import fingerprint


def grey(width: int, height: int, seed: int = 7) -> np.ndarray:
    return np.asarray(photograph(width, height, seed).convert("L"))


def reference(width: int, height: int, seed: int) -> bytes:
    bits, _ = pdqhash.compute(np.asarray(photograph(width, height, seed)))
    return np.packbits(bits).tobytes()


@pytest.mark.parametrize(("width", "height"), [(900, 640), (64, 64), (333, 517), (1501, 701)])
def test_full_size_is_the_reference(width: int, height: int) -> None:
    found = fingerprint(grey(width, height, 3))
    assert apart(found.bits, reference(width, height, 3)) <= 4


@pytest.mark.parametrize("halvings", [1, 2])
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_a_smaller_decoding_hashes_as_the_full_size(halvings: int, seed: int) -> None:
    luma = grey(1600, 1440, seed)
    small = luma
    for _ in range(halvings):
        small = pdq.halved(small)
    found = fingerprint(small, luma.shape)
    assert apart(found.bits, reference(1600, 1440, seed)) <= 6


def test_an_odd_scale_is_carried_over_too() -> None:
    luma = grey(1000, 900, 5)
    small = np.asarray(cv2.resize(luma, (610, 549), interpolation=cv2.INTER_AREA))
    assert apart(fingerprint(small, luma.shape).bits, reference(1000, 900, 5)) <= 8


@pytest.mark.parametrize(("length", "decoded"), [(1600, 800), (1067, 534), (64, 64), (3000, 375)])
def test_every_sample_weighs_one(length: int, decoded: int) -> None:
    """A flat picture stays as it is, so each row of weights sums to one; the bands hold all."""
    matrix = pdq._matrix(length, decoded)
    assert matrix.shape == (64, decoded)
    np.testing.assert_allclose(matrix.sum(axis=1), 1, atol=1e-5)
    total = sum(float(rows.sum()) for _, rows in pdq._bands(length, decoded))
    assert total == pytest.approx(64, abs=1e-3)


@pytest.mark.parametrize("shape", [(1, 1), (1, 50_000), (40_000, 2), (3, 5), (63, 64)])
def test_odd_shapes_have_a_fingerprint(shape: tuple[int, int]) -> None:
    luma = np.random.default_rng(1).integers(0, 255, shape, dtype=np.uint8)
    found = fingerprint(luma)
    assert len(found.bits) == 32
    assert 0 <= found.quality <= 100


def test_a_plain_picture_has_no_quality() -> None:
    assert fingerprint(np.full((400, 500), 128, np.uint8)).quality == 0
