"""All pairs of PDQ hashes within a threshold: exact, with a bound on what is kept."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from trawl.errors import Stopped
from trawl.matching.sight.gathering import MOST_ROWS, Gathered, TooManyPairs
from trawl.matching.sight.hamming import (
    Hashes,
    Pairs,
    hashes,
    look_up_by_force,
    pairs_by_force,
)
from trawl.matching.sight.twins import twins_of
from trawl.model.matching import NEAR

__all__ = ["Stopped", "TooManyPairs", "all_pairs", "pairs_between"]

A_FEW = 3_000  # hashes that NumPy compares before Numba is imported
A_FEW_COMPARISONS = A_FEW**2 // 2

Tell = Callable[[int, int], None]
Stop = Callable[[], bool]


def _checked(bits: Hashes) -> Hashes:
    held = hashes(bits)
    if len(held) >= MOST_ROWS:
        raise ValueError(f"at most {MOST_ROWS:,} hashes, not {len(held):,}")
    return held


def _few(found: Pairs, most: int | None, tell: Tell | None) -> Pairs:
    if most is not None and len(found.first) > most:
        raise TooManyPairs(most)
    if tell:
        tell(1, 1)
    return found


def _joined(
    one: Hashes,
    other: Hashes | None,
    threshold: int,
    gathered: Gathered,
    tell: Tell | None,
    stop: Stop | None,
) -> Pairs:
    from trawl.matching.sight import joins

    try:
        joins.join(one, other, threshold, gathered.take, tell, stop)
    except joins.Interrupted:
        raise Stopped from None
    return gathered.pairs()


def all_pairs(
    bits: Hashes,
    threshold: int = NEAR,
    *,
    most: int | None = None,
    tell: Tell | None = None,
    stop: Stop | None = None,
) -> Pairs:
    """Every pair of ``bits``, uint8 (n, 32), that differs in at most ``threshold`` bits.

    ``most``: how many pairs may be kept; raises TooManyPairs as soon as there are more.
    ``tell``: called now and then with (done, total). ``stop``: asked now and then; raises
    Stopped when it says so. Up to 31 bits, exactness costs least; up to 47 some eight times as
    much; beyond, all are compared with all.
    """
    held = _checked(bits)
    if stop and stop():
        raise Stopped
    if len(held) <= A_FEW:
        return _few(pairs_by_force(held, threshold), most, tell)
    twins = twins_of(held)
    gathered = Gathered(twins, most)
    gathered.take_twins()
    distinct = held if twins is None else twins.of_distinct(held)
    return _joined(distinct, None, threshold, gathered, tell, stop)


def pairs_between(
    old: Hashes,
    new: Hashes,
    threshold: int = NEAR,
    *,
    most: int | None = None,
    tell: Tell | None = None,
    stop: Stop | None = None,
) -> Pairs:
    """Every pair of one of ``old``, uint8 (n, 32), and one of ``new``, uint8 (m, 32), that
    differs in at most ``threshold`` bits; ``first`` is a row of ``old``, ``second`` of ``new``.
    The rest is as for ``all_pairs``."""
    one, other = _checked(old), _checked(new)
    if stop and stop():
        raise Stopped
    if len(one) * len(other) <= A_FEW_COMPARISONS:
        near = look_up_by_force(one, other, threshold)
        order = np.lexsort((near.query, near.entry))
        first, second = near.entry.astype(np.uint32), near.query.astype(np.uint32)
        return _few(Pairs(first[order], second[order], near.distance[order]), most, tell)
    return _joined(one, other, threshold, Gathered(None, most), tell, stop)
