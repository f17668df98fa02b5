"""One-time invitations. The database has their digests; the links are told once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from trawl.store.database import Reader, Session
from trawl.store.signin_tables import invitation
from trawl.store.web_sessions import TOKEN_BYTES, digest_of


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation that is open. ``officer_id`` None: it makes the first administrator."""

    officer_id: int | None
    ends_us: int


def invite(session: Session, officer_id: int | None, made_by: int | None, lasts_us: int) -> str:
    """Make an invitation and return its token (256 random bits). Earlier ones for the same
    officer open nothing any more."""
    close_invitations(session, officer_id)
    token, now = secrets.token_urlsafe(TOKEN_BYTES), session.clock()
    session.connection.execute(
        insert(invitation).values(
            token_hash=digest_of(token),
            officer_id=officer_id,
            made_by=made_by,
            made_us=now,
            ends_us=now + lasts_us,
        )
    )
    return token


def open_invitation(view: Reader | Session, token: str, now_us: int) -> Invitation | None:
    """The invitation of a token; None when it was used, replaced, has ended or never was."""
    one = invitation.c
    row = view.connection.execute(
        select(one.officer_id, one.ends_us).where(
            one.token_hash == digest_of(token), one.used_us.is_(None), one.ends_us > now_us
        )
    ).first()
    return None if row is None else Invitation(row.officer_id, row.ends_us)


def is_invited(view: Reader | Session, officer_id: int, now_us: int) -> bool:
    """Whether an open invitation waits for the officer."""
    one = invitation.c
    found = view.connection.execute(
        select(one.officer_id).where(
            one.officer_id == officer_id, one.used_us.is_(None), one.ends_us > now_us
        )
    )
    return found.first() is not None


def close_invitations(session: Session, officer_id: int | None) -> None:
    """Every open invitation for the officer (None: for the first one) opens nothing any more."""
    session.connection.execute(
        update(invitation)
        .where(_for(officer_id), invitation.c.used_us.is_(None))
        .values(used_us=session.clock())
    )


def _for(officer_id: int | None) -> Any:
    column = invitation.c.officer_id
    return column.is_(None) if officer_id is None else column == officer_id
