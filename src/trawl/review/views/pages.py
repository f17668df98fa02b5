"""One page of a view, column by column: what its rows are and what they stand at now."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from trawl.review.views.asking import Unit
from trawl.review.views.held import Codes, Held
from trawl.review.views.settling import Settled
from trawl.store.database import Reader
from trawl.store.paths import paths_of
from trawl.store.review_facts import KINDS, NO_TIME

PAGE = 1000
"""Rows of a page."""

_KINDS = [str(kind) for kind in KINDS]


class Page(msgspec.Struct, frozen=True):
    """``first``: the row of the first within the view. The columns are of one length: ``ids``
    of the media, of a stack that on top; ``stack`` media in the stack and ``files`` their
    occurrences (those of the media itself where rows are media); ``state`` as of
    ``model.grading.State``; ``category`` the officer's own, else the trusted one; ``mine``
    whether it is their own; ``proposed`` and ``by`` what a set proposes; ``leased`` who else has
    it; ``exhibit`` index into ``exhibits``, with ``path`` of the first occurrence."""

    first: int
    ids: list[int]
    stack: list[int]
    files: list[int]
    kind: list[str]
    state: list[int]
    category: list[str | None]
    mine: list[bool]
    proposed: list[str | None]
    by: list[str | None]
    taken_us: list[int | None]
    leased: list[str | None]
    duration_ms: list[int | None]
    exhibit: list[int]
    path: list[str]
    exhibits: list[str]


def page(view: Reader, held: Held, officer_id: int, settled: Settled, number: int) -> Page:
    """Page ``number`` of a view, from 0; without rows beyond its end."""
    first = number * PAGE
    rows = settled.rows[first : first + PAGE]
    index, judged = held.index, held.judged
    firsts = index["first"][rows].tolist()
    paths = paths_of(view, firsts)
    speaking = speakers(held, officer_id, rows) if settled.unit is Unit.STACK else rows
    state, category, mine = judged.told(officer_id, speaking)
    proposed, source = judged.proposals(speaking)
    files = held.stacks["files"] if settled.unit is Unit.STACK else index["files"]
    return Page(
        first=first,
        ids=index.ids[rows].tolist(),
        stack=held.stacks["size"][rows].tolist(),
        files=files[rows].tolist(),
        kind=[_KINDS[kind] for kind in index["kind"][rows].tolist()],
        state=state.tolist(),
        category=_named(category, judged.categories),
        mine=mine.tolist(),
        proposed=_named(proposed, judged.categories),
        by=_named(source, judged.sources),
        taken_us=_there(index["taken_us"][rows], NO_TIME),
        leased=_leased(held, officer_id, rows),
        duration_ms=_there(index["duration_ms"][rows], -1),
        exhibit=index["first_exhibit"][rows].tolist(),
        path=[paths.get(identifier, "") for identifier in firsts],
        exhibits=list(index.exhibits),
    )


def speakers(held: Held, officer_id: int, tops: Codes) -> npt.NDArray[np.int64]:
    """For each stack the media by which its state is told: the one on top, unless that one waits
    for nothing and another does, which is then the nearest."""
    members, row = held.stacks.members_of(tops)
    waits = np.flatnonzero(held.judged.waiting(officer_id, members))
    speaking = tops.astype(np.int64)
    # Backwards, so that of several of one stack the first is kept.
    speaking[row[waits][::-1]] = members[waits][::-1]
    return speaking


class Found(NamedTuple):
    """Where a media stands in a view; None where it does not."""

    position: int | None


def find(held: Held, settled: Settled, media_id: int) -> Found:
    """The row of a media, or of the stack it is in."""
    at, there = held.index.positions_of([media_id])
    if not there[0]:
        return Found(None)
    if settled.unit is Unit.STACK:
        # The tops of a view may have come under others since it was settled.
        leader = held.stacks.leader
        rows = np.flatnonzero(leader[settled.rows] == leader[at[0]])
    else:
        rows = np.flatnonzero(settled.rows == at[0])
    return Found(int(rows[0]) if len(rows) else None)


def _named(numbers: Codes, names: tuple[str, ...]) -> list[str | None]:
    return [names[number] if number >= 0 else None for number in numbers.tolist()]


def _there(values: Codes, nothing: int) -> list[int | None]:
    return [None if value == nothing else value for value in values.tolist()]


def _leased(held: Held, officer_id: int, rows: Codes) -> list[str | None]:
    if not held.leased:
        return [None] * len(rows)
    found: list[str | None] = []
    for top in held.stacks.leader[rows].tolist():
        holder, name = held.leased.get(top, (officer_id, ""))
        found.append(None if holder == officer_id else name)
    return found
