"""The compiled inner loops of banks: keys, an index by key, and looking up.

A band's index is ``starts`` uint32 (2**width + 1) and ``rows`` uint32 (n): the hashes of key k are
``rows[starts[k] : starts[k + 1]]``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from trawl.matching.sight.vectors import compiled, fetch_ahead, ones

Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]
Keys = npt.NDArray[np.uint32]
Whole = npt.NDArray[np.int64]

WAITING = 1 << 14  # candidates on their way from memory at a time


@compiled
def _key(bits: Bytes, row: int, tables: Keys, band: int) -> Any:
    """A band's key of one hash. (Whole arrays and places in them, here and below: a view of a
    part counts a reference, which threads then fight over.)"""
    key = np.uint32(0)
    for byte in range(32):
        key |= tables[band, byte, bits[row, byte]]
    return np.int64(key)


@compiled
def index(bits: Bytes, tables: Keys, band: int, starts: Keys, rows: Keys) -> None:
    """Fill a band's ``starts`` and ``rows``; ``tables`` (bands, 32, 256) say which bits of the
    key each byte of a hash sets."""
    keys = np.empty(len(bits), np.uint32)
    starts[:] = 0
    for row in range(len(bits)):
        key = _key(bits, row, tables, band)
        keys[row] = key
        starts[key + 1] += np.uint32(1)
    for key in range(1, len(starts)):
        starts[key] += starts[key - 1]
    # Placing moves each start to its end, which is the next one's start: moved back below.
    for row in range(len(bits)):
        key = np.int64(keys[row])
        rows[starts[key]] = row
        starts[key] += np.uint32(1)
    for key in range(len(starts) - 1, 0, -1):
        starts[key] = starts[key - 1]
    starts[0] = 0


@compiled
def _roomier(found: Words, count: int, more: int) -> Words:
    """``found``, or a larger copy, with room for ``more`` beyond ``count``."""
    if count + more <= len(found):
        return found
    larger = np.empty(2 * (count + more), np.uint64)
    larger[:count] = found[:count]
    return larger


@compiled
def _examined(
    words: Words,
    at: int,
    sought: Words,
    number: int,
    threshold: int,
    rows: Keys,
    waiting: Whole,
    many: int,
    found: Words,
    count: int,
) -> int:
    """Add [distance, row] of what is near among the places ``waiting`` in ``rows``; there is
    room for all of them. ``at`` is where ``words`` lie."""
    for item in range(many):
        row = np.int64(rows[waiting[item]])
        waiting[item] = row
        fetch_ahead(at + 32 * row)
    a, b, c, d = sought[number, 0], sought[number, 1], sought[number, 2], sought[number, 3]
    for item in range(many):
        row = waiting[item]
        apart = ones(a ^ words[row, 0]) + ones(b ^ words[row, 1])
        apart += ones(c ^ words[row, 2]) + ones(d ^ words[row, 3])
        found[count] = (np.uint64(apart) << np.uint64(32)) | np.uint64(row)
        count += apart <= threshold
    return count


@compiled
def _once(found: Words, begin: int, count: int) -> int:
    """Sort ``found[begin:count]`` and keep each but once; returns the new count."""
    if count - begin < 2:
        return count
    found[begin:count].sort()
    kept = begin + 1
    for item in range(begin + 1, count):
        if found[item] != found[item - 1]:
            found[kept] = found[item]
            kept += 1
    return kept


@compiled
def look_up(
    words: Words,
    starts: Keys,
    rows: Keys,
    tables: Any,
    masks: Whole,
    ends: Whole,
    queries: Bytes,
    sought: Words,
    threshold: int,
    counts: Whole,
) -> Words:
    """What lies near to each of ``queries``, uint8 (q, 32), ``sought`` as words: for each, in
    ``counts``, how many [distance, row], in order, stand in what is returned.

    ``starts`` (bands, 2**width + 1), ``rows`` (bands, n), ``tables`` (bands, 32, 256); band b
    is searched with ``masks[ends[b] : ends[b + 1]]``. Memory is asked for well before it is read:
    first the starts for all masks of all bands, then the rows, then the hashes.
    """
    bands, entries = rows.shape
    flat_starts, flat_rows = starts.reshape(-1), rows.reshape(-1)
    at_starts, at_rows, at = flat_starts.ctypes.data, flat_rows.ctypes.data, words.ctypes.data
    step = starts.shape[1]
    places = np.empty(ends[bands], np.int64)
    waiting = np.empty(WAITING + 3, np.int64)
    found = np.empty(4 * WAITING, np.uint64)
    count = 0
    for number in range(len(queries)):
        before = count
        for band in range(bands):
            key = _key(queries, number, tables, band)
            for item in range(ends[band], ends[band + 1]):
                places[item] = band * step + (key ^ masks[item])
                fetch_ahead(at_starts + 4 * places[item])
        many = 0
        for band in range(bands):
            for item in range(ends[band], ends[band + 1]):
                low = band * entries + np.int64(flat_starts[places[item]])
                high = band * entries + np.int64(flat_starts[places[item] + 1])
                fetch_ahead(at_rows + 4 * low)
                # None, one or two, as it mostly is, without a branch to guess.
                waiting[many], waiting[many + 1] = low, low + 1
                many += min(high - low, 2)
                for place in range(low + 2, high):
                    waiting[many] = place
                    many += 1
                    if place % 16 == 0:
                        fetch_ahead(at_rows + 4 * place)
                    if many >= WAITING:
                        found = _roomier(found, count, WAITING + 2)
                        count = _examined(
                            words, at, sought, number, threshold, flat_rows, waiting, many,
                            found, count,
                        )  # fmt: skip
                        many = 0
                if many >= WAITING:
                    found = _roomier(found, count, WAITING + 2)
                    count = _examined(
                        words, at, sought, number, threshold, flat_rows, waiting, many, found, count
                    )
                    many = 0
        found = _roomier(found, count, WAITING + 2)
        count = _examined(
            words, at, sought, number, threshold, flat_rows, waiting, many, found, count
        )
        count = _once(found, before, count)
        counts[number] = count - before
    return found[:count].copy()
