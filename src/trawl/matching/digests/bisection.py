"""Bisection of many sorted ranges at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from trawl.matching.digests.rows import Words
from trawl.model.hash_set import Numbers

Column = Callable[[Numbers], Words]
"""The values at some rows."""


def first_not_below(column: Column, keys: Words, low: Numbers, high: Numbers) -> Numbers:
    """For each key the first row in ``[low, high)`` whose value is not below it, ``high`` when
    there is none. Within each range the values ascend."""
    return _first(lambda rows, keys: column(rows) < keys, keys, low, high)


def first_above(column: Column, keys: Words, low: Numbers, high: Numbers) -> Numbers:
    """The same for the first row whose value is above the key."""
    return _first(lambda rows, keys: column(rows) <= keys, keys, low, high)


def _first(
    passed: Callable[[Numbers, Words], np.ndarray[tuple[int, ...], np.dtype[np.bool_]]],
    keys: Words,
    low: Numbers,
    high: Numbers,
) -> Numbers:
    low, high = low.copy(), high.copy()
    open_ = np.flatnonzero(low < high)
    while len(open_):
        middle = (low[open_] + high[open_]) >> 1
        go_on = passed(middle, keys[open_])
        low[open_[go_on]] = middle[go_on] + 1
        high[open_[~go_on]] = middle[~go_on]
        open_ = open_[low[open_] < high[open_]]
    return low
