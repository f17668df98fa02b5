"""Grading: one officer's votes on one media or on a thousand, in one act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trawl.errors import Conflict, NotFound, StoreError
from trawl.formats.schemes import Schemes
from trawl.model.access import Act, Officer
from trawl.model.grading import ActKind
from trawl.review.grading.keys import another_act, checked_key, done_before
from trawl.review.grading.rules import Rules
from trawl.store.access import require
from trawl.store.database import Database, Session
from trawl.store.grading_acts import WHOLE, Ballot, StoredAct, add_act, media_of, votes_of
from trawl.store.leases import leases_of_case
from trawl.store.media_in_case import media_in_case

MOST_MEDIA = 100_000
"""Media in one act."""

LONGEST_MS = 10**12


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """What is asked for. ``media_ids``: all media to vote on, a stack's members among them;
    ``tops``: the media on top of their stacks, by which stacks are leased; ``asked``: those the
    officer named, all of ``media_ids`` when empty; ``category``: None takes the officer's votes
    back; ``scheme``, ``told``: by which scheme and on how many media the officer meant to vote,
    None where that is not said; ``from_ms``, ``to_ms``: the span of one video, WHOLE for the
    whole."""

    key: str
    media_ids: Sequence[int]
    category: str | None
    tops: Sequence[int] = ()
    asked: Sequence[int] = ()
    scheme: str | None = None
    told: int | None = None
    from_ms: int = WHOLE[0]
    to_ms: int = WHOLE[1]

    @property
    def named(self) -> set[int]:
        """The media the officer named."""
        return set(self.asked or self.media_ids)


@dataclass(frozen=True, slots=True)
class Done:
    """An act that is done. ``media_ids``: those it cast votes on; ``again``: it had been done
    before, with the same key, and nothing was added."""

    act: StoredAct
    media_ids: list[int]
    again: bool


def grade(
    database: Database, officer: Officer, schemes: Schemes, case_id: int, wanted: Grade
) -> Done:
    """Vote. The same key again gives the same answer and adds nothing.

    Raises NotFound for media that are not in the case, Conflict when another officer has leased
    a stack, when the key belongs to another act, for a category or a scheme that the case has
    not, and when the stacks have changed since the officer was told of them.
    """
    checked_key(wanted.key)
    _check_size(wanted)
    with database.session(officer) as session:
        require(session, officer, Act.GRADE, case_id)
        act = done_before(session, officer.id, case_id, wanted.key, ActKind.GRADE)
        done = (
            _cast(session, schemes, case_id, wanted)
            if act is None
            else _again(session, act, wanted)
        )
        session.audit(
            Act.GRADE,
            case_id=case_id,
            subject=f"{done.act.votes} media",
            detail={
                "act": done.act.id,
                "again": done.again,
                "category": done.act.category,
                "scheme": done.act.scheme,
                "key": wanted.key,
            },
        )
    return done


def _cast(session: Session, schemes: Schemes, case_id: int, wanted: Grade) -> Done:
    rules = Rules.of(session, case_id, schemes)
    rules.check_scheme(wanted.scheme)
    category = None if wanted.category is None else rules.checked(wanted.category)
    media_ids = list(dict.fromkeys(wanted.media_ids))
    _check_told(wanted, media_ids)
    check_media(session, case_id, media_ids)
    _check_leases(session, case_id, {*media_ids, *wanted.tops})
    span = (wanted.from_ms, wanted.to_ms)
    ballots = [Ballot(media_id, category, *span) for media_id in media_ids]
    act = add_act(
        session,
        case_id,
        wanted.key,
        ActKind.GRADE,
        rules.scheme.name,
        category,
        ballots=ballots,
    )
    return Done(act, media_ids, again=False)


def _again(session: Session, act: StoredAct, wanted: Grade) -> Done:
    """What the act came to. A stack may have grown or split since: what the officer named and
    said of it is what makes the act the same."""
    media_ids = media_of(session, act)
    cast = votes_of(session, act._replace(votes=1))
    spans = {(one.from_ms, one.to_ms) for one in cast}
    same = act.category == wanted.category and spans == {(wanted.from_ms, wanted.to_ms)}
    if not same or not wanted.named <= set(media_ids):
        raise another_act()
    return Done(act, media_ids, again=True)


def check_media(session: Session, case_id: int, media_ids: Sequence[int]) -> None:
    """Raise NotFound unless all are in the case."""
    there = media_in_case(session, case_id, media_ids)
    if len(there) != len(set(media_ids)):
        raise NotFound("there is no such media in this case")


def _check_told(wanted: Grade, media_ids: Sequence[int]) -> None:
    """A matching may have joined stacks since: nobody votes on what they were not told of."""
    if wanted.told is not None and wanted.told != len(media_ids):
        raise Conflict(
            f"what is to be graded is {len(media_ids):,} media by now, not {wanted.told:,}",
            hint="Matching has gone on. Read the view again, and look at the stack once more.",
        )


def _check_leases(session: Session, case_id: int, media_ids: set[int]) -> None:
    leases = leases_of_case(session, case_id, session.clock(), media_ids)
    for lease in leases.values():
        if lease.officer_id != session.officer.id:
            raise Conflict(
                f"{lease.officer} is working on this stack",
                hint="Take another one. It is free again when they leave it, or two minutes "
                "after they last looked at it.",
            )


def _check_size(wanted: Grade) -> None:
    if not wanted.media_ids:
        raise StoreError("a grade names at least one media")
    if len(wanted.media_ids) > MOST_MEDIA:
        raise StoreError(
            f"one act grades at most {MOST_MEDIA:,} media", hint="Grade them in several acts."
        )
    if (wanted.from_ms, wanted.to_ms) == WHOLE:
        return
    if len(wanted.media_ids) > 1:
        raise StoreError("a segment is graded in one video at a time")
    if not 0 <= wanted.from_ms < wanted.to_ms <= LONGEST_MS:
        raise StoreError("a segment begins at 0 ms or later and ends after it begins")
