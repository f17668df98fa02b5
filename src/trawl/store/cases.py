"""Cases, their members, and their exhibits."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, insert, select

from trawl.errors import AlreadyExists, NotFound, StoreError
from trawl.model.access import Officer
from trawl.model.case import Case, Exhibit
from trawl.store.database import Reader, Session
from trawl.store.numbers import next_id
from trawl.store.schema import case, case_member, exhibit


def add_case(session: Session, name: str) -> Case:
    """Add a case. Raises AlreadyExists when the name is taken, StoreError when empty."""
    if not name.strip() or not name.isprintable():
        raise StoreError("a case needs a name that can be printed on one line")
    if session.connection.execute(select(case.c.id).where(case.c.name == name)).first():
        raise AlreadyExists(f"there is a case {name} already")
    added = Case(next_id(session.connection, case), name, session.clock())
    session.connection.execute(insert(case).values(id=added.id, name=name, added_us=added.added_us))
    return added


def case_by_name(view: Reader | Session, name: str) -> Case:
    """The case of that name. Raises NotFound."""
    row = view.connection.execute(select(case).where(case.c.name == name)).first()
    if row is None:
        raise NotFound(f"there is no case {name}", hint="Add it with `trawl case add`.")
    return Case(row.id, row.name, row.added_us)


def cases_of(view: Reader | Session, officer: Officer) -> list[Case]:
    """The cases the officer is a member of, by name."""
    rows = view.connection.execute(
        select(case)
        .join(case_member, case_member.c.case_id == case.c.id)
        .where(case_member.c.officer_id == officer.id)
        .order_by(case.c.name)
    )
    return [Case(row.id, row.name, row.added_us) for row in rows]


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


def _exhibit(row: Row[Any]) -> Exhibit:
    return Exhibit(row.id, row.case_id, row.reference, row.added_us)
