"""Officers."""

from __future__ import annotations

from sqlalchemy import insert, select

from trawl.errors import AlreadyExists, NotFound, StoreError
from trawl.model.access import Act, Officer, Role
from trawl.store.database import Database, Reader, Session
from trawl.store.numbers import next_id
from trawl.store.schema import officer


def add_officer(session: Session, name: str, role: Role) -> Officer:
    """Add an officer. Raises AlreadyExists when the name is taken, StoreError when empty."""
    if not name.strip() or not name.isprintable():
        raise StoreError("an officer needs a name that can be printed on one line")
    if session.connection.execute(select(officer.c.id).where(officer.c.name == name)).first():
        raise AlreadyExists(f"there is an officer {name} already")
    added = Officer(next_id(session.connection, officer), name, role)
    session.connection.execute(insert(officer).values(id=added.id, name=name, role=str(role)))
    return added


def officer_by_name(reader: Reader | Session, name: str) -> Officer:
    """The officer of that name. Raises NotFound."""
    row = reader.connection.execute(select(officer).where(officer.c.name == name)).first()
    if row is None:
        raise NotFound(f"there is no officer {name}")
    return Officer(row.id, row.name, Role(row.role))


def bootstrap(database: Database, name: str) -> Officer:
    """Add the very first officer, an administrator. Raises AlreadyExists when there is one."""
    with database.session(Officer(1, name, Role.ADMINISTRATOR)) as session:
        if session.connection.execute(select(officer.c.id).limit(1)).first():
            raise AlreadyExists("this workspace has its first officer already")
        first = add_officer(session, name, Role.ADMINISTRATOR)
        session.audit(
            Act.WORKSPACE_INIT, case_id=None, subject=name, detail={"role": str(first.role)}
        )
    return first
