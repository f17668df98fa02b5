"""What an officer is told of media after an act: one read, blind to what they may not see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from trawl.formats.schemes import Schemes
from trawl.model.access import Act, Officer
from trawl.model.grading import State
from trawl.review.grading.rules import Rules
from trawl.review.grading.stands import judged
from trawl.store.access import require
from trawl.store.database import Database, Reader
from trawl.store.grading_acts import (
    WHOLE,
    StoredAct,
    StoredVote,
    acts_of,
    in_force,
    media_of,
    undone_among,
    votes_on,
)
from trawl.store.resolutions import resolved_by

MOST_ACTS = 200
MOST_MEDIA_NAMED = 50


class ToldState(NamedTuple):
    """One media as an officer is told of it. ``category``: their own, else the trusted one."""

    media_id: int
    state: State
    category: str | None
    mine: bool


class OwnAct(NamedTuple):
    """One of an officer's own acts. ``media_ids``: the first of them; ``undone``: whether it
    was taken back."""

    act: StoredAct
    media_ids: list[int]
    undone: bool


def told_states(
    view: Reader,
    officer: Officer,
    schemes: Schemes,
    case_id: int,
    media_ids: Sequence[int],
) -> list[ToldState]:
    """What an officer, who has been let in, is told of some media."""
    rules = Rules.of(view, case_id, schemes)
    found = []
    for media_id, one in judged(view, case_id, media_ids, rules).items():
        state, category = one.told(officer.id)
        mine = officer.id in one.votes
        found.append(ToldState(media_id, state, rules.code(category), mine))
    return found


def own_segments(
    view: Reader, officer: Officer, schemes: Schemes, case_id: int, media_id: int
) -> list[StoredVote]:
    """What an officer, who has been let in, has graded of a video's segments and not taken back,
    in order of time. Nobody else's: later voters are blind to earlier votes."""
    scheme = Rules.of(view, case_id, schemes).scheme.name
    votes = votes_on(view, case_id, scheme, [media_id], officer_id=officer.id)
    found = [one for one in in_force(votes).values() if one.category is not None]
    return sorted(
        (one for one in found if (one.from_ms, one.to_ms) != WHOLE),
        key=lambda one: (one.from_ms, one.to_ms),
    )


def own_acts(
    database: Database, officer: Officer, case_id: int, *, before: int | None, most: int
) -> list[OwnAct]:
    """The officer's own acts in a case, the newest first; only those before the act
    ``before``."""
    with database.session(officer) as session:
        require(session, officer, Act.REVIEW_READ, case_id)
        session.audit(Act.REVIEW_READ, case_id=case_id, subject="own acts", detail={})
    with database.reader() as reader:
        acts = acts_of(reader, case_id, officer.id, before=before, most=min(most, MOST_ACTS))
        undone = undone_among(reader, [act.id for act in acts])
        resolved = resolved_by(reader, [act.id for act in acts])
        return [OwnAct(act, _media(reader, act, resolved), act.id in undone) for act in acts]


def _media(view: Reader, act: StoredAct, resolved: dict[int, int]) -> list[int]:
    if act.id in resolved:
        return [resolved[act.id]]
    return media_of(view, act, MOST_MEDIA_NAMED)


def distinct(media_ids: Iterable[Iterable[int]]) -> list[int]:
    """Each media once, in the order named."""
    return list(dict.fromkeys(one for some in media_ids for one in some))
