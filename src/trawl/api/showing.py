"""Before pixels of a media leave: their turn, whose case it is, whether it is in it, the gate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar, cast

import anyio
from fastapi import Request
from starlette.concurrency import run_in_threadpool

from trawl.api.state import State
from trawl.errors import NotFound, WorkspaceBusy
from trawl.formats.schemes import load_schemes
from trawl.intake.originals import Originals
from trawl.model.access import Act, Officer
from trawl.model.looking import Clarity
from trawl.review.grading.rules import Rules
from trawl.review.grading.stands import Judged, judged
from trawl.store.access import require
from trawl.store.database import Reader
from trawl.store.media_in_case import media_in_case
from trawl.welfare.gate import Shown, show

ORIGINALS, TURNS = "originals", "turns"
T = TypeVar("T")

MOST_AT_ONCE = 12
"""Threads that render, or wait for a worker that does: fewer than the server has (40), so that
whatever is slow to be shown keeps nobody from grading, signing in or asking for a talk."""
MOST_WAITING = 200
"""Showings that wait for their turn; one more is sent away."""


async def in_turn(held: State, request: Request, work: Callable[[], T]) -> T:
    """What ``work`` returns, run in a thread when its turn comes, if somebody still waits for it
    then: who has gone on is not shown it, and it counts as no look. Raises WorkspaceBusy."""
    turns = cast(
        anyio.CapacityLimiter, held.rooms.setdefault(TURNS, anyio.CapacityLimiter(MOST_AT_ONCE))
    )
    if turns.statistics().tasks_waiting >= MOST_WAITING:
        raise WorkspaceBusy("too much is being shown at once", hint="Try again in a moment.")
    async with turns:
        if await request.is_disconnected():
            raise WorkspaceBusy("nobody waits for this any more")
        return await run_in_threadpool(work)


def let_through(
    held: State,
    officer: Officer,
    case_id: int,
    media_ids: Sequence[int],
    clarity: Clarity,
    *,
    lasts_ms: int = 0,
) -> None:
    """Ask the gate for media of a case; ``lasts_ms``: how long they take to play. Raises
    AccessRefused, NotFound when the case does not have one of them, BreakDue, NotShown."""
    with held.database.reader() as reader:
        require(reader, officer, Act.MEDIA_SHOW, case_id)
        there = media_in_case(reader, case_id, media_ids)
        if there != set(media_ids):
            raise NotFound("this case has no such media")
        shown = categories(reader, held, officer, case_id, media_ids)
    show(held.database, officer, case_id, shown, str(clarity), lasts_ms=lasts_ms)


def categories(
    view: Reader, held: State, officer: Officer, case_id: int, media_ids: Sequence[int]
) -> list[Shown]:
    """Each media with the category by which it is kept from view: the officer's own, else the
    trusted one, else the proposed one."""
    rules = Rules.of(view, case_id, load_schemes(held.workspace.schemes))
    found = judged(view, case_id, media_ids, rules)
    return [Shown(one, rules.code(_category(found[one], officer.id))) for one in media_ids]


def _category(one: Judged, officer_id: int) -> int:
    own = one.own(officer_id)
    if own >= 0:
        return own
    told = one.told(officer_id).category
    return told if told >= 0 else one.hint.proposal


def originals(held: State) -> Originals:
    """What shows media from their sources, opened at the first wish."""
    with held.lock:
        found = held.rooms.get(ORIGINALS)
        if not isinstance(found, Originals):
            found = Originals(held.workspace, held.settings, held.database)
            held.rooms[ORIGINALS] = found
        return found
