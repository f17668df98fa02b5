"""Sessions of browsers. The database has a session's digest, never what the browser bears."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from trawl.store.database import Database, Reader, Session
from trawl.store.signin_tables import web_session

TOKEN_BYTES = 32
KEPT_US = 7 * 86_400_000_000
"""Sessions that ended longer ago are deleted; the audit has who signed in and out."""


class Passed(StrEnum):
    """What a session has proved."""

    PASSWORD = "password"  # noqa: S105 - a word, not a password
    SECOND_FACTOR = "second-factor"


@dataclass(frozen=True, slots=True)
class WebSession:
    """A session that has not ended."""

    token_hash: bytes
    officer_id: int
    csrf: str
    passed: Passed
    begun_us: int
    seen_us: int


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long sessions last, in microseconds: unseen, and at most."""

    idle_us: int = 30 * 60_000_000
    longest_us: int = 12 * 3_600_000_000


@dataclass(frozen=True, slots=True)
class Begun:
    """A new session: what the browser bears (256 random bits) and its CSRF value."""

    token: str
    csrf: str


def digest_of(token: str) -> bytes:
    """What the database knows a token by. It is random, so one SHA-256 is enough."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def begin_session(
    session: Session,
    officer_id: int,
    passed: Passed,
    lasting: Lasting,
    csrf: str | None = None,
) -> Begun:
    """Begin a session; those long ended are deleted. ``csrf``: that of the session it replaces
    in the same browser, whose open page goes on."""
    now = session.clock()
    begun = Begun(secrets.token_urlsafe(TOKEN_BYTES), csrf or secrets.token_urlsafe(24))
    session.connection.execute(
        insert(web_session).values(
            token_hash=digest_of(begun.token),
            officer_id=officer_id,
            csrf=begun.csrf,
            passed=str(passed),
            begun_us=now,
            seen_us=now,
            idle_us=lasting.idle_us,
            ends_us=now + lasting.longest_us,
        )
    )
    session.connection.execute(delete(web_session).where(web_session.c.ends_us < now - KEPT_US))
    return begun


def session_of(view: Reader | Session, token: str, now_us: int) -> WebSession | None:
    """The session of a token; None when there is none, or it has ended."""
    row = view.connection.execute(
        select(web_session).where(web_session.c.token_hash == digest_of(token))
    ).first()
    return None if row is None or _over(row, now_us) else _session(row)


def seen(database: Database, found: WebSession, now_us: int) -> None:
    """The session was used just now. No act of an officer: the audit has nothing of it."""
    with database.upkeep() as connection:
        connection.execute(
            update(web_session)
            .where(web_session.c.token_hash == found.token_hash, web_session.c.seen_us < now_us)
            .values(seen_us=now_us)
        )


def end_session(session: Session, token_hash: bytes) -> None:
    """End one session. Once is as good as twice."""
    _end(session, web_session.c.token_hash == token_hash)


def end_sessions(session: Session, officer_id: int) -> int:
    """End every session of an officer; returns how many there were."""
    return _end(session, web_session.c.officer_id == officer_id)


def _end(session: Session, which: Any) -> int:
    ended = session.connection.execute(
        update(web_session)
        .where(which, web_session.c.ended_us.is_(None))
        .values(ended_us=session.clock())
    )
    return int(ended.rowcount)


def _over(row: Row[Any], now_us: int) -> bool:
    return row.ended_us is not None or now_us >= min(row.ends_us, row.seen_us + row.idle_us)


def _session(row: Row[Any]) -> WebSession:
    return WebSession(
        bytes(row.token_hash),
        row.officer_id,
        row.csrf,
        Passed(row.passed),
        row.begun_us,
        row.seen_us,
    )
