"""The log of a case: a page of it, how many rows it has, all of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import select

from trawl.store import schema
from trawl.store.bulk import batches
from trawl.store.columns import BLOCK_ROWS
from trawl.store.database import Reader, Session
from trawl.store.log_filter import Condition, LogFilter, Within, conditions
from trawl.store.log_rows import LogRow, exhibits_by_acquisition, log_rows
from trawl.store.scan import Hits, scan

__all__ = ["LogFilter", "LogRow", "count", "page", "stream"]


class _Plan(NamedTuple):
    """What a filter comes to in this case."""

    exhibits: dict[int, str]
    conditions: list[Condition]


def page(
    view: Reader | Session,
    case_id: int,
    wanted: LogFilter | None = None,
    after: int | None = None,
    limit: int = 100,
) -> list[LogRow]:
    """The first ``limit`` rows behind occurrence ``after`` (None: from the beginning)."""
    plan = _plan(view, case_id, wanted)
    ids: list[int] = []
    for hits in scan(view, list(plan.exhibits), plan.conditions, after):
        ids += hits.ids[: limit - len(ids)]
        if len(ids) >= limit:
            break
    column = schema.occurrence.c.id
    return [
        row
        for some in batches(ids)
        for row in log_rows(view.connection, plan.exhibits, column.in_(some))
    ]


def count(view: Reader | Session, case_id: int, wanted: LogFilter | None = None) -> int:
    """How many rows there are."""
    plan = _plan(view, case_id, wanted)
    return sum(len(hits.positions) for hits in scan(view, list(plan.exhibits), plan.conditions))


def stream(
    view: Reader | Session, case_id: int, wanted: LogFilter | None = None, batch: int = 2048
) -> Iterator[list[LogRow]]:
    """All rows, in lists of at most ``batch``; one list is held at a time."""
    plan = _plan(view, case_id, wanted)
    for hits in scan(view, list(plan.exhibits), plan.conditions):
        yield from batches(_rows(view, plan, hits), batch)


def _rows(view: Reader | Session, plan: _Plan, hits: Hits) -> Iterator[LogRow]:
    column = schema.occurrence.c.id
    if 2 * len(hits.positions) >= hits.block.rows:
        first = hits.block.first_id
        meant = set(hits.ids) if len(hits.positions) < hits.block.rows else None
        for row in log_rows(
            view.connection, plan.exhibits, column.between(first, first + BLOCK_ROWS - 1)
        ):
            if meant is None or row.occurrence_id in meant:
                yield row
        return
    for some in batches(hits.ids):
        yield from log_rows(view.connection, plan.exhibits, column.in_(some))


def _plan(view: Reader | Session, case_id: int, wanted: LogFilter | None) -> _Plan:
    wanted = wanted or LogFilter()
    exhibits = exhibits_by_acquisition(view.connection, [case_id])
    if wanted.exhibit is not None:
        exhibits = {
            number: reference
            for number, reference in exhibits.items()
            if reference == wanted.exhibit
        }
    found = conditions(wanted)
    if wanted.sha256 is not None:
        media = view.connection.execute(
            select(schema.media.c.id).where(schema.media.c.sha256 == wanted.sha256)
        ).scalar_one_or_none()
        if media is None:
            return _Plan({}, [])
        found.insert(0, Within("media", media, media))
    return _Plan(exhibits, found)
