"""Paths of many occurrences."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from trawl.store.bulk import batches
from trawl.store.database import Reader, Session
from trawl.store.schema import occurrence


def paths_of(view: Reader | Session, occurrence_ids: Collection[int]) -> dict[int, str]:
    """The path of each occurrence, by identifier."""
    column = occurrence.c
    found: dict[int, str] = {}
    for some in batches(occurrence_ids):
        rows = view.connection.execute(select(column.id, column.path).where(column.id.in_(some)))
        found.update((row[0], row[1]) for row in rows)
    return found
