"""What illegal sets say of all media of the workspace, as far as it counts: read in one go."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from sqlalchemy import select

from trawl.model.hash_set import Purpose
from trawl.model.matching import Means
from trawl.store import schema
from trawl.store.database import Reader, Session
from trawl.store.hits import bare_lists, that_count

AT_ONCE = 65_536
"""Rows that are held as Python's own at a time."""


class IllegalHit(NamedTuple):
    """One list's answer to one media. ``exact``: by a digest; ``categories``: the codes as
    written in the set's scheme, separated by one space; ``bare``: no entry of the list bears
    any."""

    media_id: int
    set_name: str
    scheme: str | None
    categories: str | None
    exact: bool
    bare: bool


Hits = Iterator[list[IllegalHit]]


def illegal_hits(view: Reader | Session, means: Collection[Means] = tuple(Means)) -> Hits:
    """All hits of illegal sets by these means that count, in batches."""
    bare = bare_lists(view)
    hits, lists, sets = schema.hit.c, schema.hash_list.c, schema.hash_set.c
    query = (
        select(
            *(hits.media_id, sets.name, sets.scheme, hits.categories),
            *((hits.means == str(Means.DIGEST)).label("exact"), hits.list_id),
        )
        .join(schema.hash_list, lists.id == hits.list_id)
        .join(schema.hash_set, sets.id == lists.set_id)
        .where(
            sets.purpose == str(Purpose.ILLEGAL),
            hits.means.in_([str(one) for one in means]),
            that_count(),
        )
    )
    for rows in view.connection.execute(query).partitions(AT_ONCE):
        yield [
            IllegalHit._make((*said, bool(exact), list_id in bare))
            for *said, exact, list_id in rows
        ]


def illegal_set_names(view: Reader | Session) -> list[str]:
    """The names of illegal sets, sorted."""
    columns = schema.hash_set.c
    query = select(columns.name).where(columns.purpose == str(Purpose.ILLEGAL)).distinct()
    return sorted(view.connection.execute(query).scalars())
