"""Which media of a case bear marks that officers have put on them."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Table, select

from trawl.store.database import Reader, Session
from trawl.store.review_tables import clue, note, tag


class MarkedMedia(NamedTuple):
    """Identifiers of the media that bear a note, a clue, and each tag; sorted, distinct."""

    noted: list[int]
    clues: list[int]
    tags: dict[str, list[int]]


def marked_media(view: Reader | Session, case_id: int) -> MarkedMedia:
    """The marks of a case that are not taken back."""
    column = tag.c
    rows = view.connection.execute(
        select(column.tag, column.media_id)
        .where(column.case_id == case_id, column.withdrawn_us.is_(None))
        .distinct()
        .order_by(column.tag, column.media_id)
    )
    tags: dict[str, list[int]] = {}
    for name, media_id in rows:
        tags.setdefault(name, []).append(media_id)
    return MarkedMedia(_bearing(view, note, case_id), _bearing(view, clue, case_id), tags)


def _bearing(view: Reader | Session, marks: Table, case_id: int) -> list[int]:
    column = marks.c
    rows = view.connection.execute(
        select(column.media_id)
        .where(column.case_id == case_id, column.withdrawn_us.is_(None))
        .distinct()
        .order_by(column.media_id)
    )
    return list(rows.scalars())
