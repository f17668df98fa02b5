"""Shifts and holidays of counsellors. What is taken back keeps its row."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, insert, or_, select, update

from trawl.errors import NotFound
from trawl.model.access import Role
from trawl.store.database import Reader, Session
from trawl.store.numbers import next_id
from trawl.store.schema import officer
from trawl.store.signin_tables import officer_role
from trawl.store.welfare_tables import shift


class ShiftKind(StrEnum):
    """What a counsellor does in a shift."""

    WORK = "work"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Shift:
    """A counsellor is there, or away, from one moment until another (microseconds UTC).
    ``how``: how to reach them."""

    id: int
    officer_id: int
    name: str
    from_us: int
    until_us: int
    kind: ShiftKind
    how: str


def add_shift(
    session: Session, officer_id: int, from_us: int, until_us: int, kind: ShiftKind, how: str
) -> int:
    """Add a shift; returns its number."""
    number = next_id(session.connection, shift)
    session.connection.execute(
        insert(shift).values(
            id=number,
            officer_id=officer_id,
            from_us=from_us,
            until_us=until_us,
            kind=str(kind),
            how=how,
            set_by=session.officer.id,
            set_us=session.clock(),
        )
    )
    return number


def remove_shift(session: Session, number: int) -> Shift:
    """Take a shift back. Raises NotFound."""
    row = session.connection.execute(_shifts().where(shift.c.id == number)).first()
    if row is None:
        raise NotFound(f"there is no shift {number}")
    session.connection.execute(
        update(shift).where(shift.c.id == number).values(removed_us=session.clock())
    )
    return _shift(row)


def shifts_between(view: Reader | Session, from_us: int, until_us: int) -> list[Shift]:
    """Shifts and holidays that touch the time asked for, by their beginning: those of officers
    who are counsellors, no administrators, and still in the unit."""
    rows = view.connection.execute(
        _shifts()
        .where(shift.c.until_us > from_us, shift.c.from_us < until_us)
        .order_by(shift.c.from_us, shift.c.id)
    )
    return [_shift(row) for row in rows]


def _shifts() -> Select[Any]:
    def further(role: Role) -> Select[Any]:
        return select(officer_role.c.officer_id).where(officer_role.c.role == str(role))

    return (
        select(shift, officer.c.name)
        .join(officer, officer.c.id == shift.c.officer_id)
        .where(
            shift.c.removed_us.is_(None),
            officer.c.disabled_us.is_(None),
            or_(
                officer.c.role == str(Role.COUNSELLOR),
                officer.c.id.in_(further(Role.COUNSELLOR)),
            ),
            officer.c.role != str(Role.ADMINISTRATOR),
            officer.c.id.not_in(further(Role.ADMINISTRATOR)),
        )
    )


def _shift(row: Row[Any]) -> Shift:
    return Shift(
        id=row.id,
        officer_id=row.officer_id,
        name=row.name,
        from_us=row.from_us,
        until_us=row.until_us,
        kind=ShiftKind(row.kind),
        how=row.how,
    )
