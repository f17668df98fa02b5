"""Undo: an officer's own acts, the newest first, as many as wanted.

An undone grade puts back what the officer said before it, or takes the vote back where that was
nothing. Since acts are undone in the order opposite to that of doing, what stood before an act
is what the votes with smaller numbers say.
"""

from __future__ import annotations

from dataclasses import dataclass

from trawl.errors import StoreError
from trawl.model.access import Act, Officer
from trawl.model.grading import ActKind
from trawl.review.grading.keys import checked_key, done_before, numbered
from trawl.store.access import require
from trawl.store.database import Database, Session
from trawl.store.grading_acts import (
    Ballot,
    StoredAct,
    act_by_id,
    act_of_key,
    add_act,
    in_force,
    media_of,
    undoable,
    votes_of,
    votes_on,
)
from trawl.store.resolutions import resolved_by

MOST_LEVELS = 100


@dataclass(frozen=True, slots=True)
class Undone:
    """One act that was taken back, with the media it was about."""

    act: StoredAct
    media_ids: list[int]


@dataclass(frozen=True, slots=True)
class UndoDone:
    """What an undo came to, the newest act first; ``again``: see ``casting.Done``."""

    undone: list[Undone]
    again: bool


def undo(database: Database, officer: Officer, case_id: int, key: str, levels: int) -> UndoDone:
    """Take back the officer's last acts in a case: at most ``levels``, fewer when there are no
    more. The same key again gives the same answer and undoes nothing more. Raises Conflict when
    the key belongs to another act."""
    checked_key(key)
    if not 1 <= levels <= MOST_LEVELS:
        raise StoreError(f"an undo takes back 1 to {MOST_LEVELS} acts")
    with database.session(officer) as session:
        require(session, officer, Act.GRADE_UNDO, case_id)
        before = done_before(session, officer.id, case_id, key, ActKind.UNDO)
        if before is None:
            acts = _undo(session, case_id, key, levels)
        else:
            acts = _undone_by(session, before)
        undone = [Undone(act, media_of_act(session, act)) for act in acts]
        session.audit(
            Act.GRADE_UNDO,
            case_id=case_id,
            subject=f"{len(acts)} acts",
            detail={
                "acts": ",".join(str(act.id) for act in acts),
                "again": before is not None,
                "key": key,
            },
        )
    return UndoDone(undone, before is not None)


def media_of_act(session: Session, act: StoredAct) -> list[int]:
    """The media an act was about."""
    if act.kind is ActKind.RESOLVE:
        return list(resolved_by(session, [act.id]).values())
    return media_of(session, act)


def _undo(session: Session, case_id: int, key: str, levels: int) -> list[StoredAct]:
    acts = undoable(session, case_id, session.officer.id, levels)
    for number, act in enumerate(acts):
        ballots = _as_before(session, act)
        add_act(
            session,
            case_id,
            numbered(key, number),
            ActKind.UNDO,
            act.scheme,
            None,
            undoes=act.id,
            ballots=ballots,
        )
    if not acts:
        # The key must be taken: asked again after a grade, it must not take that one back.
        add_act(session, case_id, key, ActKind.UNDO, "", None)
    return acts


def _as_before(session: Session, act: StoredAct) -> list[Ballot]:
    """The votes that put back what the officer said before an act."""
    cast = votes_of(session, act)
    media_ids = list(dict.fromkeys(one.media_id for one in cast))
    earlier = in_force(
        votes_on(
            session,
            act.case_id,
            act.scheme,
            media_ids,
            officer_id=act.officer_id,
            before=act.first_vote,
        )
    )
    ballots = []
    for one in cast:
        last = earlier.get((one.media_id, one.officer_id, one.from_ms, one.to_ms))
        category = None if last is None else last.category
        ballots.append(Ballot(one.media_id, category, one.from_ms, one.to_ms))
    return ballots


def _undone_by(session: Session, first: StoredAct) -> list[StoredAct]:
    """The acts an undo took back, from the acts it wrote."""
    found: list[StoredAct] = []
    number, current = 0, first
    while current.undoes is not None:
        found.append(act_by_id(session, current.undoes))
        number += 1
        following = act_of_key(session, first.officer_id, numbered(first.key, number))
        if following is None:
            break
        current = following
    return found
