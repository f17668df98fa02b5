"""Hits: what hash sets say of media. Proposals; a later matching replaces them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement, FromClause, and_, delete, exists, func, literal, not_, select

from trawl.model.hash_set import Purpose, bears_categories
from trawl.model.matching import Means
from trawl.store import schema
from trawl.store.bulk import batches, insert_rows
from trawl.store.database import Reader, Session

COLUMNS = tuple(column.name for column in schema.hit.columns)


class Hit(NamedTuple):
    """One list's answer to one media, by one means.

    ``entry``: the number of the nearest entry within the list; ``entries``: how many say so;
    ``categories``: the distinct codes they bear, as written, separated by one space;
    ``distance``: bits (PDQ); ``share``: of the media's frames that match; spans in milliseconds,
    of the media and of the entry.
    """

    media_id: int
    list_id: int
    means: Means
    entry: int
    entries: int
    categories: str | None = None
    digest: str | None = None
    distance: int | None = None
    turn: str | None = None
    share: float | None = None
    from_ms: int | None = None
    to_ms: int | None = None
    entry_from_ms: int | None = None
    entry_to_ms: int | None = None


class SetHit(NamedTuple):
    """A hit with the set it comes from. ``bare``: no entry of the list bears a category."""

    set_name: str
    purpose: Purpose
    scheme: str | None
    file_name: str
    bare: bool
    hit: Hit


def write_hits(session: Session, hits: Iterable[Hit]) -> int:
    """Write hits, replacing those of the same media, list and means; how many there were."""
    keys = schema.hit.c
    written = 0
    for some in batches(hits, 5000):
        for list_id, means in {(hit.list_id, hit.means) for hit in some}:
            media = [h.media_id for h in some if (h.list_id, h.means) == (list_id, means)]
            for few in batches(media):
                session.connection.execute(
                    delete(schema.hit).where(
                        keys.list_id == list_id,
                        keys.means == str(means),
                        keys.media_id.in_(few),
                    )
                )
        rows = [(*hit[:2], str(hit.means), *hit[3:]) for hit in some]
        insert_rows(session.connection, schema.hit, COLUMNS, rows)
        written += len(rows)
    return written


def hits_of_list(view: Reader | Session, list_id: int) -> list[Hit]:
    """All hits of one list."""
    table = schema.hit
    rows = view.connection.execute(select(table).where(table.c.list_id == list_id))
    return [Hit(*row)._replace(means=Means(row.means)) for row in rows]


def delete_hits(session: Session, hits: Iterable[Hit]) -> int:
    """Take away these hits; how many there were."""
    keys = schema.hit.c
    gone = 0
    for hit in hits:
        gone += session.connection.execute(
            delete(schema.hit).where(
                keys.media_id == hit.media_id,
                keys.list_id == hit.list_id,
                keys.means == str(hit.means),
            )
        ).rowcount
    return gone


def delete_others(
    session: Session, media_ids: npt.NDArray[np.int64], kept: Collection[tuple[int, int, str]]
) -> int:
    """Take away the hits of these media but those kept (media, list, means), which a matching
    from scratch has found; how many there were."""
    keys = schema.hit.c
    ours = set(media_ids.tolist())
    lost = [
        tuple(row)
        for row in session.connection.execute(select(keys.media_id, keys.list_id, keys.means))
        if row.media_id in ours and tuple(row) not in kept
    ]
    for media_id, list_id, means in lost:
        session.connection.execute(
            delete(schema.hit).where(
                keys.media_id == media_id, keys.list_id == list_id, keys.means == means
            )
        )
    return len(lost)


def that_count() -> ColumnElement[bool]:
    """Which hits count: not those an officer has rejected, nor what was found by sight in media
    that a never-match set has hit, unless that hit is rejected itself. They stay in the table:
    either may be taken back."""
    sets = schema.hash_set.c
    by_sight = schema.hit.c.means != str(Means.DIGEST)
    spared = and_(by_sight, sets.purpose != str(Purpose.NEVER), _never_matched())
    return and_(not_(_rejected(schema.hit, schema.hash_set)), not_(spared))


def _rejected(hit: FromClause, hash_set: FromClause) -> ColumnElement[bool]:
    """Whether an officer has said that this set does not mean this content."""
    named = literal("set:") + hash_set.c.name
    query = (
        select(schema.not_a_match.c.at_us)
        .join(schema.media, schema.media.c.sha256 == schema.not_a_match.c.sha256)
        .where(schema.media.c.id == hit.c.media_id, schema.not_a_match.c.other == named)
    )
    return exists(query.correlate(hit, hash_set))


def _never_matched() -> ColumnElement[bool]:
    """Whether a never-match set has hit the media of a hit, and that counts."""
    other, its_list, its_set = (
        table.alias() for table in (schema.hit, schema.hash_list, schema.hash_set)
    )
    query = (
        select(other.c.media_id)
        .join(its_list, its_list.c.id == other.c.list_id)
        .join(its_set, its_set.c.id == its_list.c.set_id)
        .where(
            other.c.media_id == schema.hit.c.media_id,
            its_set.c.purpose == str(Purpose.NEVER),
            not_(_rejected(other, its_set)),
        )
    )
    return exists(query.correlate(schema.hit))


def bare_lists(view: Reader | Session) -> set[int]:
    """The lists none of whose entries bears a category."""
    lists = schema.hash_list.c
    rows = view.connection.execute(select(lists.id, lists.categories))
    return {list_id for list_id, counts in rows if not bears_categories(json.loads(counts))}


def hits_of(view: Reader | Session, media_ids: Sequence[int]) -> list[SetHit]:
    """What the hash sets say of some media, as far as it counts: by media, then the gravest
    purpose first."""
    hits, lists, sets = schema.hit.c, schema.hash_list.c, schema.hash_set.c
    joined = schema.hit.join(schema.hash_list, lists.id == hits.list_id).join(
        schema.hash_set, sets.id == lists.set_id
    )
    query = select(
        schema.hit, sets.name.label("set_name"), sets.purpose, sets.scheme, lists.file_name
    ).select_from(joined)
    query = query.where(that_count())
    bare = bare_lists(view)
    found = []
    for some in batches(media_ids):
        for row in view.connection.execute(query.where(hits.media_id.in_(some))):
            hit = Hit(*row[: len(COLUMNS)])._replace(means=Means(row.means))
            said = row.set_name, Purpose(row.purpose), row.scheme, row.file_name
            found.append(SetHit(*said, hit.list_id in bare, hit))
    order = list(Purpose)
    return sorted(
        found,
        key=lambda each: (each.hit.media_id, order.index(each.purpose), each.set_name, each.hit),
    )


def hits_by_list(view: Reader | Session) -> dict[int, int]:
    """How many hits each list has, over all media of the workspace."""
    hits = schema.hit.c
    rows = view.connection.execute(select(hits.list_id, func.count()).group_by(hits.list_id))
    return {row[0]: row[1] for row in rows}
