"""The star rule over links, in one go through them.

Written as plain loops over arrays: compiled when there is much to do, and the very same lines run
as they are when there is little, so that a small case never waits for the compiler.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from trawl.matching.stacks.links import Links

_WORTH_COMPILING = 50_000  # links and pictures; about the time that compiling takes

Whole = npt.NDArray[np.int64]
_Found = tuple[Whole, Whole]


def _leaders(first: Any, second: Any, leads: Any) -> None:
    """Who leads: a picture that no better leader is near to. Links in any order, rows best
    first; ``leads`` is all true."""
    count = len(leads)
    start = np.zeros(count + 1, np.int64)
    for link in range(len(first)):
        start[first[link] + 1] += 1
    for row in range(count):
        start[row + 1] += start[row]
    place = start[:-1].copy()
    near = np.empty(len(first), np.uint32)
    for link in range(len(first)):
        row = first[link]
        near[place[row]] = second[link]
        place[row] += 1
    # When its turn comes, all that could be said against a picture has been said.
    for row in range(count):
        if leads[row]:
            for at in range(start[row], start[row + 1]):
                leads[near[at]] = False


def _nearest(first: Any, second: Any, distance: Any, leads: Any, leader: Any, by: Any) -> None:
    """For each that does not lead its nearest better leader, of equally near ones the best, and
    the link that says so; ``first`` is the better of each two. ``leader`` comes as each its own,
    ``by`` as all -1."""
    for link in range(len(first)):
        top, member = first[link], second[link]
        if not leads[top]:
            continue
        held = by[member]
        if (
            held < 0
            or distance[link] < distance[held]
            or (distance[link] == distance[held] and top < leader[member])
        ):
            leader[member] = top
            by[member] = link


@functools.cache
def _compiled() -> tuple[Callable[..., None], Callable[..., None]]:
    from trawl.matching.sight.vectors import compiled

    return compiled(_leaders), compiled(_nearest)


def leaders(links: Links, count: int) -> npt.NDArray[np.bool_]:
    """Which of ``count`` rows, best first, lead: bool (count,)."""
    leads = np.ones(count, dtype=bool)
    much = len(links.first) + count > _WORTH_COMPILING
    (_compiled()[0] if much else _leaders)(links.first, links.second, leads)
    return leads


def nearest(links: Links, leads: npt.NDArray[np.bool_]) -> _Found:
    """The leader of each row, int64 (n,), itself where it leads; and the link that joins it to
    that leader, int64 (n,), -1 where it leads."""
    leader = np.arange(len(leads), dtype=np.int64)
    by = np.full(len(leads), -1, dtype=np.int64)
    much = len(links.first) > _WORTH_COMPILING
    sweep = _compiled()[1] if much else _nearest
    sweep(links.first, links.second, links.distance, leads, leader, by)
    return leader, by
