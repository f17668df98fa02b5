"""Officers, their roles and wings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Table, delete, func, insert, or_, select, update

from trawl.errors import AlreadyExists, NotFound, StoreError
from trawl.model.access import Act, Officer, Role, Wing
from trawl.store.database import Database, Reader, Session
from trawl.store.numbers import next_id
from trawl.store.schema import officer
from trawl.store.signin_tables import officer_role, officer_wing
from trawl.store.values import storable_text

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Enrolled:
    """An officer as enrolled: no wing stands for every wing. ``disabled_us``: since when."""

    officer: Officer
    wings: frozenset[Wing]
    disabled_us: int | None


def add_officer(
    session: Session,
    name: str,
    role: Role,
    further: Iterable[Role] = (),
    wings: Iterable[Wing] = (),
) -> Officer:
    """Add an officer. Raises AlreadyExists when the name is taken, StoreError when empty."""
    if not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
        raise StoreError("an officer needs a name that can be printed on one line")
    if session.connection.execute(select(officer.c.id).where(officer.c.name == name)).first():
        raise AlreadyExists(f"there is an officer {name} already")
    added = Officer(next_id(session.connection, officer), name, role, frozenset(further) - {role})
    session.connection.execute(insert(officer).values(id=added.id, name=name, role=str(role)))
    _replace(session, officer_role, added.id, added.further)
    _replace(session, officer_wing, added.id, wings)
    return added


def officer_by_name(view: Reader | Session, name: str) -> Officer:
    """The officer of that name. Raises NotFound."""
    wanted = officer.c.name == storable_text(name)
    row = view.connection.execute(select(officer).where(wanted)).first()
    if row is None:
        raise NotFound(f"there is no officer {name}")
    return _enrolled(view, [row])[0].officer


def officer_by_id(view: Reader | Session, officer_id: int) -> Enrolled:
    """The officer of that number. Raises NotFound."""
    row = view.connection.execute(select(officer).where(officer.c.id == officer_id)).first()
    if row is None:
        raise NotFound("there is no such officer")
    return _enrolled(view, [row])[0]


def all_officers(view: Reader | Session) -> list[Enrolled]:
    """Every officer, by name, those no longer enrolled too."""
    rows = view.connection.execute(select(officer).order_by(officer.c.name)).all()
    return _enrolled(view, rows)


def set_roles(session: Session, officer_id: int, roles: Sequence[Role]) -> None:
    """Set the roles, the main one first. Raises StoreError when there is none."""
    if not roles:
        raise StoreError("an officer needs a role")
    session.connection.execute(
        update(officer).where(officer.c.id == officer_id).values(role=str(roles[0]))
    )
    _replace(session, officer_role, officer_id, set(roles[1:]) - {roles[0]})


def set_wings(session: Session, officer_id: int, wings: Collection[Wing]) -> None:
    """Set the wings; none stand for all."""
    _replace(session, officer_wing, officer_id, wings)


def set_disabled(session: Session, officer_id: int, *, disabled: bool) -> None:
    """Whether the officer may do anything from now on."""
    session.connection.execute(
        update(officer)
        .where(officer.c.id == officer_id)
        .values(disabled_us=session.clock() if disabled else None)
    )


def administrators(view: Reader | Session) -> list[int]:
    """Who may administer, the disabled ones aside."""
    role = str(Role.ADMINISTRATOR)
    further = select(officer_role.c.officer_id).where(officer_role.c.role == role)
    found = view.connection.execute(
        select(officer.c.id)
        .where(or_(officer.c.role == role, officer.c.id.in_(further)))
        .where(officer.c.disabled_us.is_(None))
        .order_by(officer.c.id)
    )
    return list(found.scalars())


def bootstrap(database: Database, name: str) -> Officer:
    """Add the very first officer, an administrator. Raises AlreadyExists when there is one."""
    with database.session(Officer(1, name, Role.ADMINISTRATOR)) as session:
        if session.connection.execute(select(func.count()).select_from(officer)).scalar_one():
            raise AlreadyExists("this workspace has its first officer already")
        first = add_officer(session, name, Role.ADMINISTRATOR)
        session.audit(
            Act.WORKSPACE_INIT, case_id=None, subject=name, detail={"role": str(first.role)}
        )
    return first


def _replace(session: Session, table: Table, officer_id: int, words: Iterable[str]) -> None:
    column = "role" if table is officer_role else "wing"
    session.connection.execute(delete(table).where(table.c.officer_id == officer_id))
    rows = [{"officer_id": officer_id, column: str(word)} for word in sorted(set(words))]
    if rows:
        session.connection.execute(insert(table), rows)


def _enrolled(view: Reader | Session, rows: Sequence[Row[Any]]) -> list[Enrolled]:
    ids = [row.id for row in rows]
    roles = _words(view, officer_role, ids)
    wings = _words(view, officer_wing, ids)
    return [
        Enrolled(
            Officer(row.id, row.name, Role(row.role), frozenset(map(Role, roles.get(row.id, ())))),
            frozenset(map(Wing, wings.get(row.id, ()))),
            row.disabled_us,
        )
        for row in rows
    ]


def _words(view: Reader | Session, table: Table, ids: Sequence[int]) -> dict[int, list[str]]:
    query = select(table)
    if len(ids) == 1:
        query = query.where(table.c.officer_id == ids[0])
    found: dict[int, list[str]] = {}
    for officer_id, word in view.connection.execute(query):
        found.setdefault(officer_id, []).append(word)
    return found
