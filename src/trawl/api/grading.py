"""Grading over HTTP: grades, undo, own acts, disputes, leases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query

from trawl.api.deps import Asking
from trawl.api.grading_shapes import (
    ActTold,
    ActUndone,
    AgreementTold,
    CaseId,
    DisputeTold,
    GradeAsked,
    GradeDone,
    LeaseRefused,
    LeasesAsked,
    LeasesTold,
    MediaId,
    ResolutionAsked,
    SamplesAsked,
    SamplesTold,
    SchemeName,
    StateTold,
    UndoAsked,
    UndoneTold,
)
from trawl.api.schemes import schemes_of
from trawl.api.stacking import stacks_left, stacks_of
from trawl.api.state import Held, State
from trawl.model.access import Officer
from trawl.review.grading.agreeing import case_agreement
from trawl.review.grading.answering import distinct, own_acts, told_states
from trawl.review.grading.casting import Done, Grade, grade
from trawl.review.grading.disputes import read_dispute, resolve
from trawl.review.grading.policy import read_policy
from trawl.review.grading.undoing import undo
from trawl.review.leases import lease, release
from trawl.review.sampling import draw_samples
from trawl.store.grading_acts import WHOLE
from trawl.store.values import BIGGEST

router = APIRouter(prefix="/cases/{case_id}", tags=["grading"])


@router.post("/grades")
def cast_grade(held: Held, officer: Asking, case_id: CaseId, asked: GradeAsked) -> GradeDone:
    """Vote on media, or on the whole stacks they are in, in one act. The same key again gives
    the same answer and adds nothing."""
    schemes = schemes_of(held)
    stacked = stacks_of(held, officer, case_id, asked.media)
    whole = asked.from_ms is None and asked.to_ms is None
    wanted = Grade(
        key=asked.key,
        media_ids=stacked.members if asked.whole_stack else asked.media,
        asked=asked.media,
        tops=stacked.tops,
        category=asked.category,
        scheme=asked.scheme,
        told=asked.told,
        from_ms=WHOLE[0] if whole else asked.from_ms or 0,
        to_ms=WHOLE[1] if whole else asked.to_ms or 0,
    )
    return _graded(held, officer, case_id, grade(held.database, officer, schemes, case_id, wanted))


@router.post("/undo")
def undo_acts(held: Held, officer: Asking, case_id: CaseId, asked: UndoAsked) -> UndoneTold:
    """Take back the officer's own last acts, the newest first."""
    done = undo(held.database, officer, case_id, asked.key, asked.levels)
    media_ids = distinct(one.media_ids for one in done.undone)
    return UndoneTold(
        undone=ActUndone.each(done.undone),
        states=_states(held, officer, case_id, media_ids),
        left=stacks_left(held, officer, case_id),
        again=done.again,
    )


@router.get("/acts")
def list_own_acts(
    held: Held,
    officer: Asking,
    case_id: CaseId,
    after: Annotated[int | None, Query(ge=1, le=BIGGEST)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> list[ActTold]:
    """The officer's own acts, the newest first; ``after``: the last act of the page before."""
    acts = own_acts(held.database, officer, case_id, before=after, most=limit)
    return ActTold.each(acts)


@router.get("/disputes/{media_id}")
def show_dispute(held: Held, officer: Asking, case_id: CaseId, media_id: MediaId) -> DisputeTold:
    """The votes on a media that is disputed, or was."""
    found = read_dispute(held.database, officer, schemes_of(held), case_id, media_id)
    return DisputeTold.of(found)


@router.post("/disputes/{media_id}")
def resolve_dispute(
    held: Held, officer: Asking, case_id: CaseId, media_id: MediaId, asked: ResolutionAsked
) -> GradeDone:
    """Settle a dispute, with grounds."""
    done = resolve(
        held.database,
        officer,
        schemes_of(held),
        case_id,
        media_id,
        key=asked.key,
        category=asked.category,
        grounds=asked.grounds,
        scheme=asked.scheme,
    )
    return _graded(held, officer, case_id, done)


@router.post("/samples")
def draw(held: Held, officer: Asking, case_id: CaseId, asked: SamplesAsked) -> SamplesTold:
    """Draw a share of the media with a single vote for a second look."""
    share = asked.share
    if share is None:
        share = read_policy(held.database, officer).sample_share
    drawn = draw_samples(held.database, officer, schemes_of(held), case_id, share)
    return SamplesTold(requeued=len(drawn.media_ids), of=drawn.of, seed=drawn.seed)


@router.get("/agreement")
def show_agreement(
    held: Held, officer: Asking, case_id: CaseId, scheme: SchemeName | None = None
) -> AgreementTold:
    """How well the officers of a case agree; ``scheme``: one it was graded by before."""
    found = case_agreement(held.database, officer, schemes_of(held), case_id, scheme)
    return AgreementTold.of(found)


@router.post("/leases")
def lease_stacks(held: Held, officer: Asking, case_id: CaseId, asked: LeasesAsked) -> LeasesTold:
    """Take the stacks these media are in for two minutes, or keep them for two more."""
    top_of = stacks_of(held, officer, case_id, asked.media).top_of
    found = lease(held.database, officer, case_id, list(top_of.values()))
    held_tops, others = set(found.held), dict(found.refused)
    return LeasesTold(
        held=[one for one, top in top_of.items() if top in held_tops],
        refused=[
            LeaseRefused(media=one, officer=others[top])
            for one, top in top_of.items()
            if top in others
        ],
        until_us=found.until_us,
    )


@router.delete("/leases", status_code=204)
def release_stacks(held: Held, officer: Asking, case_id: CaseId) -> None:
    """Let go of the officer's stacks."""
    release(held.database, officer, case_id)


def _graded(held: State, officer: Officer, case_id: int, done: Done) -> GradeDone:
    return GradeDone(
        act=done.act.id,
        votes=done.act.votes,
        media=done.media_ids,
        states=_states(held, officer, case_id, done.media_ids),
        left=stacks_left(held, officer, case_id),
        again=done.again,
    )


def _states(
    held: State, officer: Officer, case_id: int, media_ids: Sequence[int]
) -> list[StateTold]:
    with held.database.reader() as reader:
        told = told_states(reader, officer, schemes_of(held), case_id, media_ids)
    return StateTold.each(told)
