"""One stack opened: its members, those least like the top first, and the stacks similar to it."""

from __future__ import annotations

import msgspec
import numpy as np

from trawl.errors import NotFound
from trawl.model.access import Act, Officer
from trawl.model.grading import State
from trawl.review.index.media_index import Positions
from trawl.review.reviews import Reviews
from trawl.review.views.held import Held
from trawl.store.access import require
from trawl.store.database import Database

MOST_MEMBERS = 5000
"""Members told of one stack."""
MOST_SIMILAR = 200
"""Tops told of the stacks similar to it."""


class OpenedMember(msgspec.Struct, frozen=True):
    """A media of the stack: bits from the top, its occurrences, its size in pixels and bytes, and
    what the officer may know of its grade."""

    id: int
    distance: int
    files: int
    width: int | None
    height: int | None
    size: int
    state: str
    category: str | None
    mine: bool


class SimilarTop(msgspec.Struct, frozen=True):
    """The media on top of a similar stack, and how many media are in that."""

    id: int
    media: int


class OpenedStack(msgspec.Struct, frozen=True):
    """``media``: how many members there are in all, of whom the first are told; the top comes
    first, then those furthest from it. ``similar``: tops of other stacks of its looser group."""

    top: int
    media: int
    members: list[OpenedMember]
    similar: list[SimilarTop]


def read_stack(
    database: Database, officer: Officer, reviews: Reviews, case_id: int, media_id: int
) -> OpenedStack:
    """The stack that a media is in; a media that was never matched is one of its own. Raises
    AccessRefused, NotFound."""
    with database.session(officer) as session:
        require(session, officer, Act.REVIEW_READ, case_id)
        session.audit(Act.REVIEW_READ, case_id=case_id, subject="stack", detail={"media": media_id})
    review = reviews.case(case_id)
    with database.reader() as view, review.held(view) as held:
        at, there = held.index.positions_of([media_id])
        if not there.all():
            raise NotFound("this case has no such media")
        return _opened(held, officer.id, int(at[0]))


def _opened(held: Held, officer_id: int, position: int) -> OpenedStack:
    ordered = held.stacks.members(position)
    told = np.concatenate([ordered[:1], ordered[:0:-1]])[:MOST_MEMBERS]
    return OpenedStack(
        top=int(held.index.ids[ordered[0]]),
        media=len(ordered),
        members=_members(held, officer_id, told),
        similar=_similar(held, int(ordered[0])),
    )


def _members(held: Held, officer_id: int, told: Positions) -> list[OpenedMember]:
    index, judged = held.index, held.judged
    state, category, mine = judged.told(officer_id, told)
    return [
        OpenedMember(
            id=int(index.ids[position]),
            distance=int(held.stacks["distance"][position]),
            files=int(index["files"][position]),
            width=int(index["width"][position]) or None,
            height=int(index["height"][position]) or None,
            size=int(index["size"][position]),
            state=State(int(state[row])).name.lower().replace("_", "-"),
            category=judged.categories[category[row]] if category[row] >= 0 else None,
            mine=bool(mine[row]),
        )
        for row, position in enumerate(told.tolist())
    ]


def _similar(held: Held, top: int) -> list[SimilarTop]:
    stacks = held.stacks
    group = stacks["group"]
    there = np.flatnonzero(group == group[top])
    tops = there[stacks.leader[there] == there]
    others = tops[tops != top][:MOST_SIMILAR]
    told = zip(held.index.ids[others].tolist(), stacks["size"][others].tolist(), strict=True)
    return [SimilarTop(*each) for each in told]
