"""Stars: every picture with the one that leads its group, by the rule of this package."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from trawl.matching.sight.hamming import Hashes, hashes
from trawl.matching.sight.pairs import Stop, Tell, TooManyPairs
from trawl.matching.stacks import sweep
from trawl.matching.stacks.blocks import leaders_in_blocks, nearest_in_blocks
from trawl.matching.stacks.distinct import Distinct, distinct
from trawl.matching.stacks.links import Links, chosen
from trawl.matching.stacks.relations import Near, Relation, Work
from trawl.model.matching import NEAR, PLAIN

MOST = 40_000_000
"""Links held at a time: 400 MB, and about as much again while they are sorted."""

ALL: Final = Work(MOST)

Whole = npt.NDArray[np.int64]


class Stars(NamedTuple):
    """For each row, best first, the row that leads its group; itself where it leads or is alone."""

    leader: Whole  # (n,)
    distance: npt.NDArray[np.uint8]  # (n,) bits between the two, 0 where it leads
    turn: npt.NDArray[np.uint8]  # (n,) what done to the leader gives it; place in TURNS


def stack(
    bits: Hashes,
    quality: npt.ArrayLike,
    *,
    threshold: int = NEAR,
    most: int = MOST,
    tell: Tell | None = None,
    stop: Stop | None = None,
) -> Stars:
    """The stacks of ``bits``, uint8 (n, 32), in rank order, with their ``quality``, (n,).

    ``most``: links that may be held at a time; with more the work is done in blocks. Raises
    Stopped when ``stop`` says so.
    """
    return star(bits, quality, Near(threshold), Work(most, tell, stop))


def star(bits: Hashes, quality: npt.ArrayLike, relation: Relation, work: Work) -> Stars:
    """The same by any relation. Those with a quality below 50 are alone."""
    seen = sighted(quality)
    held = hashes(bits)[seen]
    once = distinct(held)
    return spread(star_of_distinct(held[once.first], relation, work), once, seen, len(bits))


def star_of_distinct(bits: Hashes, relation: Relation, work: Work) -> Stars:
    """The same of fingerprints of which no two are equal, none too plain."""
    try:
        return star_of_links(relation.within(bits, work), len(bits))
    except TooManyPairs:
        leads = leaders_in_blocks(bits, relation, work)
        return _joined(*nearest_in_blocks(bits, leads, relation, work))


def star_of_links(links: Links, count: int) -> Stars:
    """The same from all near pairs; rows in rank order, ``first`` below ``second``."""
    leader, by = sweep.nearest(links, sweep.leaders(links, count))
    return _joined(leader, _ways(links, by))


def _ways(links: Links, by: Whole) -> npt.NDArray[np.uint8]:
    """Distance and turn, uint8 (2, n), of each row from its leader."""
    ways = np.zeros((2, len(by)), dtype=np.uint8)
    joins = np.flatnonzero(by >= 0)
    link = chosen(links, by[joins])
    ways[0, joins] = link.distance
    ways[1, joins] = link.turn
    return ways


def _joined(leader: Whole, ways: npt.NDArray[np.uint8]) -> Stars:
    return Stars(leader, ways[0], ways[1])


def sighted(quality: npt.ArrayLike) -> Whole:
    """Rows of the pictures that may be matched by sight at all."""
    return np.flatnonzero(np.asarray(quality) >= PLAIN).astype(np.int64)


def spread(stars: Stars, once: Distinct, seen: Whole, count: int) -> Stars:
    """Stars of distinct fingerprints, told of all ``count`` pictures: ``seen`` are the rows of
    those with a fingerprint, ``once`` says which each of them has."""
    leader = np.arange(count, dtype=np.int64)
    ways = np.zeros((2, count), dtype=np.uint8)
    leader[seen] = seen[once.first[stars.leader[once.which]]]
    ways[0, seen] = stars.distance[once.which]
    ways[1, seen] = stars.turn[once.which]
    return _joined(leader, ways)
