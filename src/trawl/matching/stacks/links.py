"""Links: pairs of fingerprints that are near to each other, and in which turn."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trawl.matching.sight.hamming import Pairs
from trawl.matching.sight.turns import TURNS
from trawl.model.matching import Turn


class Links(NamedTuple):
    """Near pairs, by (first, second), each pair once; ``first`` is below ``second`` where both
    are rows of one array."""

    first: npt.NDArray[np.uint32]  # (p,) row of the one
    second: npt.NDArray[np.uint32]  # (p,) row of the other
    distance: npt.NDArray[np.uint8]  # (p,) bits
    turn: npt.NDArray[np.uint8]  # (p,) what done to ``first`` gives ``second``; place in TURNS


def _backwards() -> npt.NDArray[np.uint8]:
    """The turn that undoes each turn: only the quarter rotations are not their own."""
    undone = {Turn.ROTATED_90: Turn.ROTATED_270, Turn.ROTATED_270: Turn.ROTATED_90}
    return np.array([TURNS.index(undone.get(turn, turn)) for turn in TURNS], dtype=np.uint8)


BACKWARDS = _backwards()
"""uint8 (8,): the turn that undoes each of TURNS."""


def as_they_stand(pairs: Pairs) -> Links:
    """Links of pairs that were not turned."""
    return Links(*pairs, np.zeros(len(pairs.first), dtype=np.uint8))


def no_links() -> Links:
    """Nothing near."""
    rows = np.zeros(0, dtype=np.uint32)
    small = np.zeros(0, dtype=np.uint8)
    return Links(rows, rows, small, small)


def chosen(links: Links, rows: npt.NDArray[np.bool_] | npt.NDArray[np.int64]) -> Links:
    """Some of the links."""
    return Links(links.first[rows], links.second[rows], links.distance[rows], links.turn[rows])


def shifted(links: Links, first: int, second: int) -> Links:
    """The same links, rows counted from further up."""
    return links._replace(
        first=links.first + np.uint32(first), second=links.second + np.uint32(second)
    )


def forwards(links: Links) -> Links:
    """The same links with ``first`` below ``second``; what is linked to itself falls away."""
    own = links.first == links.second
    if own.any():
        links = chosen(links, ~own)
    back = links.first > links.second
    if not back.any():
        return links
    return Links(
        np.minimum(links.first, links.second),
        np.maximum(links.first, links.second),
        links.distance,
        np.where(back, BACKWARDS[links.turn], links.turn),
    )


def inserted(links: Links, more: Links) -> Links:
    """Links in order with a few others, in order too, put in among them; no pair is in both."""
    place = np.searchsorted(_as_one(links), _as_one(more))
    return Links(
        np.insert(links.first, place, more.first),
        np.insert(links.second, place, more.second),
        np.insert(links.distance, place, more.distance),
        np.insert(links.turn, place, more.turn),
    )


def _as_one(links: Links) -> npt.NDArray[np.uint64]:
    """Each pair as one number, which orders as the pair does."""
    high = links.first.astype(np.uint64) << np.uint64(32)
    return high | links.second.astype(np.uint64)


def merged(parts: list[Links]) -> Links:
    """All links of several, in order; of a pair that is there more than once the nearest stays,
    of equally near ones that of the first turn."""
    whole = Links(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
    pair = _as_one(whole)
    if len(pair) == 0 or (pair[1:] > pair[:-1]).all():
        return whole
    order = np.argsort(pair, kind="stable")  # which goes along what is in order already
    if (pair[order[1:]] != pair[order[:-1]]).all():
        return chosen(whole, order)
    order = np.lexsort((whole.turn, whole.distance, pair))
    pair = pair[order]
    kept = np.ones(len(order), dtype=bool)
    kept[1:] = pair[1:] != pair[:-1]
    return chosen(whole, order[kept])
