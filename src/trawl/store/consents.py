"""Consents of officers that a counsellor may see how much they look. Withdrawn, not deleted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, or_, select, update

from trawl.store.database import Reader, Session
from trawl.store.numbers import next_id
from trawl.store.welfare_tables import consent


@dataclass(frozen=True, slots=True)
class Consent:
    """An officer lets one counsellor (None: any of them) see their trend."""

    id: int
    officer_id: int
    counsellor_id: int | None
    given_us: int
    withdrawn_us: int | None


def give_consent(session: Session, counsellor_id: int | None) -> int:
    """The session's officer consents; returns the consent's number."""
    number = next_id(session.connection, consent)
    session.connection.execute(
        insert(consent).values(
            id=number,
            officer_id=session.officer.id,
            counsellor_id=counsellor_id,
            given_us=session.clock(),
        )
    )
    return number


def withdraw_consent(session: Session, number: int) -> bool:
    """The session's officer takes a consent of their own back; whether there was one in force."""
    done = session.connection.execute(
        update(consent)
        .where(
            consent.c.id == number,
            consent.c.officer_id == session.officer.id,
            consent.c.withdrawn_us.is_(None),
        )
        .values(withdrawn_us=session.clock())
    )
    return bool(done.rowcount)


def consents_of(view: Reader | Session, officer_id: int) -> list[Consent]:
    """All an officer has ever given, newest first."""
    rows = view.connection.execute(
        select(consent).where(consent.c.officer_id == officer_id).order_by(consent.c.id.desc())
    )
    return [_consent(row) for row in rows]


def consenting(view: Reader | Session, counsellor_id: int) -> set[int]:
    """Officers whose trend this counsellor may see at this moment."""
    columns = consent.c
    rows = view.connection.execute(
        select(columns.officer_id).where(
            columns.withdrawn_us.is_(None),
            or_(columns.counsellor_id.is_(None), columns.counsellor_id == counsellor_id),
        )
    ).scalars()
    return set(map(int, rows))


def _consent(row: Row[Any]) -> Consent:
    return Consent(row.id, row.officer_id, row.counsellor_id, row.given_us, row.withdrawn_us)
