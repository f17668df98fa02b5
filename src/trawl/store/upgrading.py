"""Bringing the database of an older version to this one's schema."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url, select

from trawl.errors import AccessRefused, NotFound, StoreError
from trawl.model.access import Act, Role
from trawl.store import schema
from trawl.store.database import Database, Reader, check_revision
from trawl.store.officers import officer_by_name


def upgrade(url: str, officer_name: str) -> tuple[str, Path | None]:
    """Upgrade a database on behalf of an administrator. Returns the schema it had, and where the
    copy of an SQLite database as it was has been put (None: it has this schema already, or it is
    PostgreSQL, whose backup is its administrator's). Audited. Raises AccessRefused, NotFound,
    StoreError."""
    before = _revision(url, officer_name)
    if before == schema.REVISIONS[-1]:
        return before, None
    if before not in schema.REVISIONS:
        check_revision(before)
    copy = _copied(url, before)
    database = Database.upgrade(url)
    try:
        with database.reader() as reader:
            officer = officer_by_name(reader, officer_name)
        with database.session(officer) as session:
            session.audit(
                Act.WORKSPACE_UPGRADE,
                case_id=None,
                subject=schema.REVISIONS[-1],
                detail={"from": before},
            )
    finally:
        database.close()
    return before, copy


def _revision(url: str, officer_name: str) -> str:
    """The schema of a database whose administrator this officer is."""
    database = Database.connect(url)
    try:
        revision = database.revision()
        if revision is None:
            check_revision(None)
        with database.reader() as reader:
            role = _role(reader, officer_name)
    finally:
        database.close()
    if role is not Role.ADMINISTRATOR:
        raise AccessRefused(f"an {role} may not do {Act.WORKSPACE_UPGRADE}")
    return str(revision)


def _role(view: Reader, officer_name: str) -> Role:
    """The main role, by what officers have had in every schema. Raises NotFound."""
    columns = schema.officer.c
    role = view.connection.execute(
        select(columns.role).where(columns.name == officer_name)
    ).scalar_one_or_none()
    if role is None:
        raise NotFound(f"there is no officer {officer_name}")
    return Role(role)


def _copied(url: str, revision: str) -> Path | None:
    """A copy of an SQLite database beside it. Raises StoreError when there is no room."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    path = Path(parsed.database)
    copy = path.with_name(f"{path.name}.schema-{revision}")
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
    except sqlite3.Error as error:
        copy.unlink(missing_ok=True)
        raise StoreError(
            f"the database could not be copied to {copy}: {error}",
            hint="Nothing was changed. Make room, then run it again.",
        ) from error
    return copy
