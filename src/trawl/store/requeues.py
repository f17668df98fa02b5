"""Media that were put back into the queue for a second look."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from trawl.store.bulk import batches, insert_rows
from trawl.store.database import Reader, Session
from trawl.store.numbers import next_id
from trawl.store.review_tables import requeue

_COLUMNS = ("id", "case_id", "media_id", "reason", "officer_id", "at_us")


def requeue_media(session: Session, case_id: int, media_ids: Sequence[int], reason: str) -> None:
    """Put media back into the queue."""
    first, at_us = next_id(session.connection, requeue), session.clock()
    rows = [
        (number, case_id, media_id, reason, session.officer.id, at_us)
        for number, media_id in enumerate(media_ids, first)
    ]
    insert_rows(session.connection, requeue, _COLUMNS, rows)


def requeued(
    view: Reader | Session, case_id: int, media_ids: Iterable[int] | None = None
) -> set[int]:
    """Media of a case that were ever put back: of some, or of all."""
    columns = requeue.c
    query = select(columns.media_id).where(columns.case_id == case_id)
    if media_ids is None:
        return set(view.connection.execute(query).scalars())
    found: set[int] = set()
    for some in batches(media_ids):
        found.update(view.connection.execute(query.where(columns.media_id.in_(some))).scalars())
    return found


def requeued_after(view: Reader | Session, case_id: int, after: int) -> tuple[int, list[int]]:
    """Media put back behind a number of this table, and the number to go on from."""
    columns = requeue.c
    query = select(columns.id, columns.media_id).where(columns.case_id == case_id)
    rows = view.connection.execute(query.where(columns.id > after).order_by(columns.id)).all()
    return (rows[-1].id if rows else after), [row.media_id for row in rows]
