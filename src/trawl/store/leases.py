"""Leases: which officer has which stack before them. They end by themselves."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlalchemy import delete, insert, select

from trawl.store import schema
from trawl.store.bulk import batches
from trawl.store.database import Reader, Session
from trawl.store.review_tables import lease


class StoredLease(NamedTuple):
    """Until when (microseconds since 1970-01-01 UTC) who holds the stack with this media on
    top."""

    media_id: int
    officer_id: int
    officer: str
    until_us: int


def leases_of_case(
    view: Reader | Session, case_id: int, now_us: int, media_ids: Collection[int] | None = None
) -> dict[int, StoredLease]:
    """The leases that hold, by the media on top: of the whole case, or of some stacks."""
    columns, officers = lease.c, schema.officer.c
    query = (
        select(columns.media_id, columns.officer_id, officers.name, columns.until_us)
        .join(schema.officer, officers.id == columns.officer_id)
        .where(columns.case_id == case_id, columns.until_us > now_us)
    )
    queries = [query]
    if media_ids is not None:
        queries = [query.where(columns.media_id.in_(some)) for some in batches(media_ids)]
    return {row[0]: StoredLease(*row) for each in queries for row in view.connection.execute(each)}


def take_leases(session: Session, case_id: int, media_ids: Iterable[int], until_us: int) -> None:
    """Give stacks to the session's officer, whoever had them."""
    wanted = sorted(set(media_ids))
    for some in batches(wanted):
        session.connection.execute(
            delete(lease).where(lease.c.case_id == case_id, lease.c.media_id.in_(some))
        )
    if wanted:
        session.connection.execute(
            insert(lease),
            [
                {
                    "case_id": case_id,
                    "media_id": media_id,
                    "officer_id": session.officer.id,
                    "until_us": until_us,
                }
                for media_id in wanted
            ],
        )


def end_leases(session: Session, officer_id: int, case_id: int | None = None) -> list[int]:
    """End all leases of an officer, in one case or in all; the media on top of the stacks."""
    columns = lease.c
    meant = columns.officer_id == officer_id
    if case_id is not None:
        meant &= columns.case_id == case_id
    ended = list(session.connection.execute(select(columns.media_id).where(meant)).scalars())
    session.connection.execute(delete(lease).where(meant))
    return sorted(ended)
