"""Hash sets and the lists that were read into them. What is removed keeps its row, so that an
identifier never means two things; its hits go."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from trawl.errors import AlreadyExists, NotFound, StoreError
from trawl.model.hash_set import HashSet, ListImport, Oddity, Purpose
from trawl.store import schema
from trawl.store.database import Reader, Session
from trawl.store.numbers import next_id
from trawl.store.values import storable_text

LIST_ADVICE = "See them with: trawl hashset list"


def add_hash_set(session: Session, name: str, purpose: Purpose, scheme: str | None) -> HashSet:
    """Add an empty hash set. Raises AlreadyExists when the name is taken, StoreError when it
    cannot be printed."""
    if not name.strip() or not name.isprintable():
        raise StoreError("a hash set needs a name that can be printed on one line")
    if find_hash_set(session, name) is not None:
        raise AlreadyExists(f"there is a hash set {name} already")
    added = HashSet(
        next_id(session.connection, schema.hash_set), name, purpose, scheme, session.clock(), 0, 0
    )
    session.connection.execute(
        insert(schema.hash_set).values(
            id=added.id,
            name=name,
            purpose=str(purpose),
            scheme=scheme,
            officer_id=session.officer.id,
            added_us=added.added_us,
        )
    )
    return added


def find_hash_set(view: Reader | Session, name: str) -> HashSet | None:
    """The hash set of that name, unless there is none."""
    return next((each for each in hash_sets(view) if each.name == name), None)


def hash_set_by_name(view: Reader | Session, name: str) -> HashSet:
    """The hash set of that name. Raises NotFound."""
    found = find_hash_set(view, name)
    if found is None:
        raise NotFound(f"there is no hash set {name}", hint=LIST_ADVICE)
    return found


def hash_sets(view: Reader | Session) -> list[HashSet]:
    """All hash sets that are not removed, by name."""
    sets, lists = schema.hash_set.c, schema.hash_list.c
    here = (lists.set_id == sets.id) & lists.removed_us.is_(None)
    rows = view.connection.execute(
        select(
            *(sets.id, sets.name, sets.purpose, sets.scheme, sets.added_us),
            func.coalesce(func.sum(lists.entries), 0).label("entries"),
            func.count(lists.id).label("lists"),
        )
        .select_from(schema.hash_set.outerjoin(schema.hash_list, here))
        .where(sets.removed_us.is_(None))
        .group_by(sets.id, sets.name, sets.purpose, sets.scheme, sets.added_us)
        .order_by(sets.name)
    )
    return [
        HashSet(
            *(row.id, row.name, Purpose(row.purpose), row.scheme, row.added_us),
            *(int(row.entries), row.lists),
        )
        for row in rows
    ]


def next_list_id(view: Reader | Session) -> int:
    """The identifier the next list will have."""
    return next_id(view.connection, schema.hash_list)


def add_list(session: Session, listed: ListImport) -> None:
    """Add a list that was read."""
    session.connection.execute(
        insert(schema.hash_list).values(
            id=listed.id,
            set_id=listed.set_id,
            file_name=storable_text(listed.file_name),
            sha256=listed.sha256,
            format=listed.format,
            entries=listed.entries,
            counts=_json(listed.counts),
            categories=_json(listed.categories),
            oddities=json.dumps([asdict(each) for each in listed.oddities]),
            about=json.dumps(dict(listed.about)),
            officer_id=session.officer.id,
            added_us=listed.added_us,
        )
    )


def lists_of(view: Reader | Session, set_id: int | None = None) -> list[ListImport]:
    """The lists of a set, or (None) of all sets, in the order they came; not the removed."""
    lists, officers = schema.hash_list.c, schema.officer.c
    query = (
        select(schema.hash_list, officers.name.label("officer"))
        .join(schema.officer, officers.id == lists.officer_id)
        .where(lists.removed_us.is_(None))
        .order_by(lists.id)
    )
    if set_id is not None:
        query = query.where(lists.set_id == set_id)
    return [_list(row) for row in view.connection.execute(query)]


def remove_lists(session: Session, set_id: int, list_ids: list[int]) -> int:
    """Remove lists of a set with their hits; how many hits went."""
    gone = session.connection.execute(
        delete(schema.hit).where(schema.hit.c.list_id.in_(list_ids))
    ).rowcount
    lists = schema.hash_list.c
    session.connection.execute(
        update(schema.hash_list)
        .where(lists.set_id == set_id, lists.id.in_(list_ids))
        .values(removed_us=session.clock())
    )
    return gone


def remove_hash_set(session: Session, set_id: int) -> int:
    """Remove a set with all its lists and hits; how many hits went."""
    gone = remove_lists(session, set_id, [each.id for each in lists_of(session, set_id)])
    session.connection.execute(
        update(schema.hash_set)
        .where(schema.hash_set.c.id == set_id)
        .values(removed_us=session.clock())
    )
    return gone


def _json(counts: Mapping[str, int]) -> str:
    return json.dumps(dict(counts), sort_keys=True)


def _list(row: Row[Any]) -> ListImport:
    return ListImport(
        id=row.id,
        set_id=row.set_id,
        file_name=row.file_name,
        sha256=bytes(row.sha256),
        format=row.format,
        entries=row.entries,
        counts=json.loads(row.counts),
        categories=json.loads(row.categories),
        oddities=tuple(Oddity(**each) for each in json.loads(row.oddities)),
        about=json.loads(row.about),
        added_us=row.added_us,
        officer=row.officer,
    )
