"""Passkeys of officers, and the challenges that wait for their answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from trawl.store.database import Reader, Session
from trawl.store.numbers import next_id
from trawl.store.signin_tables import passkey, passkey_challenge

CHALLENGE_US = 5 * 60_000_000
"""How long a challenge waits for its answer."""


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey: its public half."""

    id: int
    officer_id: int
    credential_id: bytes
    public_key: bytes = field(repr=False)  # COSE
    sign_count: int
    label: str
    added_us: int


def passkeys_of(view: Reader | Session, officer_id: int) -> list[Passkey]:
    """The officer's passkeys, oldest first."""
    rows = view.connection.execute(
        select(passkey)
        .where(passkey.c.officer_id == officer_id, passkey.c.removed_us.is_(None))
        .order_by(passkey.c.id)
    )
    return [_passkey(row) for row in rows]


def passkey_by_credential(view: Reader | Session, credential_id: bytes) -> Passkey | None:
    """The passkey of that identifier, unless it was removed."""
    row = view.connection.execute(
        select(passkey).where(
            passkey.c.credential_id == credential_id, passkey.c.removed_us.is_(None)
        )
    ).first()
    return None if row is None else _passkey(row)


def credential_taken(view: Reader | Session, credential_id: bytes) -> bool:
    """Whether the identifier was ever used, by whomever."""
    found = view.connection.execute(
        select(passkey.c.id).where(passkey.c.credential_id == credential_id)
    )
    return found.first() is not None


def add_passkey(
    session: Session,
    officer_id: int,
    credential_id: bytes,
    public_key: bytes,
    count: int,
    label: str,
) -> Passkey:
    """Keep a passkey of an officer."""
    added = Passkey(
        next_id(session.connection, passkey),
        officer_id,
        credential_id,
        public_key,
        count,
        label,
        session.clock(),
    )
    session.connection.execute(
        insert(passkey).values(
            id=added.id,
            officer_id=officer_id,
            credential_id=credential_id,
            public_key=public_key,
            sign_count=count,
            label=label,
            added_us=added.added_us,
        )
    )
    return added


def count_passkey(session: Session, passkey_id: int, count: int) -> None:
    """How often the authenticator says it has signed."""
    session.connection.execute(
        update(passkey).where(passkey.c.id == passkey_id).values(sign_count=count)
    )


def remove_passkey(session: Session, officer_id: int, passkey_id: int | None = None) -> int:
    """Remove one of the officer's passkeys, or (None) all; returns how many there were."""
    query = update(passkey).where(
        passkey.c.officer_id == officer_id, passkey.c.removed_us.is_(None)
    )
    if passkey_id is not None:
        query = query.where(passkey.c.id == passkey_id)
    return int(session.connection.execute(query.values(removed_us=session.clock())).rowcount)


def keep_challenge(
    connection: Connection, now_us: int, challenge: bytes, purpose: str, officer_id: int | None
) -> None:
    """Keep a challenge until it is answered or stale; stale ones are deleted."""
    table = passkey_challenge
    connection.execute(delete(table).where(table.c.ends_us <= now_us))
    connection.execute(
        insert(table).values(
            challenge=challenge,
            officer_id=officer_id,
            purpose=purpose,
            ends_us=now_us + CHALLENGE_US,
        )
    )


def open_challenges(view: Reader | Session, now_us: int) -> int:
    """How many challenges wait for whoever signs in."""
    one = passkey_challenge.c
    found = view.connection.execute(
        select(func.count()).where(one.officer_id.is_(None), one.ends_us > now_us)
    )
    return int(found.scalar_one())


def take_challenge(
    session: Session, challenge: bytes, purpose: str, officer_id: int | None
) -> bool:
    """Use a challenge up; whether it waited, for this purpose and this officer (None: for
    whoever signs in)."""
    table = passkey_challenge
    whose = table.c.officer_id.is_(None) if officer_id is None else table.c.officer_id == officer_id
    gone = session.connection.execute(
        delete(table).where(
            table.c.challenge == challenge,
            table.c.purpose == purpose,
            table.c.ends_us > session.clock(),
            whose,
        )
    )
    return bool(gone.rowcount)


def _passkey(row: Row[Any]) -> Passkey:
    return Passkey(
        row.id,
        row.officer_id,
        bytes(row.credential_id),
        bytes(row.public_key),
        row.sign_count,
        row.label,
        row.added_us,
    )
