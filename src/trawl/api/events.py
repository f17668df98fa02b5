"""What others do in a case, live."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from trawl.api.deps import COOKIE, Asking
from trawl.api.grading_shapes import CaseId
from trawl.api.live import Live, stream
from trawl.api.state import Held, State
from trawl.model.access import Officer
from trawl.review.events import follow_case, may_follow
from trawl.signin.sessions import officer_of

router = APIRouter(prefix="/cases/{case_id}", tags=["live"])

LIVE = "live"


@router.get(
    "/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def follow(
    held: Held, officer: Asking, request: Request, case_id: CaseId
) -> StreamingResponse:
    """Server-sent events ``act``, ``lease``, ``mark`` and ``intake``: which media to look at
    anew. Never a category; who voted is told to nobody else."""
    token = request.cookies.get(COOKIE, "")
    newest = await run_in_threadpool(follow_case, held.database, officer, case_id)
    number = told_last(request.headers.get("last-event-id", ""), newest)
    live = live_of(held)
    follower = live.follow(case_id, officer.id, number)

    def may_go_on() -> bool:
        return _signed_in(held, token, officer) and may_follow(held.database, officer, case_id)

    return StreamingResponse(
        stream(live, follower, may_go_on),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def told_last(said: str, newest: int) -> int:
    """From which event on a stream goes on: a browser that connects again names the last it was
    told (HTML Standard, section 9.2.4), so that it misses nothing of the time between."""
    plain = said.isascii() and said.isdecimal() and len(said) <= 18
    return min(int(said), newest) if plain else newest


def live_of(held: State) -> Live:
    """All streams of this process."""
    with held.lock:
        found = held.rooms.get(LIVE)
        if not isinstance(found, Live):
            found = held.rooms[LIVE] = Live(held.database)
        return found


def _signed_in(held: State, token: str, officer: Officer) -> bool:
    """Whether the session goes on; an open stream does not keep it alive."""
    found = officer_of(held.database, token, active=False)
    return found is not None and found.must is None and found.officer.id == officer.id
