"""A bank of known PDQ hashes on disk, to look up in.

Whichever way is quickest for a job is taken, and all give the same answers: small ones are done
by NumPy, most by the bank's index (eleven bands of up to 23 bits, searched within two bits; see
``bands``), very many queries at once by bringing bank and queries together as for all pairs, and
wide thresholds on few queries by comparing with every hash.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from math import comb, exp
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trawl.matching.sight import bank_file
from trawl.matching.sight.bands import masks_for, radii_for
from trawl.matching.sight.cores import threads
from trawl.matching.sight.gathering import Gathered, as_found
from trawl.matching.sight.hamming import Hashes, Near, hashes, look_up_by_force, words
from trawl.model.matching import NEAR

A_FEW_COMPARISONS = 4_500_000  # that NumPy makes before Numba is imported
SLICE = 512  # queries a core looks up at a time

PART = 1 << 21  # hashes of the bank that are brought together with the queries at a time

# What steps cost one core, in nanoseconds, as measured; they choose the way, never the answers.
PROBE = 50.0  # a bucket of the index, and the hash in it
LAY_OUT = 1100.0  # one hash of the bank, for all bands
VISIT = 300.0  # two buckets that are brought together
COMPARE = 0.25  # two hashes


def _masks(width: int, threshold: int, bands: int) -> int:
    """How many buckets of an index are looked at for one query."""
    radii = radii_for(threshold, bands).tolist()
    return sum(comb(width, count) for radius in radii for count in range(radius + 1))


def _take_on(gathered: Gathered, rows: int, packed: npt.NDArray[np.uint64]) -> None:
    gathered.take(as_found(packed, rows))


class Bank:
    """Hashes in the order they were given; ``entry`` in what is found is that order."""

    def __init__(self, bits: Hashes, index: bank_file.Index | None) -> None:
        self._bits = bits
        self._index = index
        self._tables = None if index is None else bank_file.key_tables(index.places)

    def __len__(self) -> int:
        return len(self._bits)

    @classmethod
    def build(cls, path: Path, bits: Hashes | Iterable[Hashes]) -> None:
        """Write a bank at ``path`` of uint8 (n, 32), or of any number of such in turn, which
        need not fit in memory at once. What was there before is replaced in one step."""
        bank_file.write(path, bits)

    @classmethod
    def open(cls, path: Path) -> Bank:
        """The bank at ``path``, in memory. Raises IndexDamaged when it is not whole."""
        return cls(*bank_file.read(path))

    def look_up(self, queries: Hashes, threshold: int = NEAR) -> Near:
        """What differs from each of ``queries``, uint8 (q, 32), in at most ``threshold`` bits."""
        sought = hashes(queries)
        if len(sought) * len(self) <= A_FEW_COMPARISONS:
            return look_up_by_force(self._bits, sought, threshold)
        if self._index is not None and self._by_index_is_best(len(sought), threshold):
            return self._by_index(self._index, sought, threshold)
        return self._by_joining(sought, threshold)

    def _by_index_is_best(self, queries: int, threshold: int) -> bool:
        if self._index is None or threshold < 0:
            return False
        bands, width = self._index.places.shape
        probes = _masks(width, threshold, bands) * (1 + len(self) / 2**width) / 2
        forced = queries * len(self) * COMPARE
        joined = self._cost_of_joining(queries, threshold)
        return bool(queries * probes * PROBE <= min(forced, joined))

    def _cost_of_joining(self, queries: int, threshold: int) -> float:
        buckets = 1 << 16
        filled = buckets * (1 - exp(-queries / buckets))
        met = _masks(16, threshold, 16)
        parts = len(self) / PART
        compared = queries * len(self) * met / buckets
        return len(self) * LAY_OUT + parts * filled * met * VISIT + compared * COMPARE

    def _by_joining(self, sought: Hashes, threshold: int) -> Near:
        from trawl.matching.sight import joins

        gathered = Gathered(None, None)
        for start in range(0, len(self), PART):
            joins.join(
                self._bits[start : start + PART],
                sought,
                threshold,
                partial(_take_on, gathered, start),
            )
        return gathered.near()

    def _by_index(self, index: bank_file.Index, sought: Hashes, threshold: int) -> Near:
        from trawl.matching.sight import bank_kernels

        radii = radii_for(threshold, len(index.places)).tolist()
        masks = [masks_for(index.width, radius) for radius in radii]
        ends = np.cumsum([0, *map(len, masks)])
        every, tables, held = np.concatenate(masks), self._tables, words(self._bits)

        def some(start: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint64]]:
            part = sought[start : start + SLICE]
            counts = np.empty(len(part), np.int64)
            found = bank_kernels.look_up(
                held, index.starts, index.rows, tables, every, ends, part, words(part), threshold,
                counts,
            )  # fmt: skip
            return counts, found

        with ThreadPoolExecutor(threads()) as pool:
            parts = list(pool.map(some, range(0, len(sought), SLICE)))
        counts = np.concatenate([one[0] for one in parts])
        found = np.concatenate([one[1] for one in parts])
        return Near(
            np.repeat(np.arange(len(sought)), counts),
            (found & np.uint64(0xFFFFFFFF)).astype(np.int64),
            (found >> np.uint64(32)).astype(np.uint8),
        )
