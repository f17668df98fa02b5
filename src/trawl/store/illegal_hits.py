"""What illegal sets say of all media of the workspace, as far as it counts: read in one go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import select

from trawl.model.hash_set import Purpose
from trawl.model.matching import Means
from trawl.store import schema
from trawl.store.database import Reader, Session
from trawl.store.hits import that_count

AT_ONCE = 65_536
"""Rows that are held as Python's own at a time."""


class IllegalHit(NamedTuple):
    """One list's answer to one media. ``exact``: by a digest; ``categories``: the codes as
    written in the set's scheme, separated by one space."""

    media_id: int
    set_name: str
    scheme: str | None
    categories: str | None
    exact: bool


def illegal_hits(view: Reader | Session) -> Iterator[list[IllegalHit]]:
    """All hits of illegal sets that count, in batches."""
    hits, lists, sets = schema.hit.c, schema.hash_list.c, schema.hash_set.c
    query = (
        select(
            *(hits.media_id, sets.name, sets.scheme, hits.categories),
            (hits.means == str(Means.DIGEST)).label("exact"),
        )
        .join(schema.hash_list, lists.id == hits.list_id)
        .join(schema.hash_set, sets.id == lists.set_id)
        .where(sets.purpose == str(Purpose.ILLEGAL), that_count())
    )
    for rows in view.connection.execute(query).partitions(AT_ONCE):
        yield [IllegalHit._make((*said, bool(exact))) for *said, exact in rows]


def illegal_set_names(view: Reader | Session) -> list[str]:
    """The names of illegal sets, sorted."""
    columns = schema.hash_set.c
    query = select(columns.name).where(columns.purpose == str(Purpose.ILLEGAL)).distinct()
    return sorted(view.connection.execute(query).scalars())
