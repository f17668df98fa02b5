"""What notes, tags and clues have in common: who may put one, and who takes it back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Table

from trawl.errors import AccessRefused, AlreadyExists, NotFound, StoreError
from trawl.model.access import Act, Officer
from trawl.store.access import require
from trawl.store.database import Database, Session
from trawl.store.marks import add_mark, count_marks, mark_by_id, marks_of, says, withdraw_mark
from trawl.store.media_in_case import media_in_case
from trawl.store.values import storable_text

MOST_ON_A_MEDIA = 1000
"""Marks of one kind on one media in one case."""


def put(
    database: Database, officer: Officer, table: Table, case_id: int, media_id: int, **said: Any
) -> int:
    """Put a mark on a media; its identifier. Raises NotFound for a media of no such case,
    AlreadyExists for what somebody has said of it in the same words."""
    with database.session(officer) as session:
        require(session, officer, Act.MARK, case_id)
        check_media(session, case_id, media_id)
        if count_marks(session, table, case_id, media_id) >= MOST_ON_A_MEDIA:
            raise StoreError(f"a media bears at most {MOST_ON_A_MEDIA:,} of these")
        if says(session, table, case_id, media_id, **said):
            raise AlreadyExists(f"this media has just this {table.name} already")
        mark_id = add_mark(session, table, case_id, media_id, **said)
        _audit(session, table, case_id, media_id, mark_id, "added")
    return mark_id


def read(
    database: Database,
    officer: Officer,
    table: Table,
    case_id: int,
    media_id: int | None = None,
) -> list[Row[Any]]:
    """The marks of a media, or of the whole case, the oldest first."""
    with database.session(officer) as session:
        require(session, officer, Act.REVIEW_READ, case_id)
        if media_id is not None:
            check_media(session, case_id, media_id)
        of = "case" if media_id is None else f"media {media_id}"
        session.audit(
            Act.REVIEW_READ, case_id=case_id, subject=of, detail={"marks": f"{table.name}s"}
        )
    with database.reader() as reader:
        return marks_of(reader, table, case_id, media_id)


def withdraw(
    database: Database, officer: Officer, table: Table, case_id: int, media_id: int, mark_id: int
) -> None:
    """Take one's own mark back. Raises NotFound, and AccessRefused for another officer's."""
    with database.session(officer) as session:
        require(session, officer, Act.MARK, case_id)
        found = mark_by_id(session, table, case_id, media_id, mark_id)
        if found is None:
            raise NotFound(f"there is no such {table.name} on this media")
        if found.officer_id != officer.id:
            raise AccessRefused(f"only who made a {table.name} takes it back")
        withdraw_mark(session, table, mark_id)
        _audit(session, table, case_id, media_id, mark_id, "withdrawn")


def check_media(session: Session, case_id: int, media_id: int) -> None:
    """Raise NotFound unless the media is in the case."""
    if not media_in_case(session, case_id, [media_id]):
        raise NotFound("there is no such media in this case")


def worded(what: str, text: str, most: int) -> str:
    """A text an officer wrote, as it is kept. Raises StoreError when empty or too long."""
    kept = (storable_text(text) or "").strip()
    if not kept:
        raise StoreError(f"a {what} says something")
    if len(kept) > most:
        raise StoreError(f"a {what} has at most {most:,} characters")
    return kept


def _audit(
    session: Session, table: Table, case_id: int, media_id: int, mark_id: int, done: str
) -> None:
    session.audit(
        Act.MARK,
        case_id=case_id,
        subject=f"media {media_id}",
        detail={"mark": str(table.name), "id": mark_id, "done": done, "media": str(media_id)},
    )
