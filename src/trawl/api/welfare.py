"""Welfare over HTTP: the line, heartbeats, the ledger, policy, roster, consents."""

from __future__ import annotations

from fastapi import APIRouter

from trawl.api.deps import Asking
from trawl.api.state import Held
from trawl.api.welfare_shapes import Heartbeat, LineShape
from trawl.welfare.heartbeat import Looked, beat
from trawl.welfare.line import line

router = APIRouter(prefix="/welfare", tags=["welfare"])


@router.get("")
def welfare_line(held: Held, officer: Asking) -> LineShape:
    """The officer's own line: how long they have looked, when the next break is due."""
    return LineShape.of(line(held.database, officer))


@router.post("/heartbeat")
def welfare_heartbeat(held: Held, officer: Asking, said: Heartbeat) -> LineShape:
    """A page says whether it has media on screen. Answers with the line."""
    return LineShape.of(
        beat(
            held.database,
            officer,
            said.page,
            showing=said.visible and said.showing,
            case_id=said.case_id,
            looked=[Looked(*each) for each in said.shown],
        )
    )
