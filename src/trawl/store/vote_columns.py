"""Votes as columns: what a whole case's grading is read from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sqlalchemy import case, func, literal, select

from trawl.store.database import Reader, Session
from trawl.store.grading_acts import WHOLE
from trawl.store.review_tables import grading_act, vote

Numbers = npt.NDArray[np.int64]

AT_ONCE = 65_536
"""Rows that are held as Python's own at a time."""


class VoteColumns(NamedTuple):
    """Votes in the order they were cast. ``last``: the number of the newest; ``category``: its
    number, -1 for a vote that was taken back."""

    last: int
    media: Numbers
    officer: Numbers
    category: npt.NDArray[np.int8]


def votes_after(
    view: Reader | Session, case_id: int, scheme: str, numbers: Mapping[str, int], after: int
) -> Iterator[VoteColumns]:
    """Votes on whole media of a case that were cast after the vote ``after``, in batches.
    ``numbers``: the number of each category."""
    columns = vote.c
    number = case(numbers, value=columns.category, else_=-1) if numbers else literal(-1)
    query = (
        select(columns.id, columns.media_id, columns.officer_id, number)
        .where(
            columns.case_id == case_id,
            columns.id > after,
            columns.scheme == scheme,
            columns.from_ms == WHOLE[0],
            columns.to_ms == WHOLE[1],
        )
        .order_by(columns.id)
    )
    for rows in view.connection.execute(query).partitions(AT_ONCE):
        ids, media, officer, category = zip(*rows, strict=True)
        yield VoteColumns(
            ids[-1],
            np.array(media, np.int64),
            np.array(officer, np.int64),
            np.array(category, np.int8),
        )


def newest_act(view: Reader | Session, case_id: int) -> int:
    """The number of the newest act of a case; 0 before the first."""
    columns = grading_act.c
    query = select(func.coalesce(func.max(columns.id), 0)).where(columns.case_id == case_id)
    return int(view.connection.execute(query).scalar_one())


def resolving_acts(view: Reader | Session, case_id: int, after: int) -> list[int]:
    """Acts of resolution that were done or undone after the act ``after``."""
    columns, undone = grading_act.c, grading_act.alias()
    done = select(columns.id).where(columns.case_id == case_id, columns.kind == "resolve")
    since = done.where(columns.id > after)
    back = done.join(undone, undone.c.undoes == columns.id).where(
        undone.c.case_id == case_id, undone.c.id > after
    )
    found = [*view.connection.execute(since).scalars(), *view.connection.execute(back).scalars()]
    return sorted(set(found))
