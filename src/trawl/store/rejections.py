"""Pairs of which an officer has said: not a match. They are remembered by content, so that they
hold in every case and after a list was read again."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import delete, insert, select

from trawl.store import schema
from trawl.store.database import Reader, Session


class Rejection(NamedTuple):
    """One pair, with who said so and when (microseconds since 1970-01-01 UTC).

    ``other``: ``media:`` and the SHA-256 in hex of a media, or ``set:`` and the name of a hash
    set, whose word on this content does not count.
    """

    sha256: bytes
    other: str
    officer: str
    at_us: int


def reject(session: Session, sha256: bytes, other: str) -> bool:
    """Remember a pair; False when it is remembered already."""
    if _known(session, sha256, other):
        return False
    session.connection.execute(
        insert(schema.not_a_match).values(
            sha256=sha256, other=other, officer_id=session.officer.id, at_us=session.clock()
        )
    )
    return True


def forget(session: Session, sha256: bytes, other: str) -> bool:
    """Forget a pair; False when it is not remembered."""
    table = schema.not_a_match
    return bool(
        session.connection.execute(
            delete(table).where(table.c.sha256 == sha256, table.c.other == other)
        ).rowcount
    )


def rejections(view: Reader | Session) -> list[Rejection]:
    """All pairs, the oldest first."""
    table, officers = schema.not_a_match, schema.officer.c
    rows = view.connection.execute(
        select(table.c.sha256, table.c.other, officers.name, table.c.at_us)
        .join(schema.officer, officers.id == table.c.officer_id)
        .order_by(table.c.at_us, table.c.sha256, table.c.other)
    )
    return [Rejection(bytes(row[0]), *row[1:]) for row in rows]


def _known(session: Session, sha256: bytes, other: str) -> bool:
    table = schema.not_a_match
    return (
        session.connection.execute(
            select(table.c.at_us).where(table.c.sha256 == sha256, table.c.other == other)
        ).first()
        is not None
    )
