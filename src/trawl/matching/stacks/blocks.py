"""The star rule where the near pairs are too many to hold.

A hundred thousand frames of one camera on one wall have five thousand million near pairs, but
one leader. So the pictures are taken in rank order, a block at a time, against the leaders so
far: what a leader is near to cannot lead, and the pairs among what is left are few or the block
is halved. Leaders are never near to each other, so a picture is near to few of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from trawl.matching.sight.hamming import Hashes
from trawl.matching.sight.pairs import TooManyPairs
from trawl.matching.stacks import sweep
from trawl.matching.stacks.links import Links, chosen, shifted
from trawl.matching.stacks.relations import Relation, Work

FIRST = 4096
"""Rows of the first block; later ones grow, so that an index of the leaders is built seldom."""

Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Say = Callable[[int], None]


def leaders_in_blocks(bits: Hashes, relation: Relation, work: Work) -> Flags:
    """Which of ``bits``, uint8 (n, 32), best first and no two equal, lead: bool (n,). Raises
    TooManyPairs only when one picture is near to more leaders than ``work.most``."""
    inner = work._replace(tell=None)
    leads = np.zeros(len(bits), dtype=bool)
    blocks = _Blocks(len(bits))
    for rows in blocks:
        try:
            leads[rows] = _leading(bits[np.flatnonzero(leads)], bits[rows], relation, inner)
        except TooManyPairs as error:
            blocks.halve(error)
        _tell(work, rows.start, 2 * len(bits))
    return leads


def _leading(leaders: Hashes, block: Hashes, relation: Relation, work: Work) -> Flags:
    """Which of the rows that follow on the leaders so far lead too."""
    free = np.ones(len(block), dtype=bool)
    if len(leaders):
        free[relation.between(leaders, block, work).second] = False
    rest = np.flatnonzero(free)
    free[rest] = sweep.leaders(relation.within(block[rest], work), len(rest))
    return free


def nearest_in_blocks(
    bits: Hashes, leads: Flags, relation: Relation, work: Work
) -> tuple[Whole, npt.NDArray[np.uint8]]:
    """The leader of each row, int64 (n,), and how it differs from it: uint8 (2, n), the bits and
    the turn."""
    inner = work._replace(tell=None)
    tops, members = np.flatnonzero(leads), np.flatnonzero(~leads)
    leader = np.arange(len(bits), dtype=np.int64)
    ways = np.zeros((2, len(bits)), dtype=np.uint8)
    blocks = _Blocks(len(members))
    for rows in blocks:
        some = members[rows]
        try:
            links = relation.between(bits[tops], bits[some], inner)
        except TooManyPairs as error:
            blocks.halve(error)
            continue
        better = tops[links.first] < some[links.second]
        near = _nearest_top(chosen(links, better), len(tops), len(some))
        leader[some] = tops[near.first]
        ways[0, some], ways[1, some] = near.distance, near.turn
        _tell(work, len(bits) + rows.start, 2 * len(bits))
    return leader, ways


def _nearest_top(links: Links, tops: int, members: int) -> Links:
    """Of each member the link to its nearest leader, in the order of the members."""
    leads = np.arange(tops + members) < tops
    _, by = sweep.nearest(shifted(links, 0, tops), leads)
    return chosen(links, by[tops:])


class _Blocks(Iterator[slice]):
    """Runs of rows that grow while all goes well, and are taken again, halved, where not."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._next = 0
        self._size = FIRST

    def __next__(self) -> slice:
        if self._next >= self._count:
            raise StopIteration
        self._now = slice(self._next, min(self._count, self._next + self._size))
        self._next = self._now.stop
        self._size *= 2
        return self._now

    def halve(self, error: TooManyPairs) -> None:
        """Take the last run again, half as long; raises the error when one row is too much."""
        length = self._now.stop - self._now.start
        if length == 1:
            raise error
        self._next = self._now.start
        self._size = length // 2


def _tell(work: Work, done: int, total: int) -> None:
    if work.tell:
        work.tell(done, total)
