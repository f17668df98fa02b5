"""The stacks of one case, kept in files beside the database and brought up to date."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trawl.errors import IndexDamaged
from trawl.matching.arrays import read_arrays, write_arrays
from trawl.matching.case_index import IMAGE, VIDEO, CaseIndex
from trawl.matching.stacks.levels import similar
from trawl.matching.stacks.links import Links
from trawl.matching.stacks.neighbours import Neighbours, restack
from trawl.matching.stacks.neighbours_file import read_neighbours, write_neighbours
from trawl.matching.stacks.rank import rank
from trawl.matching.stacks.relations import SIMILAR, STACK, Relation, Work
from trawl.matching.stacks.stars import MOST, Stars, star_of_links
from trawl.matching.steps import Step, Stop, Tell

VERSION = 1
_NAMES = ("leader", "distance", "group", "group_distance", "group_turn")

Whole = npt.NDArray[np.int64]
Pair = tuple[int, int]


@dataclass(slots=True)
class CaseStacks:
    """By position in the case's index. ``leader``: who is on top of the stack, itself where it
    is; ``distance``: bits from it. ``group``: the leader whose looser group the stack belongs
    to; ``group_distance`` and ``group_turn`` (index into TURNS) say how far the stack's leader
    is from it, and what done to it gives the stack's."""

    leader: Whole
    distance: npt.NDArray[np.uint8]
    group: Whole
    group_distance: npt.NDArray[np.uint8]
    group_turn: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.leader)

    def members(self, position: int) -> Whole:
        """Positions of the stack that this media is in, the one on top first, then by distance."""
        top = int(self.leader[position])
        found = np.flatnonzero(self.leader == top)
        order = np.lexsort((found, self.distance[found], found != top))
        ordered: Whole = found[order]
        return ordered

    def similar_to(self, position: int) -> Whole:
        """Tops of the other stacks of the same looser group, by position."""
        top = int(self.leader[position])
        tops = np.flatnonzero(self.leader == np.arange(len(self)))
        found: Whole = tops[(self.group[tops] == self.group[top]) & (tops != top)]
        return found


def load(folder: Path) -> CaseStacks | None:
    """The stacks as they were last saved; None when they never were. Raises IndexDamaged."""
    found = read_arrays(folder / "stacks.npz", VERSION, _NAMES)
    return None if found is None else CaseStacks(**found)


def save(folder: Path, stacks: CaseStacks) -> None:
    """Write the stacks."""
    write_arrays(folder / "stacks.npz", VERSION, {name: getattr(stacks, name) for name in _NAMES})


def forget(folder: Path) -> None:
    """Take the stacks away, as of an index whose media stand elsewhere from now on: they would be
    told of the wrong ones."""
    (folder / "stacks.npz").unlink(missing_ok=True)


def best_first(index: CaseIndex) -> Whole:
    """The positions of the case's pictures and videos, the best representative first."""
    media = index.media
    viewable = np.flatnonzero(index.is_kind(IMAGE, VIDEO))
    columns = (media[name][viewable] for name in ("width", "height", "sharpness", "size", "ids"))
    ranked: Whole = viewable[rank(*columns)]
    return ranked


def build(
    folder: Path,
    index: CaseIndex,
    spared: Whole,
    rejected: Sequence[Pair],
    same_videos: Iterable[tuple[int, int, int]],
    tell: Tell,
    stop: Stop,
) -> CaseStacks:
    """The stacks of a case. ``spared``: positions never matched by sight; ``rejected``: pairs of
    positions an officer has told apart; ``same_videos``: pairs of videos that are the same,
    with the bits between them.
    What was found before is kept beside, so that only what is new is compared."""
    order = best_first(index)
    pictures = order[index.is_kind(IMAGE)[order]]
    bits = index.media["bits"][pictures]
    quality = np.where(np.isin(pictures, spared), -1, index.media["quality"][pictures])
    work = Work(MOST, lambda done, total: tell(Step("stacks", done, total, "steps")), stop)
    near, alike = folder / "near.pairs", folder / "alike.pairs"
    stars, kept = restack(_kept(near, STACK), bits, quality, STACK, work)
    _keep(near, kept)
    stars = _told_apart(stars, _rows(rejected, pictures, len(index)))
    loose, kept = similar(
        bits, quality, stars, _kept(alike, SIMILAR), work=work._replace(tell=None)
    )
    _keep(alike, kept)
    stacks = _alone(len(index))
    stacks.leader[pictures] = pictures[stars.leader]
    stacks.distance[pictures] = stars.distance
    tops = pictures[loose.top]
    stacks.group[tops] = pictures[loose.leader]
    stacks.group_distance[tops] = loose.distance
    stacks.group_turn[tops] = loose.turn
    videos = order[index.is_kind(VIDEO)[order]]
    plain = set(spared.tolist())
    same = [pair for pair in same_videos if not plain & set(pair[:2])]
    stars = _star_of_videos(same, videos, len(index))
    stars = _told_apart(stars, _rows(rejected, videos, len(index)))
    stacks.leader[videos], stacks.distance[videos] = videos[stars.leader], stars.distance
    return stacks


def _kept(path: Path, relation: Relation) -> Neighbours | None:
    """The pairs found before; a damaged file is as good as none: they are found anew."""
    try:
        return read_neighbours(path, relation)
    except IndexDamaged:
        return None


def _keep(path: Path, kept: Neighbours | None) -> None:
    """Pairs too many to be kept are found anew the next time."""
    if kept is None:
        path.unlink(missing_ok=True)
    else:
        write_neighbours(path, kept)


def none() -> CaseStacks:
    """The stacks of a case that was never matched."""
    return _alone(0)


def _alone(count: int) -> CaseStacks:
    own = np.arange(count, dtype=np.int64)
    small = np.zeros(count, np.uint8)
    return CaseStacks(own, small, own.copy(), small.copy(), small.copy())


def _rows(pairs: Iterable[Pair], ranked: Whole, count: int) -> list[Pair]:
    """Pairs of positions as rows of ``ranked``, the better first; what is not there falls out."""
    row = _row_of(ranked, count)
    found = {(int(min(row[a], row[b])), int(max(row[a], row[b]))) for a, b in pairs}
    return sorted(pair for pair in found if pair[0] >= 0 and pair[0] != pair[1])


def _row_of(ranked: Whole, count: int) -> Whole:
    """Of each position its row in ``ranked``, -1 where it is not there."""
    row = np.full(count, -1, np.int64)
    row[ranked] = np.arange(len(ranked))
    return row


def _told_apart(stars: Stars, rejected: list[Pair]) -> Stars:
    """Of two that an officer has told apart, the lesser leaves the stack and stands alone."""
    leader, distance = stars.leader.copy(), stars.distance.copy()
    for better, lesser in rejected:
        if leader[better] == leader[lesser]:
            leader[lesser], distance[lesser] = lesser, 0
    return Stars(leader, distance, stars.turn)


def _star_of_videos(pairs: Iterable[tuple[int, int, int]], ranked: Whole, count: int) -> Stars:
    """The same rule over videos, from the pairs that are the same."""
    row = _row_of(ranked, count)
    found = sorted(
        (int(min(row[a], row[b])), int(max(row[a], row[b])), bits) for a, b, bits in pairs
    )
    columns = np.array(found, np.int64).reshape(-1, 3)
    links = Links(
        columns[:, 0].astype(np.uint32),
        columns[:, 1].astype(np.uint32),
        columns[:, 2].astype(np.uint8),
        np.zeros(len(columns), np.uint8),
    )
    return star_of_links(links, len(ranked))
