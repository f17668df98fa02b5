"""Equal fingerprints, told apart from others exactly."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trawl.matching.sight.hamming import Hashes, Words, words

Whole = npt.NDArray[np.int64]


class Distinct(NamedTuple):
    """The distinct ones among many fingerprints, in the order in which they first appear."""

    first: Whole  # (m,) row where each appears first; ascending
    which: Whole  # (n,) for each row, which of the distinct it is


def _opens(held: Words, order: Whole) -> npt.NDArray[np.bool_]:
    """Where, in this order, a row is not equal to the one before."""
    opens = np.ones(len(order), dtype=bool)
    word = held[order, 0]
    shared = np.flatnonzero(word[1:] == word[:-1]) + 1
    opens[shared] = (held[order[shared], 1:] != held[order[shared - 1], 1:]).any(axis=1)
    return opens


def _sorted(held: Words) -> tuple[Whole, npt.NDArray[np.bool_]]:
    """An order in which equal rows lie together, the earlier first, and where others begin.

    Sorted by one word; rows that share it and yet are not equal are sorted by all four.
    """
    order = np.argsort(held[:, 0], kind="stable")
    opens = _opens(held, order)
    word = held[order, 0]
    runs = np.append(True, word[1:] != word[:-1])
    if (opens == runs).all():
        return order, opens
    mixed = np.logical_or.reduceat(opens & ~runs, np.flatnonzero(runs))
    some = np.flatnonzero(mixed[np.cumsum(runs) - 1])
    rows = order[some]
    order[some] = rows[np.lexsort((rows, *held[rows].T[::-1]))]
    return order, _opens(held, order)


def distinct(bits: Hashes) -> Distinct:
    """The distinct ones of ``bits``, uint8 (n, 32)."""
    held = words(bits)
    if len(held) == 0:
        none = np.zeros(0, dtype=np.int64)
        return Distinct(none, none)
    order, opens = _sorted(held)
    by_word = order[opens]
    arrival = np.argsort(by_word, kind="stable")
    number = np.empty(len(by_word), dtype=np.int64)
    number[arrival] = np.arange(len(by_word))
    which = np.empty(len(order), dtype=np.int64)
    which[order] = number[np.cumsum(opens) - 1]
    return Distinct(by_word[arrival], which)
