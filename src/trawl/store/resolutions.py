"""Disputes that somebody has settled. A resolution counts while its act is not undone; of
several, the newest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Select, exists, insert, not_, select

from trawl.store.bulk import batches
from trawl.store.database import Reader, Session
from trawl.store.grading_acts import StoredAct
from trawl.store.numbers import next_id
from trawl.store.review_tables import grading_act, resolution


class StoredResolution(NamedTuple):
    """One resolution."""

    id: int
    act_id: int
    media_id: int
    category: str
    officer_id: int
    grounds: str
    at_us: int


def add_resolution(
    session: Session, act: StoredAct, media_id: int, category: str, grounds: str
) -> None:
    """Write the resolution an act consists of."""
    session.connection.execute(
        insert(resolution).values(
            id=next_id(session.connection, resolution),
            act_id=act.id,
            case_id=act.case_id,
            media_id=media_id,
            scheme=act.scheme,
            category=category,
            officer_id=act.officer_id,
            grounds=grounds,
            at_us=act.at_us,
        )
    )


def resolutions_of(
    view: Reader | Session, case_id: int, scheme: str, media_ids: Iterable[int] | None = None
) -> list[StoredResolution]:
    """Resolutions whose act is not undone, on some media or on all of a case, oldest first."""
    columns, undo = resolution.c, grading_act.alias()
    query = _QUERY.where(
        columns.case_id == case_id,
        columns.scheme == scheme,
        not_(exists(select(undo.c.id).where(undo.c.undoes == columns.act_id))),
    )
    if media_ids is None:
        return _read(view, query)
    found: list[StoredResolution] = []
    for some in batches(media_ids):
        found += _read(view, query.where(columns.media_id.in_(some)))
    return found


def resolved_by(view: Reader | Session, act_ids: Iterable[int]) -> dict[int, int]:
    """By act the media it resolved, whether or not it is undone."""
    found: dict[int, int] = {}
    for some in batches(act_ids):
        for one in _read(view, _QUERY.where(resolution.c.act_id.in_(some))):
            found[one.act_id] = one.media_id
    return found


_QUERY = select(*(resolution.c[name] for name in StoredResolution._fields)).order_by(
    resolution.c.id
)


def _read(view: Reader | Session, query: Select[Any]) -> list[StoredResolution]:
    return [StoredResolution(*row) for row in view.connection.execute(query)]
