"""What officers put on media: notes, tags, clues. Taken back, a mark keeps its row."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Table, func, insert, select, update

from trawl.store import schema
from trawl.store.database import Reader, Session
from trawl.store.numbers import next_id


def add_mark(session: Session, table: Table, case_id: int, media_id: int, **said: Any) -> int:
    """Put a mark of the session's officer on a media; its identifier."""
    mark_id = next_id(session.connection, table)
    session.connection.execute(
        insert(table).values(
            id=mark_id,
            case_id=case_id,
            media_id=media_id,
            officer_id=session.officer.id,
            at_us=session.clock(),
            **said,
        )
    )
    return mark_id


def marks_of(
    view: Reader | Session, table: Table, case_id: int, media_id: int | None = None
) -> list[Row[Any]]:
    """The marks that stand, with the name of who made them (``officer``): on one media, or in
    the whole case. The oldest first."""
    columns, officers = table.c, schema.officer.c
    query = (
        select(table, officers.name.label("officer"))
        .join(schema.officer, officers.id == columns.officer_id)
        .where(columns.case_id == case_id, columns.withdrawn_us.is_(None))
        .order_by(columns.id)
    )
    if media_id is not None:
        query = query.where(columns.media_id == media_id)
    return list(view.connection.execute(query))


def count_marks(view: Reader | Session, table: Table, case_id: int, media_id: int) -> int:
    """How many marks stand on a media."""
    columns = table.c
    query = select(func.count(columns.id)).where(
        columns.case_id == case_id,
        columns.media_id == media_id,
        columns.withdrawn_us.is_(None),
    )
    return int(view.connection.execute(query).scalar_one())


def says(view: Reader | Session, table: Table, case_id: int, media_id: int, **said: Any) -> bool:
    """Whether a mark that stands on a media says just this already."""
    columns = table.c
    query = select(columns.id).where(
        columns.case_id == case_id,
        columns.media_id == media_id,
        columns.withdrawn_us.is_(None),
        *(columns[name] == value for name, value in said.items()),
    )
    return view.connection.execute(query.limit(1)).first() is not None


def mark_by_id(
    view: Reader | Session, table: Table, case_id: int, media_id: int, mark_id: int
) -> Row[Any] | None:
    """A mark that stands."""
    columns = table.c
    return view.connection.execute(
        select(table).where(
            columns.id == mark_id,
            columns.case_id == case_id,
            columns.media_id == media_id,
            columns.withdrawn_us.is_(None),
        )
    ).first()


def withdraw_mark(session: Session, table: Table, mark_id: int) -> None:
    """Take a mark back."""
    session.connection.execute(
        update(table).where(table.c.id == mark_id).values(withdrawn_us=session.clock())
    )
