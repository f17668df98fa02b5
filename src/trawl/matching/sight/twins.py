"""Hashes that are the same: one of each is compared, and what is found holds for all.

A hundred thousand files that show the same blank page have five thousand million pairs; they
are counted before any of them is written down.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trawl.matching.sight.hamming import Hashes, Words, words

Whole = npt.NDArray[np.int64]

AT_ONCE = 1 << 20  # pairs of twins written at a time
# Odd and arbitrary: hashes that are not the same but mix to the same word are left apart.
_MIX = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], np.uint64
)


class Twins(NamedTuple):
    """Distinct hashes, and the rows of each."""

    rows: Whole  # (n,) all rows, those of the same hash together
    starts: Whole  # (d,) where those of each distinct hash begin
    counts: Whole  # (d,) how many there are

    def of_distinct(self, bits: Hashes) -> Hashes:
        """The distinct ones of ``bits``."""
        return bits[self.rows[self.starts]]

    def pairs_within(self) -> int:
        """How many pairs are of the same hash."""
        return int((self.counts * (self.counts - 1) // 2).sum())

    def within(self) -> Iterator[tuple[Whole, Whole]]:
        """Those pairs, in runs that fit in memory."""
        many = np.flatnonzero(self.counts > 1)
        begins = np.repeat(self.starts[many], self.counts[many])
        total = int(self.counts[many].sum())
        each = np.cumsum(self.counts[many])
        nth = np.arange(total) - np.repeat(each - self.counts[many], self.counts[many])
        # Each hash is paired with those before it that are the same.
        before = np.concatenate([[0], np.cumsum(nth)])
        at = 0
        while at < total:
            upto = max(at + 1, int(np.searchsorted(before, before[at] + AT_ONCE, "right")) - 1)
            some = nth[at:upto]
            offset = np.arange(int(some.sum())) - np.repeat(np.cumsum(some) - some, some)
            first = self.rows[np.repeat(begins[at:upto], some) + offset]
            yield first, np.repeat(self.rows[begins[at:upto] + some], some)
            at = upto


def _mixed(held: Words) -> npt.NDArray[np.uint64]:
    """One word for each hash, the same for the same hashes."""
    mixed: npt.NDArray[np.uint64] = held[:, 0] * _MIX[0]
    for word in range(1, 4):
        mixed ^= mixed >> np.uint64(29)
        mixed += held[:, word]
        mixed *= _MIX[word]
    return mixed


def twins_of(bits: Hashes) -> Twins | None:
    """Which of ``bits``, uint8 (n, 32), are the same; None when no two are."""
    held = words(bits)
    mixed = _mixed(held)
    order = np.argsort(mixed)
    ranked = mixed[order]
    again = np.flatnonzero(ranked[1:] == ranked[:-1]) + 1
    again = again[(held[order[again]] == held[order[again - 1]]).all(axis=1)]
    if not len(again):
        return None
    is_first = np.ones(len(bits), bool)
    is_first[again] = False
    starts = np.flatnonzero(is_first)
    return Twins(order, starts, np.diff(np.append(starts, len(bits))))
