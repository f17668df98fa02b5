"""Cases, their members, and their exhibits."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, delete, insert, or_, select

from trawl.errors import AlreadyExists, NotFound, StoreError
from trawl.model.access import Officer, Wing
from trawl.model.case import Case, Exhibit
from trawl.store.database import Reader, Session
from trawl.store.numbers import next_id
from trawl.store.schema import case, case_member, exhibit
from trawl.store.values import storable_text

LONGEST_NAME = 120

_BEHIND = "\n"
"""Behind the name of a restricted case, before its number: names are kept once, and nobody must
learn from a name that it is taken. No name has a line break."""


def add_case(
    session: Session,
    name: str,
    wing: Wing = Wing.CHILD_PROTECTION,
    *,
    restricted: bool = False,
    scheme: str | None = None,
) -> Case:
    """Add a case. Raises AlreadyExists when an open case has the name, or a restricted one of the
    officer's own: of others' it would tell that they are there. StoreError when empty."""
    if not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
        raise StoreError("a case needs a name that can be printed on one line")
    if any(_told(session, one) for one in cases_named(session, name)):
        raise AlreadyExists(f"the name {name} is not free", hint="Choose another name.")
    number = next_id(session.connection, case)
    added = Case(number, name, session.clock(), wing, restricted, scheme)
    session.connection.execute(
        insert(case).values(
            id=added.id,
            name=f"{name}{_BEHIND}{number}" if restricted else name,
            added_us=added.added_us,
            wing=str(wing),
            restricted=restricted,
            scheme=scheme,
        )
    )
    return added


def cases_named(view: Reader | Session, name: str) -> list[Case]:
    """The cases of that name: at most one that is open, and any number of restricted ones."""
    wanted = storable_text(name) or ""
    rows = view.connection.execute(
        select(case)
        .where(
            or_(case.c.name == wanted, case.c.name.startswith(wanted + _BEHIND, autoescape=True))
        )
        .order_by(case.c.id)
    )
    return [one for one in map(_case, rows) if one.name == name]


def case_by_id(view: Reader | Session, case_id: int) -> Case:
    """The case of that number. Raises NotFound."""
    row = view.connection.execute(select(case).where(case.c.id == case_id)).first()
    if row is None:
        raise NotFound("there is no such case")
    return _case(row)


def cases_of(view: Reader | Session, officer: Officer) -> list[Case]:
    """The cases the officer is a member of, by name."""
    rows = view.connection.execute(
        select(case)
        .join(case_member, case_member.c.case_id == case.c.id)
        .where(case_member.c.officer_id == officer.id)
        .order_by(case.c.name)
    )
    return [_case(row) for row in rows]


def open_cases(view: Reader | Session, wings: Collection[Wing]) -> list[Case]:
    """The cases that are not restricted, of these wings (none: of all), by name."""
    query = select(case).where(~case.c.restricted).order_by(case.c.name)
    if wings:
        query = query.where(case.c.wing.in_([str(wing) for wing in wings]))
    return [_case(row) for row in view.connection.execute(query)]


def restricted_cases(view: Reader | Session) -> list[Case]:
    """The restricted cases."""
    return [_case(row) for row in view.connection.execute(select(case).where(case.c.restricted))]


def members_of(view: Reader | Session, case_id: int) -> list[int]:
    """The members of a case: numbers of officers, sorted."""
    member = case_member.c
    return list(
        view.connection.execute(
            select(member.officer_id).where(member.case_id == case_id).order_by(member.officer_id)
        ).scalars()
    )


def remove_member(session: Session, case_id: int, officer_id: int) -> None:
    """The officer is no longer a member. Raises NotFound when they were none, StoreError when
    they are the last: a case without a member could never be opened again."""
    members = members_of(session, case_id)
    if officer_id not in members:
        raise NotFound("there is no such member of this case")
    if len(members) == 1:
        raise StoreError(
            "a case keeps at least one member", hint="Add another officer first, then do it again."
        )
    member = case_member.c
    session.connection.execute(
        delete(case_member).where(member.case_id == case_id, member.officer_id == officer_id)
    )


def add_member(session: Session, case_id: int, officer_id: int) -> None:
    """Make an officer a member. Once is as good as twice."""
    member = case_member.c
    there = session.connection.execute(
        select(member.case_id).where(member.case_id == case_id, member.officer_id == officer_id)
    ).first()
    if there is None:
        session.connection.execute(
            insert(case_member).values(case_id=case_id, officer_id=officer_id)
        )


def add_exhibit(session: Session, case_id: int, reference: str) -> Exhibit:
    """Add an exhibit. Raises AlreadyExists when the case has that reference."""
    if not reference.strip() or not reference.isprintable():
        raise StoreError("an exhibit needs a reference that can be printed on one line")
    if find_exhibit(session, case_id, reference) is not None:
        raise AlreadyExists(f"the case has an exhibit {reference} already")
    added = Exhibit(next_id(session.connection, exhibit), case_id, reference, session.clock())
    session.connection.execute(
        insert(exhibit).values(
            id=added.id, case_id=case_id, reference=reference, added_us=added.added_us
        )
    )
    return added


def find_exhibit(view: Reader | Session, case_id: int, reference: str) -> Exhibit | None:
    """The exhibit of that reference in the case, if there is one."""
    row = view.connection.execute(
        select(exhibit).where(exhibit.c.case_id == case_id, exhibit.c.reference == reference)
    ).first()
    return None if row is None else _exhibit(row)


def exhibits_of(view: Reader | Session, case_id: int) -> list[Exhibit]:
    """All exhibits of a case, in the order they were added."""
    rows = view.connection.execute(
        select(exhibit).where(exhibit.c.case_id == case_id).order_by(exhibit.c.id)
    )
    return [_exhibit(row) for row in rows]


def plain_name(kept: str) -> str:
    """The name of a case, as it is kept."""
    return kept.partition(_BEHIND)[0]


def _told(session: Session, found: Case) -> bool:
    """Whether the officer may learn that a case of this name is there."""
    return not found.restricted or session.officer.id in members_of(session, found.id)


def _case(row: Row[Any]) -> Case:
    wing = Wing(row.wing)
    return Case(row.id, plain_name(row.name), row.added_us, wing, bool(row.restricted), row.scheme)


def _exhibit(row: Row[Any]) -> Exhibit:
    return Exhibit(row.id, row.case_id, row.reference, row.added_us)
