from __future__ import annotations

import subprocess
import sys
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trawl.matching.sight import pairs as module
from trawl.matching.sight.hamming import Hashes, Pairs, look_up_by_force, pairs_by_force
from trawl.matching.sight.pairs import Stopped, TooManyPairs, all_pairs, pairs_between


def flipped(one: Hashes, places: list[int]) -> Hashes:
    bits = np.unpackbits(one)
    bits[places] ^= 1
    return np.packbits(bits)


def clustered(count: int, seed: int, most: int = 40) -> Hashes:
    """A third alone, a third around a few centres, a third in chains, some of them the same."""
    chance = np.random.default_rng(seed)
    alone = chance.integers(0, 256, (count // 3 + 1, 32), np.uint8)
    centres = alone[: max(1, len(alone) // 20)]
    around = [
        flipped(centres[chance.integers(len(centres))], chance.integers(0, 256, n).tolist())
        for n in chance.integers(0, most, count // 3)
    ]
    chain = [alone[-1]]
    for _ in range(count - len(alone) - len(around)):
        chain.append(flipped(chain[-1], chance.integers(0, 256, 3).tolist()))
    return chance.permutation(np.array([*alone, *around, *chain[1:]]))


def same(one: Pairs, other: Pairs) -> bool:
    return all(a.dtype == b.dtype and np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def by_bands(bits: Hashes, threshold: int) -> Pairs:
    """Small collections are compared by force; make bands of them all the same."""
    from trawl.matching.sight import joins

    with patch.object(module, "A_FEW", 0), patch.object(joins, "BY_FORCE", 0):
        return all_pairs(bits, threshold)


@pytest.mark.parametrize("threshold", [0, 1, 7, 14, 15, 16, 30, 31, 32, 40, 47, 48, 100])
def test_bands_find_what_force_finds(threshold: int) -> None:
    bits = clustered(1500, threshold)
    assert same(by_bands(bits, threshold), pairs_by_force(bits, threshold))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 1 << 30), count=st.integers(3, 400), threshold=st.integers(0, 47))
def test_bands_find_what_force_finds_in_anything(seed: int, count: int, threshold: int) -> None:
    bits = clustered(count, seed)
    assert same(by_bands(bits, threshold), pairs_by_force(bits, threshold))


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1 << 30), threshold=st.integers(0, 47))
def test_lopsided_bits_are_no_matter(seed: int, threshold: int) -> None:
    """Whole bands that are the same in all hashes make one heavy bucket."""
    bits = clustered(300, seed)
    bits[:, ::3] = 7
    assert same(by_bands(bits, threshold), pairs_by_force(bits, threshold))


@pytest.mark.parametrize("threshold", [31, 47])
def test_differences_spread_as_evenly_as_can_be(threshold: int) -> None:
    """The hardest pairs for the pigeonhole: every band as far off as it may be."""
    chance = np.random.default_rng(3)
    alone = chance.integers(0, 256, (200, 32), np.uint8)
    each = [
        flipped(one, [(16 * (n % 16) + 5 * (n // 16) + k) % 256 for n in range(threshold)])
        for k, one in enumerate(alone)
    ]
    bits = np.concatenate([alone, np.array(each)])
    found = by_bands(bits, threshold)
    assert same(found, pairs_by_force(bits, threshold))
    assert len(found.first) >= 200


def test_one_bucket_full_of_pairs_is_handed_over_in_parts() -> None:
    from trawl.matching.sight import joins, kernels

    bits = np.repeat(np.random.default_rng(1).integers(0, 256, (1, 32), np.uint8), 1200, axis=0)
    bits[:, :2] = np.arange(1200, dtype=">u2").view(np.uint8).reshape(-1, 2)
    with patch.object(joins, "HELD", kernels.ROOM + 10):
        assert same(by_bands(bits, 31), pairs_by_force(bits, 31))


def test_tiles_find_what_force_finds() -> None:
    bits = clustered(4000, 9)
    assert same(all_pairs(bits), pairs_by_force(bits, 31))


@pytest.mark.parametrize("count", [0, 1, 2])
def test_hardly_any(count: int) -> None:
    bits = np.zeros((count, 32), np.uint8)
    assert len(all_pairs(bits).first) == len(by_bands(bits, 31).first) == count // 2


def test_all_the_same() -> None:
    bits = np.repeat(np.arange(32, dtype=np.uint8)[None], 4000, axis=0)
    found = all_pairs(bits, 0)
    assert len(found.first) == 4000 * 3999 // 2
    assert not found.distance.any()
    assert np.all(found.first < found.second)


def test_the_same_beside_others() -> None:
    bits = np.repeat(clustered(300, 4), 12, axis=0)
    assert same(all_pairs(bits), pairs_by_force(bits, 31))


def test_too_many_pairs_are_refused_before_they_are_written() -> None:
    alike = np.zeros((100_000, 32), np.uint8)
    with pytest.raises(TooManyPairs, match="more than 1,000,000"):
        all_pairs(alike, most=1_000_000)
    chance = np.random.default_rng(2)
    alike[:, :3] = chance.integers(0, 256, (100_000, 3), np.uint8)
    with pytest.raises(TooManyPairs):
        all_pairs(alike, most=1_000_000)


def test_as_many_pairs_as_may_be_are_kept() -> None:
    bits = clustered(3500, 5)
    count = len(pairs_by_force(bits, 31).first)
    assert len(all_pairs(bits, most=count).first) == count
    with pytest.raises(TooManyPairs):
        all_pairs(bits, most=count - 1)


def test_few_are_refused_too() -> None:
    with pytest.raises(TooManyPairs):
        all_pairs(np.zeros((3, 32), np.uint8), most=2)


def test_it_tells_how_far_it_is() -> None:
    told: list[tuple[int, int]] = []
    all_pairs(clustered(4000, 1), tell=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] > 0
    assert all(done <= total for done, total in told)


@pytest.mark.parametrize("asked", [0, 1])
def test_it_stops_when_told(asked: int) -> None:
    answers = iter([False] * asked + [True] * 100)
    with pytest.raises(Stopped):
        all_pairs(clustered(4000, 1), stop=lambda: next(answers))


@pytest.mark.parametrize(("old", "new"), [(900, 7), (7, 900), (3000, 2000), (0, 5), (5, 0)])
def test_between_two(old: int, new: int) -> None:
    from trawl.matching.sight import joins

    bits = clustered(old + new, 6)
    one, other = bits[:old], bits[old:]
    near = look_up_by_force(one, other, 31)
    wanted = sorted(zip(near.entry, near.query, near.distance, strict=True))
    assert [*zip(*pairs_between(one, other), strict=True)] == wanted
    with patch.object(module, "A_FEW_COMPARISONS", -1), patch.object(joins, "BY_FORCE", 0):
        if old and new:
            assert [*zip(*pairs_between(one, other), strict=True)] == wanted


def test_what_are_not_hashes_is_refused() -> None:
    with pytest.raises(ValueError, match="uint8"):
        all_pairs(np.zeros((3, 31), np.uint8))


def test_small_jobs_do_not_import_numba() -> None:
    job = (
        "import sys, numpy as np; from trawl.matching.sight.pairs import all_pairs;"
        "all_pairs(np.zeros((3, 32), np.uint8)); sys.exit('numba' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", job], check=False).returncode == 0


@pytest.mark.slow
def test_it_works_where_nothing_can_be_cached(tmp_path) -> None:
    """A package folder and a home that cannot be written to: compiled anew, silently."""
    job = (
        "import numpy as np; from trawl.matching.sight.pairs import all_pairs;"
        "assert len(all_pairs(np.zeros((3001, 32), np.uint8)).first) == 3001 * 3000 // 2;"
        "b = np.random.default_rng(0).integers(0, 256, (4000, 32), np.uint8);"
        "assert len(all_pairs(b).first) == 0;"
        "from trawl.matching.sight import kernels; print(kernels.permute.stats.cache_path)"
    )
    nowhere = tmp_path / "file"
    nowhere.write_text("")
    told = subprocess.run(
        [sys.executable, "-W", "error", "-c", NOT_WRITABLE + job],
        env={"HOME": str(nowhere), "XDG_CACHE_HOME": str(nowhere)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert told.stderr == ""


# The user may be root, who can write anywhere: take the locators away instead.
NOT_WRITABLE = (
    "import numba.core.caching as caching;"
    "caching.CacheImpl._locator_classes = [];"
    "caching.CompileResultCacheImpl._locator_classes = [];"
)
