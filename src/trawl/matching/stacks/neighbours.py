"""All near pairs found so far, so that a new exhibit costs only its own.

Kept by fingerprint, not by media: what was found of two fingerprints stays true whatever happens
to the case, so the file is never stale. Media may go, be ranked anew, or share a fingerprint.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trawl.matching.sight.hamming import BYTES, Hashes, hashes
from trawl.matching.sight.pairs import TooManyPairs
from trawl.matching.stacks.distinct import Distinct, distinct
from trawl.matching.stacks.links import Links, chosen, forwards, inserted, merged, no_links, shifted
from trawl.matching.stacks.relations import STACK, Relation, Work
from trawl.matching.stacks.stars import (
    ALL,
    Stars,
    sighted,
    spread,
    star_of_distinct,
    star_of_links,
)

Whole = npt.NDArray[np.int64]
Places = npt.NDArray[np.uint32]

NOWHERE = np.uint32(0xFFFFFFFF)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Distinct fingerprints, uint8 (m, 32), in the order they came, and every link among them by
    the relation of that name."""

    relation: str
    bits: Hashes
    links: Links


def none_yet(relation: Relation) -> Neighbours:
    """Where keeping begins."""
    return Neighbours(relation.name, np.zeros((0, BYTES), dtype=np.uint8), no_links())


def grow(kept: Neighbours, new: Hashes, relation: Relation, work: Work = ALL) -> Neighbours:
    """With the fingerprints of ``new``, uint8 (n, 32), that were not known yet: new against old
    and new among themselves. Raises TooManyPairs when they cannot all be held."""
    return _grown(kept, new, relation, work)[0]


def _grown(
    kept: Neighbours, new: Hashes, relation: Relation, work: Work
) -> tuple[Neighbours, Whole]:
    """The same, and which of the kept fingerprints each of ``new`` is."""
    if kept.relation != relation.name:
        kept = none_yet(relation)
    old = len(kept.bits)
    both = np.concatenate([kept.bits, hashes(new)])
    once = distinct(both)
    which = once.which[old:]
    unknown = both[once.first[old:]]
    if len(unknown) == 0:
        return kept, which
    bits = both[once.first]
    if len(unknown) > old:
        return Neighbours(relation.name, bits, relation.within(bits, work)), which
    links = [
        shifted(relation.between(kept.bits, unknown, work), 0, old),
        shifted(relation.within(unknown, work), old, old),
    ]
    if len(kept.links.first) + sum(len(part.first) for part in links) > work.most:
        raise TooManyPairs(work.most)
    return Neighbours(relation.name, bits, inserted(kept.links, merged(links))), which


def restack(
    kept: Neighbours | None,
    bits: Hashes,
    quality: npt.ArrayLike,
    relation: Relation = STACK,
    work: Work = ALL,
) -> tuple[Stars, Neighbours | None]:
    """Stars of ``bits``, uint8 (n, 32), in rank order, as ``stack`` gives them, and what to keep
    for the next time: None when the pairs are too many to be kept."""
    seen = sighted(quality)
    held = hashes(bits)[seen]
    try:
        kept, which = _grown(kept or none_yet(relation), held, relation, work)
    except TooManyPairs:
        once = distinct(held)
        stars = star_of_distinct(held[once.first], relation, work)
        return spread(stars, once, seen, len(bits)), None
    once, number = _in_rank_order(which, len(kept.bits))
    stars = star_of_links(_renumbered(kept.links, number), len(once.first))
    return spread(stars, once, seen, len(bits)), kept


def _in_rank_order(which: Whole, count: int) -> tuple[Distinct, Places]:
    """The kept fingerprints that are in the case, in the order of the best picture that bears
    each; and for each kept one its place there, uint32, NOWHERE where it is not in the case."""
    first = np.full(count, len(which), dtype=np.int64)
    np.minimum.at(first, which, np.arange(len(which)))
    order = np.argsort(first, kind="stable")
    order = order[first[order] < len(which)]
    number = np.full(count, NOWHERE)
    number[order] = np.arange(len(order), dtype=np.uint32)
    return Distinct(first[order], number[which].astype(np.int64)), number


def _renumbered(links: Links, number: Places) -> Links:
    """Links among those in the case, by their places; in no order."""
    links = links._replace(first=number[links.first], second=number[links.second])
    if (number == NOWHERE).any():
        links = chosen(links, (links.first != NOWHERE) & (links.second != NOWHERE))
    return forwards(links)
