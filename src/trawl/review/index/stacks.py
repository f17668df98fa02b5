"""What matching says of the media of a case, by position in review's index.

Review does not know matching: whoever joins the two hands a ``Matched`` in. A case that was never
matched has every media in a stack of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trawl.review.index.columns_file import Array, read_columns, write_columns
from trawl.review.index.media_index import MediaIndex, Positions

VERSION = 1
FILE = "stacks.columns"

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Matched:
    """What matching left. ``leader`` and ``group``: the position of the media on top of the stack
    and of the top of the looser group, (n,); ``distance``: bits from the top, uint8 (n,)."""

    leader: Numbers
    distance: npt.NDArray[np.uint8]
    group: Numbers


class Matching(NamedTuple):
    """How to get at what matching left of a case. ``state`` names it and costs next to nothing;
    ``read`` reads it for the media of these identifiers, sorted."""

    state: Callable[[int], str]
    read: Callable[[int, Numbers], Matched]


def alone(count: int) -> Matched:
    """A case that was never matched."""
    own = np.arange(count, dtype=np.int64)
    return Matched(own, np.zeros(count, np.uint8), own)


@dataclass(frozen=True, slots=True)
class Stacks:
    """``columns``, each (n,): ``leader``, ``group`` int32; ``distance``; ``size`` media in the
    stack and ``files`` their occurrences, the same for every member; ``start``: where the members
    of the stack begin in ``member``; ``member``: all positions by stack, the top first, then the
    nearest; ``by_stack``: all positions, those of the largest stacks first."""

    columns: dict[str, Array]

    def __getitem__(self, name: str) -> Array:
        return self.columns[name]

    @property
    def leader(self) -> Positions:
        """The position on top of each media's stack."""
        return self.columns["leader"]

    def members(self, position: int) -> Positions:
        """The stack of a media: the top first, then the nearest."""
        start, size = int(self["start"][position]), int(self["size"][position])
        found: Positions = self["member"][start : start + size]
        return found

    def members_of(self, positions: npt.NDArray[np.integer]) -> tuple[Positions, Numbers]:
        """The members of the stacks of some media one after the other, and of each the row of
        its stack among those asked for."""
        sizes = self["size"][positions].astype(np.int64)
        row = np.repeat(np.arange(len(positions)), sizes)
        inside = np.arange(len(row)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        found: Positions = self["member"][self["start"][positions][row] + inside]
        return found, row


def derive(index: MediaIndex, matched: Matched) -> Stacks:
    """The columns from what matching left."""
    count = len(index)
    leader = matched.leader.astype(np.int32)
    top = leader == np.arange(count)
    near = np.where(top, 0, matched.distance.astype(np.int16) + 1)
    size = np.bincount(leader, minlength=count).astype(np.int32)
    start = (np.cumsum(size) - size).astype(np.int32)
    files = np.bincount(leader, weights=index["files"], minlength=count).astype(np.int64)
    place = index["by_place"]
    return Stacks(
        {
            "leader": leader,
            "group": matched.group.astype(np.int32),
            "distance": matched.distance,
            "size": size[leader],
            "files": files[leader],
            "start": start[leader],
            "member": np.lexsort((near, leader)).astype(np.int32),
            "by_stack": place[np.argsort(-size[leader[place]], kind="stable")],
        }
    )


def save(folder: Path, stacks: Stacks, token: str) -> None:
    """Write the columns; ``token`` names what they were made of."""
    write_columns(folder / FILE, VERSION, stacks.columns, {"token": token})


def load(folder: Path, token: str) -> Stacks | None:
    """The columns, when they were made of just that and hold."""
    found = read_columns(folder / FILE, VERSION)
    return Stacks(found.arrays) if found is not None and found.meta["token"] == token else None
