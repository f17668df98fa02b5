"""Officers as the rest of the unit sees them: number, name, and who is a counsellor."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import or_, select

from trawl.model.access import Role
from trawl.store.bulk import batches
from trawl.store.database import Reader, Session
from trawl.store.schema import officer
from trawl.store.signin_tables import officer_role


def officer_exists(view: Reader | Session, officer_id: int) -> bool:
    """Whether there is an officer of that number."""
    found = view.connection.execute(select(officer.c.id).where(officer.c.id == officer_id))
    return found.first() is not None


def officers_in_unit(view: Reader | Session) -> list[tuple[int, str]]:
    """Number and name of everybody who is still in the unit, by name."""
    rows = view.connection.execute(
        select(officer.c.id, officer.c.name)
        .where(officer.c.disabled_us.is_(None))
        .order_by(officer.c.name)
    )
    return [(row.id, row.name) for row in rows]


def names_of(view: Reader | Session, officer_ids: Iterable[int]) -> dict[int, str]:
    """The names of officers by their numbers."""
    names: dict[int, str] = {}
    for some in batches(set(officer_ids)):
        rows = view.connection.execute(
            select(officer.c.id, officer.c.name).where(officer.c.id.in_(some))
        )
        names.update((row.id, row.name) for row in rows)
    return names


def officers_of_role(view: Reader | Session, role: Role) -> list[tuple[int, str]]:
    """Number and name of those who have the role, as their main or a further one, by name; who
    is no longer in the unit is left out."""
    further = select(officer_role.c.officer_id).where(officer_role.c.role == str(role))
    rows = view.connection.execute(
        select(officer.c.id, officer.c.name)
        .where(
            officer.c.disabled_us.is_(None),
            or_(officer.c.role == str(role), officer.c.id.in_(further)),
        )
        .order_by(officer.c.name)
    )
    return [(row.id, row.name) for row in rows]
