"""Talks and their sealed messages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, and_, func, insert, or_, select, update

from trawl.errors import NotFound
from trawl.store.database import Reader, Session
from trawl.store.numbers import next_id
from trawl.store.welfare_tables import talk, talk_message


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkRow:
    """A talk an officer has asked for. ``offered_to`` None: nobody was on duty. ``due_us``:
    unanswered until then, it falls back to the named contact."""

    id: int
    officer_id: int
    asked_us: int
    offered_to: int | None
    due_us: int
    answered_by: int | None
    answered_us: int | None
    fell_back_us: int | None
    closed_us: int | None


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message, sealed."""

    id: int
    author_id: int
    at_us: int
    sealed: bytes


def add_talk(session: Session, offered_to: int | None, now_us: int, due_us: int) -> int:
    """The session's officer asks for a talk; returns its number."""
    number = next_id(session.connection, talk)
    session.connection.execute(
        insert(talk).values(
            id=number,
            officer_id=session.officer.id,
            asked_us=now_us,
            offered_to=offered_to,
            offered_us=None if offered_to is None else now_us,
            due_us=due_us,
        )
    )
    return number


def add_message(session: Session, talk_id: int, now_us: int, seal: Callable[[int], bytes]) -> int:
    """Add a message of the session's officer; ``seal`` gets its number and gives what is kept."""
    number = next_id(session.connection, talk_message)
    session.connection.execute(
        insert(talk_message).values(
            id=number,
            talk_id=talk_id,
            author_id=session.officer.id,
            at_us=now_us,
            text=seal(number),
        )
    )
    return number


def record_fallbacks(session: Session, now_us: int) -> None:
    """Write down which talks have fallen back: unanswered when they were due."""
    session.connection.execute(
        update(talk)
        .where(_fallen_back(now_us), talk.c.fell_back_us.is_(None))
        .values(fell_back_us=talk.c.due_us)
    )


def talk_of(view: Reader | Session, number: int) -> TalkRow | None:
    """A talk, whoever's it is: the caller sees to who may know of it."""
    row = view.connection.execute(_talks().where(talk.c.id == number)).first()
    return None if row is None else _talk(row)


def own_talks(view: Reader | Session, officer_id: int, most: int) -> list[TalkRow]:
    """What an officer has asked for, newest first."""
    rows = view.connection.execute(
        _talks().where(talk.c.officer_id == officer_id).order_by(talk.c.id.desc()).limit(most)
    )
    return [_talk(row) for row in rows]


def talks_for(view: Reader | Session, counsellor_id: int, most: int) -> list[TalkRow]:
    """What waits for a counsellor or was theirs, newest first: not the counsellor's own."""
    columns = talk.c
    rows = view.connection.execute(
        _talks()
        .where(
            columns.officer_id != counsellor_id,
            or_(
                columns.answered_by == counsellor_id,
                and_(columns.answered_by.is_(None), columns.closed_us.is_(None)),
            ),
        )
        .order_by(columns.id.desc())
        .limit(most)
    )
    return [_talk(row) for row in rows]


def newest_open(view: Reader | Session, officer_id: int) -> TalkRow | None:
    """The newest talk an officer has asked for that is not closed."""
    columns = talk.c
    row = view.connection.execute(
        _talks()
        .where(columns.officer_id == officer_id, columns.closed_us.is_(None))
        .order_by(columns.id.desc())
        .limit(1)
    ).first()
    return None if row is None else _talk(row)


def open_talks(view: Reader | Session, officer_id: int) -> int:
    """How many talks of an officer are not closed."""
    query = select(func.count(talk.c.id)).where(
        talk.c.officer_id == officer_id, talk.c.closed_us.is_(None)
    )
    return int(view.connection.execute(query).scalar_one())


def unanswered(view: Reader | Session, officer_id: int) -> int:
    """How many talks of others wait for an answer."""
    columns = talk.c
    query = select(func.count(columns.id)).where(
        columns.officer_id != officer_id,
        columns.answered_us.is_(None),
        columns.closed_us.is_(None),
    )
    return int(view.connection.execute(query).scalar_one())


def waiting_for(view: Reader | Session, counsellor_ids: list[int]) -> dict[int, int]:
    """How many unanswered talks each counsellor has."""
    rows = view.connection.execute(
        select(talk.c.offered_to, func.count(talk.c.id))
        .where(
            talk.c.offered_to.in_(counsellor_ids),
            talk.c.answered_us.is_(None),
            talk.c.closed_us.is_(None),
        )
        .group_by(talk.c.offered_to)
    )
    return {int(row[0]): int(row[1]) for row in rows}


def mark_answered(session: Session, number: int, now_us: int) -> None:
    """The session's officer has answered. Raises NotFound unless nobody had."""
    done = session.connection.execute(
        update(talk)
        .where(talk.c.id == number, talk.c.answered_us.is_(None))
        .values(answered_by=session.officer.id, answered_us=now_us)
    )
    if not done.rowcount:
        raise NotFound(f"there is no unanswered talk {number}")


def mark_closed(session: Session, number: int, now_us: int) -> None:
    """The talk is over; once is as good as twice."""
    session.connection.execute(
        update(talk).where(talk.c.id == number, talk.c.closed_us.is_(None)).values(closed_us=now_us)
    )


def messages_of(view: Reader | Session, number: int, most: int) -> list[MessageRow]:
    """The newest ``most`` messages of a talk, oldest first, sealed."""
    columns = talk_message.c
    rows = view.connection.execute(
        select(talk_message)
        .where(columns.talk_id == number)
        .order_by(columns.id.desc())
        .limit(most)
    ).all()
    return [MessageRow(row.id, row.author_id, row.at_us, bytes(row.text)) for row in reversed(rows)]


def _fallen_back(now_us: int) -> Any:
    columns = talk.c
    return and_(
        columns.answered_us.is_(None), columns.closed_us.is_(None), columns.due_us <= now_us
    )


def _talks() -> Select[Any]:
    return select(talk)


def _talk(row: Row[Any]) -> TalkRow:
    return TalkRow(
        id=row.id,
        officer_id=row.officer_id,
        asked_us=row.asked_us,
        offered_to=row.offered_to,
        due_us=row.due_us,
        answered_by=row.answered_by,
        answered_us=row.answered_us,
        fell_back_us=row.fell_back_us,
        closed_us=row.closed_us,
    )
