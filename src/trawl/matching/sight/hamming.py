"""Hamming distances between PDQ hashes by brute force: the reference for every index.

A hash is 32 bytes as ``passes/pdq.py`` writes them; many are uint8 (n, 32). NumPy alone: small
jobs are done here, and never wait for a compiler.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

BITS = 256
BYTES = 32
WORDS = 4
AT_ONCE = 1 << 20  # comparisons held at a time: 32 MB of words

Hashes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]


class Pairs(NamedTuple):
    """Pairs of hashes within a threshold, by (first, second); each pair once."""

    first: npt.NDArray[np.uint32]  # (p,) row of the one, always below ``second``
    second: npt.NDArray[np.uint32]  # (p,) row of the other
    distance: npt.NDArray[np.uint8]  # (p,) bits in which they differ


class Near(NamedTuple):
    """What lies near to hashes that were sought, by (query, distance, entry)."""

    query: npt.NDArray[np.int64]  # (p,) row among those sought
    entry: npt.NDArray[np.int64]  # (p,) row in the bank
    distance: npt.NDArray[np.uint8]  # (p,) bits in which they differ


def hashes(bits: npt.ArrayLike) -> Hashes:
    """``bits`` as contiguous uint8 (n, 32); ValueError when they are not hashes."""
    held = np.ascontiguousarray(bits)
    if held.dtype != np.uint8 or held.ndim != 2 or held.shape[1] != BYTES:
        raise ValueError(f"hashes are uint8 (n, {BYTES}), not {held.dtype} {held.shape}")
    return held


def words(bits: Hashes) -> Words:
    """The same hashes as uint64 (n, 4)."""
    held = hashes(bits)
    if held.ctypes.data % 8:
        held = held.copy()
    return held.view(np.uint64).reshape(len(held), WORDS)


def _apart(some: Words, many: Words) -> npt.NDArray[np.uint16]:
    """Distances of every one of ``some`` (s, 4) to every one of ``many`` (n, 4): (s, n)."""
    apart: npt.NDArray[np.uint16] = np.bitwise_count(some[:, None, 0] ^ many[None, :, 0]).astype(
        np.uint16
    )
    for word in range(1, WORDS):
        apart += np.bitwise_count(some[:, None, word] ^ many[None, :, word])
    return apart


def distances(one: Hashes, many: Hashes) -> npt.NDArray[np.uint16]:
    """Bits in which ``one``, uint8 (32,), differs from each of ``many``, uint8 (n, 32): (n,)."""
    apart: npt.NDArray[np.uint16] = _apart(words(np.asarray(one)[None, :]), words(many))[0]
    return apart


def _blocks(rows: int, columns: int) -> Iterator[slice]:
    """Runs of rows, so that each meets all columns in bounded memory."""
    step = max(1, AT_ONCE // max(1, columns))
    for start in range(0, rows, step):
        yield slice(start, min(rows, start + step))


def _joined(parts: list[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    return np.concatenate([np.empty(0, np.int64), *parts])


def pairs_by_force(bits: Hashes, threshold: int) -> Pairs:
    """All pairs of ``bits``, uint8 (n, 32), that differ in at most ``threshold`` bits."""
    held = words(bits)
    found = []
    for rows in _blocks(len(held), len(held)):
        # What lies before the first row of this run has met it already.
        apart = _apart(held[rows], held[rows.start :])
        above, beyond = np.nonzero(apart <= threshold)
        kept = beyond > above
        above, beyond = above[kept], beyond[kept]
        found.append((above + rows.start, beyond + rows.start, apart[above, beyond]))
    return Pairs(
        _joined([one[0] for one in found]).astype(np.uint32),
        _joined([one[1] for one in found]).astype(np.uint32),
        _joined([one[2] for one in found]).astype(np.uint8),
    )


def look_up_by_force(bank: Hashes, queries: Hashes, threshold: int) -> Near:
    """Of ``bank``, uint8 (n, 32), what differs from each of ``queries``, uint8 (q, 32), in at
    most ``threshold`` bits."""
    entries, sought = words(bank), words(queries)
    found = []
    for rows in _blocks(len(sought), len(entries)):
        apart = _apart(sought[rows], entries)
        query, entry = np.nonzero(apart <= threshold)
        found.append((query + rows.start, entry, apart[query, entry]))
    return in_order(
        _joined([one[0] for one in found]).astype(np.int64),
        _joined([one[1] for one in found]).astype(np.int64),
        _joined([one[2] for one in found]).astype(np.uint8),
    )


def in_order(
    query: npt.NDArray[np.int64], entry: npt.NDArray[np.int64], distance: npt.NDArray[np.uint8]
) -> Near:
    """What was found in any order, in the order of ``Near``."""
    order = np.lexsort((entry, distance, query))
    return Near(query[order], entry[order], distance[order])
