"""Acts of grading and the votes they cast. Rows are only ever added.

The vote in force of an officer on a media (or on a span of it) is the newest of that officer;
one without a category says that the officer has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, exists, insert, not_, select

from trawl.model.grading import ActKind
from trawl.store.bulk import batches, insert_rows
from trawl.store.database import Reader, Session
from trawl.store.numbers import next_id
from trawl.store.review_tables import grading_act, vote

WHOLE = (-1, -1)
"""The span of a vote on the whole media."""

_VOTE = ("id", "act_id", "case_id", "media_id", "officer_id", "scheme", "category")
_COLUMNS = (*_VOTE, "from_ms", "to_ms", "at_us")


class StoredAct(NamedTuple):
    """One act. ``undoes``: the act an undo takes back; ``first_vote``: the votes of an act are
    numbered in one run from there; ``category``: None where the act took votes back."""

    id: int
    case_id: int
    officer_id: int
    key: str
    kind: ActKind
    undoes: int | None
    scheme: str
    category: str | None
    first_vote: int
    votes: int
    at_us: int


class Ballot(NamedTuple):
    """What an officer says of one media, or of a span of it in milliseconds."""

    media_id: int
    category: str | None
    from_ms: int = WHOLE[0]
    to_ms: int = WHOLE[1]


class StoredVote(NamedTuple):
    """One vote that was cast."""

    id: int
    act_id: int
    media_id: int
    officer_id: int
    category: str | None
    from_ms: int
    to_ms: int
    at_us: int


def add_act(
    session: Session,
    case_id: int,
    key: str,
    kind: ActKind,
    scheme: str,
    category: str | None,
    *,
    undoes: int | None = None,
    ballots: Sequence[Ballot] = (),
) -> StoredAct:
    """Write an act of the session's officer with the votes it casts, in one go."""
    act = StoredAct(
        next_id(session.connection, grading_act),
        case_id,
        session.officer.id,
        key,
        kind,
        undoes,
        scheme,
        category,
        next_id(session.connection, vote),
        len(ballots),
        session.clock(),
    )
    session.connection.execute(insert(grading_act).values(**act._asdict()))
    _add_votes(session, act, ballots)
    return act


def _add_votes(session: Session, act: StoredAct, ballots: Sequence[Ballot]) -> None:
    before, after = (act.id, act.case_id), (act.officer_id, act.scheme)
    rows = [
        (number, *before, one.media_id, *after, one.category, one.from_ms, one.to_ms, act.at_us)
        for number, one in enumerate(ballots, act.first_vote)
    ]
    insert_rows(session.connection, vote, _COLUMNS, rows)


def act_of_key(view: Reader | Session, officer_id: int, key: str) -> StoredAct | None:
    """The act of an officer that bears this key."""
    columns = grading_act.c
    row = view.connection.execute(
        select(grading_act).where(columns.officer_id == officer_id, columns.key == key)
    ).first()
    return None if row is None else _act(row)


def act_by_id(view: Reader | Session, act_id: int) -> StoredAct:
    """The act with this identifier, which must be there."""
    return _act(
        view.connection.execute(select(grading_act).where(grading_act.c.id == act_id)).one()
    )


def acts_by_id(view: Reader | Session, act_ids: Iterable[int]) -> list[StoredAct]:
    """The acts with these identifiers."""
    found: list[StoredAct] = []
    for some in batches(act_ids):
        query = select(grading_act).where(grading_act.c.id.in_(some))
        found += [_act(row) for row in view.connection.execute(query)]
    return found


def acts_of(
    view: Reader | Session, case_id: int, officer_id: int, *, before: int | None, most: int
) -> list[StoredAct]:
    """Acts of an officer in a case, the newest first; only those before the act ``before``."""
    query = _own(case_id, officer_id).limit(most)
    if before is not None:
        query = query.where(grading_act.c.id < before)
    return [_act(row) for row in view.connection.execute(query)]


def undoable(view: Reader | Session, case_id: int, officer_id: int, most: int) -> list[StoredAct]:
    """Acts of an officer in a case that are not undone, the newest first."""
    kinds = (str(ActKind.GRADE), str(ActKind.RESOLVE))
    undo = grading_act.alias()
    query = _own(case_id, officer_id).where(
        grading_act.c.kind.in_(kinds),
        not_(exists(select(undo.c.id).where(undo.c.undoes == grading_act.c.id))),
    )
    return [_act(row) for row in view.connection.execute(query.limit(most))]


def undone_among(view: Reader | Session, act_ids: Iterable[int]) -> set[int]:
    """Which of these acts are undone."""
    columns = grading_act.c
    found: set[int] = set()
    for some in batches(act_ids):
        query = select(columns.undoes).where(columns.undoes.in_(some))
        found.update(view.connection.execute(query).scalars())
    return found


def media_of(view: Reader | Session, act: StoredAct, most: int | None = None) -> list[int]:
    """The media an act cast votes on, in the order they were named."""
    columns = vote.c
    query = select(columns.media_id).where(_run(act)).order_by(columns.id)
    return list(view.connection.execute(query.limit(most)).scalars())


def votes_of(view: Reader | Session, act: StoredAct) -> list[StoredVote]:
    """The votes an act cast."""
    return _votes(view, _VOTES.where(_run(act)))


def votes_on(
    view: Reader | Session,
    case_id: int,
    scheme: str,
    media_ids: Iterable[int],
    *,
    officer_id: int | None = None,
    before: int | None = None,
) -> list[StoredVote]:
    """Votes on some media, in force or superseded, the oldest first for each media: of one
    officer, or of all; only those with an identifier below ``before``."""
    columns = vote.c
    base = select(*(columns[name] for name in StoredVote._fields)).where(
        columns.case_id == case_id, columns.scheme == scheme
    )
    if officer_id is not None:
        base = base.where(columns.officer_id == officer_id)
    found: list[StoredVote] = []
    for some in batches(media_ids):
        found += _votes(view, base.where(columns.media_id.in_(some)))
    # In the database an order or a bound by number would lead it through all votes of the case.
    return sorted(one for one in found if before is None or one.id < before)


def in_force(votes: Iterable[StoredVote]) -> dict[tuple[int, int, int, int], StoredVote]:
    """The newest of each officer on each media and span, by (media, officer, from, to); those
    without a category too. ``votes``: the oldest first."""
    return {(one.media_id, one.officer_id, one.from_ms, one.to_ms): one for one in votes}


def _own(case_id: int, officer_id: int) -> Select[Any]:
    columns = grading_act.c
    return (
        select(grading_act)
        .where(columns.case_id == case_id, columns.officer_id == officer_id)
        .order_by(columns.id.desc())
    )


def _run(act: StoredAct) -> Any:
    return vote.c.id.between(act.first_vote, act.first_vote + act.votes - 1)


_VOTES = select(*(vote.c[name] for name in StoredVote._fields)).order_by(vote.c.id)


def _votes(view: Reader | Session, query: Select[Any]) -> list[StoredVote]:
    return [StoredVote(*row) for row in view.connection.execute(query)]


def _act(row: Row[Any]) -> StoredAct:
    return StoredAct._make(row)._replace(kind=ActKind(row.kind))
