"""Votes as columns: what a whole case's grading is read from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sqlalchemy import case, func, literal, select

from trawl.errors import StoreError
from trawl.store.database import Reader, Session
from trawl.store.grading_acts import WHOLE
from trawl.store.review_tables import grading_act, resolution, vote
from trawl.store.schema import officer

Numbers = npt.NDArray[np.int64]

AT_ONCE = 65_536
"""Rows that are held as Python's own at a time."""


MOST_OFFICERS = 1 << 16
_MEDIA, _OFFICER = 1 << 24, 1 << 8


class VoteColumns(NamedTuple):
    """Votes in the order they were cast; ``category``: its number, -1 for a vote that was taken
    back."""

    media: Numbers
    officer: Numbers
    category: npt.NDArray[np.int8]


def votes_after(
    view: Reader | Session, case_id: int, scheme: str, numbers: Mapping[str, int], after: int
) -> Iterator[VoteColumns]:
    """Votes on whole media of a case that were cast after the vote ``after``, in batches.
    ``numbers``: the number of each category, up to 126. Raises StoreError in a workspace of more
    officers than the columns can tell apart."""
    _check_officers(view)
    columns = vote.c
    number = case(numbers, value=columns.category, else_=-1) if numbers else literal(-1)
    # One number a row is read three times as fast as three of them.
    packed = columns.media_id * _MEDIA + columns.officer_id * _OFFICER + number + 1
    query = (
        select(packed)
        .where(
            columns.case_id == case_id,
            columns.id > after,
            columns.scheme == scheme,
            columns.from_ms == WHOLE[0],
            columns.to_ms == WHOLE[1],
        )
        .order_by(columns.id)
    )
    for rows in view.connection.execute(query).scalars().partitions(AT_ONCE):
        votes = np.array(rows, np.int64)
        yield VoteColumns(
            votes // _MEDIA,
            votes % _MEDIA // _OFFICER,
            (votes % _OFFICER - 1).astype(np.int8),
        )


def _check_officers(view: Reader | Session) -> None:
    most = view.connection.execute(select(func.max(officer.c.id))).scalar() or 0
    if most >= MOST_OFFICERS:
        raise StoreError("there are more officers than a case's votes can be told apart by")


def newest_vote(view: Reader | Session, case_id: int) -> int:
    """The number of the newest vote of a case; 0 before the first."""
    columns = vote.c
    query = select(func.coalesce(func.max(columns.id), 0)).where(columns.case_id == case_id)
    return int(view.connection.execute(query).scalar_one())


def newest_act(view: Reader | Session) -> int:
    """The number of the newest act of any case; 0 before the first."""
    # Of one case it would be looked for among all acts of that case, after every one of them.
    query = select(func.coalesce(func.max(grading_act.c.id), 0))
    return int(view.connection.execute(query).scalar_one())


def resolving_acts(view: Reader | Session, case_id: int, after: int) -> list[int]:
    """Acts of resolution that were done or undone after the act ``after``. Looked for among the
    resolutions of the case, which are few beside its acts."""
    columns, undone = resolution.c, grading_act.alias()
    of_case = select(columns.act_id).where(columns.case_id == case_id)
    since = of_case.where(columns.act_id > after)
    back = of_case.join(undone, undone.c.undoes == columns.act_id).where(undone.c.id > after)
    found = [*view.connection.execute(since).scalars(), *view.connection.execute(back).scalars()]
    return sorted(set(found))
