"""Rows of a segment: a digest and the number of the entry that bears it.

Of every digest its first 128 bits are kept, as two words: all of MD5, and of SHA-1 and SHA-256
their beginning. That two different contents share the first 128 bits of a good hash by chance
has, among 100 million known and 10 million sought, odds of about 3 in 10²⁴; to make a second
content for a given one takes 2¹²⁸ tries. What is cut off decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trawl.model.hash_set import Rows as Digests

KEPT = 16
"""Bytes of a digest that are kept."""

Words = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]


class Rows(NamedTuple):
    """``hi``, ``lo``: uint64 (n,), the first and the second eight bytes of each digest, read as
    big-endian numbers; ``number``: uint32 (n,). In order means by ``hi``, ``lo``, ``number``."""

    hi: Words
    lo: Words
    number: npt.NDArray[np.uint32]

    def part(self, start: int, stop: int) -> Rows:
        """Some of the rows, not copied."""
        return Rows(self.hi[start:stop], self.lo[start:stop], self.number[start:stop])

    def every(self, step: int, start: int = 0) -> Rows:
        """The rows ``start``, ``start + step`` …, copied."""
        part = slice(start, None, step)
        return Rows(self.hi[part].copy(), self.lo[part].copy(), self.number[part].copy())

    def put(self, at: int, rows: Rows) -> None:
        """Write other rows over the ones from ``at`` on."""
        end = at + len(rows.hi)
        self.hi[at:end], self.lo[at:end], self.number[at:end] = rows

    def where(self, mask: Mask) -> Rows:
        """The rows for which ``mask`` is true."""
        return Rows(self.hi[mask], self.lo[mask], self.number[mask])


def empty_rows(count: int) -> Rows:
    """Room for so many rows."""
    return Rows(np.empty(count, np.uint64), np.empty(count, np.uint64), np.empty(count, np.uint32))


def words_of(values: Digests) -> tuple[Words, Words]:
    """The two words of each digest. ``values``: uint8 (n, 16 or more)."""
    kept = np.ascontiguousarray(values[:, :KEPT]).view(">u8")
    return kept[:, 0].astype(np.uint64), kept[:, 1].astype(np.uint64)


def joined(parts: Sequence[Rows]) -> Rows:
    """Rows one after the other."""
    if len(parts) == 1:
        return parts[0]
    return Rows(
        np.concatenate([part.hi for part in parts]),
        np.concatenate([part.lo for part in parts]),
        np.concatenate([part.number for part in parts]),
    )


def in_order(rows: Rows) -> Rows:
    """The rows in order. Digests are uniform, so almost all of it is one sort by ``hi``; where
    that ties, the tied rows alone are sorted by all three."""
    order = np.argsort(rows.hi)
    hi, lo, number = rows.hi[order], rows.lo[order], rows.number[order]
    same = hi[1:] == hi[:-1]
    if same.any():
        tied = np.flatnonzero(np.append(same, False) | np.append(False, same))
        again = tied[np.lexsort((number[tied], lo[tied], hi[tied]))]
        lo[tied], number[tied] = lo[again], number[again]
    return Rows(hi, lo, number)


def repeats(rows: Rows, before: Rows | None) -> Mask:
    """Whether each row bears the digest of the one before it. ``before``: the row that went
    before the first, if any."""
    mask = np.zeros(len(rows.hi), bool)
    mask[1:] = (rows.hi[1:] == rows.hi[:-1]) & (rows.lo[1:] == rows.lo[:-1])
    if before is not None and len(mask):
        mask[0] = bool((rows.hi[0] == before.hi[-1]) & (rows.lo[0] == before.lo[-1]))
    return mask


def same_entry(rows: Rows, before: Rows | None) -> Mask:
    """Whether the number of each row is that of the one before it."""
    mask = np.zeros(len(rows.hi), bool)
    mask[1:] = rows.number[1:] == rows.number[:-1]
    if before is not None and len(mask):
        mask[0] = bool(rows.number[0] == before.number[-1])
    return mask


def count_below(rows: Rows, key: tuple[int, int, int]) -> int:
    """How many rows, which are in order, come before ``key``."""
    hi, lo, number = (np.uint64(key[0]), np.uint64(key[1]), np.uint32(key[2]))
    low = (rows.lo < lo) | ((rows.lo == lo) & (rows.number < number))
    return int(np.count_nonzero((rows.hi < hi) | ((rows.hi == hi) & low)))
