"""Bands of bits by which near hashes are brought together, without missing any.

The pigeonhole: if the bits of a hash are dealt into bands and each band is given a radius, so
that the radii and one for each band together exceed the threshold, then two hashes within the
threshold differ by no more than the radius in at least one band (Norouzi, Punjani, Fleet, "Fast
Exact Search in Hamming Space with Multi-Index Hashing", 2014). Which bit goes into which band is
free, so bits that tend to go together in the data are dealt apart: buckets are then as even as
they can be. That is for speed alone; the answers do not depend on it.
"""

from __future__ import annotations

import itertools
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from trawl.matching.sight.hamming import BITS, BYTES, Hashes

SAMPLE = 20_000

Whole = npt.NDArray[np.int64]


def radii_for(threshold: int, bands: int) -> Whole:
    """The radius of each band, as even as can be; -1 where a band need not be looked at."""
    share, over = divmod(threshold + 1, bands)
    return np.array([share if band < over else share - 1 for band in range(bands)], np.int64)


@lru_cache(maxsize=64)
def masks_for(width: int, radius: int) -> Whole:
    """Every word of ``width`` bits with at most ``radius`` set; empty for radius -1."""
    found = [
        sum(1 << bit for bit in bits)
        for count in range(radius + 1)
        for bits in itertools.combinations(range(width), count)
    ]
    return np.array(sorted(found), np.int64)


def _ties(bits: Hashes) -> npt.NDArray[np.float64]:
    """How much each two of the 256 bits say of each other, squared correlation (256, 256); on
    the diagonal how lopsided a bit is."""
    step = max(1, len(bits) // SAMPLE)
    signs = np.unpackbits(bits[::step][:SAMPLE], axis=1).astype(np.float32) * 2 - 1
    lopsided = signs.mean(axis=0)
    together = (signs.T @ signs) / max(1, len(signs)) - np.outer(lopsided, lopsided)
    spread = np.sqrt(np.maximum(np.diag(together), 1e-9))
    ties: npt.NDArray[np.float64] = np.square(together / np.outer(spread, spread)).astype(
        np.float64
    )
    np.fill_diagonal(ties, np.square(lopsided))
    return ties


def dealt(bits: Hashes, sizes: list[int]) -> list[list[int]]:
    """Which bits (0 is the first of the first byte) go into each band of the given sizes.

    The bits most tied to others are dealt first, each into the band it is least tied to. Bits
    that are left over are the ones that say least.
    """
    ties = _ties(bits)
    if sum(sizes) < BITS:
        kept = np.argsort(np.diag(ties), kind="stable")[: sum(sizes)]
    else:
        kept = np.arange(BITS)
    order = kept[np.argsort(-ties[kept][:, kept].sum(axis=1), kind="stable")]
    bands: list[list[int]] = [[] for _ in sizes]
    burden = np.zeros((len(sizes), BITS))
    for bit in order:
        cost = burden[:, bit] + [
            0.0 if len(one) < size else np.inf for one, size in zip(bands, sizes, strict=True)
        ]
        band = int(np.argmin(cost + 1e-9 * np.array([len(one) for one in bands])))
        bands[band].append(int(bit))
        burden[band] += ties[bit]
    return bands


def tables_for(places: list[int]) -> npt.NDArray[np.uint64]:
    """Where the bits of each byte go, uint64 (32, 256, 4): bit ``places[i]`` of a hash becomes
    bit i of the 256, counted from the least significant of the first word."""
    tables = np.zeros((BYTES, 256, 4), np.uint64)
    values = np.arange(256)
    for target, bit in enumerate(places):
        byte, within = divmod(bit, 8)
        is_set = ((values >> (7 - within)) & 1).astype(np.uint64)
        tables[byte, :, target // 64] |= is_set << np.uint64(target % 64)
    return tables
