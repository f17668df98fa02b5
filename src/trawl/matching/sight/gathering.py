"""Pairs as they are found, in no order and packed, until all are there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from trawl.errors import MatchingError
from trawl.matching.sight.cores import threads
from trawl.matching.sight.hamming import Near, Pairs
from trawl.matching.sight.packing import ROW_BITS
from trawl.matching.sight.twins import Twins

Packed = npt.NDArray[np.uint64]
Whole = npt.NDArray[np.int64]

ROW_MASK = np.uint64((1 << ROW_BITS) - 1)
MOST_ROWS = 1 << ROW_BITS
PARTS = 256  # sorted each by itself, in cache and on every core
A_FEW = 1 << 20  # pairs that need no parts
AT_ONCE = 1 << 20  # pairs unpacked at a time
SLAB = 1 << 23  # packed pairs kept in one piece, 64 MB


class TooManyPairs(MatchingError):
    """There are more near pairs than may be kept; ``most`` is how many may."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"more than {most:,} pairs of pictures are near to each other",
            hint="Match with a smaller threshold.",
        )
        self.most = most


def pack(first: Whole, second: Whole) -> Packed:
    """Pairs at no distance in one word each, the smaller row first."""
    low, high = np.minimum(first, second), np.maximum(first, second)
    shifted = low.astype(np.uint64) << np.uint64(ROW_BITS + 8)
    return np.asarray(shifted | (high.astype(np.uint64) << np.uint64(8)))


def as_found(packed: Packed, rows: int) -> Packed:
    """Packed pairs of one of a bank, whose rows begin at ``rows``, and one that is sought, as
    what is found: sought row, distance, row of the bank, from the highest bits down."""
    row = (packed >> np.uint64(ROW_BITS + 8)) + np.uint64(rows)
    row |= (packed & np.uint64(255)) << np.uint64(ROW_BITS)
    row |= (packed >> np.uint64(8) & ROW_MASK) << np.uint64(ROW_BITS + 8)
    return row


class Gathered:
    """Takes packed pairs of distinct hashes and keeps those of all hashes.

    ``twins``: which hashes are the same, where the rows of the pairs are those of distinct ones.
    ``most``: how many pairs are kept; ``take`` raises TooManyPairs beyond them. It copies.
    """

    def __init__(self, twins: Twins | None, most: int | None) -> None:
        self._twins = twins
        self._most = most
        # Large enough for the system to take each back as soon as it is let go.
        self._slabs: list[Packed] = []
        self._filled = SLAB  # of the last slab
        self.count = 0

    def _counted(self, more: float) -> None:
        if self._most is not None and self.count + more > self._most:
            self._slabs.clear()
            raise TooManyPairs(self._most)
        self.count += int(more)

    def _keep(self, packed: Packed) -> None:
        while len(packed):
            if self._filled == SLAB:
                self._slabs.append(np.empty(SLAB, np.uint64))
                self._filled = 0
            some = packed[: SLAB - self._filled]
            self._slabs[-1][self._filled : self._filled + len(some)] = some
            self._filled += len(some)
            packed = packed[len(some) :]

    def take(self, packed: Packed) -> None:
        """Keep these, each for all twins of its two hashes."""
        from trawl.matching.sight import pair_kernels

        if self._twins is None:
            self._counted(len(packed))
            self._keep(packed)
            return
        total = pair_kernels.count_spread(packed, self._twins.counts)
        self._counted(total)
        into = np.empty(int(total), np.uint64)
        pair_kernels.spread(packed, *self._twins, into)
        self._keep(into)

    def take_twins(self) -> None:
        """Keep the pairs of hashes that are the same."""
        if self._twins is None:
            return
        self._counted(self._twins.pairs_within())
        for first, second in self._twins.within():
            self._keep(pack(first, second))

    def pairs(self) -> Pairs:
        """All that were taken, in order; empties this."""
        return _unpacked(self._in_order())

    def near(self) -> Near:
        """All that were taken packed as ``as_found`` does, in order; empties this."""
        return _unpacked_near(self._in_order())

    def _in_order(self) -> Packed:
        return self._sorted_few() if self.count <= A_FEW else self._sorted_parts()

    def _runs(self) -> list[Packed]:
        """What is kept; this keeps nothing any longer."""
        if self._slabs:
            self._slabs[-1] = self._slabs[-1][: self._filled]
        runs, self._slabs, self._filled = self._slabs, [], SLAB
        return runs

    def _sorted_few(self) -> Packed:
        packed = np.concatenate([np.empty(0, np.uint64), *self._runs()])
        packed.sort()
        return packed

    def _sorted_parts(self) -> Packed:
        from trawl.matching.sight import pair_kernels

        runs = self._runs()
        highest = max(int(one.max()) for one in runs)
        shift = max(0, highest.bit_length() - PARTS.bit_length() + 1)
        counts = np.zeros(PARTS, np.int64)
        for one in runs:
            pair_kernels.count_parts(one, shift, counts)
        ends = np.cumsum(counts)
        places, packed = ends - counts, np.empty(self.count, np.uint64)
        while runs:  # freed as they go: two copies of all would be too much
            pair_kernels.deal_parts(runs.pop(), shift, places, packed)
        with ThreadPoolExecutor(threads()) as pool:
            parts = zip(ends - counts, ends, strict=True)
            list(pool.map(lambda part: packed[part[0] : part[1]].sort(), parts))
        return packed


def _unpacked(packed: Packed) -> Pairs:
    """Sorted packed pairs as columns. ``second`` takes the place of ``packed``, which is gone."""
    count = len(packed)
    first, distance = np.empty(count, np.uint32), np.empty(count, np.uint8)
    second = packed.view(np.uint32)
    for start in range(0, count, AT_ONCE):
        part = slice(start, min(count, start + AT_ONCE))
        held = packed[part].copy()
        first[part] = held >> np.uint64(ROW_BITS + 8)
        distance[part] = held & np.uint64(255)
        second[part] = (held >> np.uint64(8)) & ROW_MASK
    del second
    packed.resize(-(-count // 2), refcheck=False)
    return Pairs(first, packed.view(np.uint32)[:count], distance)


def _unpacked_near(packed: Packed) -> Near:
    """The same of what was found. ``entry`` takes the place of ``packed``, which is gone."""
    query = (packed >> np.uint64(ROW_BITS + 8)).astype(np.int64)
    distance = np.empty(len(packed), np.uint8)
    for start in range(0, len(packed), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        distance[part] = packed[part] >> np.uint64(ROW_BITS) & np.uint64(255)
    packed &= ROW_MASK
    return Near(query, packed.view(np.int64), distance)
